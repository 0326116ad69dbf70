//! Identifiers of a vendor, such as `hs_lead_status` and `CustomerPriority`. A word of the contact inside one stays: the message
//! would otherwise not name what a person has to correct.

/// The minimum number of letters of a part that is the vendor's own. A shorter one may belong to a user name, as in `ada_k`.
const MIN_OWN_LETTERS: usize = 2;
/// The maximum number of letters of a part that is a word of the contact. A longer one tells too much of the contact.
const MAX_MATCHED_LETTERS: usize = 7;
/// The separators of the parts of a code.
const CODE_SEPARATORS: [char; 3] = ['_', '-', '.'];

/// The parts of an identifier, by whether a value of the contact matches them.
struct Parts {
    own: usize,
    matched: usize,
}

/// Returns the end of the ASCII letters, digits and underscores that begin at `start`. `None` inside or beside another word.
pub(super) fn end_at(text: &[char], start: usize) -> Option<usize> {
    if start.checked_sub(1).is_some_and(|before| is_part_of_word(text[before])) {
        return None;
    }
    let length = text[start..].iter().take_while(|it| it.is_ascii_alphanumeric() || **it == '_').count();
    let end = start + length;
    let is_cut = text.get(end).is_some_and(|after| is_part_of_word(*after));
    (length > 0 && !is_cut).then_some(end)
}

/// Returns whether a word of a message is an identifier that stays: more of its parts are the vendor's than are the contact's. `is_matched` says whether a value of the contact matches the character at an index.
pub(super) fn stays_in_text(word: &[char], is_matched: impl Fn(usize) -> bool) -> bool {
    parts_of(word, &['_'], is_matched).is_some_and(|parts| parts.own > parts.matched)
}

/// Returns whether a code is an identifier that stays: one of its parts is the vendor's.
pub(super) fn stays_as_code(code: &[char], is_matched: impl Fn(usize) -> bool) -> bool {
    let is_part = |it: &char| it.is_ascii_alphanumeric() || CODE_SEPARATORS.contains(it);
    code.iter().all(is_part)
        && parts_of(code, &CODE_SEPARATORS, is_matched).is_some_and(|parts| parts.own > 0)
}

/// Counts the parts of a word. `None` if a value matches a digit, a separator or a long part: it is then more than a word of an
/// identifier.
fn parts_of(word: &[char], separators: &[char], is_matched: impl Fn(usize) -> bool) -> Option<Parts> {
    let mut parts = Parts { own: 0, matched: 0 };
    let mut start = 0;
    for end in 1..=word.len() {
        let is_end = match (word[end - 1], word.get(end)) {
            (_, None) => true,
            (before, Some(after)) => {
                separators.contains(after)
                    || separators.contains(&before)
                    || (before.is_ascii_lowercase() && after.is_ascii_uppercase())
            }
        };
        if !is_end {
            continue;
        }
        let part = start..end;
        start = end;
        let is_letter = |index: &usize| word[*index].is_ascii_alphabetic();
        let matched: Vec<usize> = part.clone().filter(|index| is_matched(*index)).collect();
        if !matched.iter().all(is_letter) || (!matched.is_empty() && part.len() > MAX_MATCHED_LETTERS) {
            return None;
        }
        if !matched.is_empty() {
            parts.matched += 1;
        } else if part.filter(is_letter).count() >= MIN_OWN_LETTERS {
            parts.own += 1;
        }
    }
    Some(parts)
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
