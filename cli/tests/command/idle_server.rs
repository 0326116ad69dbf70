//! A server on loopback that fails the test if a client connects.

use std::io::ErrorKind;
use std::net::TcpListener;

pub(crate) struct IdleServer(TcpListener);

impl IdleServer {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    /// Returns a configuration in which all four vendors have this address.
    pub(crate) fn configuration(&self) -> String {
        CONFIGURATION.replace("BASE_URL", &self.url())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// Fails if a client connected.
    #[track_caller]
    pub(crate) fn expect_no_connection(&self) {
        match self.0.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            result => panic!("somebody connected: {result:?}"),
        }
    }
}

const CONFIGURATION: &str = r#"
journal = "off"
[providers.smarttask.acme]
base_url = "BASE_URL"
organization_id = 38
access_token = "xksecret-access"
[providers.emnify.iot]
base_url = "BASE_URL"
organisation_id = 42
application_token = "xksecret-application"
contact_type = "commercial"
[providers.cloverhound.voice]
base_url = "BASE_URL"
organization_id = 7
api_key_id = "xksecret-id"
api_key_secret = "xksecret-key"
[providers.onecloud.jakarta]
base_url = "BASE_URL"
email = "xksecret@example.com"
password = "xksecret-password"
site_id = 169
"#;
