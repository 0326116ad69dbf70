//! The connection to the servers of the queue.
//!
//! Its rule: the first connection is made within seconds or told with what to do, and a lost one is made again for ever. No
//! credential is in a message.

mod events;
mod journal;
mod opened;
mod refusal;
mod tls;

use std::time::Duration;

use unicontact::config::{Configuration, QueueConfig, QueueLogin, QueueTls};
use unicontact::journal::async_nats::jetstream::ErrorCode;
use unicontact::journal::async_nats::jetstream::context::{AccountErrorKind, ContextBuilder};
use unicontact::journal::async_nats::{Client, ConnectOptions, ServerAddr};

pub(crate) use self::journal::existing_journal;
pub(crate) use self::opened::{existing, leave, opened};
use crate::arguments::{Common, OnQueue};
use crate::exit::Failure;
use crate::{output, sources};

/// What one server is given to answer in.
const OF_ONE: Duration = Duration::from_secs(5);
/// What all of them together are given, the first time.
const OF_ALL: Duration = Duration::from_secs(15);
/// What the question is given whether there is `JetStream`.
const OF_QUESTION: Duration = Duration::from_secs(2);
const NO_JETSTREAM: &str =
    "the servers have no JetStream for this account; turn it on in their configuration (jetstream {})";
const NO_URL: &str = "no servers of the queue are configured: name them, as in --queue nats://127.0.0.1:4222, or with url in \
                      [queue]";
const IN_THE_CLEAR: &str = "warning: the connection to the queue is not encrypted, and contacts pass over it; tls:// insists on that";

/// The configuration, and its queue with the servers that are to be used.
pub(crate) fn configured(
    common: &Common,
    on_queue: &OnQueue,
) -> Result<(Configuration, QueueConfig), Failure> {
    let configuration = sources::configuration_on(common, on_queue.url())?;
    let queue = configuration.queue.clone().filter(|queue| !queue.urls.is_empty());
    let queue = queue.ok_or_else(|| Failure::new(NO_URL))?;
    Ok((configuration, queue))
}

/// Connects. The servers show `purpose` to whoever looks at their connections.
pub(crate) async fn connect(queue: &QueueConfig, purpose: &str) -> Result<Client, Failure> {
    let because = |why: &str| Failure::new(format!("the queue at {}: {why}", queue.urls.join(", ")));
    let servers: Vec<ServerAddr> = queue
        .urls
        .iter()
        .map(|url| url.parse())
        .collect::<Result<_, _>>()
        .map_err(|_| because("no address"))?;
    let is_encrypted = is_encrypted_always(queue);
    let options = ConnectOptions::new()
        .name(format!("unicontact {purpose}"))
        .connection_timeout(OF_ONE)
        .event_callback(events::told())
        .require_tls(is_encrypted)
        .tls_client_config(tls::client(&queue.tls)?);
    let options = logged_in(options, queue.login.as_ref())?;
    let connecting = tokio::time::timeout(OF_ALL, options.connect(servers.as_slice())).await;
    let connected = connecting.map_err(|_| because(refusal::NO_ANSWER))?;
    let client = connected.map_err(|error| because(&refusal::in_words(&error, queue.login.as_ref())))?;
    if has_no_jetstream(&client).await {
        return Err(because(NO_JETSTREAM));
    }
    if !is_encrypted && !client.server_info().tls_required && !servers.iter().all(is_this_machine) {
        output::message(IN_THE_CLEAR);
    }
    Ok(client)
}

/// Whether the servers say so. One that does not answer this question may answer others.
async fn has_no_jetstream(client: &Client) -> bool {
    let asked = ContextBuilder::new().timeout(OF_QUESTION).build(client.clone()).query_account().await;
    asked.is_err_and(|error| match error.kind() {
        AccountErrorKind::JetStreamUnavailable => true,
        AccountErrorKind::JetStream(error) => {
            error.error_code() == ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT
        }
        _ => false,
    })
}

/// One `tls://` is enough, since servers name others without saying how to speak to them.
fn is_encrypted_always(queue: &QueueConfig) -> bool {
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
            options.credentials(text.expose()).map_err(|_| Failure::new(refusal::NO_CREDENTIALS))?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
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
