//! The set-up of one connection at one identity provider, as text or as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::facts::{Certificate, Facts, Held};
use super::mapping::Row;
use super::page::Page;
use super::pages::page;
use super::provider::ProviderName;
use crate::base::Need;

/// Everything that is to be said.
#[derive(Debug)]
pub(in crate::cli) struct Guide {
    provider: ProviderName,
    page: Page,
    facts: Facts,
}

impl Guide {
    pub(in crate::cli) const fn new(provider: ProviderName, facts: Facts) -> Self {
        Self {
            provider,
            page: page(provider),
            facts,
        }
    }

    /// The command that makes a token for it.
    fn token_command(&self) -> String {
        format!(
            "appliance token new --connection {} --name {} --expiry 180d",
            self.facts.connection,
            self.provider.typed()
        )
    }

    /// What to do, in this order: first what a token waits for.
    fn steps(&self) -> Vec<String> {
        let name = self.facts.connection.as_str();
        let terms = self.facts.terms.as_ref().map(|text| {
            format!(
                "Read the terms, and accept them with `appliance connection accept-terms {name} --by WHO`: \
                 {text}"
            )
        });
        let recorded = self.facts.missing.iter().map(|key| {
            format!("Record what the token waits for: `appliance connection set {name} {key}=…`")
        });
        let page = self.page.steps.iter().map(|step| {
            step.replace("{connection}", name)
                .replace("{mapping}", self.what_to_map())
        });
        terms.into_iter().chain(recorded).chain(page).collect()
    }

    const fn what_to_map(&self) -> &'static str {
        let [_, groups] = &self.facts.entra;
        match (self.facts.lists, groups.is_empty()) {
            (true, true) => {
                "users as below, with every other row deleted; switch the mapping of groups off"
            }
            (true, false) => "users and groups as below, with every other row deleted",
            (false, true) => "users as below; switch the mapping of groups off",
            (false, false) => "users as below, and groups if you want them",
        }
    }

    /// The mappings of users and of groups that are made by hand.
    fn mappings(&self) -> [&[Row]; 2] {
        let [users, groups] = &self.facts.entra;
        if self.page.is_mapped_by_hand {
            [users, groups]
        } else {
            [&[], &[]]
        }
    }

    fn notes(&self) -> impl Iterator<Item = String> {
        let name = self.facts.connection.as_str();
        let page = self.page.notes.iter();
        let guard = (!self.facts.guarded).then(|| {
            format!(
                "a guard against mass changes is off; `appliance connection set {} guard=20%/1h` holds back \
                 what would take more away at once",
                self.facts.connection
            )
        });
        page.map(move |note| note.replace("{connection}", name))
            .chain(self.facts.notes.iter().cloned())
            .chain(guard)
    }

    /// What stands in the way as things are.
    fn warnings(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.facts.tenant_url.is_none() {
            found.push(
                "the address is not known here: no server runs, and `public_url` is not set"
                    .to_owned(),
            );
        }
        if self.facts.certificate == Certificate::OurOwn {
            found.push(format!(
                "the certificate is self-signed, but {}",
                self.page.self_signed
            ));
        }
        for key in &self.facts.missing {
            found.push(format!(
                "there is no token before `{key}` is recorded: \
                 `appliance connection set {} {key}=…`",
                self.facts.connection
            ));
        }
        if self.facts.strict {
            found.push(format!(
                "dialect=strict refuses what {} is known to get wrong; \
                 `appliance connection set {} dialect=` goes back to the default",
                self.page.title, self.facts.connection
            ));
        }
        found
    }

    /// Writes it for people.
    pub(in crate::cli) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let Page {
            title,
            address_field,
            token_field,
            ..
        } = self.page;
        writeln!(out, "{title}, for connection `{}`", self.facts.connection)?;
        for warning in self.warnings() {
            writeln!(out, "\n! {warning}")?;
        }
        let address = self.facts.tenant_url.as_deref().unwrap_or("(not known)");
        writeln!(out, "\n{address_field}\n    {address}")?;
        if let Some(tenant) = &self.facts.tenant_id {
            writeln!(out, "Tenant ID\n    {tenant}")?;
        }
        writeln!(out, "{token_field}\n    {}", self.token_command())?;
        for held in &self.facts.tokens {
            writeln!(out, "    there is {}", in_words(held))?;
        }
        writeln!(out, "Matching attribute\n    {}", self.facts.matching)?;
        writeln!(out, "\nSteps")?;
        for (number, step) in (1..).zip(self.steps()) {
            writeln!(out, "  {number}. {step}")?;
        }
        if !self.page.is_mapped_by_hand {
            writeln!(
                out,
                "\nMapping\n  It fills the standard attributes by itself; whatever else a schema of this \
                 server knows may be added."
            )?;
        }
        for (of, rows) in ["users", "groups"].into_iter().zip(self.mappings()) {
            table(out, of, rows)?;
        }
        writeln!(out, "\nGood to know")?;
        for note in self.notes() {
            writeln!(out, "  - {note}")?;
        }
        out.flush()
    }

    /// The same for programs.
    pub(in crate::cli) fn to_json(&self) -> Value {
        let rows = |rows: &[Row]| -> Value {
            rows.iter()
                .map(|row| {
                    json!({
                        "source": row.source(),
                        "target": row.target,
                        "matching": row.matching,
                        "need": row.need.map(Need::name),
                    })
                })
                .collect()
        };
        let [users, groups] = self.mappings();
        json!({
            "provider": self.provider.typed(),
            "connection": self.facts.connection,
            "tenantUrl": self.facts.tenant_url,
            "tenantId": self.facts.tenant_id,
            "tokenCommand": self.token_command(),
            "activeTokens": self.facts.tokens.iter().map(|held| held.number).collect::<Value>(),
            "matching": self.facts.matching,
            "steps": self.steps(),
            "users": rows(users),
            "groups": rows(groups),
            "notes": self.notes().collect::<Vec<_>>(),
            "warnings": self.warnings(),
        })
    }
}

