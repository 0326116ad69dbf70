//! The table of the stand-ins, with one line for each vendor.

use axum::http::Method;

use crate::purpose::Purpose;
use crate::stand_in::StandInSpec;
use crate::vendor::Vendor;
use crate::{cloverhound, emnify, hubspot, onecloud, pipedrive, salesforce, smarttask};

/// Returns the description of a vendor's stand-in.
pub(crate) fn spec(vendor: Vendor) -> &'static StandInSpec {
    match vendor {
        Vendor::SmartTask => &smarttask::SPEC,
        Vendor::Emnify => &emnify::SPEC,
        Vendor::Cloverhound => &cloverhound::SPEC,
        Vendor::OneCloud => &onecloud::SPEC,
        Vendor::HubSpot => &hubspot::SPEC,
        Vendor::Salesforce => &salesforce::SPEC,
        Vendor::Pipedrive => &pipedrive::SPEC,
    }
}

/// Returns the purpose of a request to a vendor.
pub(crate) fn purpose_at(vendor: Vendor, method: &Method, path: &str) -> Purpose {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    (spec(vendor).purpose)(method, &segments).unwrap_or(Purpose::Read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_its_purpose() {
        for (vendor, method, path, purpose) in [
            (Vendor::SmartTask, Method::POST, "/connect/token", Purpose::Login),
            (Vendor::Emnify, Method::POST, "/api/v1/authenticate", Purpose::Login),
            (Vendor::OneCloud, Method::POST, "/api/authenticate", Purpose::Login),
            (Vendor::SmartTask, Method::POST, "/v1.0/contact/create/38", Purpose::Create),
            (Vendor::Emnify, Method::POST, "/api/v1/organisation/42/contact", Purpose::Create),
            (Vendor::Cloverhound, Method::POST, "/7/contacts", Purpose::Create),
            (Vendor::OneCloud, Method::POST, "/api/contactrz", Purpose::Create),
            (Vendor::Emnify, Method::GET, "/api/v1/organisation/42/contact", Purpose::ReadContacts),
            (Vendor::Emnify, Method::GET, "/api/v1/organisation/42/contact/1", Purpose::ReadContacts),
            (Vendor::Emnify, Method::GET, "/api/v1/organisation/my", Purpose::Read),
            (Vendor::Emnify, Method::GET, "/api/v1/country", Purpose::Read),
            (Vendor::SmartTask, Method::POST, "/v1.0/organization-user/filter-users/38", Purpose::Read),
            (Vendor::Cloverhound, Method::GET, "/", Purpose::Read),
            (Vendor::HubSpot, Method::POST, "/crm/v3/objects/contacts", Purpose::Create),
            (Vendor::HubSpot, Method::POST, "/crm/objects/2026-03/contacts", Purpose::Create),
            (Vendor::HubSpot, Method::POST, "/crm/v3/objects/contacts/search", Purpose::ReadContacts),
            (Vendor::HubSpot, Method::GET, "/crm/v3/objects/contacts/ada@example.com", Purpose::Read),
            (Vendor::Salesforce, Method::POST, "/services/oauth2/token", Purpose::Login),
            (Vendor::Salesforce, Method::POST, "/services/data/v59.0/sobjects/Contact/", Purpose::Create),
            (Vendor::Salesforce, Method::GET, "/services/data/v59.0/query", Purpose::Read),
            (Vendor::Pipedrive, Method::POST, "/api/v2/persons", Purpose::Create),
            (Vendor::Pipedrive, Method::GET, "/api/v2/persons/search", Purpose::ReadContacts),
            (Vendor::Pipedrive, Method::GET, "/api/v2/persons/1", Purpose::Read),
        ] {
            assert_eq!(purpose_at(vendor, &method, path), purpose, "{method} {path}");
        }
    }
}
