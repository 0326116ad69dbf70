//! The JSON of `GET /state`.

use serde_json::{Map, Value, json};

use crate::server::StandInServer;
use crate::stand_ins::StandIns;

pub(super) fn of(stand_ins: &StandIns) -> Value {
    let vendors = stand_ins.all().map(|server| (server.vendor().name().to_owned(), at(server)));
    let vendors: Map<String, Value> = vendors.collect();
    json!({"now": stand_ins.clock().now(), "vendors": vendors})
}

fn at(server: &StandInServer) -> Value {
    json!({
        "base_url": server.base_url(),
        "listening": server.is_listening(),
        "tally": server.tally(),
        "contacts": server.contacts(),
        "uncommitted": server.uncommitted(),
        "requests": server.requests(),
    })
}
