//! Hides what a client sent where a credential belongs. It may be a real one.

use crate::credentials::SECRET_PLACEHOLDER;
use crate::difference::Difference;

const HIDDEN: &str = "another value";
/// Parts of the names of headers and members that hold credentials.
const NAMES: [&str; 8] = ["authorization", "cookie", "key", "login", "pass", "secret", "session", "token"];

/// Returns the differences with [`HIDDEN`] for each value that may be a credential.
pub(super) fn without_credentials(differences: Vec<Difference>) -> Vec<Difference> {
    differences.into_iter().map(without_credential).collect()
}

fn without_credential(mut difference: Difference) -> Difference {
    if difference.place.ends_with(" path") {
        difference.actual = without_values(&difference.actual);
    } else if difference.actual != "nothing" && is_credential(&difference) {
        HIDDEN.clone_into(&mut difference.actual);
    }
    difference
}

fn is_credential(difference: &Difference) -> bool {
    difference.expected.contains(SECRET_PLACEHOLDER) || is_name_of_one(&difference.place)
}

fn is_name_of_one(text: &str) -> bool {
    let text = text.to_lowercase();
    NAMES.iter().any(|name| text.contains(name))
}

/// Returns a path without the values of those members of its query that may hold a credential.
fn without_values(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let members = query.split('&').map(|member| match member.split_once('=') {
        Some((name, value)) if value != SECRET_PLACEHOLDER && is_name_of_one(name) => {
            format!("{name}=[{HIDDEN}]")
        }
        _ => member.to_owned(),
    });
    format!("{path}?{}", members.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_where_a_credential_belongs_is_hidden() {
        for (place, expected, actual, shown) in [
            ("request 1 header authorization", "Bearer [secret]", "Bearer real", "another value"),
            ("request 1 header authorization", "nothing", "Basic cmVhbA==", "another value"),
            ("request 1 header authorization", "Bearer [secret]", "nothing", "nothing"),
            ("request 1 form client_secret", "nothing", "real", "another value"),
            ("request 1 body.user", "\"[secret]\"", "\"real\"", "another value"),
            ("request 1 body.name", "\"Ada\"", "\"Bo\"", "\"Bo\""),
            ("request 1 path", "/a?q=1", "/b?q=2&api_key=real", "/b?q=2&api_key=[another value]"),
            ("request 1 path", "/a", "/b", "/b"),
        ] {
            let difference = Difference {
                place: place.to_owned(),
                expected: expected.to_owned(),
                actual: actual.to_owned(),
            };
            assert_eq!(without_credentials(vec![difference])[0].actual, shown, "{place}");
        }
    }
}
