//! How the texts of settings are read. Pure; `None` is a text that does not fit.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Health and metrics are for this machine.
pub(super) fn loopback(value: &str) -> Option<SocketAddr> {
    let address: SocketAddr = value.parse().ok()?;
    address.ip().is_loopback().then_some(address)
}

/// Scheme, host and port, without the slash that people leave at the end.
pub(super) fn origin(value: &str) -> Option<String> {
    let value = value.strip_suffix('/').unwrap_or(value);
    let (scheme, host) = value.split_once("://")?;
    let fits = matches!(scheme, "https" | "http")
        && !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    fits.then(|| value.to_owned())
}

pub(super) fn file(value: &str) -> Option<PathBuf> {
    (!value.is_empty()).then(|| PathBuf::from(value))
}

/// A name or an address, without anything that would mean something else in either.
pub(super) fn word(value: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/{}".contains(&byte);
    (!value.is_empty() && value.bytes().all(fits)).then(|| value.to_owned())
}

pub(super) fn addresses(value: &str) -> Option<Vec<IpAddr>> {
    several_or_none(value, |text| text.parse().ok())
}

/// One value or more, separated by commas.
pub(super) fn several<T>(value: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    several_or_none(value, one).filter(|several| !several.is_empty())
}

fn several_or_none<T>(value: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let texts = value.split(',').map(str::trim);
    texts.filter(|text| !text.is_empty()).map(one).collect()
}

/// A host name (RFC 1123 §2.1), in lower case; no address, and no pattern.
pub(super) fn host(value: &str) -> Option<String> {
    let fits = value.len() <= 253
        && value.parse::<IpAddr>().is_err()
        && value.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    fits.then(|| value.to_ascii_lowercase())
}

pub(super) fn within(value: &str, most: usize) -> Option<usize> {
    let number = value.parse().ok()?;
    (1..=most).contains(&number).then_some(number)
}

/// A list of words, separated by commas; `none` and a list of nothing are empty.
pub(super) fn words(value: &str) -> Vec<String> {
    if value == "none" {
        return Vec::new();
    }
    let words = value.split(',').map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The same as the operator would type it.
pub(super) fn words_or_none(words: &[String]) -> String {
    match words {
        [] => "none".to_owned(),
        words => words.join(","),
    }
}

/// Settings with their values, as the operator would type them.
pub(super) fn entries<const COUNT: usize>(
    keys: [&'static str; COUNT],
    values: [String; COUNT],
) -> [(&'static str, String); COUNT] {
    let mut values = values.into_iter();
    keys.map(|key| (key, values.next().unwrap_or_default()))
}

pub(super) fn bytes(value: &str) -> Option<usize> {
    let number = usize::try_from(size(value)?).ok()?;
    (1 << 10..=1 << 30).contains(&number).then_some(number)
}

pub(super) fn size(value: &str) -> Option<u64> {
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
    let (digits, unit) = units
        .iter()
        .find_map(|(name, unit)| Some((value.strip_suffix(name)?, *unit)))
        .unwrap_or((value, 1));
    digits.trim().parse::<u64>().ok()?.checked_mul(unit)
}
