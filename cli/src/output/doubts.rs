//! The messages about deliveries in doubt: when to look again, and what to do.

use jiff::Timestamp;
use unicontact::providers::ContactId;

use super::time::local_minute;

/// Returns when to look again for a delivery.
pub(crate) fn look_again(time: Timestamp) -> String {
    look_again_after(time, Timestamp::now())
}

/// Returns when to look again for `count` deliveries, all of which are due at `time`.
pub(crate) fn look_again_for_all(count: u64, time: Timestamp) -> String {
    format!("{count} in doubt. {}", look_again_after(time, Timestamp::now()))
}

/// Returns the message of a command that waits for deliveries in doubt.
pub(crate) fn waiting_until(time: Timestamp) -> String {
    format!("In doubt: waiting until {} to look again (Ctrl-C stops)", local_minute(time))
}

fn look_again_after(time: Timestamp, now: Timestamp) -> String {
    if time <= now {
        return "Run `unicontact deliveries retry` to look again.".to_owned();
    }
    let after = local_minute(time);
    format!("Run `unicontact deliveries retry` after {after} to look again.")
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
        "{what} {} at the vendor {verb} it; compare {them}, then say how it is: unicontact deliveries resolve",
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
            "contact 1001 at the vendor resembles it; compare it, then say how it is: unicontact deliveries resolve"
        );
        assert_eq!(
            resembling(&ids(&["1001", "1002"])).unwrap(),
            "contacts 1001, 1002 at the vendor resemble it; compare them, then say how it is: unicontact deliveries resolve"
        );
    }
}
