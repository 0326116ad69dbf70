//! Valid, invalid and missing addresses of servers.

use crate::nats_server::NatsServer;
use crate::program::Program;
use crate::{configuration, expect_reached, expect_told, look};

fn list(arguments: &[&str], queue: &str) -> Program {
    let list = ["deliveries", "list"];
    Program::new(&[&list, arguments].concat()).configured(&configuration(queue))
}

#[tokio::test]
async fn queue_without_a_url_uses_the_configured_servers_and_a_url_overrides_them() {
    let server = NatsServer::start();
    let there = format!("url = \"{}\"", server.url());
    expect_reached(list(&["--queue"], &there).run().await);
    expect_reached(list(&["--queue", &server.url()], "url = \"nats://127.0.0.1:1\"").run().await);
    let by_variable = list(&["--queue"], "").variable("UNICONTACT_QUEUE__URL", server.url());
    expect_reached(by_variable.run().await);
}

#[tokio::test]
async fn one_reachable_server_of_several_is_enough() {
    let server = NatsServer::start();
    let several = format!("nats://127.0.0.1:1,{},nats://localhost:2", server.url());
    expect_reached(look(&several, "").run().await);
}

#[tokio::test]
async fn without_servers_the_error_names_the_option_and_the_key() {
    expect_told(list(&["--queue"], "").run().await, "--queue nats://127.0.0.1:4222, or with url in [queue]");
    let journal = list(&[], "url = \"nats://127.0.0.1:1\"").run().await;
    expect_told(journal, "there is no journal yet");
}

#[tokio::test]
async fn an_invalid_address_is_reported_with_the_option() {
    let ended = list(&["--queue", "http://127.0.0.1"], "").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    --queue: expected nats://HOST:PORT or tls://HOST:PORT, several separated by commas
    "#);
    let ended = list(&["--queue", "nats://user:xksecret@127.0.0.1"], "").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    --queue: no credentials in the address: use token, user and password, nkey_seed or credentials_file
    "#);
}

#[tokio::test]
async fn an_unreachable_server_is_reported_at_once() {
    expect_told(look("nats://127.0.0.1:1", "").run().await, "nothing listens there; start the server");
    expect_told(look("nats://nowhere.invalid", "").run().await, "the host does not exist");
}

#[tokio::test]
async fn a_silent_server_times_out_within_seconds() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("nats://{}", silent.local_addr().unwrap());
    let begun = std::time::Instant::now();
    expect_told(look(&url, "").run().await, "no answer");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_lost_connection_is_reported_and_retried() {
    let server = NatsServer::start();
    let worker = Program::new(&["worker", "--queue", &server.url()]).configured(&configuration(""));
    let mut running = worker.start().await;
    running.says("works for voice").await;
    drop(server);
    running.says("The connection to the servers of the queue is lost; trying again.").await;
    running.kill().await;
}

#[tokio::test]
async fn a_server_without_jetstream_is_reported() {
    let server = NatsServer::without_jetstream();
    expect_told(look(&server.url(), "").run().await, "no JetStream for this account; turn it on");
}
