//! Names that miss their schema: a URN spelt wrongly, or left out.

use super::fired::Fired;
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::{Schemas, Target};

/// The path or key that `text` was meant to be; `None` when it is right as it is, or nobody can tell.
pub(super) fn repaired(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    text: &str,
) -> Option<String> {
    let front = text.split_once('[').map_or(text, |(front, _)| front);
    let behind = text.get(front.len()..)?;
    if target(kind, schemas, front).is_some() {
        return None;
    }
    let (name, front) = urn_with_its_colons(kind, schemas, front)
        .map(|path| ("schema URN spelt wrongly", path))
        .or_else(|| {
            extension_attribute_with_its_urn(kind, schemas, front)
                .map(|path| ("extension attribute without its URN", path))
        })?;
    fired.add(name, &front);
    Some(front + behind)
}

/// What a path without a filter names.
pub(super) fn target(kind: Kind, schemas: &Schemas, text: &str) -> Option<Target> {
    schemas.target(kind, &AttrPath::parse(text)?)
}

/// A URN with a colon too few.
///
/// Wrong: `urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department`; right:
/// `…:2.0:User:department`. Shown by `tests/idp/sequences/entra/urn_without_its_colon.json`.
fn urn_with_its_colons(kind: Kind, schemas: &Schemas, text: &str) -> Option<String> {
    let resource_type = schemas.resource_type(kind);
    let extensions = resource_type
        .extensions
        .iter()
        .map(|extension| &extension.schema.id);
    let urns = extensions.chain(std::iter::once(&resource_type.core.id));
    for urn in urns {
        let urn = urn.as_str();
        if same_but_for_colons(urn, text) {
            return Some(urn.to_owned());
        }
        if let Some((front, name)) = text.rsplit_once(':')
            && same_but_for_colons(urn, front)
        {
            let path = format!("{urn}:{name}");
            return target(kind, schemas, &path).map(|_| path);
        }
    }
    None
}

fn same_but_for_colons(urn: &str, text: &str) -> bool {
    let letters = |text: &'_ str| -> Vec<u8> {
        text.bytes()
            .filter(|&byte| byte != b':')
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    // Nearly every text is told apart by its start and its length, without a copy.
    text.len() < urn.len()
        && text.len() + 8 > urn.len()
        && text
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && letters(urn) == letters(text)
}

/// An attribute of an extension under its bare name.
///
/// Wrong: `"department": "Audit"` at the root, or the path `manager`; right: both under
/// `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`. Shown by
/// `tests/idp/sequences/entra/department_at_the_root.json` and
/// `tests/idp/sequences/entra/manager_array_at_the_root.json`.
fn extension_attribute_with_its_urn(kind: Kind, schemas: &Schemas, text: &str) -> Option<String> {
    if text.contains(':') {
        return None;
    }
    let mut found = schemas
        .resource_type(kind)
        .extensions
        .iter()
        .map(|extension| format!("{}:{text}", extension.schema.id))
        .filter(|path| target(kind, schemas, path).is_some());
    // Where two extensions have the name, nobody can tell which one is meant.
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Urn;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let schemas = Schemas::builtin().unwrap();
        let found = repaired(&mut Fired::default(), Kind::User, &schemas, text);
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_name_finds_its_schema() {
        let wrong = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";
        let department = format!("{}:department", Urn::ENTERPRISE);
        check(wrong, Some(Urn::ENTERPRISE));
        check(&format!("{wrong}:department"), Some(&department));
        check("department", Some(&department));
        check(
            "manager.value",
            Some(&format!("{}:manager.value", Urn::ENTERPRISE)),
        );
        check(
            "manager[value eq \"1\"]",
            Some(&format!("{}:manager[value eq \"1\"]", Urn::ENTERPRISE)),
        );
    }

    #[test]
    fn a_name_that_is_right_or_means_nothing_stays() {
        for text in [
            "userName",
            "name.givenName",
            "emails[type eq \"work\"].value",
            Urn::ENTERPRISE,
            "shoeSize",
            "manager.shoeSize",
            "urn:example:2.0:Pet",
            "",
            "[",
        ] {
            check(text, None);
        }
    }
}
