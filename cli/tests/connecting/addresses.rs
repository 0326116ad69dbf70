//! Servers that are named well, badly, or not at all.

use crate::nats_server::NatsServer;
use crate::program::Program;
use crate::{configuration, expect_reached, expect_told, look};

fn list(arguments: &[&str], queue: &str) -> Program {
    let list = ["deliveries", "list"];
    Program::new(&[&list, arguments].concat()).configured(&configuration(queue))
}

#[tokio::test]
async fn the_flag_alone_takes_the_servers_of_the_configuration_and_a_url_is_stronger() {
    let server = NatsServer::start();
    let there = format!("url = \"{}\"", server.url());
    expect_reached(list(&["--queue"], &there).run().await);
    expect_reached(list(&["--queue", &server.url()], "url = \"nats://127.0.0.1:1\"").run().await);
    let by_variable = list(&["--queue"], "").variable("UNICONTACT_QUEUE__URL", server.url());
    expect_reached(by_variable.run().await);
}

#[tokio::test]
async fn of_several_servers_one_that_answers_is_enough() {
    let server = NatsServer::start();
    let several = format!("nats://127.0.0.1:1,{},nats://localhost:2", server.url());
    expect_reached(look(&several, "").run().await);
}

#[tokio::test]
async fn without_servers_it_says_how_to_name_them() {
    expect_told(list(&["--queue"], "").run().await, "--queue nats://127.0.0.1:4222, or with url in [queue]");
    let journal = list(&[], "url = \"nats://127.0.0.1:1\"").run().await;
    expect_told(journal, "there is no journal yet");
}

#[tokio::test]
async fn an_address_that_is_none_is_told_by_the_flag() {
    let ended = list(&["--queue", "http://127.0.0.1"], "").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    --queue: expected nats://HOST:PORT or tls://HOST:PORT, several separated by commas
    "#);
    let ended = list(&["--queue", "nats://user:xksecret@127.0.0.1"], "").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    --queue: the address has credentials: remove them and use token, user and password, nkey_seed or credentials_file
    "#);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_once() {
    expect_told(look("nats://127.0.0.1:1", "").run().await, "nothing listens there; is the server running");
    expect_told(look("nats://nowhere.invalid", "").run().await, "there is no such host");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_within_seconds() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("nats://{}", silent.local_addr().unwrap());
    let begun = std::time::Instant::now();
    expect_told(look(&url, "").run().await, "no answer");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_that_is_lost_is_told_and_tried_again() {
    let server = NatsServer::start();
    let worker = Program::new(&["worker", "--queue", &server.url()]).configured(&configuration(""));
    let mut running = worker.start().await;
    running.says("works for voice").await;
    drop(server);
    running.says("The servers of the queue are out of reach; trying again.").await;
    running.kill().await;
}

#[tokio::test]
async fn a_server_without_jetstream_is_told() {
    let server = NatsServer::without_jetstream();
    expect_told(look(&server.url(), "").run().await, "no JetStream for this account; turn it on");
}
