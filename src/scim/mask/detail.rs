//! The sentence that says why a request was refused, with the values that it quotes masked.

use super::keep::{is_urn, link};
use super::shape::shape;

/// The sentence without the values in it: what stands in double quotes, and addresses. `hidden` are
/// values of the request that must not stand in it anywhere.
pub fn detail(text: &str, hidden: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('"').enumerate() {
        let inside = index % 2 == 1;
        if index > 0 {
            out.push('"');
        }
        // A version says nothing about anybody.
        let is_tag = out.ends_with("W/\"") && part.bytes().all(|byte| byte.is_ascii_digit());
        if inside && is_tag {
            out.push_str(part);
        } else if inside {
            out.push_str(&value(part));
        } else {
            words(part, hidden, &mut out);
        }
    }
    out
}

fn value(text: &str) -> String {
    let whole = text.trim_end_matches('…');
    if is_urn(whole) || is_instant(whole) {
        return text.to_owned();
    }
    shape(whole)
}

/// The example of a date and time that stands in our own sentences.
fn is_instant(text: &str) -> bool {
    text == "2026-11-20T09:30:00Z"
}

fn words(text: &str, hidden: &[String], out: &mut String) {
    let mut text = text.to_owned();
    for value in hidden {
        if text.contains(value.as_str()) {
            text = text.replace(value.as_str(), &shape(value));
        }
    }
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        match link(word) {
            Some((end, _)) => out.push_str(&end),
            None if word.contains('@') => out.push_str(&shape(word)),
            None => out.push_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_place_and_its_remedy() {
        assert_eq!(
            detail(
                r#"emails[0].primary: expected true or false, found "Perhaps""#,
                &[]
            ),
            r#"emails[0].primary: expected true or false, found "«P… 8»""#
        );
        assert_eq!(
            detail(r#"active: expected true or false, found "True""#, &[]),
            r#"active: expected true or false, found "True""#
        );
        let precondition = r#"If-Match: the resource is now W/"17"; read it again"#;
        assert_eq!(detail(precondition, &[]), precondition);
        assert_eq!(
            detail(r#"schemas: expected ["urn:x:y"]"#, &[]),
            r#"schemas: expected ["urn:x:y"]"#
        );
        assert_eq!(
            detail(
                "Lovelace: no schema of this connection has such an attribute",
                &["Lovelace".into()]
            ),
            "«L… 8»: no schema of this connection has such an attribute"
        );
        assert_eq!(detail("ask ada@example.net", &[]), "ask a…@e….net");
    }
}
