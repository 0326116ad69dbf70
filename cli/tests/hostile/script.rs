//! What a stand-in does with the creates that it gets.
//!
//! Its rule: the first create gets the first reply, and so on; the last reply is for all that follow.

use super::answer::Answer;
use super::received::Received;

/// What is done with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// The vendor's documented success.
    Good,
    /// The success, but only when the test says so.
    Held,
    Answer(Answer),
    /// An answer made from the request.
    Echo(fn(&Received) -> Answer),
    /// Closes without a byte.
    Close,
    /// Resets the connection.
    Reset,
    /// Answers nothing and keeps the connection.
    Hang,
    /// Writes what is not HTTP.
    Noise,
}

/// Whether a contact stands in the vendor's list once its create was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    Nothing,
    WhatWasSent,
}

#[derive(Debug, Clone)]
pub(crate) struct Script {
    creates: Vec<Reply>,
    others: Reply,
    pub(crate) listing: Listing,
}

impl Script {
    /// Every create gets this.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::of(vec![reply])
    }

    /// The first create gets this, the others succeed.
    pub(crate) fn once(reply: Reply) -> Self {
        Self::of(vec![reply, Reply::Good])
    }

    pub(crate) fn of(creates: Vec<Reply>) -> Self {
        Self { creates, others: Reply::Good, listing: Listing::Nothing }
    }

    /// What is not a create gets this.
    pub(crate) fn others(mut self, reply: Reply) -> Self {
        self.others = reply;
        self
    }

    pub(crate) fn listing(mut self, listing: Listing) -> Self {
        self.listing = listing;
        self
    }

    /// The reply to the create of this number, from 0.
    pub(super) fn of_create(&self, number: usize) -> Reply {
        self.creates.get(number).or(self.creates.last()).cloned().unwrap_or(Reply::Good)
    }

    pub(super) fn of_others(&self) -> Reply {
        self.others.clone()
    }
}
