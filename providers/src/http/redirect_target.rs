//! Where a redirect leads, for a message.

/// Returns the host and the path of a `Location`, without scheme, user, parameters, query and fragment, which may hold credentials. `None`
/// where it names neither.
pub(crate) fn redirect_target(location: &str) -> Option<String> {
    let address = location.trim().split(['?', '#', ';']).next().unwrap_or_default();
    let target = match address.split_once("//").filter(|(before, _)| !before.contains('/')) {
        Some((_, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{host}/{path}")
        }
        None => address.to_owned(),
    };
    (!target.is_empty()).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_host_and_path_without_user_and_query() {
        for (location, target) in [
            ("https://login.example.com/sign-in?next=%2Fa&token=t0k#x", Some("login.example.com/sign-in")),
            ("https://ada:s3cret@example.com/a", Some("example.com/a")),
            ("https://example.com/a;jsessionid=t0k", Some("example.com/a")),
            ("//example.com", Some("example.com/")),
            (" /contacts/?a=//b ", Some("/contacts/")),
            ("?token=t0k", None),
            ("", None),
        ] {
            assert_eq!(redirect_target(location).as_deref(), target, "{location}");
        }
    }
}
