//! The signals that end the command: Ctrl-C, SIGTERM and SIGHUP, all with the same meaning.
//!
//! Invariant: once they are registered, none is lost and none ends the process by itself. An ignored SIGHUP, as `nohup` sets
//! it, stays ignored.

use std::io;

use crate::exit::Failure;
use crate::failure_code::FailureCode;

/// The signals, registered.
pub(crate) struct Signals(system::Signals);

impl Signals {
    /// Registers the signals.
    pub(crate) fn register() -> Result<Self, Failure> {
        let refused = |error: io::Error| {
            Failure::new(FailureCode::System, format!("signal handlers cannot be registered: {error}"))
        };
        system::Signals::register().map(Self).map_err(refused)
    }

    /// Waits for the next signal. Cancel safe.
    pub(crate) async fn next(&mut self) {
        self.0.next().await;
    }
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hangup: Option<Signal>,
    }

    impl Signals {
        pub(super) fn register() -> io::Result<Self> {
            let hangup = if hangup_is_ignored() { None } else { Some(signal(SignalKind::hangup())?) };
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup,
            })
        }

        pub(super) async fn next(&mut self) {
            let hangup = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
                _ = hangup => {}
            }
        }
    }

    /// Returns whether the process ignores SIGHUP. False if the system does not say.
    fn hangup_is_ignored() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        ignored.is_some_and(|mask| mask & 1 == 1)
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    use tokio::signal::windows::{CtrlC, ctrl_c};

    pub(super) struct Signals(CtrlC);

    impl Signals {
        pub(super) fn register() -> io::Result<Self> {
            ctrl_c().map(Self)
        }

        pub(super) async fn next(&mut self) {
            self.0.recv().await;
        }
    }
}
