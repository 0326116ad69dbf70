//! Addresses with characters outside of ASCII (RFC 6531).
//!
//! The crate `email_address` takes only letters and digits outside of ASCII, so it refuses every script that writes vowels
//! or tones as marks. Here such an address is put into ASCII, for the crate to check its form.

use url::Host;

/// Returns an ASCII address of the same form. `None` where a character stands that no address has.
pub(super) fn in_ascii(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    if !local.chars().all(|it| it.is_ascii() || is_local(it)) || local.len() > LONGEST_LOCAL_PART {
        return None;
    }
    let local: String = local.chars().map(|it| if it.is_ascii() { it } else { 'x' }).collect();
    Some(format!("{local}@{}", domain_in_ascii(domain)?))
}

/// The longest local part, in bytes of UTF-8.
const LONGEST_LOCAL_PART: usize = 64;

/// Returns a domain in the form in which the DNS has it: `xn--…`.
fn domain_in_ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    // IDNA's mapping would accept other dots and full-width letters, which the address would then be sent with.
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.') || is_of_a_domain(it);
    let has_bare_hyphen = |label: &str| label.starts_with('-') || label.ends_with('-');
    if !domain.chars().all(is_plain) || domain.split('.').any(has_bare_hyphen) {
        return None;
    }
    match Host::parse(domain) {
        Ok(Host::Domain(ascii)) => Some(ascii),
        _ => None,
    }
}

/// Whether a character outside of ASCII may stand before the `@`. RFC 6531 allows all; left out are those that nobody means:
/// blanks, quotation marks and other punctuation, what has no width, full-width forms of ASCII.
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

/// Whether a character outside of ASCII may stand in a domain name: no symbols and no emoji either.
fn is_of_a_domain(character: char) -> bool {
    is_local(character)
        && !matches!(character,
            '\u{2100}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{ff00}'..='\u{ffef}' | '\u{1d000}'..='\u{1dfff}'
            | '\u{1f000}'..='\u{1faff}')
}
