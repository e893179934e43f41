//! The userName of somebody who is in the recycle bin of their directory.

use serde_json::Value;

use super::fired::Rewrite;
use crate::base::Dialect;
use crate::scim::attributes::Attributes;
use crate::scim::compare::fold_name;

/// Hexadecimal digits of an object id without its dashes.
const DIGITS: usize = 32;

/// Keeps the userName of somebody who becomes or is inactive, when the new one is only the old one behind
/// an object id: Entra ID frees the name of a user whom it deletes so, and takes it back when it restores
/// them. Kept, the name stays good for whoever looks for it.
///
/// Wrong: `"userName": "0f1e2d3c4b5a69788796a5b4c3d2e1f0mira@example.net"`, with `"active": false`; right:
/// the same without `userName`. Shown by `tests/idp/sequences/entra/soft_delete.json`.
pub fn keep_name(
    dialect: Dialect,
    before: &Attributes,
    after: Attributes,
) -> (Attributes, Option<Rewrite>) {
    let known = before.text("userName");
    let renamed = after.text("userName").and_then(without_object_id);
    let is_recycled = match (known, renamed) {
        (Some(known), Some(renamed)) => fold_name(known) == fold_name(renamed),
        _ => false,
    };
    if dialect == Dialect::Strict || !is_recycled || after.is_active() {
        return (after, None);
    }
    let mut after = after;
    if let Some(known) = known {
        let map = after.as_map_mut();
        map.insert("userName".to_owned(), Value::from(known));
    }
    let rewrite = Rewrite {
        name: "userName of somebody deleted",
        subject: "userName".to_owned(),
    };
    (after, Some(rewrite))
}

/// What is behind 32 hexadecimal digits.
fn without_object_id(name: &str) -> Option<&str> {
    let (digits, rest) = name.split_at_checked(DIGITS)?;
    let is_id = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    #[track_caller]
    fn check(dialect: Dialect, new: &str, active: bool, expected: &str) {
        let attributes =
            |json: Value| Attributes::from_canonical(json.as_object().unwrap().clone());
        let before = attributes(json!({"userName": "mira@example.net"}));
        let after = attributes(json!({"userName": new, "active": active}));
        let (kept, rewrite) = keep_name(dialect, &before, after);
        assert_eq!(kept.text("userName"), Some(expected));
        assert_eq!(rewrite.is_some(), new != expected);
    }

    #[test]
    fn only_the_old_name_behind_an_object_id_is_kept_away() {
        let known = "mira@example.net";
        let recycled = format!("{ID}{known}");
        check(Dialect::Tolerant, &recycled, false, known);
        let shouting = format!("{ID}Mira@Example.net");
        check(Dialect::Tolerant, &shouting, false, known);
        check(Dialect::Strict, &recycled, false, &recycled);
        check(Dialect::Tolerant, &recycled, true, &recycled);
        for other in [
            format!("{ID}noah@example.net"),
            ID.to_owned(),
            format!("{}x{known}", &ID[1..]),
            format!("{}é{known}", &ID[1..]),
            "noah@example.net".to_owned(),
        ] {
            check(Dialect::Tolerant, &other, false, &other);
        }
    }
}
