//! `Debug` for the types that hold contact data, vendors' messages or people's notes. It hides these values.

use std::fmt;

use serde_json::Value;

use super::resolution::Act;
use super::search::SearchText;
use super::selection::Selection;
use super::story::StoryEvent;
use super::unresolved::Unresolved;

/// A value that `Debug` hides, shown as `_`.
struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("_")
    }
}

impl fmt::Debug for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Selection");
        debug.field("outcomes", &self.outcomes).field("providers", &self.providers);
        debug.field("error_kind", &self.error_kind).field("changed_since", &self.changed_since);
        debug.field("changed_before", &self.changed_before);
        debug.field("search", &hidden(self.search.as_ref())).field("person", &hidden(self.person.as_ref()));
        debug.field("after", &self.after).field("limit", &self.limit).finish()
    }
}

impl fmt::Debug for SearchText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SearchText").finish_non_exhaustive()
    }
}

impl fmt::Debug for Unresolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Unresolved");
        debug.field("state", &self.state).field("id", &self.id).field("error", &kind(self.error.as_ref()));
        debug.field("may_send_until", &self.may_send_until).field("looked_at", &self.looked_at);
        debug.field("look_again_at", &self.look_again_at).field("settled_by", &self.settled_by).finish()
    }
}

impl fmt::Debug for StoryEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attempt { duration, result, error } => {
                let mut debug = formatter.debug_struct("Attempt");
                debug.field("duration", duration).field("result", result);
                debug.field("error", &kind(error.as_ref())).finish()
            }
            Self::Look { result, id, candidates, error } => {
                let mut debug = formatter.debug_struct("Look");
                debug.field("result", result).field("id", id).field("candidates", candidates);
                debug.field("error", &kind(error.as_ref())).finish()
            }
            Self::Interrupted => formatter.write_str("Interrupted"),
            Self::Resolved { resolution, id, by, note } => {
                let mut debug = formatter.debug_struct("Resolved");
                debug.field("resolution", resolution).field("id", id);
                debug.field("by", &hidden(by.as_ref())).field("note", &hidden(note.as_ref())).finish()
            }
            Self::Purged { by, note } => {
                let mut debug = formatter.debug_struct("Purged");
                debug.field("by", &hidden(by.as_ref())).field("note", &hidden(note.as_ref())).finish()
            }
            Self::Reopened { by, note } => {
                let mut debug = formatter.debug_struct("Reopened");
                debug.field("by", &hidden(by.as_ref())).field("note", &hidden(note.as_ref())).finish()
            }
        }
    }
}

impl fmt::Debug for Act {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Act");
        debug.field("at", &self.at).field("by", &hidden(self.by.as_ref()));
        debug.field("note", &hidden(self.note.as_ref())).field("seen", &self.seen).finish()
    }
}

/// Replaces a value by `_`.
fn hidden(text: Option<&String>) -> Option<Hidden> {
    text.map(|_| Hidden)
}

/// Returns the kind of an error.
fn kind(error: Option<&Value>) -> Option<&str> {
    error?.get("kind")?.as_str()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use serde_json::json;
    use unicontact_providers::ContactId;

    use super::*;
    use crate::journal::state::RecordState;
    use crate::journal::story::{AttemptResult, LookResult, ResolutionWord, Story, StoryEntry};
    use crate::outcome::Outcome;

    const SECRET: &str = "Zanzibar@example.com";

    fn secret() -> String {
        SECRET.to_owned()
    }

    fn error() -> Value {
        json!({"kind": "unavailable", "message": format!("no room for {SECRET}"), "fields": [SECRET]})
    }

    fn events() -> Vec<StoryEvent> {
        let duration = Duration::from_millis(12);
        let id = ContactId::new("17");
        vec![
            StoryEvent::Attempt { duration, result: AttemptResult::Failed, error: Some(error()) },
            StoryEvent::Look { result: LookResult::Failed, id, candidates: Vec::new(), error: Some(error()) },
            StoryEvent::Resolved {
                resolution: ResolutionWord::NotCreated,
                id: None,
                by: Some(secret()),
                note: Some(secret()),
            },
            StoryEvent::Purged { by: Some(secret()), note: Some(secret()) },
            StoryEvent::Reopened { by: Some(secret()), note: Some(secret()) },
        ]
    }

    #[test]
    fn debug_hides_contacts_messages_and_notes() {
        let entry = |event| StoryEntry { at: Timestamp::UNIX_EPOCH, run: None, event };
        let story = Story { entries: events().into_iter().map(entry).collect(), ..Story::default() };
        let unresolved = Unresolved {
            state: RecordState::Settled(Outcome::InDoubt),
            id: None,
            error: Some(error()),
            may_send_until: None,
            looked_at: None,
            look_again_at: None,
            settled_by: None,
        };
        let act = Act { by: Some(secret()), note: Some(secret()), ..Act::new(Timestamp::UNIX_EPOCH) };
        let selection = Selection { search: Some(secret()), person: Some(secret()), ..Selection::default() };
        for shown in [
            format!("{story:?} {story:#?}"),
            format!("{unresolved:?} {unresolved:#?}"),
            format!("{act:?} {act:#?}"),
            format!("{selection:?} {selection:#?}"),
            format!("{0:?} {0:#?}", SearchText::new(SECRET)),
        ] {
            assert!(!shown.to_lowercase().contains("zanzibar"), "{shown}");
        }
    }

    #[test]
    fn debug_shows_states_results_and_error_kinds() {
        insta::assert_snapshot!(format!("{:?}", events()), @r#"[Attempt { duration: 12ms, result: Failed, error: Some("unavailable") }, Look { result: Failed, id: Some(ContactId("17")), candidates: [], error: Some("unavailable") }, Resolved { resolution: NotCreated, id: None, by: Some(_), note: Some(_) }, Purged { by: Some(_), note: Some(_) }, Reopened { by: Some(_), note: Some(_) }]"#);
        let selection = Selection { search: Some(secret()), limit: Some(3), ..Selection::default() };
        insta::assert_snapshot!(format!("{selection:?}"), @"Selection { outcomes: [], providers: [], error_kind: None, changed_since: None, changed_before: None, search: Some(_), person: None, after: 0, limit: Some(3) }");
    }
}
