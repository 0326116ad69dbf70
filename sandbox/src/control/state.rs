//! What `GET /state` tells.
//!
//! Rule: it is what the library tells, as JSON.

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
    let served = stand_ins.at(vendor);
    json!({
        "base_url": served.base_url(),
        "listening": served.is_listening(),
        "tally": served.tally(),
        "contacts": served.contacts(),
        "uncommitted": served.uncommitted(),
        "requests": served.requests(),
    })
}
