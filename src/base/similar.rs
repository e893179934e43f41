//! "Did you mean …?"

/// The one of `known` that `typed` was probably meant to be; `None` when nothing comes close. Letter
/// case never counts as a difference.
pub fn similar<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = typed.to_lowercase();
    // A third of the letters may be wrong: enough for a slip, too little for another word.
    let bearable = (folded.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&folded, &name.to_lowercase());
            (distance, name)
        })
        .filter(|(distance, _)| *distance <= bearable)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["default", "okta-prod", "entra"];
        assert_eq!(similar("okta-prd", known), Some("okta-prod"));
        assert_eq!(similar("OKTA-PROD", known), Some("okta-prod"));
        assert_eq!(similar("enrta", known), Some("entra"));
        assert_eq!(similar("ping", known), None);
        assert_eq!(similar("", known), None);
    }
}
