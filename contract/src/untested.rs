//! Finds the lines of a description that no test notices.
//!
//! Each word of the description is changed or taken away in turn. A change is noticed if the description is then refused, if a
//! contact becomes another request, or if a fixture fails.

mod change;
mod document;
mod observation;
mod other_value;
mod verdicts;

use std::sync::Arc;

use thiserror::Error;
use unicontact_providers::{Description, DescriptionError, DescriptionNode};

use self::change::{Change, changes};
use self::document::write_document;
use self::observation::{Samples, observe};
use self::verdicts::Verdicts;
use crate::folder::Fixtures;
use crate::replay_error::ReplayError;

/// A word of a description that no test notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UntestedLine {
    /// The line in the file.
    pub line: usize,
    /// The word, such as `error[2].kind`.
    pub key: String,
    /// Its value in the file.
    pub text: String,
    /// The first change that nothing noticed, such as `removed`.
    pub change: String,
}

/// The error of a description that cannot be tested.
#[derive(Debug, Error)]
pub enum UntestedError {
    /// The description has mistakes.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// The vendor cannot be connected, or a fixture cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// Returns the words of a description whose change neither a contact nor a fixture notices, in the order of the file.
///
/// The contacts are those of [`sample_contacts`](crate::sample_contacts) and those of the fixtures. Words that only inform people, such as `about` and `docs`, are left
/// out, and so are changes after which the description says the same. The parts of a word whose removal nobody notices are not
/// listed.
///
/// # Errors
///
/// When the description has mistakes, or a fixture cannot be replayed.
pub async fn untested_lines(
    text: &str,
    fixtures: Option<&Fixtures>,
) -> Result<Vec<UntestedLine>, UntestedError> {
    Description::parse(text)?;
    let document = DescriptionNode::parse(text)?;
    // Written in the same way as each changed one, so that its rows have the same lines.
    let original = Arc::new(Description::parse(&write_document(&document))?);
    let samples = Samples::new(&original, &document, fixtures)?;
    let verdicts = match fixtures.filter(|fixtures| fixtures.provider(original.vendor()).is_some()) {
        Some(fixtures) => Some(Verdicts::new(&original, fixtures).await?),
        None => None,
    };
    let baseline = Baseline { seen: observe(&original, &samples).collect(), original, samples, verdicts };
    let mut untested: Vec<UntestedLine> = Vec::new();
    for change in changes(&document) {
        if !untested.iter().any(|line| line.covers(&change)) && !baseline.notices(&change).await {
            let Change { line, key, text, what, .. } = change;
            untested.push(UntestedLine { line, key, text, change: what });
        }
    }
    Ok(untested)
}

impl UntestedLine {
    /// Returns whether a change concerns the same word or a part of it.
    fn covers(&self, change: &Change) -> bool {
        let rest = change.key.strip_prefix(&self.key);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

/// A description and its observations.
struct Baseline<'a> {
    original: Arc<Description>,
    samples: Samples,
    seen: Vec<observation::Observation>,
    verdicts: Option<Verdicts<'a>>,
}

impl Baseline<'_> {
    async fn notices(&self, change: &Change) -> bool {
        let Ok(changed) = Description::parse(&change.document) else {
            return true;
        };
        if changed == *self.original {
            return true;
        }
        let changed = Arc::new(changed);
        if !observe(&changed, &self.samples).eq(self.seen.iter().cloned()) {
            return true;
        }
        match &self.verdicts {
            Some(verdicts) => verdicts.differ(&changed).await,
            None => false,
        }
    }
}
