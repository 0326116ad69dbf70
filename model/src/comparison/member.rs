//! The names that vendors give to the members of a contact that identify it.

use super::ValueKind;

/// The members of a contact's whole name, without case and punctuation.
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
/// The members of the parts of a name, in the order of the parts.
const NAME_PARTS: [&[&str]; 3] = [
    &["firstname", "givenname", "forename", "given", "fname", "namefirst"],
    &["middlename", "additionalname", "middle"],
    &["lastname", "familyname", "surname", "family", "lname", "namelast"],
];
/// The ends of members about an address or a number that hold something else.
const OTHER_ENDS: &[&str] = &[
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

/// A member that identifies a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Name,
    /// The number of the part in the order given, middle, family.
    NamePart(usize),
    /// E-mail addresses or telephone numbers.
    Channel(ValueKind),
}

/// Returns what the member with this name holds, if it identifies the contact.
pub(super) fn member(name: &str) -> Option<Member> {
    if !may_identify(name) {
        return None;
    }
    let name: String = name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if NAMES.contains(&name.as_str()) {
        return Some(Member::Name);
    }
    if let Some(part) = NAME_PARTS.iter().position(|names| names.contains(&name.as_str())) {
        return Some(Member::NamePart(part));
    }
    if OTHER_ENDS.iter().any(|end| name.ends_with(end)) {
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

/// Returns whether a member may identify a contact, without building another text: most members do not.
pub fn may_identify(name: &str) -> bool {
    const OTHERS: [&str; 3] = ["forename", "middle", "msisdn"];
    let bytes = name.as_bytes();
    let begins_part = |start: usize| {
        let begins = |part: &[u8]| {
            bytes.get(start..start + part.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(part))
        };
        // By the first letter, since every member of every answer is looked at.
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
