//! Display names of contacts. In Chinese, Japanese and Korean script the family name comes first.

use super::unified_contact::{ContactKind, Name, UnifiedContact};

/// Chinese family names of two characters. All other family names of two Han characters are Japanese.
const CHINESE_COMPOUNDS: [&str; 30] = [
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "皇甫", "司徒", "东方", "東方", "尉迟", "尉遲",
    "公孙", "公孫", "慕容", "令狐", "长孙", "長孫", "宇文", "司空", "南宫", "南宮", "夏侯", "独孤", "獨孤",
    "轩辕", "軒轅", "端木", "百里",
];

impl Name {
    /// Returns the full name, or its parts joined in the order prefix, given, middle, family, suffix. In Chinese, Japanese and
    /// Korean script the family name comes before the given name.
    ///
    /// ```
    /// use unicontact_model::contact::Name;
    ///
    /// let name = |given: &str, family: &str| Name {
    ///     given: Some(given.to_owned()),
    ///     family: Some(family.to_owned()),
    ///     ..Name::default()
    /// };
    /// assert_eq!(name("Ada", "King").display().as_deref(), Some("Ada King"));
    /// assert_eq!(name("太郎", "山田").display().as_deref(), Some("山田 太郎"));
    /// ```
    pub fn display(&self) -> Option<String> {
        if self.full.is_some() {
            return self.full.clone();
        }
        let Self { full: _, prefix, given, middle, family, suffix } = self;
        if let Some(both) = family_first(self) {
            let parts = [prefix.as_deref(), Some(both.as_str()), suffix.as_deref()];
            return Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        let parts: Vec<&str> =
            [prefix, given, middle, family, suffix].into_iter().filter_map(Option::as_deref).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Returns whether [`display`](Self::display) puts the family name first.
    pub fn is_family_first(&self) -> bool {
        family_first(self).is_some()
    }
}

impl UnifiedContact {
    /// Returns the name of a person, or else the name of its organization. For an organization the other way round.
    pub fn display_name(&self) -> Option<String> {
        let person = || self.name.as_ref().and_then(Name::display);
        let organization = || self.organization.as_ref().and_then(|it| it.name.clone());
        match self.kind {
            ContactKind::Person => person().or_else(organization),
            ContactKind::Organization => organization().or_else(person),
        }
    }
}

/// Returns family and given name in East Asian order: `山田 太郎`, `王小明`, `김철수`. A Japanese name has a space between
/// them, a Chinese or Korean name has none. `None` for a name in another script.
fn family_first(name: &Name) -> Option<String> {
    let Name { full: _, prefix: _, given, middle, family, suffix: _ } = name;
    let (given, family) = (given.as_deref()?, family.as_deref()?);
    let is_east_asian = |part: &str| !part.is_empty() && part.chars().all(is_east_asian);
    if middle.is_some() || !is_east_asian(given) || !is_east_asian(family) {
        return None;
    }
    let separator = if has_space(given, family) { " " } else { "" };
    Some(format!("{family}{separator}{given}"))
}

/// Returns whether a name is written with a space: it is Japanese, by its kana or its family name.
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
    fn prefix_suffix_and_full_name_keep_their_places() {
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
