//! A row of the table of errors, bound to one account.

use super::answer::AnswerContext;
use super::condition::{all_hold, bind, reads_content};
use super::wait::BoundWait;
use crate::declared::account_values::AccountValues;
use crate::declared::answers::ErrorRow;
use crate::declared::condition::Condition;
use crate::declared::evidence::SourceKind;
use crate::declared::laws::own_effect;
use crate::declared::place::Place;
use crate::error::{Effect, ErrorKind, Operation};
use crate::http::End;

/// A row of the table of errors.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) when: Vec<Condition>,
    pub(super) kind: ErrorKind,
    pub(super) effect: Effect,
    pub(super) existing: Vec<Place>,
    pub(super) wait: Vec<BoundWait>,
    /// Whether a condition names the status.
    pub(super) names_status: bool,
    /// Whether a condition reads the content of the answer, and not its status alone.
    pub(super) reads_content: bool,
    source: SourceKind,
}

impl Row {
    pub(super) fn new(row: &ErrorRow, account: &AccountValues) -> Self {
        Self {
            when: bind(&row.when, account),
            kind: row.kind,
            effect: row.effect.unwrap_or_else(|| own_effect(row.kind)),
            existing: row.existing.clone(),
            wait: row.wait.iter().map(|wait| BoundWait::new(wait, account)).collect(),
            names_status: row.when.iter().any(|condition| condition.status.is_some()),
            reads_content: row.when.iter().any(reads_content),
            source: row.source,
        }
    }

    /// Returns whether the row judges an answer.
    pub(super) fn applies_to(&self, answer: &AnswerContext<'_>) -> bool {
        if answer.is_server_error() && !self.names_status {
            return false;
        }
        // A search that finds nothing is empty, and holds contacts that exist.
        let is_about_creates = !self.reads_content || self.kind == ErrorKind::AlreadyExists;
        if answer.is_success() && is_about_creates && answer.exchange.operation != Operation::Create {
            return false;
        }
        all_hold(&self.when, answer, self.names_status)
    }

    /// Returns whether the row takes a doubt away that its kind has.
    pub(super) fn takes_doubt(&self) -> bool {
        self.effect == Effect::Refused && own_effect(self.kind) == Effect::Unknown
    }

    /// Returns whether the row counts for more than what the rest of the answer shows: the vendor itself says what this status
    /// means.
    pub(super) fn decides(&self, answer: &AnswerContext<'_>) -> bool {
        let is_complete = !answer.is_success() || answer.exchange.answer.end() != End::Cut;
        self.names_status && self.source.is_the_vendors() && is_complete
    }

    /// Returns the effect of a server error. Only the vendor takes its doubt away, or anyone of a duplicate who saw it.
    pub(super) fn effect_of_server_error(&self) -> Effect {
        let is_known_duplicate =
            self.kind == ErrorKind::AlreadyExists && self.source <= SourceKind::ThirdParty;
        if self.source.is_the_vendors() || is_known_duplicate { self.effect } else { Effect::Unknown }
    }
}
