//! A change at one place of an answer, before it is graded and attributed to a fixture.

use crate::alteration::Alteration;
use crate::experiment::AlterationTargets;
use crate::grade::Grade;

/// A change at one place.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) place: String,
    pub(super) expected: String,
    pub(super) seen: String,
    pub(super) note: Option<String>,
    pub(super) severity: Severity<'a>,
}

/// How the grade of a change is determined.
#[derive(Debug)]
pub(super) enum Severity<'a> {
    Fixed(Grade),
    /// Breaking if one of the alterations changes the adapter's verdict, and cosmetic otherwise.
    ByExperiment {
        targets: AlterationTargets<'a>,
        alterations: Vec<Alteration>,
        /// The grade if no fixture can be replayed.
        by_shape: Grade,
    },
    /// Breaking if the alteration changes the adapter's verdict, and no change otherwise.
    IfChanged {
        targets: AlterationTargets<'a>,
        alteration: Alteration,
    },
    /// Breaking if the alteration leads to the verdict of the live run, and no change otherwise.
    IfDecisive {
        targets: AlterationTargets<'a>,
        alteration: Alteration,
    },
}

impl Change<'_> {
    /// Returns whether the shape alone makes it breaking.
    pub(super) fn is_breaking_by_shape(&self) -> bool {
        matches!(
            self.severity,
            Severity::Fixed(Grade::Breaking) | Severity::ByExperiment { by_shape: Grade::Breaking, .. }
        )
    }
}
