//! An ISO 3166-1 country, read from its codes and from its names in the languages of the Unicode CLDR.

#[cfg(test)]
mod cldr;
mod codes;
mod fold;
mod names;
mod parse;
mod v0_1;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use thiserror::Error;

/// A country by its ISO 3166-1 alpha-2 code.
///
/// ```
/// use unicontact_model::contact::Country;
///
/// assert_eq!("gbr".parse::<Country>()?.as_str(), "GB");
/// assert_eq!("Deutschland".parse::<Country>()?.as_str(), "DE");
/// assert_eq!("Corée du Sud".parse::<Country>()?.as_str(), "KR");
/// assert_eq!("Iran, Islamic Republic of".parse::<Country>()?.as_str(), "IR");
/// # Ok::<(), unicontact_model::contact::CountryError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Country {
    code: &'static str,
    /// The code that version 0.1.0 read from the same text, if any. Ignored by comparisons.
    read_by_v0_1: Option<&'static str>,
}

/// The error of a text that names no country. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a country (expected an ISO 3166-1 code such as GB)")]
pub struct CountryError;

/// English names that replace those of the ISO table, which lack accents and hyphens or are the official long names.
const NAMES: &[(&str, &str)] = &[
    ("AG", "Antigua and Barbuda"),
    ("AX", "Åland Islands"),
    ("BA", "Bosnia and Herzegovina"),
    ("BL", "Saint Barthélemy"),
    ("BN", "Brunei"),
    ("BO", "Bolivia"),
    ("BQ", "Caribbean Netherlands"),
    ("CC", "Cocos (Keeling) Islands"),
    ("CD", "Democratic Republic of the Congo"),
    ("CI", "Côte d'Ivoire"),
    ("CW", "Curaçao"),
    ("FK", "Falkland Islands"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("GS", "South Georgia and the South Sandwich Islands"),
    ("GW", "Guinea-Bissau"),
    ("HM", "Heard Island and McDonald Islands"),
    ("IM", "Isle of Man"),
    ("IR", "Iran"),
    ("KN", "Saint Kitts and Nevis"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("MF", "Saint Martin"),
    ("MK", "North Macedonia"),
    ("PM", "Saint Pierre and Miquelon"),
    ("PS", "Palestine"),
    ("RE", "Réunion"),
    ("RU", "Russia"),
    ("SH", "Saint Helena"),
    ("SJ", "Svalbard and Jan Mayen"),
    ("ST", "São Tomé and Príncipe"),
    ("SX", "Sint Maarten"),
    ("SY", "Syria"),
    ("TC", "Turks and Caicos Islands"),
    ("TL", "Timor-Leste"),
    ("TT", "Trinidad and Tobago"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VC", "Saint Vincent and the Grenadines"),
    ("VE", "Venezuela"),
    ("VI", "U.S. Virgin Islands"),
    ("VN", "Vietnam"),
    ("WF", "Wallis and Futuna"),
    ("XK", "Kosovo"),
];

impl Country {
    /// Returns the alpha-2 code in upper case.
    pub fn as_str(&self) -> &str {
        self.code
    }

    /// Returns the alpha-3 code in upper case: `GBR`. `None` if no table has one.
    pub fn alpha3(&self) -> Option<&'static str> {
        celes::Country::from_alpha2(self.code).ok().map(|country| country.alpha3)
    }

    /// Returns the common English name of the country, or its code if no table has a name.
    pub fn name(&self) -> &'static str {
        let common = NAMES.iter().find(|(code, _)| *code == self.code);
        let official =
            || celes::Country::from_alpha2(self.code).map_or(self.code, |country| country.long_name);
        common.map_or_else(official, |(_, name)| name).trim_start_matches("The ")
    }

    /// Returns the country that version 0.1.0 read from the same text, if it was a different one.
    pub(super) fn earlier(&self) -> Option<Self> {
        self.read_by_v0_1.filter(|earlier| *earlier != self.code).map(Self::from_code)
    }

    /// Returns whether version 0.1.0 read the same from the text of this country.
    #[doc(hidden)]
    pub fn is_as_read_by_v0_1(&self) -> bool {
        self.read_by_v0_1 == Some(self.code)
    }

    /// Reads a country as version 0.1.0 did. Never changes: journals of 0.1.0 record deliveries under this value.
    #[doc(hidden)]
    pub fn from_text_as_v0_1(text: &str) -> Result<Self, CountryError> {
        v0_1::code(text).map(Self::from_code).ok_or(CountryError)
    }

    fn from_code(code: &'static str) -> Self {
        Self { code, read_by_v0_1: Some(code) }
    }
}

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = parse::code(text).ok_or(CountryError)?;
        if text == code {
            return Ok(Self::from_code(code));
        }
        Ok(Self { code, read_by_v0_1: v0_1::code(text) })
    }
}

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Country {}

