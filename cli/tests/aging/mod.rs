//! Makes a journal look older than it is, so that no test waits for a quiet time.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

/// Moves every time in the journal back by `by`. No process may have the journal open.
pub(crate) fn age(journal: &Path, by: Duration) {
    let by = i64::try_from(by.as_millis()).unwrap();
    let update = "UPDATE deliveries SET changed_at = changed_at - ?1, may_send_until = may_send_until - ?1, \
                  boot = NULL, uptime = NULL, looked_at = looked_at - ?1, look_again_at = look_again_at - ?1";
    let delivered = "UPDATE delivered SET changed_at = changed_at - ?1";
    let spans = "UPDATE spans SET earliest = earliest - ?1, latest = latest - ?1";
    let journal = Connection::open(journal).unwrap();
    for update in [update, delivered, spans] {
        journal.execute(update, [by]).unwrap();
    }
}
