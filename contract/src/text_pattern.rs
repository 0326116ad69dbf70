//! Recognizes numbers, UUIDs and media types by their form.

/// Returns whether the text is digits and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether the text is a UUID in its usual form.
pub(crate) fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

/// Returns whether the text is a media type with its parameters and nothing that could be secret.
pub(crate) fn is_media_type(text: &str) -> bool {
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || "/;= -+.".contains(it);
    text.len() <= 80 && text.contains('/') && text.chars().all(is_allowed)
}

/// Returns a media type in lower case, without its parameters.
pub(crate) fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_lowercase()
}
