//! The connection to the servers of the queue.
//!
//! The first connection fails within seconds with advice; a lost connection is retried without a limit. No message has a
//! credential.

mod connect_error;
mod connection_events;
mod destinations;
mod journal;
mod open;
mod tls;

use std::time::Duration;

use unicontact::config::{Configuration, QueueConfig, QueueLogin, QueueTls};
use unicontact::journal::async_nats::jetstream::ErrorCode;
use unicontact::journal::async_nats::jetstream::context::{AccountErrorKind, ContextBuilder};
use unicontact::journal::async_nats::{Client, ConnectOptions, ServerAddr};

pub(crate) use self::destinations::{are_destinations_unchanged, check_destinations, record_limits};
pub(crate) use self::journal::open_existing_journal;
pub(crate) use self::open::{leave, open, open_existing};
use crate::arguments::{Common, OnQueue};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::{output, sources};

/// The timeout of one server.
const SERVER_TIMEOUT: Duration = Duration::from_secs(5);
/// The timeout of all servers together for the first connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// The timeout of the check for `JetStream`.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
const NO_JETSTREAM: &str =
    "the servers have no JetStream for this account; turn it on in their configuration (jetstream {})";
const NO_URL: &str = "no servers of the queue are configured; name them with --queue nats://127.0.0.1:4222, or with url in \
                      [queue]";
const IN_THE_CLEAR: &str =
    "the connection to the queue is not encrypted, and contacts pass over it; use tls:// in its url";

/// Returns the configuration, and its queue with the servers of the arguments.
pub(crate) fn configured(
    common: &Common,
    on_queue: &OnQueue,
) -> Result<(Configuration, QueueConfig), Failure> {
    let configuration = sources::configuration_on(common, on_queue.url())?;
    let queue = configuration.queue.clone().filter(|queue| !queue.urls.is_empty());
    let queue = queue.ok_or_else(|| Failure::new(FailureCode::Queue, NO_URL))?;
    Ok((configuration, queue))
}

/// Connects to the servers. Their list of connections shows `purpose`. Each purpose has inboxes of its own, so that permissions can
/// keep a user from the answers to another one.
pub(crate) async fn connect(queue: &QueueConfig, purpose: &str) -> Result<Client, Failure> {
    let because = |why: &str| {
        Failure::new(FailureCode::Queue, format!("the queue at {}: {why}", queue.urls.join(", ")))
    };
    let servers: Vec<ServerAddr> = queue
        .urls
        .iter()
        .map(|url| url.parse())
        .collect::<Result<_, _>>()
        .map_err(|_| because("this is not an address of a server"))?;
    let is_encrypted = requires_tls(queue);
    let options = ConnectOptions::new()
        .name(format!("unicontact {purpose}"))
        .custom_inbox_prefix(format!("_INBOX.{purpose}"))
        .connection_timeout(SERVER_TIMEOUT)
        .event_callback(connection_events::print_changes())
        .require_tls(is_encrypted)
        .tls_client_config(tls::client(&queue.tls)?);
    let options = logged_in(options, queue.login.as_ref())?;
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT, options.connect(servers.as_slice())).await;
    let connected = connecting.map_err(|_| because(connect_error::NO_ANSWER))?;
    let client = connected.map_err(|error| because(&connect_error::message(&error, queue.login.as_ref())))?;
    if has_no_jetstream(&client).await {
        return Err(because(NO_JETSTREAM));
    }
    if !is_encrypted && !client.server_info().tls_required && !servers.iter().all(is_this_machine) {
        output::warning(IN_THE_CLEAR);
    }
    Ok(client)
}

/// Returns whether the servers report that `JetStream` is off. False if they do not answer.
async fn has_no_jetstream(client: &Client) -> bool {
    let asked = ContextBuilder::new().timeout(CHECK_TIMEOUT).build(client.clone()).query_account().await;
    asked.is_err_and(|error| match error.kind() {
        AccountErrorKind::JetStreamUnavailable => true,
        AccountErrorKind::JetStream(error) => {
            error.error_code() == ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT
        }
        _ => false,
    })
}

/// Returns whether TLS is required. One `tls://` is enough, since servers announce others without a scheme.
fn requires_tls(queue: &QueueConfig) -> bool {
    queue.tls != QueueTls::default() || queue.urls.iter().any(|url| url.starts_with("tls://"))
}

fn is_this_machine(server: &ServerAddr) -> bool {
    let host = server.host();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn logged_in(options: ConnectOptions, login: Option<&QueueLogin>) -> Result<ConnectOptions, Failure> {
    Ok(match login {
        None => options,
        Some(QueueLogin::Token(token)) => options.token(token.expose().to_owned()),
        Some(QueueLogin::Nkey(seed)) => options.nkey(seed.expose().to_owned()),
        Some(QueueLogin::Password { user, password }) => {
            options.user_and_password(user.clone(), password.expose().to_owned())
        }
        Some(QueueLogin::Credentials(text)) => {
            let unreadable = |_| Failure::new(FailureCode::Queue, connect_error::NO_CREDENTIALS);
            options.credentials(text.expose()).map_err(unreadable)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_this_machine() {
        let is_this = |url: &str| is_this_machine(&url.parse().unwrap());
        for url in ["nats://127.0.0.1:4222", "nats://localhost", "nats://127.8.9.1", "tls://[::1]:4222"] {
            assert!(is_this(url), "{url}");
        }
        for url in
            ["nats://10.0.0.1", "nats://localhost.example.com", "nats://127.example.com", "nats://[fe80::1]"]
        {
            assert!(!is_this(url), "{url}");
        }
    }
}
