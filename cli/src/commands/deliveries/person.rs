//! The person who resolves or reopens a delivery.

use unicontact::journal::{Act, Record};
use unicontact::providers::clock::{Clock, SystemClock};

use crate::arguments::Person;
use crate::person_name::person_name;

/// Returns the act of a person on a record, with the time and the version of the record that the person saw.
pub(super) fn act(person: &Person, record: &Record) -> Act {
    let by = person_name(person.by.as_deref());
    Act { at: SystemClock.now(), by, note: person.note.clone(), seen: Some(record.changed_at) }
}
