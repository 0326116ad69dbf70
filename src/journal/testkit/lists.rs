//! Checks of lists and totals.

use super::requests::{claim, deliver, listed, look, now, settlement};
use super::searches::fill;
use super::{Subject, Violation};
use crate::journal::Selection;
use crate::outcome::Outcome;

/// [`Journal::list`](crate::journal::Journal::list) returns the selected records in the order of their numbers.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_list_has_the_selected_records_in_order(subject: &mut dyn Subject) -> Result<(), Violation> {
    let outcomes = [Outcome::Created, Outcome::Failed, Outcome::InDoubt, Outcome::Failed];
    for (number, outcome) in (1..).zip(outcomes) {
        deliver(&*subject.journal(), &number.to_string(), number, outcome).await?;
    }
    subject.journal().claim(claim("5", 5)).await?;
    subject.reopen().await?;
    let journal = subject.journal();
    let list = async |selection| listed(&*journal, selection).await;
    let all = Selection::default;
    ensure_eq!(list(all()).await?, [1, 2, 3, 4, 5]);
    ensure_eq!(list(Selection { outcomes: vec![Outcome::InDoubt], ..all() }).await?, [3, 5]);
    let either = vec![Outcome::Created, Outcome::Failed];
    ensure_eq!(list(Selection { outcomes: either, ..all() }).await?, [1, 2, 4]);
    ensure_eq!(list(Selection { providers: vec!["iot".to_owned()], ..all() }).await?, [0; 0]);
    let kind = |kind: &str| Selection { error_kind: Some(kind.to_owned()), ..all() };
    ensure_eq!(list(kind("unavailable")).await?, [2, 3, 4]);
    ensure_eq!(list(kind("invalid")).await?, [0; 0]);
    ensure_eq!(list(Selection { changed_before: Some(now()), ..all() }).await?, [0; 0]);
    let later = now() + jiff::SignedDuration::from_millis(1);
    ensure_eq!(list(Selection { changed_before: Some(later), ..all() }).await?, [1, 2, 3, 4, 5]);
    let after = look(&*journal, "2").await?.number;
    ensure_eq!(list(Selection { after, limit: Some(2), ..all() }).await?, [3, 4]);
    Ok(())
}

/// [`Journal::totals`](crate::journal::Journal::totals) counts what lists hold, also after the process has ended.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn totals_agree_with_lists(subject: &mut dyn Subject) -> Result<(), Violation> {
    fill(&*subject.journal()).await?;
    subject.journal().claim(claim("6", 6)).await?;
    for _ in 0..2 {
        let journal = subject.journal();
        let Some(totals) = journal.totals().await? else { continue };
        let counts = totals["acme"];
        for outcome in Outcome::ALL {
            let listed =
                listed(&*journal, Selection { outcomes: vec![outcome], ..Selection::default() }).await?;
            ensure_eq!(counts.get(outcome), listed.len() as u64, "{outcome:?}");
        }
        ensure_eq!(totals.len(), 1);
        drop(journal);
        subject.reopen().await?;
    }
    let journal = subject.journal();
    let interrupted = Selection { error_kind: Some("interrupted".to_owned()), ..Selection::default() };
    ensure_eq!(listed(&*journal, interrupted).await?, [6]);
    ensure_eq!(
        listed(&*journal, Selection { search: Some("king".to_owned()), ..Selection::default() }).await?,
        [421, 6]
    );
    Ok(())
}

/// A list has a settlement whose future was dropped.
///
/// # Errors
///
/// The journal does not keep the rule, or failed.
pub async fn a_settlement_that_was_not_awaited_is_listed(subject: &mut dyn Subject) -> Result<(), Violation> {
    let journal = subject.journal();
    journal.claim(claim("1", 1)).await?;
    drop(journal.settle(settlement("1", Some(1), Outcome::Created)));
    let created = Selection { outcomes: vec![Outcome::Created], ..Selection::default() };
    ensure_eq!(listed(&*journal, created).await?, [1]);
    Ok(())
}
