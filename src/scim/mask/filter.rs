//! Filters and paths with their values masked. They are read as text, not parsed: what is wrong with
//! one that was refused must stay to be seen.

use super::keep::{Keep, first, is_name, leaf};
use super::shape::shape;
use super::subject::Found;
use crate::scim::resource::ResourceId;

/// A filter: everything stays but the values, and what stands where a value may have been meant.
pub(super) fn filter(text: &str, found: &mut Found) -> String {
    Reader::new(found, false).read(text)
}

/// A path, which may hold a filter.
pub(super) fn path(text: &str, found: &mut Found) -> String {
    // A plain path stays as it is, and nearly every name in a body is one.
    if is_path(text) {
        return text.to_owned();
    }
    Reader::new(found, true).read(text)
}

/// The operators that are followed by a value.
const COMPARES: [&str; 9] = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];
/// Other words that stay wherever they are.
const WORDS: [&str; 7] = ["and", "or", "not", "pr", "true", "false", "null"];

/// A part of a filter or a path, as it was written.
enum Token<'t> {
    Blank,
    Sign(char),
    Word(&'t str),
    /// A text in quotes, and whether the second quote is there.
    Literal(String, bool),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_sign = |letter: char| "()[],".contains(letter);
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let end = if letter == '"' {
            let (literal, length) = literal(rest);
            found.push(literal);
            length
        } else if letter.is_whitespace() {
            found.push(Token::Blank);
            rest.find(|letter: char| !letter.is_whitespace())
                .unwrap_or(rest.len())
        } else if is_sign(letter) {
            found.push(Token::Sign(letter));
            1
        } else {
            let end = rest
                .find(|letter: char| letter.is_whitespace() || letter == '"' || is_sign(letter))
                .unwrap_or(rest.len());
            found.extend(rest.get(..end).map(Token::Word));
            end
        };
        rest = rest.get(end..).unwrap_or_default();
    }
    found
}

/// The text in quotes at the start of `text`, and its length there.
fn literal(text: &str) -> (Token<'_>, usize) {
    let inside = text.get(1..).unwrap_or_default();
    let mut escaped = false;
    let end = inside.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    let value = inside
        .get(..end.unwrap_or(inside.len()))
        .unwrap_or_default();
    let read = serde_json::from_str(&format!("\"{value}\""));
    let value = read.unwrap_or_else(|_| value.to_owned());
    let length = end.map_or(text.len(), |end| end + 2);
    (Token::Literal(value, end.is_some()), length)
}

/// Where a reader is: which attribute the next value belongs to.
struct Reader<'s> {
    out: String,
    found: &'s mut Found,
    /// Whether a name may stand by itself, outside brackets.
    alone: bool,
    inside: bool,
    /// The attribute in front of the bracket that is open, or of the dot.
    owner: String,
    /// The last name of the last path.
    leaf: String,
    /// The last word was an operator, so a value follows.
    compares: bool,
}

impl<'s> Reader<'s> {
    const fn new(found: &'s mut Found, alone: bool) -> Self {
        Self {
            out: String::new(),
            found,
            alone,
            inside: false,
            owner: String::new(),
            leaf: String::new(),
            compares: false,
        }
    }

    fn read(mut self, text: &str) -> String {
        let tokens = tokens(text);
        for (index, token) in tokens.iter().enumerate() {
            match token {
                Token::Blank => self.out.push(' '),
                Token::Sign(sign) => self.sign(*sign),
                Token::Word(word) => {
                    let is_blank = |token: &&Token<'_>| matches!(token, Token::Blank);
                    let before = tokens
                        .iter()
                        .take(index)
                        .rev()
                        .find(|token| !is_blank(token));
                    let after = tokens.iter().skip(index + 1).find(|token| !is_blank(token));
                    self.word(word, before, after);
                }
                Token::Literal(value, closed) => {
                    self.compares = false;
                    let masked = self.masked(value).replace('"', "\\\"");
                    self.out.push('"');
                    self.out.push_str(&masked);
                    self.out.extend(closed.then_some('"'));
                }
            }
        }
        self.out
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '[' => self.owner = std::mem::take(&mut self.leaf),
            ']' => self.leaf.clone_from(&self.owner),
            _ => {}
        }
        self.inside = sign == '[' || (self.inside && sign != ']');
        self.compares = false;
        self.out.push(sign);
    }

    fn word(&mut self, word: &str, before: Option<&Token<'_>>, after: Option<&Token<'_>>) {
        let is = |list: &[&str]| list.iter().any(|known| word.eq_ignore_ascii_case(known));
        let compares = is(&COMPARES);
        if self.compares && !is(&WORDS) {
            self.compares = false;
            let masked = self.masked(word);
            self.out.push_str(&masked);
        } else if compares || is(&WORDS) {
            self.compares = compares;
            self.out.push_str(word);
        } else if is_path(word) && (is_asked(after) || self.is_alone(before, after)) {
            self.name(word);
            self.out.push_str(word);
        } else {
            self.found.hide(word);
            self.out.push_str(&shape(word));
        }
    }

    /// Whether a word stands where a path or a list of paths has one.
    const fn is_alone(&self, before: Option<&Token<'_>>, after: Option<&Token<'_>>) -> bool {
        self.alone
            && !self.inside
            && matches!(before, None | Some(Token::Sign(',' | ']')))
            && matches!(after, None | Some(Token::Sign(',')))
    }

    /// Takes in the name of an attribute: inside brackets it belongs to the attribute before them.
    fn name(&mut self, word: &str) {
        leaf(word).clone_into(&mut self.leaf);
        if word.contains(['.', ':']) && !word.starts_with('.') {
            first(word).clone_into(&mut self.owner);
        }
    }

    fn masked(&mut self, value: &str) -> String {
        let shown = self.shown(value);
        if shown != value {
            self.found.hide(value);
        }
        shown
    }

    fn shown(&mut self, value: &str) -> String {
        if is_name(&self.owner, &self.leaf) {
            self.found.name(value);
            return shape(value);
        }
        match Keep::under(&self.leaf) {
            Keep::Id => {
                if let Ok(id) = value.parse::<ResourceId>() {
                    self.found.id(id);
                }
                Keep::Id.plain(value)
            }
            // An attribute that shares its name with a part of messages is still an attribute.
            Keep::Message | Keep::Count => shape(value),
            keep => keep.plain(value),
        }
    }
}

