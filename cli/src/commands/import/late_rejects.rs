//! Rejects of rows that were read before.
//!
//! A thread of its own writes them: the file of rejects may be a pipe that nobody reads, and the command must not wait for
//! that while deliveries are under way.

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use unicontact_files::Reject;

/// How long the end of the command waits for rejects that are not written yet.
const WAIT: Duration = Duration::from_secs(5);

/// Hands rejects to the thread that writes them.
pub(super) struct LateRejects {
    rejects: Sender<Reject>,
    /// Disconnected when the thread has ended.
    writing: Receiver<()>,
}

impl LateRejects {
    pub(super) fn start(write: impl Fn(Reject) + Send + 'static) -> io::Result<Self> {
        let (rejects, received) = mpsc::channel::<Reject>();
        let (guard, writing) = mpsc::channel::<()>();
        thread::Builder::new().name("rejects".to_owned()).spawn(move || {
            let _guard = guard;
            for reject in received {
                write(reject);
            }
        })?;
        Ok(Self { rejects, writing })
    }

    pub(super) fn send(&self, reject: Reject) {
        // The thread ends before the sender does only when it panics; `finish` says so.
        let _ = self.rejects.send(reject);
    }

    /// Waits until all are written. Returns false when that takes too long.
    pub(super) fn finish(self) -> bool {
        drop(self.rejects);
        matches!(self.writing.recv_timeout(WAIT), Err(RecvTimeoutError::Disconnected))
    }
}
