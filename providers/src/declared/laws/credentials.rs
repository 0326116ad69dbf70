//! What the keys of a credential may be called.

use super::super::credential::{Credential, TOKEN};
use super::super::rules::Rules;
use super::super::table::TableReader;

/// Reports a key of the account that is called like the token that a credential fetches. Where another credential sends the key,
/// that one fetches nothing, and each `{token}` has one meaning.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    let sends_key = |credential: &Credential| {
        credential.token.is_none() && credential.keys().iter().any(|key| key == TOKEN)
    };
    let is_ambiguous = rules.credentials.iter().any(|credential| credential.token.is_some())
        && !rules.credentials.iter().any(sends_key);
    if is_ambiguous && rules.account.key(TOKEN).is_some() {
        let message =
            "`{token}` is the token that [[auth]] fetches: give the key another name, such as `api_token`";
        top.report_member("account", TOKEN, message);
    }
}
