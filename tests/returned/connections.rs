//! The connections over which requests are sent after an answer to another request.

use serde_json::json;
use unicontact::Outcome;

use super::{Deliveries, VENDORS, bob, created_status, shown};

/// Returns the connections of the creates of several deliveries, where the first answer holds this contact.
async fn connections(vendor: &'static str, first: &'static str) -> Vec<usize> {
    let mut answered = 0;
    let deliveries = Deliveries::to(vendor, &json!({}), move |request| {
        if request.method == "GET" {
            return (200, json!([]));
        }
        answered += 1;
        let name = if answered == 1 { first } else { "Bob Two" };
        (created_status(vendor), shown(vendor, answered, name, "", ""))
    });
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        outcomes.push(deliveries.deliver(&bob()).await.outcome);
    }
    let expected = if first == "Bob Two" { Outcome::Created } else { Outcome::InDoubt };
    assert_eq!(outcomes, [expected, Outcome::Created, Outcome::Created], "{vendor}");
    let requests = deliveries.server.requests();
    requests.iter().filter(|it| it.method == "POST").map(|it| it.connection).collect()
}

#[tokio::test]
async fn a_connection_is_reused_while_its_answers_agree() {
    for vendor in VENDORS.iter().copied() {
        assert_eq!(connections(vendor, "Bob Two").await, [0, 0, 0], "{vendor}");
    }
}

#[tokio::test]
async fn a_connection_is_not_reused_after_an_answer_to_another_request() {
    for vendor in VENDORS.iter().copied() {
        let connections = connections(vendor, "Ann One").await;
        assert_eq!(connections[0], 0, "{vendor}");
        assert!(!connections[1..].contains(&0), "{vendor}: {connections:?}");
        assert_eq!(connections[1], connections[2], "{vendor}: the new connection is kept");
    }
}
