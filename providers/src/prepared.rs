//! A create that is ready to be sent.

use crate::authorization::Authorization;
use crate::draft::Draft;
use crate::secret::Secret;

/// A draft whose look-ups are resolved, with the credentials of this attempt. The pipeline sends it once.
#[derive(Debug, Clone)]
pub struct Prepared {
    draft: Draft,
    authorizations: Vec<Authorization>,
}

impl Prepared {
    /// Returns a request without credentials.
    pub fn new(draft: Draft) -> Self {
        Self { draft, authorizations: Vec::new() }
    }

    /// Adds a credential. The draft names its header or query member.
    #[must_use]
    pub fn with_authorization(mut self, authorization: Authorization) -> Self {
        self.authorizations.push(authorization);
        self
    }

    /// Returns the request.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Returns the request without its credentials.
    pub fn into_draft(self) -> Draft {
        self.draft
    }

    /// Returns the credentials.
    pub fn authorizations(&self) -> &[Authorization] {
        &self.authorizations
    }

    /// Returns the bearer token, if the request has one.
    pub fn bearer_token(&self) -> Option<&Secret> {
        self.authorizations.iter().find_map(|authorization| match authorization {
            Authorization::Bearer(token) => Some(token),
            _ => None,
        })
    }
}
