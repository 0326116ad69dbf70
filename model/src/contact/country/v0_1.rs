//! Parsing of countries as in version 0.1.0. Never changes: journals of 0.1.0 record deliveries under these values.

/// Spellings beyond the ISO tables, folded to lower-case letters.
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

/// Returns the code of the country that version 0.1.0 read from a text.
pub(super) fn code(text: &str) -> Option<&'static str> {
    let folded: String =
        text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if let Ok(index) = SPELLINGS.binary_search_by(|(spelling, _)| spelling.cmp(&&*folded)) {
        return Some(SPELLINGS[index].1);
    }
    if folded == "xk" {
        return Some("XK");
    }
    celes::Country::from_alpha2(folded.to_uppercase())
        .or_else(|_| celes::Country::from_alpha3(folded.to_uppercase()))
        .or_else(|_| celes::Country::from_alias(&folded))
        .or_else(|_| celes::Country::from_name(&folded))
        .map(|country| country.alpha2)
        .ok()
}
