//! Settings that are on or off.

/// What fits, in words.
pub(super) const EXPECTED: &str = "`on` or `off`";

/// Reads what the operator typed; `None` is a text that does not fit.
pub(super) fn read(value: &str) -> Option<bool> {
    match value {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// As the operator would type it.
pub(super) const fn show(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}