fn in_words(held: &Held) -> String {
    let Held {
        number,
        name,
        days_left,
    } = held;
    match days_left {
        Some(days) => format!("token {number} (`{name}`), good for {days} days"),
        None => format!("token {number} (`{name}`), which never expires"),
    }
}

fn table(out: &mut impl Write, of: &str, rows: &[Row]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nMapping of {of}")?;
    for row in rows {
        let need = row.need.filter(|need| *need != Need::Optional);
        let mut remark: Vec<&str> = need.map(Need::name).into_iter().collect();
        if row.matching {
            remark.insert(0, "matching");
        }
        let remark = match remark.join(", ") {
            nothing if nothing.is_empty() => nothing,
            something => format!("   ({something})"),
        };
        writeln!(out, "  {:<26}  {}{remark}", row.source(), row.target)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    fn guide(provider: ProviderName, certificate: Certificate) -> String {
        let facts = Facts {
            connection: "north".to_owned(),
            tenant_url: Some("https://scim.example.org/scim/v2".to_owned()),
            tokens: vec![Held {
                number: 3,
                name: "entra".to_owned(),
                days_left: Some(89),
            }],
            certificate,
            missing: Vec::new(),
            tenant_id: None,
            terms: None,
            matching: "userName".to_owned(),
            entra: [Vec::new(), Vec::new()],
            lists: false,
            notes: &[],
            guarded: true,
            strict: false,
        };
        let mut text = Vec::new();
        Guide::new(provider, facts).print(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn every_provider_is_told_the_address_the_token_and_the_steps() {
        for provider in ProviderName::value_variants() {
            let typed = provider.to_possible_value().unwrap();
            assert_eq!(typed.get_name(), provider.typed());
            let text = guide(*provider, Certificate::Operators);
            for part in [
                "https://scim.example.org/scim/v2",
                "appliance token new --connection north",
                "token 3 (`entra`), good for 89 days",
                "Matching attribute\n    userName",
                "  1. ",
                "  3. ",
                "Mapping",
            ] {
                assert!(text.contains(part), "{provider:?}: no {part:?} in {text}");
            }
            assert!(
                !text.contains('{') && !text.contains("self-signed"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_certificate_of_our_own_is_met_with_what_the_provider_needs() {
        let text = guide(ProviderName::Entra, Certificate::OurOwn);
        assert!(text.contains("self-signed"), "{text}");
        assert!(
            text.contains("public root") && text.contains("provisioning agent"),
            "{text}"
        );
        assert!(guide(ProviderName::Authentik, Certificate::OurOwn).contains("certificate.pem"));
    }
}
