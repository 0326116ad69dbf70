//! The vendors' paths, successful answers and configurations, written from their documentation and not from the
//! adapters. Every credential contains a marker.

use serde_json::{Value, json};

use super::answer::Answer;
use super::received::Received;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vendor {
    SmartTask,
    Emnify,
    Cloverhound,
    OneCloud,
}

/// The marker in every credential of the tests.
pub(crate) const SECRETS: &str = "xksecret";

/// No keys beside the required ones.
pub(crate) const NO_KEYS: &str = "";
/// `SmartTask` returns a similar contact instead of creating another.
pub(crate) const USE_CREATED: &str = "use_created = true\n";
/// `SmartTask` can get a new access token.
pub(crate) const RENEWING: &str = r#"refresh_token = "xksecret-refresh"
client_id = "xksecret-client"
client_secret = "xksecret-of-client"
"#;

impl Vendor {
    pub(crate) const ALL: [Self; 4] = [Self::SmartTask, Self::Emnify, Self::Cloverhound, Self::OneCloud];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SmartTask => "smarttask",
            Self::Emnify => "emnify",
            Self::Cloverhound => "cloverhound",
            Self::OneCloud => "onecloud",
        }
    }

    /// Returns the id of the contacts that the stand-in creates.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::SmartTask => "d46a122c-0bb3-4a7a-8c27-2138d3d3ab06",
            _ => "9001",
        }
    }

    /// Returns the configuration of a provider that has the vendor's name.
    pub(crate) fn configuration(self, base_url: &str, more_keys: &str) -> String {
        let name = self.name();
        let keys = match self {
            Self::SmartTask => "organization_id = 38\naccess_token = \"xksecret-access\"",
            Self::Emnify => {
                "organisation_id = 42\ncontact_type = \"commercial\"\napplication_token = \"xksecret-application\""
            }
            Self::Cloverhound => {
                "organization_id = 7\napi_key_id = \"xksecret-id\"\napi_key_secret = \"xksecret-key\""
            }
            Self::OneCloud => {
                "email = \"xksecret@example.com\"\npassword = \"xksecret-password\"\nsite_id = 169"
            }
        };
        format!("\n[providers.{name}.{name}]\nbase_url = \"{base_url}\"\n{keys}\n{more_keys}")
    }

    pub(crate) fn is_create(self, request: &Received) -> bool {
        let path = match self {
            Self::SmartTask => "/v1.0/contact/create/38",
            Self::Emnify => "/api/v1/organisation/42/contact",
            Self::Cloverhound => "/7/contacts",
            Self::OneCloud => "/api/contactrz",
        };
        request.method == "POST" && request.path == path
    }

    /// Returns the documented success. Its name is empty, since the contact differs from test to test.
    pub(super) fn created(self) -> Answer {
        let id = self.id();
        match self {
            Self::SmartTask => {
                Answer::json(200, &json!({"record_id": id, "record_type": "contact", "name": ""}))
            }
            Self::Emnify => {
                let location = format!("https://cdn.emnify.net/api/v1/organisation/42/contact/{id}");
                Answer::empty(201).header("location", location)
            }
            Self::Cloverhound => {
                Answer::json(201, &json!({"id": 9001, "organization_id": 7, "full_name": ""}))
            }
            Self::OneCloud => {
                Answer::json(200, &json!({"Id": id, "Name": "", "Phone": "", "Fax": "", "Email": ""}))
            }
        }
    }

    /// Returns the success for a request that is not a create.
    pub(super) fn other_success(self, request: &Received, listed: &[Value]) -> Answer {
        match (self, request.path.as_str()) {
            (Self::SmartTask, "/connect/token") => Answer::json(
                200,
                &json!({"access_token": "xksecret-renewed", "expires_in": 3600, "token_type": "Bearer",
                    "refresh_token": "xksecret-rotated"}),
            ),
            (Self::SmartTask, _) => Answer::json(200, &json!([])),
            (Self::Emnify, "/api/v1/authenticate") => {
                Answer::json(200, &json!({"auth_token": "xksecret-auth"}))
            }
            (Self::Emnify, "/api/v1/country") => Answer::json(
                200,
                &json!([
                    {"id": 74, "name": "Germany", "country_code": "49", "mcc": "262", "iso_code": "de"},
                    {"id": 205, "name": "United Kingdom", "country_code": "44", "mcc": "234", "iso_code": "gb"},
                ]),
            ),
            (Self::Emnify, _) => Answer::json(200, &json!(listed)),
            (Self::OneCloud, "/api/authenticate") => Answer::json(
                200,
                &json!({"response_code": "200", "response_status": "Success", "token": "xksecret-session"}),
            ),
            (Self::Cloverhound | Self::OneCloud, _) => Answer::empty(404),
        }
    }
}
