//! `appliance group show`

use serde_json::{Value, json};

use super::list::in_json;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::group_command::GroupShow;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::operate::groups::{self, Group, Insider};
use crate::operate::{Failure, connections};
use crate::scim::Kind;

pub(super) fn run(place: &Place, wanted: &GroupShow) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let (found, members) = data.store.read(|view| {
        let chosen = connections::chosen(view, wanted.among.connection.as_deref())?;
        let found = groups::named(view, &chosen, &wanted.which)?;
        let members = match found.as_slice() {
            [group] => groups::members(view, group, wanted.limit)?,
            _ => Vec::new(),
        };
        Ok::<_, Failure>((found, members))
    })?;
    let group = match found.as_slice() {
        [group] => group,
        [] => {
            return Err(
                Problem::not_found(format!("no group is called `{}`", wanted.which))
                    .hint("`appliance group list` shows them all"),
            );
        }
        several => return Err(ambiguous(&wanted.which, several)),
    };
    if wanted.shown.json {
        let mut json = in_json(group);
        json.insert("memberList".into(), members.iter().map(member).collect());
        print::json(&Value::Object(json))?;
        return Ok(Exit::Done);
    }
    let row = |key: &str, value: &str| vec![key.to_owned(), value.to_owned()];
    let mut rows = vec![
        row("id", &group.id.to_string()),
        row("connection", &group.connection),
    ];
    rows.extend(group.folder.as_deref().map(|folder| row("folder", folder)));
    let external = group.external_id.as_deref();
    rows.extend(external.map(|external| row("external id", external)));
    rows.push(row("created", &group.created.to_string()));
    rows.push(row("changed", &group.modified.to_string()));
    rows.push(row("members", &group.members.to_string()));
    rows.extend(members.iter().map(|one| row("member", &called(one))));
    print::table(&["group", &group.name], rows, "")?;
    let shown = u64::try_from(members.len()).unwrap_or(u64::MAX);
    if shown < group.members {
        print::note(&format!(
            "the first {shown} of {} members; `--limit` shows more",
            group.members
        ));
    }
    Ok(Exit::Done)
}

fn ambiguous(which: &str, several: &[Group]) -> Problem {
    const SHOWN: usize = 10;
    let candidates = several.iter().take(SHOWN).map(|group| {
        let folder = group.folder.as_deref().unwrap_or("no folder");
        format!(
            "{} (connection `{}`, {folder}, {} members)",
            group.id, group.connection, group.members
        )
    });
    let more = match several.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let candidates: Vec<String> = candidates.collect();
    Problem::refused(format!(
        "`{which}` may be any of {} groups: {}{more}",
        several.len(),
        candidates.join(", ")
    ))
    .hint("name one by its id, with `--connection`, or as FOLDER/NAME")
}

fn member(insider: &Insider) -> Value {
    json!({
        "id": insider.id.to_string(),
        "type": insider.kind.name(),
        "userName": insider.user_name,
        "displayName": insider.display,
    })
}

/// Somebody in one line: what they are called, and their id.
fn called(insider: &Insider) -> String {
    let kind = match insider.kind {
        Kind::User => "",
        Kind::Group => "group ",
    };
    let name = insider.user_name.as_ref().or(insider.display.as_ref());
    let name = name.map_or("?", String::as_str);
    format!("{kind}{name}  {}", insider.id)
}
