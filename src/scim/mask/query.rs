//! The address of a request: its path and its query, without what they say about anybody.

use super::filter;
use super::keep::{is_of_message, is_one_of, is_urn};
use super::shape::{REMOVED, shape};
use super::subject::{Found, Masked};
use crate::scim::resource::ResourceId;

/// Parts of paths that this server, and the base addresses that people type for it, have.
const WORDS: [&str; 16] = [
    "scim",
    "v1",
    "v2",
    "api",
    "Users",
    "Groups",
    "User",
    "Group",
    ".search",
    "Bulk",
    "Me",
    "Schemas",
    "ResourceTypes",
    "ServiceProviderConfig",
    "oauth",
    "token",
];

/// Parameters of SCIM, and flags that are part of Tenant URLs.
const PARAMETERS: [&str; 10] = [
    "filter",
    "attributes",
    "excludedAttributes",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
    "aadOptscim062020",
    "aadOptscim150815",
];

/// The path of a request: words of the protocol and ids stay.
pub fn target(text: &str) -> Masked {
    let mut found = Found::default();
    let mut out = String::with_capacity(text.len());
    let mut endpoint = false;
    for part in text.split('/').filter(|part| !part.is_empty()) {
        out.push('/');
        let word = WORDS.iter().find(|word| word.eq_ignore_ascii_case(part));
        if word.is_some() || is_urn(part) {
            out.push_str(part);
        } else if let Ok(id) = part.parse::<ResourceId>() {
            out.push_str(part);
            if endpoint {
                found.id(id);
            }
        } else {
            found.hide(part);
            out.push_str(&shape(part));
            if endpoint {
                found.name(part);
            }
        }
        endpoint = part.eq_ignore_ascii_case("Users") || part.eq_ignore_ascii_case("Groups");
    }
    if out.is_empty() {
        out.push('/');
    }
    found.with(out)
}

/// The query of a request, decoded: what is known to be harmless stays, filters keep their form, and of
/// anything else only the name does.
pub fn query(text: &str) -> Masked {
    let mut found = Found::default();
    let mut out = String::with_capacity(text.len());
    if text.is_empty() {
        return found.with(out);
    }
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if !out.is_empty() {
            out.push('&');
        }
        if is_one_of(&name, &PARAMETERS) {
            out.push_str(&name);
        } else {
            found.hide(&name);
            out.push_str(&shape(&name));
        }
        if value.is_empty() {
            continue;
        }
        out.push('=');
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("filter") {
            out.push_str(&filter::filter(&value, &mut found));
        } else if is("attributes") || is("excludedAttributes") || is("sortBy") {
            out.push_str(&filter::path(&value, &mut found));
        } else if (is("sortOrder") && is_of_message(&value))
            || ((is("startIndex") || is("count")) && is_number(&value))
        {
            out.push_str(&value);
        } else {
            found.hide(&value);
            out.push_str(REMOVED);
        }
    }
    found.with(out)
}

/// The path of an attribute, with the values in it masked.
pub fn path(text: &str) -> Masked {
    let mut found = Found::default();
    let shown = filter::path(text, &mut found);
    found.with(shown)
}

/// A place in a list or a length, possibly wrong.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::subject::Subject;

    fn target(text: &str) -> (String, Vec<Subject>) {
        let masked = super::target(text);
        (masked.text, masked.subjects)
    }

    fn query(text: &str) -> (String, Vec<Subject>) {
        let masked = super::query(text);
        (masked.text, masked.subjects)
    }

    const ID: &str = "019abc00-0000-7000-8000-000000000001";

    #[test]
    fn a_path_keeps_words_and_ids() {
        let (text, about) = target(&format!("/scim/v2/Users/{ID}"));
        assert_eq!(text, format!("/scim/v2/Users/{ID}"));
        assert_eq!(about, [Subject::Id(ID.parse().unwrap())]);
        let (text, about) = target("/scim/v2/Users/ada@example.net");
        assert_eq!(text, "/scim/v2/Users/a…@e….net");
        assert_eq!(about, [Subject::named("ada@example.net")]);
        assert_eq!(target("/lovelace//x").0, "/«l… 8»/«text 1»");
        assert_eq!(target("/").0, "/");
    }

    #[test]
    fn a_query_keeps_what_steers_it() {
        let (text, about) = query(
            "filter=userName+eq+%22ada%40example.net%22&startIndex=1&attributes=userName,emails.value",
        );
        assert_eq!(
            text,
            r#"filter=userName eq "a…@e….net"&startIndex=1&attributes=userName,emails.value"#
        );
        assert_eq!(about, [Subject::named("ada@example.net")]);
        assert_eq!(query("aadOptscim062020").0, "aadOptscim062020");
        assert_eq!(query("cursor=abcdefghijklmnop").0, "cursor=«removed»");
        assert_eq!(
            query("access_token=x&count=5;&lovelace=ada").0,
            "«a… 12»=«removed»&count=«removed»&«l… 8»=«removed»"
        );
        assert_eq!(
            query("count=-1&sortOrder=descending&sortOrder=ada").0,
            "count=-1&sortOrder=descending&sortOrder=«removed»"
        );
        let token = format!("appliance_{}", "a".repeat(60));
        assert_eq!(query(&token).0, "«a… 256»");
    }
}
