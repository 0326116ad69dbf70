//! The replies of a stand-in. Creates get the replies in order; the last one repeats.

use super::answer::Answer;
use super::received::Received;

/// A reply to one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// The vendor's documented success.
    Good,
    /// The documented success, sent once the test releases it.
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
    /// Writes bytes that are not HTTP.
    Noise,
}

/// The contacts in the vendor's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    Nothing,
    ReceivedCreates,
}

#[derive(Debug, Clone)]
pub(crate) struct Script {
    creates: Vec<Reply>,
    others: Reply,
    pub(crate) listing: Listing,
}

impl Script {
    /// Gives every create this reply.
    pub(crate) fn always(reply: Reply) -> Self {
        Self::new(vec![reply])
    }

    /// Gives the first create this reply; the others succeed.
    pub(crate) fn once(reply: Reply) -> Self {
        Self::new(vec![reply, Reply::Good])
    }

    pub(crate) fn new(creates: Vec<Reply>) -> Self {
        Self { creates, others: Reply::Good, listing: Listing::Nothing }
    }

    /// Gives requests that are not creates this reply.
    pub(crate) fn others(mut self, reply: Reply) -> Self {
        self.others = reply;
        self
    }

    pub(crate) fn listing(mut self, listing: Listing) -> Self {
        self.listing = listing;
        self
    }

    /// Returns the reply to the create with this number, from 0.
    pub(super) fn create_reply(&self, number: usize) -> Reply {
        self.creates.get(number).or(self.creates.last()).cloned().unwrap_or(Reply::Good)
    }

    pub(super) fn other_reply(&self) -> Reply {
        self.others.clone()
    }
}
