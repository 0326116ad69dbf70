//! Recognizes the login pages to which a `Location` leads.

/// Words of a path that lead to a login; in lower case.
const LOGIN_WORDS: &[&str] = &[
    "login",
    "logon",
    "signin",
    "signon",
    "sso",
    "auth",
    "oauth",
    "oauth2",
    "authenticate",
    "authentication",
    "authorize",
    "authorise",
    "authorization",
    "saml",
    "saml2",
    "oidc",
    "openid",
    "adfs",
    "idp",
];
/// Two words of a path that lead to a login: `/users/sign_in`.
const LOGIN_PAIRS: &[(&str, &str)] = &[("log", "in"), ("log", "on"), ("sign", "in"), ("sign", "on")];

/// Returns whether a `Location` leads to a login page. One that ends in an id does not: it may be the contact's.
pub(crate) fn is_login_page(location: &str) -> bool {
    let (before, fragment) = location.split_once('#').unwrap_or((location, ""));
    let address = before.split('?').next().unwrap_or_default();
    let (host, path) = split(address);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if is_id(last) {
        return false;
    }
    let is_host_alone = path.trim_matches('/').is_empty();
    names_login(path) || names_login(fragment) || (is_host_alone && names_login(host))
}

/// Returns the host, if the address names one, and the path.
fn split(address: &str) -> (&str, &str) {
    let Some((_, rest)) = address.split_once("//").filter(|(before, _)| !before.contains('/')) else {
        return ("", address);
    };
    rest.split_once('/').unwrap_or((rest, ""))
}

fn names_login(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split('/').any(|segment| {
        let words: Vec<&str> = segment.split(|it: char| !it.is_ascii_alphanumeric()).collect();
        let is_login = |word: &&str| {
            LOGIN_WORDS.contains(word)
                || ["login", "signin", "logon"].iter().any(|it| word.starts_with(it) || word.ends_with(it))
        };
        words.iter().any(is_login) || words.windows(2).any(|pair| LOGIN_PAIRS.contains(&(pair[0], pair[1])))
    })
}

/// Returns whether a segment may be an id: it holds a digit, and names neither a login nor a version of one.
fn is_id(segment: &str) -> bool {
    segment.bytes().any(|byte| byte.is_ascii_digit()) && !names_login(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_page_is_known_by_its_path_or_a_host_without_one() {
        for location in [
            "https://login.example.com/?return=contacts",
            "https://example.com/login",
            "/login?next=/contacts/5",
            "/users/sign_in",
            "Account/LogOn",
            "/auth/realms/x/protocol/openid-connect/auth?client_id=a",
            "https://accounts.example.com/ServiceLogin?continue=https://example.com/contacts/5",
            "https://sso.example.com",
            "//auth.example.com/",
            "/oauth2/authorize",
            "https://app.example.com/#/login",
            "/signin.aspx",
            "../sso/",
        ] {
            assert!(is_login_page(location), "{location}");
        }
        for location in [
            "",
            "/",
            "/contacts/5",
            "https://api.example.com/contacts/5?from=login",
            "https://login.example.com/contacts/5",
            "/auth/contacts/5/",
            "/login/d46a122c-0bb3-4a7a-8c27-2138d3d3ab06",
            "/sso/contacts/507f1f77bcf86cd799439011",
            "/auth/people/c_8fk2",
            "/authors/ada",
            "/catalog/index",
            "contacts?created=1",
            "//",
        ] {
            assert!(!is_login_page(location), "{location}");
        }
    }
}
