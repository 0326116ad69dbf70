//! The key `presume_lost_after`.

use std::time::Duration;

use unicontact::PresumeLostAfter;

use crate::config::{ACME, Setup};

const TOKEN: &str = "access_token = \"x\"\n";

fn presumed(defaults: &str, own: &str) -> Option<PresumeLostAfter> {
    let text = format!("[defaults]\n{defaults}\n{ACME}{TOKEN}{own}\n");
    Setup::file(&text).load().unwrap().providers[0].settings.presume_lost_after
}

fn mistakes(defaults: &str, own: &str) -> String {
    Setup::file(&format!("[defaults]\n{defaults}\n{ACME}{TOKEN}{own}\n")).mistakes()
}

#[test]
fn it_is_a_duration_or_never_and_a_providers_own_value_comes_first() {
    let after = |minutes| Some(PresumeLostAfter::After(Duration::from_mins(minutes)));
    assert_eq!(presumed("", ""), None);
    assert_eq!(presumed("presume_lost_after = \"15m\"", ""), after(15));
    assert_eq!(presumed("presume_lost_after = \"15m\"", "presume_lost_after = \"2h\""), after(120));
    assert_eq!(presumed("presume_lost_after = \"never\"", ""), Some(PresumeLostAfter::Never));
    assert_eq!(presumed("presume_lost_after = \"never\"", "presume_lost_after = \"1m\""), after(1));
    assert_eq!(
        presumed("presume_lost_after = \"20s\"\ntimeout = \"20s\"", ""),
        Some(PresumeLostAfter::After(Duration::from_secs(20)))
    );
}

#[test]
fn the_environment_and_flags_set_it() {
    let text = format!("{ACME}{TOKEN}");
    let setup = Setup::file(&text).with("DEFAULTS__PRESUME_LOST_AFTER", "never");
    let loaded = |setup: &Setup| setup.load().unwrap().providers[0].settings.presume_lost_after;
    assert_eq!(loaded(&setup), Some(PresumeLostAfter::Never));
    let setup = setup.with_flag("defaults.presume_lost_after", "30m");
    assert_eq!(loaded(&setup), Some(PresumeLostAfter::After(Duration::from_mins(30))));
}

#[test]
fn the_message_about_a_wrong_value_says_what_is_expected() {
    for wrong in ["10", "true", "\"soon\"", "\"0s\"", "\"Never\"", "[]"] {
        let message = mistakes(&format!("presume_lost_after = {wrong}"), "");
        let expected =
            "unicontact.toml:2: defaults.presume_lost_after: expected a duration such as 10m, or never";
        assert!(message.contains(expected), "{wrong}: {message}");
    }
}

#[test]
fn more_than_ten_years_are_rejected() {
    let message = mistakes("", "presume_lost_after = \"70000000h\"");
    assert!(
        message.contains("presume_lost_after: is longer than 3650d: shorten it, or set never"),
        "{message}"
    );
    assert!(presumed("", "presume_lost_after = \"3650d\"").is_some());
}

#[test]
fn it_is_suggested_for_a_misspelled_key() {
    let message = mistakes("presume_lost_afer = \"10m\"", "");
    assert!(message.contains("unknown key, did you mean `presume_lost_after`?"), "{message}");
}

#[test]
fn a_value_shorter_than_a_providers_timeout_is_rejected_wherever_each_is_set() {
    let shorter =
        "presume_lost_after is shorter than the timeout of one attempt: lengthen it or shorten the timeout";
    for (defaults, own, place) in [
        ("presume_lost_after = \"19s\"", "", "providers.smarttask.acme.presume_lost_after"),
        ("presume_lost_after = \"1m\"\ntimeout = \"2m\"", "", "providers.smarttask.acme.presume_lost_after"),
        ("presume_lost_after = \"1m\"", "timeout = \"2m\"", "providers.smarttask.acme.timeout"),
        ("timeout = \"2m\"", "presume_lost_after = \"1m\"", "providers.smarttask.acme.presume_lost_after"),
    ] {
        let message = mistakes(defaults, own);
        assert!(message.contains(&format!("{place}: ")) && message.contains(shorter), "{place}: {message}");
    }
}
