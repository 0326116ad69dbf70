//! The contract suite of [`Journal`]: checks that hold any journal to the rules in the documentation of the
//! [parent module](super).
//!
//! A [`Subject`] is an open journal and the way to open it in the next process. [`run`] gives every check an empty one and
//! returns what the checks found. Each check is also a function of its own. Here the suite is run against the journal in memory:
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use unicontact::journal::testkit::{self, Subject};
//! use unicontact::journal::{Journal, JournalError, MemoryJournal};
//!
//! struct InMemory(Arc<MemoryJournal>);
//!
//! #[async_trait]
//! impl Subject for InMemory {
//!     fn journal(&self) -> Arc<dyn Journal> {
//!         self.0.clone()
//!     }
//!
//!     async fn reopen(&mut self) -> Result<(), JournalError> {
//!         self.0.reopen();
//!         Ok(())
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let create = async || Ok(Box::new(InMemory(Arc::default())) as Box<dyn Subject>);
//! testkit::run(create).await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The suite cannot make a journal fail: rule 10 is not checked. It cannot cut the power either; [`Subject::reopen`] decides
//! how hard a process ends.

/// Returns a violation unless a condition holds.
macro_rules! ensure {
    ($condition:expr $(,)?) => {
        ensure!($condition, "it is false")
    };
    ($condition:expr, $($detail:tt)+) => {
        if !$condition {
            return Err(violation!("`{}`: {}", stringify!($condition), format_args!($($detail)+)));
        }
    };
}

/// Returns a violation unless two values are equal.
macro_rules! ensure_eq {
    ($actual:expr, $expected:expr $(,)?) => {
        ensure_eq!($actual, $expected, "")
    };
    ($actual:expr, $expected:expr, $($detail:tt)+) => {{
        let (actual, expected) = (&$actual, &$expected);
        if *actual != *expected {
            return Err(violation!(
                "`{}` is {actual:?}, expected {expected:?} {}",
                stringify!($actual),
                format_args!($($detail)+)
            ));
        }
    }};
}

macro_rules! violation {
    ($($message:tt)+) => {
        Violation::new(format_args!($($message)+), file!(), line!())
    };
}

mod claims;
mod erasure;
mod lists;
mod people;
pub mod requests;
mod resolutions;
mod searches;
mod settlements;
mod stories;
mod times;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Journal, JournalError};

/// A journal under test.
#[async_trait]
pub trait Subject: Send {
    /// Returns the open journal.
    fn journal(&self) -> Arc<dyn Journal>;

    /// Ends the process that has the journal open, and opens it as the next process does. A test may only pretend to. What
    /// [`Self::journal`] returned before is not used any more.
    ///
    /// # Errors
    ///
    /// The journal cannot be opened again.
    async fn reopen(&mut self) -> Result<(), JournalError>;

    /// Returns whether the journal stores stories ([`Journal::story`]). Default: true.
    fn stores_stories(&self) -> bool {
        true
    }

    /// Returns whether the journal takes resolutions back ([`Journal::reopen`]). Default: true.
    fn reopens(&self) -> bool {
        true
    }
}

/// A rule that the journal breaks, or a failure of the journal during a check.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation {
    message: String,
}

