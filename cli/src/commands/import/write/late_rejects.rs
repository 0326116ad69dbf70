//! A thread that writes rejects found during delivery.
//!
//! The file of rejects may be a pipe without a reader. A thread keeps such a pipe from blocking the deliveries.

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use unicontact_files::Reject;

/// A limit on the wait for unwritten rejects at the end of the command.
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends rejects to the thread that writes them.
pub(in crate::commands::import) struct LateRejects {
    rejects: Sender<Reject>,
    /// Disconnected when the thread has ended.
    writing: Receiver<()>,
}

impl LateRejects {
    pub(in crate::commands::import) fn start(write: impl Fn(Reject) + Send + 'static) -> io::Result<Self> {
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

    pub(in crate::commands::import) fn send(&self, reject: Reject) {
        // Sending fails only if the thread panicked, which `finish` reports.
        let _ = self.rejects.send(reject);
    }

    /// Waits until all rejects are written. Returns false after a timeout.
    pub(in crate::commands::import) fn finish(self) -> bool {
        drop(self.rejects);
        matches!(self.writing.recv_timeout(FINISH_TIMEOUT), Err(RecvTimeoutError::Disconnected))
    }
}
