//! Internationalized addresses (RFC 6531).
//!
//! Outside of ASCII, the crate `email_address` accepts only letters and digits, and so refuses scripts that write vowels or tones
//! as marks. This module converts such an address to ASCII, so that the crate can check its form.

use url::Host;

/// Returns an ASCII address of the same form. `None` if the address has an invalid character.
pub(super) fn in_ascii(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    if !local.chars().all(|it| it.is_ascii() || is_local(it)) || local.len() > MAX_LOCAL_PART {
        return None;
    }
    let local: String = local.chars().map(|it| if it.is_ascii() { it } else { 'x' }).collect();
    Some(format!("{local}@{}", domain_in_ascii(domain)?))
}

/// The maximum length of the local part, in bytes of UTF-8.
const MAX_LOCAL_PART: usize = 64;

/// Returns a domain in its DNS form: `xn--…`.
fn domain_in_ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    // IDNA also maps other dots and full-width letters, but the address is sent as written, so they are refused.
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.') || is_domain(it);
    let has_bare_hyphen = |label: &str| label.starts_with('-') || label.ends_with('-');
    if !domain.chars().all(is_plain) || domain.split('.').any(has_bare_hyphen) {
        return None;
    }
    match Host::parse(domain) {
        Ok(Host::Domain(ascii)) => Some(ascii),
        _ => None,
    }
}

/// Returns whether a character outside of ASCII is accepted in a local part. RFC 6531 allows all; this excludes blanks,
/// punctuation, invisible characters, and full-width forms of ASCII.
fn is_local(character: char) -> bool {
    let is_left_out = matches!(character,
        '\u{80}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}'
        | '\u{61c}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}'
        | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe6f}' | '\u{feff}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{ffa0}'
        | '\u{ffe0}'..='\u{ffff}' | '\u{e0000}'..);
    !is_left_out
}

/// Returns whether a character outside of ASCII is accepted in a domain, which also excludes symbols and emoji.
fn is_domain(character: char) -> bool {
    is_local(character)
        && !matches!(character,
            '\u{2100}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{ff00}'..='\u{ffef}' | '\u{1d000}'..='\u{1dfff}'
            | '\u{1f000}'..='\u{1faff}')
}
