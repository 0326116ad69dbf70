//! The replies of a stand-in to creates, in order. The last reply is repeated.

use super::answer::Answer;
use super::received::Received;

/// The reply to one create.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// The vendor's documented success.
    Good,
    /// The success, once the test releases it.
    Held,
    Answer(Answer),
    /// A response made of the request.
    Echo(fn(&Received) -> Answer),
    /// Closes the connection without a byte.
    Close,
    /// Resets the connection.
    Reset,
    /// Keeps the connection open without a response.
    Hang,
    /// Writes bytes that are not HTTP.
    Noise,
}

/// Whether the vendor lists a contact after its create.
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
    /// Sends this reply to every create.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::of(vec![reply])
    }

    /// Sends this reply to the first create. The others succeed.
    pub(crate) fn once(reply: Reply) -> Self {
        Self::of(vec![reply, Reply::Good])
    }

    pub(crate) fn of(creates: Vec<Reply>) -> Self {
        Self { creates, others: Reply::Good, listing: Listing::Nothing }
    }

    /// Sends this reply to other requests than creates.
    pub(crate) fn others(mut self, reply: Reply) -> Self {
        self.others = reply;
        self
    }

    pub(crate) fn listing(mut self, listing: Listing) -> Self {
        self.listing = listing;
        self
    }

    /// Returns the reply to the create with this index.
    pub(super) fn of_create(&self, number: usize) -> Reply {
        self.creates.get(number).or(self.creates.last()).cloned().unwrap_or(Reply::Good)
    }

    pub(super) fn of_others(&self) -> Reply {
        self.others.clone()
    }
}
