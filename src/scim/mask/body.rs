//! The body of a request, masked.

use super::notes::Notes;
use super::scan::Broken;
use super::subject::Masked;
use super::walk::walk;

/// Masks the body of a request; at most `most` bytes of it are written down. What is no JSON is not
/// kept. `refused` asks for the values that the answer may quote.
pub fn request(body: &[u8], most: usize, refused: bool) -> Masked {
    let mut notes = Notes::new(false, most);
    notes.remembers = refused;
    let (notes, end) = walk(readable(body), notes);
    let is_full = notes.is_full();
    notes.found.with(ended(notes.out, end, is_full, body))
}

/// The part of a body that is text: all of it, but for what is cut off within a letter.
pub(super) fn readable(body: &[u8]) -> &str {
    match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => body
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
    }
}

/// The masked text with a word about how it ends.
pub(super) fn ended(
    mut out: String,
    end: Result<(), Broken>,
    is_full: bool,
    body: &[u8],
) -> String {
    if is_full || end == Err(Broken::End) && !body.trim_ascii().is_empty() {
        out.push('…');
    } else if end == Err(Broken::Syntax) {
        out.push_str(if out.is_empty() {
            "«no JSON»"
        } else {
            "«no JSON from here on»"
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::subject::Subject;
    use super::*;

    #[track_caller]
    fn check(body: &str, text: &str, names: &[&str]) {
        let masked = request(body.as_bytes(), 16 << 10, false);
        assert_eq!(masked.text, text);
        let expected: Vec<Subject> = names.iter().map(|name| Subject::named(name)).collect();
        assert_eq!(masked.subjects, expected);
    }

    #[test]
    fn a_person_becomes_a_shape_and_the_frame_stays() {
        check(
            r#"{ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": "Ada@Example.net", "externalId": "019abc00-0000-7000-8000-000000000001",
                "active": true, "nickName": null, "title": "", "password": {"a": ["hunter2"]},
                "name": {"familyName": "Lovelace"}, "size": 17,
                "emails": [{"type": "work", "primary": "True", "value": "a.l@example.net"}],
                "manager": "019abc00-0000-7000-8000-000000000002", "status": "unwell",
                "ada@example.net": 1 }"#,
            r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"A…@E….net","externalId":"«text 64»","active":true,"nickName":null,"title":"","password":"«removed»","name":{"familyName":"«L… 8»"},"size":"«number»","emails":[{"type":"work","primary":"True","value":"a…@e….net"}],"manager":"019abc00-0000-7000-8000-000000000002","status":"«u… 8»","a…@e….net":"«number»"}"#,
            &[
                "ada@example.net",
                "019abc00-0000-7000-8000-000000000001",
                "a.l@example.net",
            ],
        );
    }

    #[test]
    fn the_operations_of_a_patch_keep_their_op_and_path() {
        check(
            r#"{"Operations":[
                {"op":"Add","path":"emails[type eq \"work\"].value","value":"ada@example.net"},
                {"op":"replace","value":"hunter2","path":"password"},
                {"op":"replace","value":"countess","path":"userName"},
                {"op":"replace","value":{"userName":"byron","password":"x","name.givenName":"George"}}]}"#,
            r#"{"Operations":[{"op":"Add","path":"emails[type eq \"work\"].value","value":"a…@e….net"},{"op":"replace","value":"«removed»","path":"password"},{"op":"replace","value":"«c… 8»","path":"userName"},{"op":"replace","value":{"userName":"«b… 8»","password":"«removed»","name.givenName":"«G… 8»"}}]}"#,
            &["ada@example.net", "countess", "byron"],
        );
    }

    #[test]
    fn attributes_that_are_json_in_a_text_are_masked_like_any() {
        check(
            r#"{"Operations":[
                {"op":"replace","value":"{\"userName\":\"ada\",\"password\":\"x\",\"size\":4711}"},
                {"op":"replace","value":"{\"userName\":"},
                {"op":"replace","value":"countess"}]}"#,
            r#"{"Operations":[{"op":"replace","value":"{\"userName\":\"«text 4»\",\"password\":\"«removed»\",\"size\":\"«number»\"}"},{"op":"replace","value":"«text 12»"},{"op":"replace","value":"«c… 8»"}]}"#,
            &["ada"],
        );
        let body = r#"{"Operations":[{"value":"{\"externalId\":4711}"}]}"#;
        assert_eq!(request(body.as_bytes(), 1_000, true).hidden, ["4711"]);
    }

    #[test]
    fn members_and_the_paths_of_a_bulk_tell_whom_it_is_about() {
        let id = |last: u8| format!("019abc00-0000-7000-8000-00000000000{last}");
        let body = format!(
            r#"{{"failOnErrors":1,"Operations":[
                {{"method":"PATCH","path":"/Groups/{}","data":{{"Operations":[
                    {{"op":"add","path":"members","value":[{{"value":"{}"}}]}},
                    {{"op":"remove","path":"members[value eq \"{}\"]"}}]}}}},
                {{"method":"POST","path":"/Users","bulkId":"q","data":{{"userName":"ada"}}}}]}}"#,
            id(1),
            id(2),
            id(3)
        );
        let masked = request(body.as_bytes(), 16 << 10, false);
        assert_eq!(
            masked.subjects,
            [
                Subject::Id(id(1).parse().unwrap()),
                Subject::Id(id(2).parse().unwrap()),
                Subject::Id(id(3).parse().unwrap()),
                Subject::named("ada"),
            ]
        );
        assert!(
            masked.text.starts_with(
                r#"{"failOnErrors":1,"Operations":[{"method":"PATCH","path":"/Groups/"#
            )
        );
    }

    #[test]
    fn what_is_no_json_is_not_kept() {
        check("userName=ada@example.net", "«no JSON»", &[]);
        check("", "", &[]);
        check(
            r#"{"title":"x"} ada"#,
            r#"{"title":"«text 1»"}«no JSON from here on»"#,
            &[],
        );
        check(
            r#"{"title":Ada}"#,
            r#"{"title":«no JSON from here on»"#,
            &[],
        );
        check(r#"{"userName":"ad"#, r#"{"userName":…"#, &[]);
        let deep = "[".repeat(5_000);
        assert!(
            request(deep.as_bytes(), 16 << 10, false)
                .text
                .ends_with("here on»")
        );
        let bytes = [b"{\"title\":\"".as_slice(), &[0xff], b"\"}"].concat();
        assert_eq!(request(&bytes, 16 << 10, false).text, r#"{"title":…"#);
    }

    #[test]
    fn a_long_body_is_cut_but_read_to_its_end() {
        let list: Vec<String> = (0..500)
            .map(|number| {
                format!(r#"{{"method":"POST","path":"/Users","data":{{"userName":"u{number}"}}}}"#)
            })
            .collect();
        let body = format!(r#"{{"Operations":[{}]}}"#, list.join(","));
        let masked = request(body.as_bytes(), 1_000, false);
        assert!(masked.text.len() < 1_100);
        assert!(masked.text.ends_with('…'));
        assert_eq!(masked.subjects.len(), 500);
    }
}
