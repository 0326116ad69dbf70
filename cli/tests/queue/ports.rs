//! Ports that stay the same when a server is started again.
//!
//! Its rule: they lie below those that the system gives to connections by itself, so that none is taken while its server
//! is dead; two tests never get the same.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u32 = 12_000;
const COUNT: u32 = 18_000;

/// A port that nobody listens on now. Another process may be quicker; then the server says so.
pub(crate) fn free_port() -> u16 {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    // Spread, so that several test runs at once seldom meet.
    let start = std::process::id().wrapping_mul(7_919);
    loop {
        let offset = start.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = u16::try_from(FIRST + offset).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
