//! The shape of a value: enough to recognise what kind of thing it was, too little to tell whose.

/// What stands where something was taken out without a trace.
pub(super) const REMOVED: &str = "«removed»";

/// The largest length in each class; the class is all that is told of a length.
const CLASSES: [usize; 11] = [1, 2, 4, 8, 12, 16, 24, 32, 64, 256, 1_024];

/// The shape of a text: `a…@e….net` for an e-mail address, `«A… 12»` for what begins with a letter and
/// is long enough to keep the rest to itself, `«text 4»` for anything else. The number is the end of a
/// class of lengths, not the length. Nothing, blanks and the words for a boolean are their own shape:
/// they say nothing about anybody and much about the sender.
pub fn shape(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if let Some(address) = address(text) {
        return address;
    }
    let length = text.chars().count();
    let class = CLASSES.into_iter().find(|class| length <= *class);
    let class = class.map_or_else(|| "long".to_owned(), |class| class.to_string());
    match text.chars().next() {
        Some(first) if first.is_alphabetic() && length > 3 => format!("«{first}… {class}»"),
        _ => format!("«text {class}»"),
    }
}

/// Whether a text cannot tell anything about a person.
pub(super) fn is_plain(text: &str) -> bool {
    text.is_empty()
        || (text.len() <= 8 && text.bytes().all(|byte| byte == b' '))
        || ["true", "false"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// `a…@e….net`, if it is an address.
fn address(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    if text.contains(char::is_whitespace) || domain.contains('@') {
        return None;
    }
    let first = |part: &str| {
        let letter = part.chars().next().filter(|first| first.is_alphabetic());
        letter.filter(|_| part.chars().nth(1).is_some())
    };
    let mut masked = String::with_capacity(24);
    masked.extend(first(local));
    masked.push_str("…@");
    let (name, top) = domain.rsplit_once('.').unwrap_or((domain, ""));
    masked.extend(first(name));
    masked.push('…');
    if (2..=8).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        masked.push('.');
        masked.push_str(top);
    }
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shape(text), expected);
    }

    #[test]
    fn an_address_keeps_two_letters_and_its_top_domain() {
        check("ada.lovelace@example.net", "a…@e….net");
        check("Änne@mail.example.org", "Ä…@m….org");
        check("a@b.example", "…@….example");
        check("ada@localhost", "a…@l…");
        check("@example.net", "…@e….net");
    }

    #[test]
    fn other_texts_keep_a_letter_and_a_class_of_length() {
        check("Ada Lovelace", "«A… 12»");
        check("Ada", "«text 4»");
        check("+49 30 901820", "«text 16»");
        check("Ünal", "«Ü… 4»");
        check(&"x".repeat(2_000), "«x… long»");
        check("ada @ example", "«a… 16»");
    }

    #[test]
    fn what_says_nothing_about_anybody_stays() {
        for text in ["", " ", "True", "false"] {
            check(text, text);
        }
    }
}
