//! Details of a person that belong together: who changes one changes them all.

use super::names;
use super::path::Path;
use super::profile::Profile;
use super::random::Random;

/// Gives a person a family name, and everything that shows it.
pub(super) fn call(person: &mut Profile, given: &str, family: &str) {
    let whole = format!("{given} {family}");
    person.set(Path::sub("name", "familyName"), family);
    person.set(Path::sub("name", "formatted"), whole.clone());
    person.set(Path::plain("displayName"), whole);
}

/// Gives a person a sign-in name and an address. Some have a plus, which must survive form encoding.
pub(super) fn sign_in(person: &mut Profile, given: &str, family: &str, index: usize, domain: &str) {
    let (given, family) = (names::plain_letters(given), names::plain_letters(family));
    let tag = if index % 50 == 7 { "+staff" } else { "" };
    let name = format!("{given}.{family}{index}{tag}@{domain}");
    person.set(Path::typed("emails", "work", "value"), name.to_lowercase());
    person.set(Path::plain("userName"), name);
}

/// Gives a person an office.
pub(super) fn move_to(person: &mut Profile, random: &mut Random) {
    let place = random.below(names::PLACES.len());
    let Some([city, region, country, language, locale, zone]) = names::PLACES.get(place) else {
        return;
    };
    let street = format!("{} {}", random.pick(&names::STREETS), 1 + random.below(99));
    let code = format!("{}", 1000 + random.below(9000));
    let at = |sub| Path::typed("addresses", "work", sub);
    person.set(
        at("formatted"),
        format!("{street}\n{code} {city}\n{country}"),
    );
    person.set(at("streetAddress"), street);
    person.set(at("postalCode"), code);
    person.set(at("locality"), *city);
    person.set(at("region"), *region);
    person.set(at("country"), *country);
    person.set(Path::plain("preferredLanguage"), *language);
    person.set(Path::plain("locale"), *locale);
    person.set(Path::plain("timezone"), *zone);
}

/// Puts a person into a department and its division.
pub(super) fn join(person: &mut Profile, department: usize) {
    if let Some((department, division)) =
        names::DEPARTMENTS.get(department % names::DEPARTMENTS.len())
    {
        person.set(Path::enterprise("department"), *department);
        person.set(Path::enterprise("division"), *division);
    }
}
