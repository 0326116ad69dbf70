//! The messages about deliveries in doubt: when to look again, and what to do.

use jiff::Timestamp;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::providers::{ContactId, DeliveryKey};
use unicontact::{Delivery, Outcome};

use super::line::Line;
use super::next_command;
use super::style::Style;
use super::time::local_minute;

/// Returns when to look again for a delivery, and the command.
pub(crate) fn look_again(time: Timestamp) -> Line {
    let line = Line::new("Run ").styled(Style::Command, &format!("`{}`", next_command::retrying()));
    if time <= SystemClock.now() {
        return line.text(" to look again.");
    }
    line.text(&format!(" after {} to look again.", local_minute(time)))
}

/// Returns when to look again for `count` deliveries, all of which are due at `time`.
pub(crate) fn look_again_for_all(count: u64, time: Timestamp) -> String {
    format!("{count} in doubt. {}", look_again(time).plain())
}

/// Returns the message of a command that waits for deliveries in doubt.
pub(crate) fn waiting_until(name: Option<&str>, time: Timestamp) -> String {
    let whose = name.map(|name| format!("{name}: ")).unwrap_or_default();
    format!("{whose}In doubt: waiting until {} to look again (Ctrl-C stops)", local_minute(time))
}

/// Returns the key of a delivery that is in doubt and that only a person can settle. `contact` is the contact of its report.
pub(crate) fn key_for_person(contact: &str, delivery: &Delivery) -> Option<DeliveryKey> {
    let needs_person = delivery.outcome == Outcome::InDoubt && delivery.look_again_at.is_none();
    needs_person.then(|| DeliveryKey::from_contact_key(&delivery.provider, contact.to_owned()))
}

/// Returns which contacts at the vendor may be the one in doubt. `None` without candidates.
pub(super) fn resembling(candidates: &[ContactId]) -> Option<String> {
    let ids: Vec<&str> = candidates.iter().map(ContactId::as_str).collect();
    let (what, verb, them) = match ids.as_slice() {
        [] => return None,
        [_] => ("contact", "resembles", "it"),
        _ => ("contacts", "resemble", "them"),
    };
    Some(format!(
        "{what} {} at the vendor {verb} it; compare {them}, then record what you find.",
        ids.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_named_with_the_command_to_run() {
        let ids = |ids: &[&str]| ids.iter().map(|id| ContactId::new(*id).unwrap()).collect::<Vec<_>>();
        assert_eq!(resembling(&[]), None);
        assert_eq!(
            resembling(&ids(&["1001"])).unwrap(),
            "contact 1001 at the vendor resembles it; compare it, then record what you find."
        );
        assert_eq!(
            resembling(&ids(&["1001", "1002"])).unwrap(),
            "contacts 1001, 1002 at the vendor resemble it; compare them, then record what you find."
        );
    }
}
