//! The order of the parts of a name in Chinese, Japanese and Korean, where the family name comes first.

use super::Name;

/// Family names of two characters in Chinese. Other family names of two characters are Japanese.
const CHINESE_COMPOUNDS: [&str; 30] = [
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "皇甫", "司徒", "东方", "東方", "尉迟", "尉遲",
    "公孙", "公孫", "慕容", "令狐", "长孙", "長孫", "宇文", "司空", "南宫", "南宮", "夏侯", "独孤", "獨孤",
    "轩辕", "軒轅", "端木", "百里",
];

/// Returns the given and the family name as they are written in East Asia, the family name first: `山田 太郎`, `王小明`,
/// `김철수`. `None` for a name in another script.
///
/// A Japanese name has a space between them, a Chinese or Korean name has none.
pub(super) fn family_first(name: &Name) -> Option<String> {
    let Name { full: _, prefix: _, given, middle, family, suffix: _ } = name;
    let (given, family) = (given.as_deref()?, family.as_deref()?);
    let is_east_asian = |part: &str| !part.is_empty() && part.chars().all(is_east_asian);
    if middle.is_some() || !is_east_asian(given) || !is_east_asian(family) {
        return None;
    }
    let separator = if has_space(given, family) { " " } else { "" };
    Some(format!("{family}{separator}{given}"))
}

/// Returns whether a name is Japanese: it has kana, or a family name that is none in Chinese or Korean.
fn has_space(given: &str, family: &str) -> bool {
    if given.chars().chain(family.chars()).any(is_kana) {
        return true;
    }
    let is_short = family.chars().nth(1).is_none();
    !is_short && !family.chars().any(is_hangul) && !CHINESE_COMPOUNDS.contains(&family)
}

fn is_east_asian(character: char) -> bool {
    let is_han = matches!(
        character,
        '\u{3005}'..='\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
    );
    is_han || is_kana(character) || is_hangul(character)
}

fn is_kana(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}')
}

fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(family: &str, given: &str) -> Option<String> {
        let (family, given) = (Some(family.to_owned()), Some(given.to_owned()));
        Name { given, family, ..Name::default() }.display()
    }

    #[test]
    fn the_family_name_comes_first_in_east_asian_scripts() {
        for (family, given, whole) in [
            ("山田", "太郎", "山田 太郎"),
            ("佐々木", "花子", "佐々木 花子"),
            ("ヤマダ", "タロウ", "ヤマダ タロウ"),
            ("林", "さくら", "林 さくら"),
            ("王", "小明", "王小明"),
            ("欧阳", "娜娜", "欧阳娜娜"),
            ("김", "철수", "김철수"),
            ("남궁", "민수", "남궁민수"),
            ("King", "Ada", "Ada King"),
            ("王", "Ada", "Ada 王"),
            ("Wang", "小明", "小明 Wang"),
            ("Kovács", "Győző", "Győző Kovács"),
        ] {
            assert_eq!(display(family, given).as_deref(), Some(whole));
        }
    }

    #[test]
    fn what_stands_before_and_behind_a_name_stays_there() {
        let text = |text: &str| Some(text.to_owned());
        let name =
            Name { given: text("太郎"), family: text("山田"), suffix: text("様"), ..Name::default() };
        assert_eq!(name.display(), text("山田 太郎 様"));
        let name = Name { prefix: text("Dr."), suffix: None, ..name };
        assert_eq!(name.display(), text("Dr. 山田 太郎"));
        let whole = Name { full: text("太郎 山田"), ..name };
        assert_eq!(whole.display(), text("太郎 山田"), "a whole name stays as it is written");
        assert_eq!(Name { given: text("太郎"), ..Name::default() }.display(), text("太郎"));
    }
}