/// The violations that [`run`] found, each with the name of its check.
#[derive(Clone, PartialEq, Eq)]
pub struct Violations(Vec<(&'static str, Violation)>);

/// A check of the suite.
#[derive(Clone, Copy)]
pub struct Check {
    name: &'static str,
    function: for<'a> fn(&'a mut dyn Subject) -> BoxFuture<'a, Result<(), Violation>>,
}

/// Publishes the checks, and lists them.
macro_rules! checks {
    ($($module:ident::$name:ident,)+) => {
        $(pub use self::$module::$name;)+

        /// The checks of the suite, in the order in which [`run`] performs them.
        pub const CHECKS: &[Check] = &[
            $(Check { name: stringify!($name), function: |subject| $module::$name(subject).boxed() },)+
        ];
    };
}

checks! {
    claims::an_unknown_delivery_is_granted_once,
    claims::one_of_many_claims_at_the_same_time_is_granted,
    claims::each_provider_has_a_record_of_its_own,
    claims::a_delivered_contact_is_not_granted_again,
    claims::an_unfinished_delivery_is_granted_again,
    claims::an_unsettled_claim_is_interrupted_after_its_process,
    claims::a_doubt_is_granted_as_interrupted_until_it_is_settled,
    claims::a_repeated_delivery_that_fails_leaves_the_first,
    claims::a_delivery_is_repeated_only_if_it_is_older_than_the_time,
    settlements::a_claim_without_attempts_leaves_an_earlier_doubt,
    settlements::only_its_claim_settles_a_claimed_delivery,
    settlements::a_settlement_without_a_claim_replaces_only_unfinished_deliveries,
    settlements::a_pending_settlement_keeps_the_error_of_the_same_content,
    settlements::a_claim_of_an_ended_process_settles_nothing,
    settlements::a_delivered_contact_is_erased,
    settlements::a_settlement_is_written_without_waiting_for_it,
    settlements::a_second_settlement_of_a_claim_changes_nothing,
    settlements::an_attempt_without_a_claim_is_counted,
    times::a_second_claim_with_the_same_id_extends_the_first,
    times::a_lost_claim_is_not_extended,
    times::a_look_does_not_move_the_time_of_the_last_attempt,
    times::a_time_in_the_future_is_corrected_by_the_next_claim,
    resolutions::a_resolution_that_is_taken_back_leaves_the_earlier_state,
    resolutions::a_person_resolves_only_unfinished_deliveries_without_a_claim,
    resolutions::a_reopened_interruption_is_interrupted_again,
    resolutions::a_resolution_is_not_taken_back_after_another_claim,
    resolutions::a_person_changes_only_the_record_that_was_seen,
    resolutions::a_resolution_is_in_the_story,
    stories::a_story_is_stored_with_its_runs,
    stories::a_success_at_the_first_attempt_adds_only_its_run,
    stories::an_extended_claim_stores_the_attempts_before_it,
    stories::an_attempt_without_a_claim_is_in_the_story,
    stories::the_oldest_of_many_attempts_are_dropped,
    erasure::a_forgotten_contact_keeps_its_outcome,
    erasure::a_claimed_delivery_is_not_forgotten,
    lists::a_list_has_the_selected_records_in_order,
    lists::totals_agree_with_lists,
    lists::a_settlement_that_was_not_awaited_is_listed,
    searches::a_search_finds_contacts_by_words_and_ids,
    searches::a_search_does_not_find_a_delivered_contact_by_words,
    searches::a_person_is_found_by_a_whole_key_or_address,
    searches::a_list_agrees_with_the_conditions_of_the_selection,
    people::a_person_is_recognized_by_any_address,
    people::a_shared_number_does_not_match_different_addresses,
    people::a_person_without_an_id_takes_the_id_of_the_contact,
    people::a_later_name_is_recognized_with_an_earlier_address,
    people::an_id_of_another_delivered_person_is_refused,
    people::an_undelivered_id_may_get_another_person,
    people::a_contact_with_only_a_name_is_recognized_by_its_content,
    people::a_delivery_to_any_provider_counts,
    people::recognizing_registers_nobody,
}

/// Performs every check, each on a new and empty journal that `create` returns. Needs a Tokio runtime if the journal does.
///
/// # Errors
///
/// The journal breaks a rule, cannot be created, or fails.
pub async fn run(
    mut create: impl AsyncFnMut() -> Result<Box<dyn Subject>, JournalError>,
) -> Result<(), Violations> {
    let mut violations = Vec::new();
    for check in CHECKS {
        let result = match create().await {
            Ok(mut subject) => check.perform(&mut *subject).await,
            Err(error) => Err(error.into()),
        };
        violations.extend(result.err().map(|violation| (check.name, violation)));
    }
    if violations.is_empty() { Ok(()) } else { Err(Violations(violations)) }
}

impl Check {
    /// Returns the name of the check, which is that of its function.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Performs the check on an empty journal.
    ///
    /// # Errors
    ///
    /// The journal breaks the rule, or fails.
    pub async fn perform(&self, subject: &mut dyn Subject) -> Result<(), Violation> {
        (self.function)(subject).await
    }
}

impl Violations {
    /// Returns the names of the checks that failed.
    pub fn checks(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }
}

impl Violation {
    fn new(message: fmt::Arguments<'_>, file: &str, line: u32) -> Self {
        Self { message: format!("{message} ({file}:{line})") }
    }
}

impl From<JournalError> for Violation {
    fn from(error: JournalError) -> Self {
        Self { message: format!("the journal failed: {error}") }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {} checks failed", self.0.len(), CHECKS.len())?;
        self.0.iter().try_for_each(|(name, violation)| write!(formatter, "\n{name}: {violation}"))
    }
}

impl fmt::Debug for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl std::error::Error for Violation {}

impl std::error::Error for Violations {}
