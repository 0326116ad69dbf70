//! What happens to the connection after it was made.
//!
//! Its rule: a person hears when it is lost and when it is back, once each.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicBool, Ordering};

use unicontact::journal::async_nats::Event;

use crate::output;

const LOST: &str = "The servers of the queue are out of reach; trying again.";
const BACK: &str = "The servers of the queue are back.";

/// Tells what happens to one connection.
pub(super) fn told() -> impl Fn(Event) -> Ready<()> {
    let is_lost = AtomicBool::new(false);
    move |event| {
        match event {
            Event::Disconnected if !is_lost.swap(true, Ordering::Relaxed) => output::message(LOST),
            Event::Connected if is_lost.swap(false, Ordering::Relaxed) => output::message(BACK),
            _ => {}
        }
        ready(())
    }
}
