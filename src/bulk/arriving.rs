//! The contacts that were read and are being recognized, in the order in which they came.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::ready;

use super::SourceRow;
use super::admission::Admissions;
use crate::identity::{Identification, IdentityHashes};
use crate::journal::IdentifyFuture;
use crate::journal::JournalError;

/// The most contacts that are recognized at once. A journal answers many with one write to the disk.
const MOST: usize = 64;

/// A contact from the source, and where it goes.
pub(super) struct Wanted {
    pub(super) row: SourceRow,
    /// The key under which it is recorded and the providers that it goes to. `None` for a contact that is to be recognized and
    /// goes to all of them.
    pub(super) to: Option<(String, Vec<usize>)>,
}

/// A contact that was recognized.
pub(super) struct Recognized {
    pub(super) wanted: Wanted,
    pub(super) traits: IdentityHashes,
    pub(super) identification: Result<Identification, JournalError>,
}

struct Waiting {
    wanted: Wanted,
    traits: IdentityHashes,
    answer: IdentifyFuture,
}

/// Contacts that are being recognized.
pub(super) struct Arriving {
    admissions: Admissions,
    waiting: VecDeque<Waiting>,
}

impl Arriving {
    pub(super) fn new(admissions: Admissions) -> Self {
        Self { admissions, waiting: VecDeque::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Returns whether as many are recognized as there is room for.
    pub(super) fn is_full(&self, room: usize) -> bool {
        self.waiting.len() >= room.min(MOST)
    }

    /// Asks who a contact is.
    pub(super) fn push(&mut self, wanted: Wanted) {
        let (traits, answer) = match &wanted.to {
            Some((key, _)) => {
                let person = Identification::new_person(key.clone());
                (IdentityHashes::default(), ready(Ok(person)).boxed())
            }
            None => self.admissions.recognize(&wanted.row),
        };
        self.waiting.push_back(Waiting { wanted, traits, answer });
    }

    /// Returns the contact that came first, once it is recognized. `None` when there is none.
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Recognized>> {
        let Some(first) = self.waiting.front_mut() else {
            return Poll::Ready(None);
        };
        let Poll::Ready(identification) = first.answer.poll_unpin(context) else {
            return Poll::Pending;
        };
        let recognized = self.waiting.pop_front().map(|first| {
            let Waiting { wanted, traits, answer: _ } = first;
            Recognized { wanted, traits, identification }
        });
        Poll::Ready(recognized)
    }

    /// Returns the first contact, recognized or not, and forgets it.
    pub(super) fn pop(&mut self) -> Option<Wanted> {
        self.waiting.pop_front().map(|waiting| waiting.wanted)
    }
}
