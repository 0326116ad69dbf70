//! The credentials of a request.

use std::fmt;

use crate::cow_str::CowStr;
use crate::secret::Secret;

/// A credential of a request. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization {
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// `Authorization: Basic …`
    Basic {
        /// The user name.
        user: Secret,
        /// The password.
        password: Secret,
    },
    /// `Authorization: <scheme> …`, for a scheme of the vendor's own.
    Scheme {
        /// The scheme: `Zoho-oauthtoken`.
        scheme: CowStr,
        /// The text after it.
        credentials: Secret,
    },
    /// A header with a name of its own. A signature of the request goes into one as well.
    Header {
        /// The name in lower case: `x-api-key`.
        name: CowStr,
        /// The value.
        value: Secret,
    },
    /// A query member. Prefer a header where the vendor takes one, because servers log addresses.
    Query {
        /// The name.
        name: CowStr,
        /// The value.
        value: Secret,
    },
}

impl Authorization {
    /// Returns the header's name, unless the credential is a query member.
    pub(crate) fn header_name(&self) -> Option<&str> {
        match self {
            Self::Bearer(_) | Self::Basic { .. } | Self::Scheme { .. } => Some("authorization"),
            Self::Header { name, .. } => Some(name),
            Self::Query { .. } => None,
        }
    }

    /// Returns the value of the header, unless the credential is a query member.
    pub(crate) fn header_text(&self) -> Option<String> {
        match self {
            Self::Bearer(token) => Some(format!("Bearer {}", token.expose())),
            Self::Basic { user, password } => Some(format!("Basic {}", base64_of(&pair(user, password)))),
            Self::Scheme { scheme, credentials } => Some(format!("{scheme} {}", credentials.expose())),
            Self::Header { value, .. } => Some(value.expose().to_owned()),
            Self::Query { .. } => None,
        }
    }

    /// Returns the name and the value of the query member, if the credential is one.
    pub(crate) fn query(&self) -> Option<(&str, &str)> {
        match self {
            Self::Query { name, value } => Some((name, value.expose())),
            _ => None,
        }
    }

    /// Returns whether this secret is a part of the credential.
    pub(crate) fn holds(&self, secret: &Secret) -> bool {
        self.secrets().iter().any(|text| text.contains(secret.expose()))
    }

    /// Returns the texts that no message may repeat: the credential in every form in which it is sent.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut secrets = match self {
            Self::Bearer(secret)
            | Self::Scheme { credentials: secret, .. }
            | Self::Header { value: secret, .. }
            | Self::Query { value: secret, .. } => vec![secret.expose().to_owned()],
            Self::Basic { user, password } => {
                let pair = pair(user, password);
                vec![user.expose().to_owned(), password.expose().to_owned(), base64_of(&pair), pair]
            }
        };
        secrets.extend(self.header_text());
        secrets
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bearer(_) => formatter.write_str("Bearer(..)"),
            Self::Basic { .. } => formatter.write_str("Basic(..)"),
            Self::Scheme { scheme, .. } => write!(formatter, "Scheme({scheme}, ..)"),
            Self::Header { name, .. } => write!(formatter, "Header({name}, ..)"),
            Self::Query { name, .. } => write!(formatter, "Query({name}, ..)"),
        }
    }
}

fn pair(user: &Secret, password: &Secret) -> String {
    format!("{}:{}", user.expose(), password.expose())
}

fn base64_of(pair: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(pair)
}
