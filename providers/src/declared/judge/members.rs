//! The members of a success that are read, so that the others need not be built.

use super::row::Row;
use super::success::SuccessRules;
use crate::declared::answers::{ErrorFields, ErrorWords};
use crate::declared::condition::{Condition, Subject};
use crate::declared::place::Place;
use crate::declared::read_path::{ReadPath, Step};

/// Returns the members of a success that the rows and the rules of success read. `None` if they may read any of them.
pub(super) fn of_success(rows: &[Row], success: &SuccessRules, words: &ErrorWords) -> Option<Vec<String>> {
    let mut members = Members::default();
    for row in rows.iter().filter(|row| may_apply_to_success(row)) {
        members.add_conditions(&row.when, row.names_status)?;
    }
    members.add_conditions(success.existing(), true)?;
    for place in success.places() {
        if let Place::Path(path, _) = place {
            members.add(path)?;
        }
    }
    success.ignored_path().map_or(Some(()), |path| members.add(path))?;
    words.status.iter().chain(&words.message).try_for_each(|path| members.add(path))?;
    match &words.fields {
        Some(ErrorFields::List { list, .. }) => members.add(list)?,
        Some(ErrorFields::Object { object, .. }) => members.add(object)?,
        None => {}
    }
    members.0.extend(success.returned_members());
    members.0.sort_unstable();
    members.0.dedup();
    Some(members.0)
}

fn may_apply_to_success(row: &Row) -> bool {
    let of_condition = |condition: &Condition| {
        condition.status.as_ref().is_none_or(|statuses| {
            statuses.0.iter().any(|(from, to)| (200..300).contains(from) || (200..300).contains(to))
        })
    };
    row.when.iter().all(of_condition)
}

#[derive(Default)]
struct Members(Vec<String>);

impl Members {
    /// Adds the member with which a path begins. `None` if that may be any.
    fn add(&mut self, path: &ReadPath) -> Option<()> {
        match path.steps().first()? {
            Step::Member(name) => self.0.push(name.clone()),
            // These reach nothing in an object.
            Step::Index(_) | Step::Each | Step::Where(..) => {}
            Step::AnyMember => return None,
        }
        Some(())
    }

    fn add_conditions(&mut self, conditions: &[Condition], is_about_status: bool) -> Option<()> {
        conditions.iter().try_for_each(|condition| match &condition.subject {
            None | Some(Subject::Header(..)) => Some(()),
            Some(Subject::Path(path, _) | Subject::Each(path, _)) => self.add(path),
            // Without the status, only the described paths are read for a message.
            Some(Subject::Message(_)) => (!is_about_status).then_some(()),
        })
    }
}
