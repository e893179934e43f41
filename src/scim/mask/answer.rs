//! The body of an answer, masked.

use super::body::{ended, readable};
use super::detail::detail;
use super::notes::Notes;
use super::subject::Subject;
use super::walk::walk;

/// Resources of a list that it is linked with: a page of everybody says nothing about anybody.
const SHORT_LIST: usize = 10;

/// What may be kept of the body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body without its values.
    pub text: String,
    /// The resources that it is about.
    pub subjects: Vec<Subject>,
    /// The keyword of the error, or of the first error of a Bulk.
    pub scim_type: Option<String>,
    /// Its sentence, the values in it masked.
    pub detail: Option<String>,
    /// Operations of a Bulk that failed.
    pub failures: u32,
}

/// Masks the body of an answer; at most `most` bytes of it are written down. `hidden` are values of the
/// request that must not be repeated.
pub fn answer(body: &[u8], most: usize, hidden: &[String]) -> Answer {
    let (notes, end) = walk(readable(body), Notes::new(true, most));
    let is_full = notes.is_full();
    let said = notes.detail.as_deref();
    let mut text = ended(notes.out, end, is_full, body);
    let masked = said.map(|said| detail(said, hidden));
    if !hidden.is_empty()
        && let (Some(said), Some(masked)) = (said, &masked)
    {
        // The walk did not know what the sentence must not repeat.
        let json = |text: &str| serde_json::Value::from(text).to_string();
        text = text.replace(&json(&detail(said, &[])), &json(masked));
    }
    let mut subjects = notes.found.into_subjects();
    if notes.listed.len() <= SHORT_LIST {
        subjects.extend(notes.listed.into_iter().map(Subject::Id));
    }
    Answer {
        text,
        subjects,
        scim_type: notes.scim_type,
        detail: masked,
        failures: notes.failures,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019abc00-0000-7000-8000-000000000001";

    #[track_caller]
    fn masked(body: &str, hidden: &[&str]) -> Answer {
        let hidden: Vec<String> = hidden.iter().map(|text| (*text).to_owned()).collect();
        answer(body.as_bytes(), 16 << 10, &hidden)
    }

    #[test]
    fn a_resource_tells_its_id_and_not_those_of_its_groups() {
        let body = format!(
            r#"{{"id":"{ID}","userName":"ada","groups":[{{"value":"019abc00-0000-7000-8000-000000000009","display":"Staff"}}],
                "meta":{{"resourceType":"User","created":"2026-11-20T09:30:00.000Z","version":"W/\"3\"",
                "location":"https://scim.example.org/scim/v2/Users/{ID}"}}}}"#
        );
        let answer = masked(&body, &[]);
        assert_eq!(answer.subjects, [Subject::Id(ID.parse().unwrap())]);
        assert_eq!(
            answer.text,
            format!(
                r#"{{"id":"{ID}","userName":"«text 4»","groups":[{{"value":"019abc00-0000-7000-8000-000000000009","display":"«S… 8»"}}],"meta":{{"resourceType":"User","created":"2026-11-20T09:30:00.000Z","version":"W/\"3\"","location":"…/Users/{ID}"}}}}"#
            )
        );
    }

    #[test]
    fn an_error_keeps_its_keyword_and_its_sentence() {
        let answer = masked(
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidValue","detail":"Operations[0].value: expected true or false, found \"Lovelace\""}"#,
            &[],
        );
        assert_eq!(answer.scim_type.as_deref(), Some("invalidValue"));
        assert_eq!(
            answer.detail.as_deref(),
            Some(r#"Operations[0].value: expected true or false, found "«L… 8»""#)
        );
        assert!(answer.text.contains(r#""status":"400""#));
        let answer = masked(r#"{"detail":"Lovelace: no such attribute"}"#, &["Lovelace"]);
        assert_eq!(answer.text, r#"{"detail":"«L… 8»: no such attribute"}"#);
    }

    #[test]
    fn a_short_list_tells_whom_it_found() {
        let found = format!(r#"{{"totalResults":1,"Resources":[{{"id":"{ID}"}}]}}"#);
        let answer = masked(&found, &[]);
        assert_eq!(answer.subjects, [Subject::Id(ID.parse().unwrap())]);
        assert_eq!(answer.text, found);
        let many = vec![format!(r#"{{"id":"{ID}"}}"#); 11].join(",");
        assert_eq!(
            masked(&format!(r#"{{"Resources":[{many}]}}"#), &[]).subjects,
            []
        );
    }

    #[test]
    fn the_failures_of_a_bulk_are_counted() {
        let answer = masked(
            &format!(
                r#"{{"Operations":[{{"method":"POST","location":"https://a.example/scim/v2/Users/{ID}","status":"201"}},
                {{"method":"POST","status":"409","response":{{"scimType":"uniqueness","detail":"taken"}}}},
                {{"method":"POST","status":"400","response":{{"scimType":"invalidValue","detail":"wrong"}}}}]}}"#
            ),
            &[],
        );
        assert_eq!(answer.failures, 2);
        assert_eq!(answer.scim_type.as_deref(), Some("uniqueness"));
        assert_eq!(answer.detail.as_deref(), Some("taken"));
        assert_eq!(answer.subjects, [Subject::Id(ID.parse().unwrap())]);
    }
}