/// Whether what follows makes a name of a word.
fn is_asked(next: Option<&Token<'_>>) -> bool {
    match next {
        Some(Token::Sign(sign)) => *sign == '[',
        Some(Token::Word(word)) => COMPARES
            .iter()
            .chain(&["pr"])
            .any(|known| word.eq_ignore_ascii_case(known)),
        _ => false,
    }
}

/// Whether a word can be an attribute or a path of names.
fn is_path(word: &str) -> bool {
    word.len() <= 160
        && word.starts_with(|first: char| first.is_ascii_alphabetic() || ".$".contains(first))
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_$:.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::super::subject::Subject;
    use super::*;

    const ID: &str = "019abc00-0000-7000-8000-000000000001";

    #[track_caller]
    fn check(text: &str, expected: &str, about: &[Subject]) {
        let mut found = Found::default();
        assert_eq!(filter(text, &mut found), expected);
        assert_eq!(found.into_subjects(), about);
    }

    #[track_caller]
    fn check_path(text: &str, expected: &str) {
        assert_eq!(path(text, &mut Found::default()), expected);
    }

    #[test]
    fn the_values_of_a_filter_become_shapes_and_its_names_stay() {
        let ada = || Subject::named("ada@example.net");
        check(
            r#"userName eq "Ada@Example.net""#,
            r#"userName eq "A…@E….net""#,
            &[ada()],
        );
        check(
            r#"emails[type eq "work"].value eq "ada@example.net" and active eq true"#,
            r#"emails[type eq "work"].value eq "a…@e….net" and active eq true"#,
            &[ada()],
        );
        check(
            r#"emails[type eq "work" and value sw "ada@example.net"] or not (title pr)"#,
            r#"emails[type eq "work" and value sw "a…@e….net"] or not (title pr)"#,
            &[ada()],
        );
        check(
            r#"emails.value EQ "ada@example.net""#,
            r#"emails.value EQ "a…@e….net""#,
            &[ada()],
        );
        check(
            &format!(r#"id eq "{ID}" and externalId eq "{ID}""#),
            &format!(r#"id eq "{ID}" and externalId eq "«text 64»""#),
            &[Subject::Id(ID.parse().unwrap()), Subject::named(ID)],
        );
        check(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq 4711",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq «text 4»",
            &[],
        );
        check(
            r#"password eq "hunter2""#,
            r#"password eq "«removed»""#,
            &[],
        );
    }

    #[test]
    fn what_is_wrong_with_a_filter_stays_to_be_seen() {
        check(
            "userName eq ada@example.net",
            "userName eq a…@e….net",
            &[Subject::named("ada@example.net")],
        );
        check(
            r#"userName is "Lovelace""#,
            r#"«u… 8» «text 2» "«L… 8»""#,
            &[],
        );
        check(
            r#"userName eq "Lovelace"#,
            r#"userName eq "«L… 8»"#,
            &[Subject::named("lovelace")],
        );
        check("lovelace", "«l… 8»", &[]);
        check("ada@example.net", "a…@e….net", &[]);
    }

    #[test]
    fn a_path_stays_but_for_the_values_in_it() {
        check_path("name.familyName", "name.familyName");
        check_path(
            "emails[type eq \"work\"].value",
            "emails[type eq \"work\"].value",
        );
        check_path(
            "addresses[locality eq \"Berlin\"]",
            "addresses[locality eq \"«B… 8»\"]",
        );
        check_path(
            &format!("members[value eq \"{ID}\"]"),
            &format!("members[value eq \"{ID}\"]"),
        );
        check_path("Ada Lovelace", "«text 4» «L… 8»");
        check_path("members[ada]", "members[«text 4»]");
        check_path("ada@example.net", "a…@e….net");
        check_path("userName, emails.value", "userName, emails.value");
    }
}
