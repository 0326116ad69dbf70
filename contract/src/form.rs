//! What a text looks like.
//!
//! Rule: the form alone, whatever the text is about.

/// Whether it is digits and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a UUID in its usual form.
pub(crate) fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

/// Whether it is nothing but a type with parameters, and may be shown.
pub(crate) fn is_media_type(text: &str) -> bool {
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || "/;= -+.".contains(it);
    text.len() <= 80 && text.contains('/') && text.chars().all(is_allowed)
}
