//! Messages that cannot be parsed.

use unicontact::journal::async_nats::jetstream::consumer::pull::OrderedConfig;

use futures_util::StreamExt;

use crate::queue::cluster::Cluster;
use crate::queue::vendors::{DEAD_LETTERS, Office, QUEUE, left};
use crate::queue::worker::Worker;

const PEOPLE: usize = 5;
const UNPARSABLE: [&str; 3] = ["", "rubbish", r#"{"format": 1, "contact": {"name": "Ada King", "age": 36}}"#];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unparsable_messages_become_dead_letters_with_a_reason_and_do_not_stop_the_worker() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    for payload in UNPARSABLE {
        let sent = context.publish(format!("{QUEUE}.deliveries.acme"), payload.into()).await.unwrap();
        sent.await.unwrap();
    }
    let worked = Worker::start(&office, "worker", &["--until-empty"]).end().await.json();
    assert_eq!(worked["dead_letters"], UNPARSABLE.len(), "{worked}");
    office.assert_everybody_once(PEOPLE);
    let status = office.status().await;
    assert_eq!((left(&status), &status["dead_letters"]), (0, &UNPARSABLE.len().into()), "{status}");
    let letters = context.get_stream(DEAD_LETTERS).await.unwrap();
    let consumer = letters.create_consumer(OrderedConfig::default()).await.unwrap();
    let mut messages = consumer.messages().await.unwrap().take(UNPARSABLE.len());
    while let Some(message) = messages.next().await {
        let message = message.unwrap();
        assert_eq!(&*message.subject, &format!("{QUEUE}.dead_letters.acme"));
        assert!(UNPARSABLE.contains(&str::from_utf8(&message.payload).unwrap()));
        let reason = message.headers.as_ref().unwrap().get("Unicontact-Reason").unwrap().as_str();
        assert!(reason.starts_with("not ") && !reason.contains("Ada"), "{reason}");
    }
}
