//! Makes up values for the secrets of a provider, which its vendor refuses.

use std::collections::BTreeMap;

use crate::fixture::is_account_name;

const LETTERS: &str = "xqzjvkwy";
const HEX_LETTERS: &str = "fbdaec";
const DIGITS: &str = "7194";

/// Returns a made-up value for each credential that is a secret, by its key. Credentials that name an account, such as `email` and
/// `client_id`, are not among them: the account stays the same.
///
/// A value has the length and the form of the secret: letters stand where it has letters, digits where it has digits, and all
/// other characters stay. It shows nothing else of the secret.
///
/// ```
/// use unicontact_contract::made_up_credentials;
///
/// let wrong = made_up_credentials([("email", "ada@example.com"), ("password", "Engine-1842")]);
/// assert_eq!(wrong["password"], "Xqzjvk-7194");
/// assert!(!wrong.contains_key("email"));
/// ```
pub fn made_up_credentials<'a>(
    credentials: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<String, String> {
    let secrets = credentials.into_iter().filter(|(key, _)| !is_account_name(key));
    secrets.map(|(key, secret)| (key.to_owned(), made_up(secret))).collect()
}

fn made_up(secret: &str) -> String {
    let is_hex = secret.chars().filter(|it| it.is_alphabetic()).all(|it| it.is_ascii_hexdigit());
    let mut letters = if is_hex { HEX_LETTERS } else { LETTERS }.chars().cycle();
    let mut digits = DIGITS.chars().cycle();
    let other = |it: char| match it {
        _ if it.is_numeric() => digits.next(),
        _ if it.is_uppercase() => letters.next().map(|letter| letter.to_ascii_uppercase()),
        _ if it.is_alphabetic() => letters.next(),
        _ => Some(it),
    };
    let made_up: String = secret.chars().filter_map(other).collect();
    if made_up == secret { format!("{made_up}{LETTERS}") } else { made_up }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_made_up_secret_has_the_form_of_the_secret() {
        assert_eq!(made_up("pat-eu1-0F4C"), "xqz-jv7-1K9W");
        assert_eq!(made_up("9f86d081-884c7d65"), "7f19b471-947d1a94");
        assert_eq!(made_up("~~"), "~~xqzjvkwy");
    }

    proptest! {
        #[test]
        fn no_made_up_secret_is_the_secret(secret in ".{0,40}|[fbdaec7194]{1,12}") {
            prop_assert_ne!(made_up(&secret), secret);
        }
    }
}
