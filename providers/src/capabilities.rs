//! The capabilities of a provider. Only what the vendor documents is claimed, and the contract suite tests every claim.

use std::time::Duration;

use serde::Serialize;

use crate::dedupe::Dedupe;
use crate::draft::MappingRow;

/// The capabilities of a provider.
///
/// ```
/// use unicontact_providers::{Capabilities, Dedupe};
///
/// let capabilities = Capabilities { find: true, ..Capabilities::default() };
/// assert_eq!(capabilities.dedupe, Dedupe::Never);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Capabilities {
    /// The protection of the vendor against a second contact from a repeated create.
    pub dedupe: Dedupe,
    /// Whether [`find`](crate::ContactProvider::find) works.
    pub find: bool,
    /// Whether one request serves many searches, so that [`find_many`](crate::ContactProvider::find_many) is efficient.
    #[serde(skip)]
    pub lists: bool,
    /// Whether [`check`](crate::ContactProvider::check) works.
    pub check: bool,
    /// The maximum time for which the vendor processes a request, if documented.
    #[serde(skip)]
    pub longest_request: Option<Duration>,
    /// The time after which [`find`](crate::ContactProvider::find) sees a new contact. Zero if the vendor documents none.
    #[serde(skip)]
    pub search_lag: Duration,
    /// The vendor's fields and their limits.
    pub fields: &'static [MappingRow],
}
