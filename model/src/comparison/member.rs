//! The member names under which vendors return the identifying values of a contact.

use super::agreement::ValueKind;

/// Member names of a whole name, in lower case without punctuation.
const NAMES: &[&str] = &[
    "name",
    "fullname",
    "displayname",
    "contactname",
    "personname",
    "printname",
    "formattedname",
    "completename",
    "namefull",
];
/// Member names of the parts of a name, in the order given, middle, family.
const NAME_PARTS: [&[&str]; 3] = [
    &["firstname", "givenname", "forename", "given", "fname", "namefirst"],
    &["middlename", "additionalname", "middle"],
    &["lastname", "familyname", "surname", "family", "lname", "namelast"],
];
/// Suffixes of member names that mention an address or a number but hold something else.
const OTHER_SUFFIXES: &[&str] = &[
    "id",
    "at",
    "type",
    "kind",
    "label",
    "code",
    "country",
    "confirmed",
    "verified",
    "status",
    "optin",
    "name",
];

/// The meaning of a member that identifies a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Name,
    /// A part of a name, as its index in the order given, middle, family.
    NamePart(usize),
    /// An e-mail address or a telephone number, or several.
    Channel(ValueKind),
}

/// Returns the meaning of a member, if it identifies the contact.
pub(super) fn member(name: &str) -> Option<Member> {
    if !may_identify(name) {
        return None;
    }
    let name = letters_and_digits(name);
    if NAMES.contains(&name.as_str()) {
        return Some(Member::Name);
    }
    if let Some(part) = NAME_PARTS.iter().position(|names| names.contains(&name.as_str())) {
        return Some(Member::NamePart(part));
    }
    if OTHER_SUFFIXES.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    let holds = |part: &str| name.contains(part);
    if holds("email") || matches!(name.as_str(), "mail" | "mails" | "mailaddress") {
        Some(Member::Channel(ValueKind::EmailAddress))
    } else if holds("phone")
        || holds("mobile")
        || matches!(name.as_str(), "tel" | "telefon" | "fax" | "cell" | "msisdn")
    {
        Some(Member::Channel(ValueKind::PhoneNumber))
    } else {
        None
    }
}

/// Returns the letters and digits of a name in lower case.
fn letters_and_digits(name: &str) -> String {
    if name.is_ascii() {
        let mut name = name.to_ascii_lowercase();
        name.retain(|it| it.is_ascii_alphanumeric());
        return name;
    }
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns whether a JSON member of this name may hold an identifying value. A cheap check that allocates nothing, for
/// readers that skip all other members of an answer.
///
/// ```
/// use unicontact_model::comparison::may_identify;
///
/// assert!(may_identify("primaryEmail"));
/// assert!(!may_identify("created_at"));
/// ```
pub fn may_identify(name: &str) -> bool {
    const OTHERS: [&str; 3] = ["forename", "middle", "msisdn"];
    let bytes = name.as_bytes();
    let begins_part = |start: usize| {
        let begins = |part: &[u8]| {
            bytes.get(start..start + part.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(part))
        };
        // Dispatch on the first letter: this runs for every member of every answer.
        match bytes[start].to_ascii_lowercase() {
            b'n' => begins(b"name"),
            b'm' => begins(b"mail") || begins(b"mobile"),
            b'p' => begins(b"phone"),
            b't' => begins(b"tel"),
            b'f' => begins(b"fax") || begins(b"family"),
            b'c' => begins(b"cell"),
            b'g' => begins(b"given"),
            _ => false,
        }
    };
    (0..bytes.len()).any(begins_part) || OTHERS.iter().any(|other| name.eq_ignore_ascii_case(other))
}
