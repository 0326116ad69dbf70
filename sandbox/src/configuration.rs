//! Writes the configuration that points at the stand-ins.
//!
//! Rule: complete as it stands. Whoever saves it as `unicontact.toml` needs nothing else.

use crate::accounts::{cloverhound, emnify, onecloud, smarttask};
use crate::vendor::Vendor;

/// A complete `unicontact.toml` with the sandbox's [accounts](crate::accounts), for stand-ins at these addresses.
pub fn configuration_for(base_url: impl Fn(Vendor) -> String) -> String {
    [
        "journal = \"off\"\n".to_owned(),
        smarttask_provider(&base_url(Vendor::SmartTask)),
        emnify_provider(&base_url(Vendor::Emnify)),
        cloverhound_provider(&base_url(Vendor::Cloverhound)),
        onecloud_provider(&base_url(Vendor::OneCloud)),
    ]
    .join("\n")
}

fn smarttask_provider(base_url: &str) -> String {
    format!(
        r#"[providers.smarttask.acme]
base_url = "{base_url}"
organization_id = {}
access_token = "{}"
use_created = true
"#,
        smarttask::ORGANIZATION_ID,
        smarttask::ACCESS_TOKEN
    )
}

fn emnify_provider(base_url: &str) -> String {
    format!(
        r#"[providers.emnify.iot]
base_url = "{base_url}"
organisation_id = {}
application_token = "{}"
contact_type = "commercial"
"#,
        emnify::ORGANISATION_ID,
        emnify::APPLICATION_TOKEN
    )
}

fn cloverhound_provider(base_url: &str) -> String {
    format!(
        r#"[providers.cloverhound.voice]
base_url = "{base_url}"
organization_id = {}
api_key_id = "{}"
api_key_secret = "{}"
"#,
        cloverhound::ORGANIZATION_ID,
        cloverhound::API_KEY_ID,
        cloverhound::API_KEY_SECRET
    )
}

fn onecloud_provider(base_url: &str) -> String {
    format!(
        r#"[providers.onecloud.jakarta]
base_url = "{base_url}"
email = "{}"
password = "{}"
site_id = {}
time_zone = "Asia/Jakarta"
"#,
        onecloud::EMAIL,
        onecloud::PASSWORD,
        onecloud::SITE_ID
    )
}
