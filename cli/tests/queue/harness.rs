//! Tests of the harness itself: the servers and proxies, with the NATS client and without the command.

use std::time::Duration;

use tokio::time::timeout;
use unicontact::journal::async_nats::jetstream::stream::Config;
use unicontact::journal::async_nats::{ServerAddr, connect, jetstream};

use crate::queue::cluster::Cluster;
use crate::queue::partition::Proxies;
use crate::queue::waiting::until;

const STREAM: &str = "numbers";
const SUBJECT: &str = "numbers.all";

fn config(replicas: usize) -> Config {
    Config {
        name: STREAM.to_owned(),
        subjects: vec![SUBJECT.to_owned()],
        num_replicas: replicas,
        ..Config::default()
    }
}

async fn publish(context: &jetstream::Context, number: u32) -> Option<()> {
    let sent = context.publish(SUBJECT, number.to_string().into()).await.ok()?;
    sent.await.ok().map(drop)
}

async fn count(context: &jetstream::Context) -> Option<u64> {
    let stream = context.get_stream(STREAM).await.ok()?;
    Some(stream.cached_info().state.messages)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_survives_a_kill_and_restart_of_its_leader() {
    let mut cluster = Cluster::start(3).await;
    let context = cluster.jetstream().await;
    context.create_stream(config(3)).await.unwrap();
    until("it is published", async || publish(&context, 1).await).await;
    let leader = cluster.leader(STREAM).await;
    cluster.kill(&leader);
    until("it is published", async || publish(&context, 2).await).await;
    let is_another = async || (cluster.leader(STREAM).await != leader).then_some(());
    until("another server leads", is_another).await;
    cluster.restart(&leader).await;
    cluster.wait_for_replicas(STREAM).await;
    assert!(count(&context).await.unwrap() >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_server_keeps_acknowledged_messages_over_a_kill() {
    let mut cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    context.create_stream(config(1)).await.unwrap();
    for number in 0..10 {
        publish(&context, number).await.unwrap();
    }
    cluster.kill("server_0");
    cluster.restart("server_0").await;
    assert_eq!(until("the stream is there", async || count(&context).await).await, 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_behind_the_proxies_learns_no_other_addresses_and_is_cut_off_with_them() {
    let cluster = Cluster::start(3).await;
    let proxies = Proxies::start(&cluster).await;
    let addresses: Vec<ServerAddr> = proxies.url().split(',').map(|url| url.parse().unwrap()).collect();
    let client = connect(addresses).await.unwrap();
    assert!(client.server_info().connect_urls.is_empty());
    let context = jetstream::new(client.clone());
    context.create_stream(config(3)).await.unwrap();
    until("it is published", async || publish(&context, 1).await).await;

    proxies.silence();
    let late = publish(&context, 2);
    tokio::pin!(late);
    assert!(timeout(Duration::from_millis(300), &mut late).await.is_err());
    proxies.heal();
    late.await.expect("the message was late, not lost");

    proxies.reset();
    until("the client notices it", async || {
        use unicontact::journal::async_nats::connection::State;
        (client.connection_state() == State::Disconnected).then_some(())
    })
    .await;
    proxies.heal();
    until("it is published", async || publish(&context, 3).await).await;
}
