//! How something that runs for a while is to go on.
//!
//! Its rule: it never goes back.

use crate::watch;

/// How it is to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Shutdown {
    Going,
    /// Nothing new is taken, and no attempt begins.
    Ending,
    /// What is under way is cut off, too.
    Abandoned,
}

impl Shutdown {
    /// Sets it, unless it is farther already.
    pub(crate) fn advance(self, course: &watch::Sender<Self>) {
        course.send_if_modified(|known| {
            let goes_on = *known < self;
            if goes_on {
                *known = self;
            }
            goes_on
        });
    }
}
