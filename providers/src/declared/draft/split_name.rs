//! Divides a whole name into given and family name.

use crate::contact::Name;

/// Returns the given and the family name of a whole name: the last word is the family name, or the first in Chinese, Japanese
/// and Korean script. One word is a family name. A vendor with one of the two gets the whole name there.
pub(super) fn split(full: &str, has_given: bool, has_family: bool) -> (Option<String>, Option<String>) {
    let full = full.trim();
    let whole = Some(full.to_owned());
    match (has_given, has_family) {
        (true, true) => {}
        (true, false) => return (whole, None),
        (false, _) => return (None, whole),
    }
    if let Some((family, given)) = full.split_once(char::is_whitespace)
        && is_family_first(family, given)
    {
        return (Some(given.trim().to_owned()), Some(family.to_owned()));
    }
    match full.rsplit_once(char::is_whitespace) {
        Some((given, family)) => (Some(given.trim().to_owned()), Some(family.to_owned())),
        None => (None, whole),
    }
}

fn is_family_first(family: &str, given: &str) -> bool {
    let given: String = given.split_whitespace().collect();
    Name { given: Some(given), family: Some(family.to_owned()), ..Name::default() }.is_family_first()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_word_is_the_family_name_and_the_first_in_east_asian_scripts() {
        for (full, given, family) in [
            ("Ada King", Some("Ada"), "King"),
            ("Ada  Augusta King ", Some("Ada  Augusta"), "King"),
            ("Cher", None, "Cher"),
            ("山田 太郎", Some("太郎"), "山田"),
            ("王小明", None, "王小明"),
            ("김 철 수", Some("철 수"), "김"),
            ("王 Ada", Some("王"), "Ada"),
        ] {
            let expected = (given.map(str::to_owned), Some(family.to_owned()));
            assert_eq!(split(full, true, true), expected, "{full}");
        }
        assert_eq!(split("Ada King", true, false), (Some("Ada King".to_owned()), None));
        assert_eq!(split("Ada King", false, true), (None, Some("Ada King".to_owned())));
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_none_is_added(full in "[a-z山太]{1,4}( [a-z山太]{1,4}){0,3}") {
            let (given, family) = split(&full, true, true);
            let mut parts: Vec<String> = [given, family].into_iter().flatten()
                .flat_map(|part| part.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
            let mut words: Vec<String> = full.split_whitespace().map(str::to_owned).collect();
            parts.sort();
            words.sort();
            prop_assert_eq!(parts, words);
        }
    }
}
