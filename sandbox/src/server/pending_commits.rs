//! The creates of one stand-in that are accepted and not committed yet.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::draft::Draft;
use crate::faults::What;
use crate::record::UncommittedContact;
use crate::reply::Reply;

/// The accepted creates, in the order of their commits.
#[derive(Default)]
pub(super) struct PendingCommits {
    /// By time of commit and number of the request.
    creates: BTreeMap<(Timestamp, usize), Pending>,
}

/// An accepted create.
pub(super) struct Pending {
    pub(super) draft: Draft,
    pub(super) commits_at: Timestamp,
    /// Whether the vendor looks for an equal contact once more when it commits.
    pub(super) checks_at_commit: bool,
    /// The fault that decides the answer.
    pub(super) fault: Option<What>,
    pub(super) reply: oneshot::Sender<Reply>,
}

/// An answer that is sent after the commit.
pub(crate) struct DelayedReply {
    pub(crate) commits_at: Timestamp,
    /// The timeout of a gateway, in real time.
    pub(crate) gateway_timeout: Option<Duration>,
    /// Closes without a reply when the sandbox is reset.
    pub(crate) reply: oneshot::Receiver<Reply>,
}

impl PendingCommits {
    pub(super) fn insert(&mut self, pending: Pending) {
        self.creates.insert((pending.commits_at, pending.draft.request), pending);
    }

    /// Removes and returns the next create that is due.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<Pending> {
        let next = self.creates.first_entry()?;
        let (commits_at, _) = next.key();
        (*commits_at <= now).then(|| next.remove())
    }

    pub(super) fn contacts(&self) -> Vec<UncommittedContact> {
        let contact = |pending: &Pending| UncommittedContact {
            body: Value::Object(pending.draft.sent.clone()),
            request: pending.draft.request,
            commits_at: pending.commits_at,
        };
        self.creates.values().map(contact).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.creates.len()
    }
}
