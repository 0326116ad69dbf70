//! Addresses of the queue's servers: valid, invalid, unreachable and missing ones.

use crate::connecting::{configuration, expect_error, expect_reached, list_deliveries};
use crate::nats_server::NatsServer;
use crate::program::Program;

fn list_with(arguments: &[&str], queue: &str) -> Program {
    let list = ["deliveries", "list"];
    Program::new(&[&list, arguments].concat()).configured(&configuration(queue))
}

#[tokio::test]
async fn the_flag_uses_the_configured_servers_unless_it_has_a_url() {
    let server = NatsServer::start();
    let configured_url = format!("url = \"{}\"", server.url());
    expect_reached(list_with(&["--queue"], &configured_url).run().await);
    expect_reached(list_with(&["--queue", &server.url()], "url = \"nats://127.0.0.1:1\"").run().await);
    let by_variable = list_with(&["--queue"], "").variable("UNICONTACT_QUEUE__URL", server.url());
    expect_reached(by_variable.run().await);
}

#[tokio::test]
async fn one_reachable_server_of_several_is_enough() {
    let server = NatsServer::start();
    let several = format!("nats://127.0.0.1:1,{},nats://localhost:2", server.url());
    expect_reached(list_deliveries(&several, "").run().await);
}

#[tokio::test]
async fn missing_servers_are_an_error_that_shows_how_to_name_them() {
    expect_error(
        list_with(&["--queue"], "").run().await,
        "--queue nats://127.0.0.1:4222, or with url in [queue]",
    );
    let journal = list_with(&[], "url = \"nats://127.0.0.1:1\"").run().await;
    expect_error(journal, "there is no journal yet");
}

#[tokio::test]
async fn an_invalid_address_is_reported_with_the_flag() {
    let ended = list_with(&["--queue", "http://127.0.0.1"], "").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    --queue: expected nats://HOST:PORT or tls://HOST:PORT, several separated by commas
    "#);
    let ended =
        list_with(&["--queue", "nats://user:xksecret@127.0.0.1"], "").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    --queue: the address has credentials: remove them and use token, user and password, nkey_seed or credentials_file
    "#);
}

#[tokio::test]
async fn an_unreachable_server_is_an_error() {
    expect_error(
        list_deliveries("nats://127.0.0.1:1", "").run().await,
        "nothing listens there; start the server",
    );
    expect_error(list_deliveries("nats://nowhere.invalid", "").run().await, "the host does not exist");
}

#[tokio::test]
async fn a_silent_server_is_an_error_within_seconds() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("nats://{}", silent.local_addr().unwrap());
    let begun = std::time::Instant::now();
    expect_error(list_deliveries(&url, "").run().await, "no answer");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_lost_connection_is_reported_and_retried() {
    let server = NatsServer::start();
    let worker = Program::new(&["worker", "--queue", &server.url()]).configured(&configuration(""));
    let mut running = worker.start().await;
    running.wait_for_message("works for voice").await;
    drop(server);
    running.wait_for_message("The connection to the servers of the queue is lost; trying again.").await;
    running.kill().await;
}

#[tokio::test]
async fn a_server_without_jetstream_is_an_error() {
    let server = NatsServer::without_jetstream();
    expect_error(list_deliveries(&server.url(), "").run().await, "no JetStream for this account; turn it on");
}
