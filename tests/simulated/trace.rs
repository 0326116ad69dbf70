//! The events of a simulation with their virtual times.

use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use crate::simulated::clock::SimulatedClock;

/// The events of one simulation. Without tracing they are dropped.
#[derive(Debug)]
pub(crate) struct Trace {
    clock: Arc<SimulatedClock>,
    text: Option<Mutex<String>>,
}

impl Trace {
    pub(crate) fn new(clock: Arc<SimulatedClock>, is_enabled: bool) -> Self {
        Self { clock, text: is_enabled.then(Mutex::default) }
    }

    pub(crate) fn note(&self, event: impl FnOnce() -> String) {
        if let Some(text) = &self.text {
            let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
            writeln!(text, "{:>10.3} {}", self.clock.true_time().as_secs_f64(), event()).unwrap();
        }
    }

    pub(crate) fn take(&self) -> String {
        let text = self.text.as_ref().map(|text| text.lock().unwrap_or_else(PoisonError::into_inner));
        text.map(|mut text| std::mem::take(&mut *text)).unwrap_or_default()
    }
}
