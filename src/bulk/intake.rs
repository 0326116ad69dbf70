//! The intake of an import: reads rows ahead, looks up their contacts concurrently, and decides on them in the order of the
//! input.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use futures_util::future::ready;
use futures_util::stream::Stream;

use super::deduplicator::{Deduplicator, RowDecision};
use crate::identity::{Identification, IdentityHashes};
use crate::journal::IdentifyFuture;
use crate::source_row::{SourceLocation, SourceRow};

/// A limit on concurrent look-ups. The journal answers many of them with one write to the disk.
const MAX_LOOKUPS: usize = 64;

/// A row from the source of an import.
pub(super) struct InputRow {
    pub(super) row: SourceRow,
    /// `None` for a contact that has to be recognized and goes to every provider.
    pub(super) route: Option<Route>,
}

/// The key under which the deliveries of a contact are recorded, and the indices of its providers.
pub(super) struct Route {
    pub(super) key: String,
    pub(super) providers: Vec<usize>,
}

/// A row with the decision on it.
pub(super) struct DecidedRow {
    pub(super) source: SourceLocation,
    pub(super) decision: RowDecision,
    /// The indices of the providers; `None` for all of them.
    pub(super) providers: Option<Vec<usize>>,
}

/// A row whose contact is being looked up.
struct PendingRow {
    input: InputRow,
    traits: IdentityHashes,
    lookup: IdentifyFuture,
}

/// The rows of an import up to the decision on each.
pub(super) struct Intake<S> {
    /// `None` after the end of the stream and after [`Intake::close`].
    rows: Option<Pin<Box<S>>>,
    deduplicator: Deduplicator,
    pending: VecDeque<PendingRow>,
}

impl<S: Stream<Item = InputRow>> Intake<S> {
    pub(super) fn new(rows: S, deduplicator: Deduplicator) -> Self {
        Self { rows: Some(Box::pin(rows)), deduplicator, pending: VecDeque::new() }
    }

    /// Returns whether every row was read and decided on.
    pub(super) fn is_exhausted(&self) -> bool {
        self.rows.is_none() && self.pending.is_empty()
    }

    /// Reads no more rows, and removes those that were read and not decided on.
    pub(super) fn close(&mut self) -> impl Iterator<Item = InputRow> {
        self.rows = None;
        self.pending.drain(..).map(|pending| pending.input)
    }

    /// Returns the decision on the next row. Returns `None` when no row is being looked up: the stream has ended or will wake the
    /// task. No more than `room` rows are looked up at a time.
    pub(super) fn poll_next(&mut self, room: usize, context: &mut Context<'_>) -> Poll<Option<DecidedRow>> {
        self.read_ahead(room, context);
        let Some(first) = self.pending.front_mut() else {
            return Poll::Ready(None);
        };
        let identification = ready!(first.lookup.poll_unpin(context));
        let first = self.pending.pop_front();
        Poll::Ready(first.map(|PendingRow { input: InputRow { mut row, route }, traits, .. }| {
            let source = row.take_location();
            let (decision, providers) = match route {
                Some(Route { key, providers }) => (RowDecision::Send { row, key }, Some(providers)),
                None => (self.deduplicator.decide(row, &traits, identification), None),
            };
            DecidedRow { source, decision, providers }
        }))
    }

    fn read_ahead(&mut self, room: usize, context: &mut Context<'_>) {
        let limit = room.min(MAX_LOOKUPS);
        while let Some(rows) = self.rows.as_mut().filter(|_| self.pending.len() < limit) {
            match rows.as_mut().poll_next(context) {
                Poll::Ready(Some(input)) => self.look_up(input),
                Poll::Ready(None) => self.rows = None,
                Poll::Pending => return,
            }
        }
    }

    fn look_up(&mut self, input: InputRow) {
        let (traits, lookup) = match &input.route {
            Some(Route { key, .. }) => {
                let person = Identification::new_person(key.clone());
                (IdentityHashes::default(), ready(Ok(person)).boxed())
            }
            None => self.deduplicator.recognize(&input.row),
        };
        self.pending.push_back(PendingRow { input, traits, lookup });
    }
}
