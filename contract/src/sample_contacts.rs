//! Made-up contacts with which a vendor's description is tried.

use serde_json::Value;
use unicontact_providers::UnifiedContact;

/// Returns made-up contacts that differ in what they hold: one with every field, a name alone, an organization, every kind of
/// channel, a telephone number alone, and an e-mail address alone.
///
/// ```
/// assert_eq!(unicontact_contract::sample_contacts().len(), 6);
/// ```
pub fn sample_contacts() -> Vec<UnifiedContact> {
    let documents: Vec<Value> =
        serde_json::from_str(include_str!("sample_contacts.json")).unwrap_or_default();
    documents.into_iter().filter_map(|document| UnifiedContact::from_json(document).ok()).collect()
}