impl PartialOrd for Country {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Country {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code.cmp(other.code)
    }
}

impl Hash for Country {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

super::value_type!(Country, "country");

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        text.parse::<Country>().ok().map(|country| country.code)
    }

    #[test]
    fn codes_names_and_common_spellings_are_read() {
        for (text, expected) in [
            ("GB", "GB"),
            ("gbr", "GB"),
            ("826", "GB"),
            ("xk", "XK"),
            ("004", "AF"),
            ("U.K.", "GB"),
            ("U.S.A.", "US"),
            ("U.A.E.", "AE"),
            ("Germany", "DE"),
            ("The Netherlands", "NL"),
            ("Côte d’Ivoire", "CI"),
            ("COTE D IVOIRE", "CI"),
            ("Korea", "KR"),
            ("Korea, Democratic People's Republic of", "KP"),
            ("Iran (Islamic Republic of)", "IR"),
            ("Micronesia, Federated States of", "FM"),
            ("Macedonia, the former Yugoslav Republic of", "MK"),
            ("Congo, Dem. Rep.", "CD"),
            ("Congo, Rep.", "CG"),
            ("Congo", "CG"),
            ("Trinidad & Tobago", "TT"),
            ("St Kitts and Nevis", "KN"),
            ("Oesterreich", "AT"),
            ("Osterreich", "AT"),
            ("Tuerkei", "TR"),
            ("TÜRKİYE", "TR"),
            ("Samoa", "WS"),
            ("American Samoa", "AS"),
            ("Samoa américaines", "AS"),
            ("Guinea", "GN"),
            ("Guinea-Bissau", "GW"),
            ("Georgia", "GE"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Dominica", "DM"),
            ("Dominican Rep.", "DO"),
            ("Republic of China", "TW"),
            ("Stany Zjednoczone", "US"),
            ("Spojené státy", "US"),
            ("Соединенные Штаты", "US"),
            ("Ελλάδα", "GR"),
            ("ドイツ", "DE"),
            ("대한민국", "KR"),
            ("中国", "CN"),
            ("ایران", "IR"),
            ("مصر", "EG"),
            ("Áo", "AT"),
            ("AO", "AO"),
        ] {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        assert_eq!(code("Atlantis"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn the_code_read_by_version_0_1_0_is_kept_and_ignored_by_comparisons() {
        let samoa: Country = "Samoa".parse().unwrap();
        assert_eq!(samoa.earlier().map(|country| country.code), Some("AS"));
        assert_eq!(samoa, "WS".parse().unwrap());
        assert_eq!("Ghana".parse::<Country>().unwrap().earlier(), None);
        assert_eq!("Allemagne".parse::<Country>().unwrap().earlier(), None);
    }

    #[test]
    fn two_letter_codes_are_read_as_by_version_0_1_0() {
        let letters = || 'A'..='Z';
        for text in letters().flat_map(|first| letters().map(move |second| format!("{first}{second}"))) {
            if let Ok(country) = text.parse::<Country>() {
                assert_eq!(country.is_as_read_by_v0_1(), v0_1::code(&text) == Some(country.code), "{text}");
            }
        }
    }

    #[test]
    fn the_english_name_of_a_country_is_read_as_that_country() {
        let codes = include_str!("../../data/country-spellings.tsv").lines().filter_map(|line| line.get(..2));
        let iso = celes::Country::get_countries().into_iter().map(|country| country.alpha2);
        for country in codes.chain(iso).filter_map(|code| code.parse::<Country>().ok()) {
            let name = country.name();
            assert_eq!(code(name), Some(country.code), "{name}");
            assert!(!name.contains(" And ") && !name.contains(" Of ") && name.len() > 2, "{name}");
        }
        assert_eq!("CI".parse::<Country>().unwrap().name(), "Côte d'Ivoire");
        assert_eq!("TR".parse::<Country>().unwrap().name(), "Türkiye");
        assert_eq!("CI".parse::<Country>().unwrap().alpha3(), Some("CIV"));
        assert_eq!("XK".parse::<Country>().unwrap().alpha3(), Some("XKX"));
    }
}
