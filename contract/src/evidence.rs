//! The evidence for what the fixtures and the description of a vendor claim.
//!
//! A claim is a result of a request. Its evidence is the best provenance of the fixtures with this result.

mod claim;
mod exchange;
mod fact;
mod proof;
mod recordable;
mod result;

use std::collections::BTreeMap;

use unicontact_providers::Description;

pub use self::claim::Claim;
pub use self::exchange::ClaimedRequest;
pub use self::fact::UnprovenFact;
pub use self::proof::{Condition, Proof};
pub use self::result::{ClaimedError, ClaimedResult};
use crate::fixture::{Fixture, ProvenanceKind};
use crate::folder::Fixtures;

/// The evidence for what the fixtures and the description of a vendor claim.
///
/// ```
/// use std::path::Path;
///
/// use unicontact_contract::{Fixtures, Proof, VendorEvidence};
///
/// let fixtures = Fixtures::load(Path::new("../fixtures"))?;
/// let evidence = VendorEvidence::new(&fixtures, "highlevel", None);
/// let open = evidence.claims.iter().find(|claim| matches!(claim.proof, Proof::Record { .. }));
/// let open = open.ok_or("every claim of a success is proven")?;
/// let request = open.request.as_ref().ok_or("nothing is sent")?;
/// assert_eq!(request.to_string(), "GET /contacts/search/duplicate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct VendorEvidence {
    /// The vendor.
    pub vendor: String,
    /// The number of fixtures of each provenance, without those that are not recorded yet.
    pub provenance: BTreeMap<ProvenanceKind, usize>,
    /// All claims of the fixtures, proven and unproven, sorted by operation and scenario.
    pub claims: Vec<Claim>,
    /// The scenarios of the first fixtures that are not recorded yet, sorted. They claim nothing.
    pub not_recorded: Vec<String>,
    /// The tables of the description whose source is not the vendor.
    pub facts: Vec<UnprovenFact>,
}

impl VendorEvidence {
    /// Returns the evidence of a vendor. A vendor without fixtures has no claims, and one without a description no facts.
    pub fn new(fixtures: &Fixtures, vendor: &str, description: Option<&Description>) -> Self {
        let mut provenance: BTreeMap<_, _> = ProvenanceKind::ALL.into_iter().map(|kind| (kind, 0)).collect();
        let (first, recorded): (Vec<&Fixture>, Vec<&Fixture>) =
            fixtures.of_vendor(vendor).partition(|fixture| fixture.is_not_recorded());
        for fixture in recorded {
            *provenance.entry(fixture.provenance.evidence()).or_default() += 1;
        }
        Self {
            vendor: vendor.to_owned(),
            provenance,
            claims: claim::claims(fixtures, vendor, description.is_some()),
            not_recorded: first.into_iter().map(|fixture| fixture.scenario.clone()).collect(),
            facts: description.map(fact::unproven).unwrap_or_default(),
        }
    }

    /// Returns the claims that an exchange with the vendor would prove.
    pub fn unproven(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|claim| claim.proof.condition().is_some())
    }
}
