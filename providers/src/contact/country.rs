//! An ISO 3166-1 country.
//!
//! Its rule: what is kept is the alpha-2 code; codes and the usual English and German names are read.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A country by its ISO 3166-1 alpha-2 code.
///
/// ```
/// use unicontact_providers::contact::Country;
///
/// assert_eq!("gbr".parse::<Country>()?.as_str(), "GB");
/// assert_eq!("Deutschland".parse::<Country>()?.as_str(), "DE");
/// # Ok::<(), unicontact_providers::contact::CountryError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(&'static str);

/// The text names no country. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a country (expected an ISO 3166-1 code such as GB)")]
pub struct CountryError;

/// Spellings that the ISO tables do not hold, folded to lower-case letters.
const SPELLINGS: &[(&str, &str)] = &[
    ("australien", "AU"),
    ("belgien", "BE"),
    ("bolivia", "BO"),
    ("brasilien", "BR"),
    ("côtedivoire", "CI"),
    ("deutschland", "DE"),
    ("dänemark", "DK"),
    ("elfenbeinküste", "CI"),
    ("england", "GB"),
    ("españa", "ES"),
    ("finnland", "FI"),
    ("frankreich", "FR"),
    ("greatbritain", "GB"),
    ("griechenland", "GR"),
    ("grossbritannien", "GB"),
    ("großbritannien", "GB"),
    ("holland", "NL"),
    ("indien", "IN"),
    ("indonesien", "ID"),
    ("irland", "IE"),
    ("italia", "IT"),
    ("italien", "IT"),
    ("ivorycoast", "CI"),
    ("kanada", "CA"),
    ("korea", "KR"),
    ("kosovo", "XK"),
    ("kroatien", "HR"),
    ("luxemburg", "LU"),
    ("mexiko", "MX"),
    ("moldova", "MD"),
    ("nederland", "NL"),
    ("netherlands", "NL"),
    ("neuseeland", "NZ"),
    ("niederlande", "NL"),
    ("northernireland", "GB"),
    ("norwegen", "NO"),
    ("polen", "PL"),
    ("polska", "PL"),
    ("rumänien", "RO"),
    ("russia", "RU"),
    ("russland", "RU"),
    ("schottland", "GB"),
    ("schweden", "SE"),
    ("schweiz", "CH"),
    ("scotland", "GB"),
    ("slowakei", "SK"),
    ("slowenien", "SI"),
    ("southkorea", "KR"),
    ("spanien", "ES"),
    ("suisse", "CH"),
    ("svizzera", "CH"),
    ("syria", "SY"),
    ("südafrika", "ZA"),
    ("tanzania", "TZ"),
    ("thenetherlands", "NL"),
    ("tschechien", "CZ"),
    ("turkey", "TR"),
    ("türkei", "TR"),
    ("türkiye", "TR"),
    ("uk", "GB"),
    ("ungarn", "HU"),
    ("unitedkingdom", "GB"),
    ("unitedstates", "US"),
    ("unitedstatesofamerica", "US"),
    ("usa", "US"),
    ("vereinigtekönigreich", "GB"),
    ("vereinigteskönigreich", "GB"),
    ("vereinigtestaaten", "US"),
    ("vietnam", "VN"),
    ("wales", "GB"),
    ("österreich", "AT"),
];

/// Names that nobody writes as the ISO tables have them.
const WRITTEN: &[(&str, &str)] = &[
    ("BO", "Bolivia"),
    ("BN", "Brunei"),
    ("FM", "Micronesia"),
    ("GB", "United Kingdom"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("MK", "North Macedonia"),
    ("PS", "Palestine"),
    ("RU", "Russia"),
    ("SY", "Syria"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VE", "Venezuela"),
    ("VN", "Vietnam"),
    ("XK", "Kosovo"),
];

impl Country {
    /// The alpha-2 code in upper case.
    pub fn as_str(&self) -> &str {
        self.0
    }

    /// The country's English name as people write it, where the tables have it, else its code.
    pub fn name(&self) -> &'static str {
        let written = WRITTEN.iter().find(|(code, _)| *code == self.0);
        let official = || celes::Country::from_alpha2(self.0).map_or(self.0, |country| country.long_name);
        written.map_or_else(official, |(_, name)| name).trim_start_matches("The ")
    }
}

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_text_as_v0_1(text)
    }
}

impl Country {
    /// Reads a country as version 0.1.0 did. This never changes: deliveries are recorded under what it read.
    #[doc(hidden)]
    pub fn from_text_as_v0_1(text: &str) -> Result<Self, CountryError> {
        let folded: String = text
            .chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if let Ok(place) = SPELLINGS.binary_search_by(|(spelling, _)| spelling.cmp(&&*folded)) {
            return Ok(Self(SPELLINGS[place].1));
        }
        if folded == "xk" {
            return Ok(Self("XK"));
        }
        celes::Country::from_alpha2(folded.to_uppercase())
            .or_else(|_| celes::Country::from_alpha3(folded.to_uppercase()))
            .or_else(|_| celes::Country::from_alias(&folded))
            .or_else(|_| celes::Country::from_name(&folded))
            .map(|country| Self(country.alpha2))
            .map_err(|_| CountryError)
    }
}

super::value_type!(Country, "country");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_spellings_is_sorted_and_every_code_is_known() {
        assert!(SPELLINGS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (_, code) in SPELLINGS {
            assert_eq!(code.parse::<Country>().unwrap().as_str(), *code);
        }
    }

    #[test]
    fn codes_names_and_common_spellings_are_read() {
        for (text, code) in [
            ("GB", "GB"),
            ("gbr", "GB"),
            ("U.K.", "GB"),
            ("U.S.A.", "US"),
            ("Germany", "DE"),
            ("The Netherlands", "NL"),
            ("Côte d'Ivoire", "CI"),
            ("South Korea", "KR"),
            ("Indonesia", "ID"),
            ("Österreich", "AT"),
        ] {
            assert_eq!(text.parse::<Country>().unwrap().as_str(), code, "{text}");
        }
        assert!("Atlantis".parse::<Country>().is_err());
        assert!("".parse::<Country>().is_err());
    }
}
