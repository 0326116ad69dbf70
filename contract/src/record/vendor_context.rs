//! What is the same for all recordings of a vendor.

use crate::adapters::Adapters;
use crate::fixture::ProviderDocument;
use crate::folder::Fixtures;
use crate::live_provider::LiveProvider;
use crate::request_match::AccountSegments;

/// The vendor of a recording, with its fixtures and its description.
pub(super) struct VendorContext<'a> {
    pub(super) fixtures: &'a Fixtures,
    pub(super) live: &'a dyn LiveProvider,
    pub(super) adapters: &'a dyn Adapters,
    /// The vendor's provider document.
    pub(super) defaults: ProviderDocument,
    pub(super) accounts: AccountSegments<'a>,
    /// The headers and query members that hold a credential, beside the authorization.
    pub(super) credential_members: Vec<String>,
    /// The names of the members that the vendor's description reads, if it has one.
    pub(super) described_names: Vec<String>,
}

impl<'a> VendorContext<'a> {
    pub(super) fn new(
        fixtures: &'a Fixtures,
        live: &'a dyn LiveProvider,
        adapters: &'a dyn Adapters,
    ) -> Self {
        let description = adapters.description(live.vendor());
        let (credential_members, described_names) = match &description {
            Some(description) => (
                description.credential_members().map(str::to_owned).collect(),
                description.member_names().into_iter().map(str::to_owned).collect(),
            ),
            None => (Vec::new(), Vec::new()),
        };
        Self {
            fixtures,
            live,
            adapters,
            defaults: fixtures.provider(live.vendor()).cloned().unwrap_or_default(),
            accounts: AccountSegments::new(fixtures, live.vendor()),
            credential_members,
            described_names,
        }
    }
}
