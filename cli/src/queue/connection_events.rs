//! Messages about a lost and a restored connection, once each.

use std::future::{Ready, ready};
use std::sync::atomic::{AtomicBool, Ordering};

use unicontact::journal::async_nats::Event;

use crate::output;

const LOST: &str = "The connection to the servers of the queue is lost; trying again.";
const BACK: &str = "The connection to the servers of the queue is back.";

/// Returns a callback that prints the changes of one connection.
pub(super) fn print_changes() -> impl Fn(Event) -> Ready<()> {
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
