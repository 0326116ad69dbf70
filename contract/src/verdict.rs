//! The parts of an adapter's result on which its callers rely. The vendor's messages are not among them.

use unicontact_providers::comparison::IdentifyingValues;
use unicontact_providers::{Effect, ErrorKind, ProviderError};

use crate::fixture::Expectation;
use crate::outcome::Outcome;

/// A result that can be compared with another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Created { id: String, existing: bool, returned: IdentifyingValues, ignored: Vec<String> },
    Found(Option<String>),
    Unclear(Vec<String>),
    Checked,
    Failed(FailedVerdict),
}

/// The parts of an error on which callers rely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailedVerdict {
    kind: ErrorKind,
    effect: Effect,
    code: Option<String>,
    existing_id: Option<String>,
    fields: Vec<String>,
    /// Whether the vendor says when to retry.
    has_retry_time: bool,
}

impl Verdict {
    pub(crate) fn new(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Created { id, existing, returned, ignored } => Self::Created {
                id: id.clone(),
                existing: *existing,
                returned: returned.clone(),
                ignored: ignored.clone(),
            },
            Outcome::Found(id) => Self::Found(id.clone()),
            Outcome::Unclear(ids) => Self::Unclear(ids.clone()),
            Outcome::Checked => Self::Checked,
            Outcome::Failed(error) => Self::Failed(FailedVerdict::new(error)),
        }
    }

    /// Returns the verdict with other ids. `replaced` has pairs of an id and its replacement.
    pub(crate) fn with_ids_replaced(mut self, replaced: &[(String, String)]) -> Self {
        let replace = |id: &mut String| {
            if let Some((_, new)) = replaced.iter().find(|(old, _)| old == id) {
                new.clone_into(id);
            }
        };
        match &mut self {
            Self::Created { id, .. } | Self::Found(Some(id)) => replace(id),
            Self::Unclear(ids) => ids.iter_mut().for_each(replace),
            Self::Failed(error) => error.existing_id.iter_mut().for_each(replace),
            Self::Found(None) | Self::Checked => {}
        }
        self
    }

    /// Returns whether both are of the same kind. Ids and details may differ.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Created { existing: one, .. }, Self::Created { existing: two, .. }) => one == two,
            (Self::Found(one), Self::Found(two)) => one.is_some() == two.is_some(),
            (Self::Unclear(_), Self::Unclear(_)) | (Self::Checked, Self::Checked) => true,
            (Self::Failed(one), Self::Failed(two)) => one.kind == two.kind && one.effect == two.effect,
            _ => false,
        }
    }

    /// Returns the name of the result, without its id, in the words of [`Expectation::result_name`].
    pub(crate) fn result_name(&self) -> &'static str {
        match self {
            Self::Created { existing: false, .. } => "created",
            Self::Created { existing: true, .. } => "existing",
            Self::Found(None) => "nothing found",
            Self::Found(Some(_)) => "found",
            Self::Unclear(_) => "unclear",
            Self::Checked => "checked",
            Self::Failed(error) => error.kind.as_str(),
        }
    }

    /// Returns whether a fixture expects a result of this kind. Ids and details may differ.
    pub(crate) fn is_expected(&self, expect: &Expectation) -> bool {
        match self {
            Self::Created { existing: false, .. } => expect.created.is_some(),
            Self::Created { existing: true, .. } => expect.existing.is_some(),
            Self::Found(id) => {
                expect.found.as_ref().is_some_and(|expected| expected.is_null() == id.is_none())
            }
            Self::Unclear(_) => expect.unclear.is_some(),
            Self::Checked => expect.checked.is_some(),
            Self::Failed(error) => {
                expect.kind == Some(error.kind) && expect.effect.is_none_or(|it| it == error.effect)
            }
        }
    }
}

impl FailedVerdict {
    fn new(error: &ProviderError) -> Self {
        Self {
            kind: error.kind(),
            effect: error.effect(),
            code: error.code().map(str::to_owned),
            existing_id: error.existing_id().map(|id| id.as_str().to_owned()),
            fields: error.field_errors().iter().map(|it| it.field.clone()).collect(),
            has_retry_time: error.retry_after().is_some() || error.retry_at().is_some(),
        }
    }
}
