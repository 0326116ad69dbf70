//! The configuration of a measurement, for the library and the command: no rate limit, and credentials without a login.

use std::path::Path;

/// Higher than any rate that is reached.
const UNLIMITED: u32 = 1_000_000_000;

/// `providers` connections to the one stand-in at `port`.
pub fn many_to_one(port: u16, providers: usize, concurrency: usize, journal: Option<&Path>) -> String {
    let provider = |number| {
        format!(
            "[providers.smarttask.p{number}]\nbase_url = \"http://127.0.0.1:{port}\"\n\
             organization_id = 38\naccess_token = \"made-up\"\n"
        )
    };
    let providers: String = (0..providers).map(provider).collect();
    format!("{}{providers}", defaults(concurrency, journal))
}

/// One connection to each vendor, at a port of its own. Only credentials that need no login.
pub fn one_of_each(ports: [u16; 4]) -> String {
    let [smarttask, emnify, cloverhound, onecloud] = ports.map(|port| format!("http://127.0.0.1:{port}"));
    let defaults = defaults(32, None);
    format!(
        r#"{defaults}
[providers.smarttask.smarttask]
base_url = "{smarttask}"
organization_id = 38
access_token = "made-up"
[providers.emnify.emnify]
base_url = "{emnify}"
organisation_id = 42
auth_token = "made-up"
contact_type = "commercial"
[providers.cloverhound.cloverhound]
base_url = "{cloverhound}"
organization_id = 7
api_key_id = "made-up"
api_key_secret = "made-up"
[providers.onecloud.onecloud]
base_url = "{onecloud}"
token = "made-up"
"#
    )
}

fn defaults(concurrency: usize, journal: Option<&Path>) -> String {
    let journal = journal.map_or("off".to_owned(), |path| path.display().to_string());
    format!(
        "journal = \"{journal}\"\n[defaults]\nconcurrency = {concurrency}\nrequests_per_second = {UNLIMITED}\n"
    )
}
