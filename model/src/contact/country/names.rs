//! Search of a table with the names of countries in many languages.

use super::fold::fold;

/// The table: one folded name and its code per line, sorted by the bytes of the name. `data/cldr/README.md` describes how it is generated.
const TABLE: &str = include_str!("../../../data/country-names.tsv");

/// Folded prefixes of the official names of states.
const FORMS_OF_STATE: [&str; 62] = [
    "arabischerepublik",
    "arabrepublic",
    "bundesrepublik",
    "commonwealth",
    "cooperativerepublic",
    "democraticrepublic",
    "democraticsocialistrepublic",
    "democratischerepubliek",
    "demokratischerepublik",
    "federaldemocraticrepublic",
    "federalerepubliek",
    "federalrepublic",
    "federation",
    "federativerepublic",
    "formeryugoslavrepublic",
    "furstentum",
    "grandduchy",
    "grossherzogtum",
    "independentstate",
    "islamicrepublic",
    "islamischerepublik",
    "islamitischerepubliek",
    "kingdom",
    "konigreich",
    "koninkrijk",
    "peoplesdemocraticrepublic",
    "peoplesrepublic",
    "principadode",
    "principality",
    "regnodi",
    "reinode",
    "reinodela",
    "repubblicadel",
    "repubblicadi",
    "repubblicaislamicadi",
    "republic",
    "republicade",
    "republicadel",
    "republicadela",
    "republicado",
    "republicaislamicade",
    "republiek",
    "republik",
    "republiqued",
    "republiquede",
    "republiquedela",
    "republiquedu",
    "republiqueislamiqued",
    "royaumed",
    "royaumede",
    "royaumedu",
    "socialistrepublic",
    "staat",
    "state",
    "statodi",
    "union",
    "vereinigterepublik",
    "volksrepubliek",
    "volksrepublik",
    "vorstendom",
    "республика",
    "республіка",
];

/// Countries that share their short name with another country, so that the prefix distinguishes them.
const AMBIGUOUS_REPUBLICS: [&str; 6] = ["CD", "CG", "CN", "KP", "KR", "TW"];

/// Returns the code of the country with this name.
pub(super) fn code(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    find(&folded).or_else(|| {
        let short = FORMS_OF_STATE.iter().filter_map(|form| folded.strip_prefix(form));
        short.filter_map(find).find(|code| !AMBIGUOUS_REPUBLICS.contains(code))
    })
}

fn find(folded: &str) -> Option<&'static str> {
    let mut rest = TABLE;
    while !rest.is_empty() {
        let middle =
            rest.as_bytes()[..rest.len() / 2].iter().rposition(|byte| *byte == b'\n').map_or(0, |it| it + 1);
        let (before, from) = rest.split_at(middle);
        let (line, after) = from.split_once('\n')?;
        let (name, code) = line.split_once('\t')?;
        match folded.cmp(name) {
            std::cmp::Ordering::Equal => return Some(code),
            std::cmp::Ordering::Less => rest = before,
            std::cmp::Ordering::Greater => rest = after,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_is_found() {
        for line in TABLE.lines() {
            let (name, code) = line.split_once('\t').unwrap();
            assert_eq!(find(name), Some(code), "{name}");
        }
        assert_eq!(find(""), None);
        assert_eq!(find("atlantis"), None);
    }

    #[test]
    fn the_official_name_of_a_state_is_found() {
        for (name, code) in [
            ("Republic of Poland", Some("PL")),
            ("Kingdom of Norway", Some("NO")),
            ("Federal Republic of Nigeria", Some("NG")),
            ("República de Chile", Some("CL")),
            ("Democratic Republic of Korea", None),
            ("République de Chine", None),
            ("Volksrepublik Korea", None),
            ("Königreich Schweden", Some("SE")),
            ("Repubblica di San Marino", Some("SM")),
            ("Республика Казахстан", Some("KZ")),
        ] {
            assert_eq!(super::code(name), code, "{name}");
        }
    }
}
