//! The JSON of `GET /state`.

use serde_json::{Map, Value, json};

use crate::stand_ins::StandIns;
use crate::vendor::Vendor;

pub(super) fn of(stand_ins: &StandIns) -> Value {
    let vendors = Vendor::ALL.map(|vendor| (vendor.name().to_owned(), at(stand_ins, vendor)));
    json!({
        "now": stand_ins.clock().now(),
        "vendors": Map::from_iter(vendors),
    })
}

fn at(stand_ins: &StandIns, vendor: Vendor) -> Value {
    let server = stand_ins.at(vendor);
    json!({
        "base_url": server.base_url(),
        "listening": server.is_listening(),
        "tally": server.tally(),
        "contacts": server.contacts(),
        "uncommitted": server.uncommitted(),
        "requests": server.requests(),
    })
}
