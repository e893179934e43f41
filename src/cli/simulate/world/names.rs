//! What invented people and groups are called. Spellings that servers and filters stumble over are on purpose.

use unicode_normalization::UnicodeNormalization;

pub(super) const GIVEN: [&str; 40] = [
    "Mira",
    "Jonas",
    "Zoë",
    "Anaïs",
    "Søren",
    "Łucja",
    "Iñaki",
    "Noor",
    "Tomás",
    "Élodie",
    "Pavel",
    "Ingrid",
    "Kwame",
    "Aoife",
    "Björn",
    "Yuki",
    "Renée",
    "Dmitri",
    "Leila",
    "Óscar",
    "Hanna",
    "Marek",
    "Siân",
    "Bruno",
    "Chloé",
    "Emil",
    "Fatou",
    "Gisela",
    "Henk",
    "Irène",
    "Jürgen",
    "Katja",
    "Luca",
    "Maëlle",
    "Nils",
    "Oksana",
    "Petra",
    "Quentin",
    "Ragnhild",
    "Sebastián",
];

pub(super) const FAMILY: [&str; 40] = [
    "Holt",
    "Lindqvist",
    "O'Neil",
    "Müller",
    "García Peña",
    "van der Berg",
    "Nowak",
    "Sørensen",
    "D'Angelo",
    "Kowalczyk",
    "Okafor",
    "Tanaka",
    "Dvořák",
    "Großmann",
    "Smith-Jones",
    "Ångström",
    "Petrov",
    "Haddad",
    "Murphy",
    "Bianchi",
    "Nilsen",
    "Fernández",
    "Weiß",
    "Jansen",
    "Moreau",
    "Virtanen",
    "Papadopoulos",
    "Horváth",
    "Costa",
    "Brandt",
    "Łukasik",
    "de la Cruz",
    "Andersen",
    "Rossi",
    "Keller",
    "Ivanova",
    "Şahin",
    "Thorsen",
    "Ueda",
    "Zimmermann",
];

pub(super) const TITLES: [&str; 12] = [
    "Engineer",
    "Senior Engineer",
    "Analyst",
    "Accountant",
    "Team Lead",
    "Designer",
    "Clerk",
    "Head of \"Special\" Projects",
    "Buyer / Planner",
    "Nurse",
    "Technician",
    "Counsel",
];

/// Department and the division it is part of.
pub(super) const DEPARTMENTS: [(&str, &str); 10] = [
    ("Audit", "Finance"),
    ("Accounts & Payroll", "Finance"),
    ("Research", "Technology"),
    ("Software", "Technology"),
    ("Workplace IT", "Technology"),
    ("Sales North", "Markets"),
    ("Sales South", "Markets"),
    ("Communication", "Markets"),
    ("Legal", "Central Services"),
    ("Human Resources", "Central Services"),
];

pub(super) const ORGANIZATIONS: [&str; 3] = ["Example Works", "Example Trade", "Example Care"];

pub(super) const STREETS: [&str; 8] = [
    "Harbour Street",
    "Rue des Écoles",
    "Lindenstraße",
    "Calle Mayor",
    "Mill Lane",
    "Kanalgatan",
    "Via Roma",
    "Nieuwe Markt",
];

/// City, region, ISO 3166-1 country, preferred language, locale, time zone.
pub(super) const PLACES: [[&str; 6]; 8] = [
    [
        "Utrecht",
        "Utrecht",
        "NL",
        "nl-NL",
        "nl-NL",
        "Europe/Amsterdam",
    ],
    ["Lyon", "Rhône", "FR", "fr-FR", "fr-FR", "Europe/Paris"],
    [
        "Köln",
        "Nordrhein-Westfalen",
        "DE",
        "de-DE",
        "de-DE",
        "Europe/Berlin",
    ],
    [
        "Málaga",
        "Andalucía",
        "ES",
        "es-ES",
        "es-ES",
        "Europe/Madrid",
    ],
    [
        "Leeds",
        "West Yorkshire",
        "GB",
        "en-GB",
        "en-GB",
        "Europe/London",
    ],
    ["Malmö", "Skåne", "SE", "sv-SE", "sv-SE", "Europe/Stockholm"],
    ["Torino", "Piemonte", "IT", "it-IT", "it-IT", "Europe/Rome"],
    [
        "Boston",
        "Massachusetts",
        "US",
        "en-US",
        "en-US",
        "America/New_York",
    ],
];

pub(super) const KINDS: [&str; 3] = ["Employee", "Contractor", "Temp"];

pub(super) const ROLES: [&str; 4] = ["Editor", "Reader", "Auditor", "Owner"];

pub(super) const TEAMS: [&str; 12] = [
    "All Staff",
    "R&D",
    "Sales + Marketing",
    "Équipe Ventes",
    "C# Guild",
    "Finance \"Core\"",
    "Support 24/7",
    "Büro Köln",
    "On-call (night)",
    "Pilot: wave 2",
    "Board\\Advisors",
    "HR; Payroll",
];

/// The letters of a name that a sign-in name keeps: `Großmann` is `Grossmann`, `O'Neil` is `ONeil`.
pub(super) fn plain_letters(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.nfd() {
        match letter {
            'ß' => plain.push_str("ss"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'ı' => plain.push('i'),
            letter if letter.is_ascii_alphabetic() || letter == '-' => plain.push(letter),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_names_are_plain() {
        assert_eq!(plain_letters("Großmann"), "Grossmann");
        assert_eq!(plain_letters("García Peña"), "GarciaPena");
        assert_eq!(plain_letters("Łukasik"), "Lukasik");
        for name in GIVEN.iter().chain(&FAMILY) {
            let plain = plain_letters(name);
            assert!(plain.len() > 2 && plain.is_ascii(), "{name} became {plain}");
        }
    }
}
