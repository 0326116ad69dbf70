//! What the keys of a credential may be called.

use super::super::credential::TOKEN;
use super::super::rules::Rules;
use super::super::table::TableReader;

/// Reports a key of the account whose name is that of the token that a credential fetches.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    let fetches = rules.credentials.iter().any(|credential| credential.token.is_some());
    if fetches && rules.account.key(TOKEN).is_some() {
        let message =
            "`{token}` is the token that [[auth]] fetches: give the key another name, such as `api_token`";
        top.report_member("account", TOKEN, message);
    }
}
