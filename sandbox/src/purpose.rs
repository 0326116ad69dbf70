//! The purpose of a request, found from its method and path before any stand-in sees it.

use axum::http::Method;

/// The purpose of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Create,
    Login,
    /// A list of contacts, or one of them.
    ReadContacts,
    Read,
}

impl Purpose {
    /// The purpose at any of the four vendors.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match (method, segments.as_slice()) {
            (
                &Method::POST,
                ["connect", "token"] | ["api", "v1", "authenticate"] | ["api", "authenticate"],
            ) => Self::Login,
            (
                &Method::POST,
                [_, "contact", "create", _]
                | ["api", "v1", "organisation", _, "contact"]
                | [_, "contacts"]
                | ["api", "contactrz"],
            ) => Self::Create,
            (
                &Method::GET,
                ["api", "v1", "organisation", _, "contact"] | ["api", "v1", "organisation", _, "contact", _],
            ) => Self::ReadContacts,
            _ => Self::Read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_its_purpose() {
        for (method, path, purpose) in [
            (Method::POST, "/connect/token", Purpose::Login),
            (Method::POST, "/api/v1/authenticate", Purpose::Login),
            (Method::POST, "/api/authenticate", Purpose::Login),
            (Method::POST, "/v1.0/contact/create/38", Purpose::Create),
            (Method::POST, "/api/v1/organisation/42/contact", Purpose::Create),
            (Method::POST, "/7/contacts", Purpose::Create),
            (Method::POST, "/api/contactrz", Purpose::Create),
            (Method::GET, "/api/v1/organisation/42/contact", Purpose::ReadContacts),
            (Method::GET, "/api/v1/organisation/42/contact/1", Purpose::ReadContacts),
            (Method::GET, "/api/v1/organisation/my", Purpose::Read),
            (Method::GET, "/api/v1/country", Purpose::Read),
            (Method::POST, "/v1.0/organization-user/filter-users/38", Purpose::Read),
            (Method::GET, "/", Purpose::Read),
        ] {
            assert_eq!(Purpose::of(&method, path), purpose, "{method} {path}");
        }
    }
}
