//! The key `presume_lost_after`.

use std::time::Duration;

use unicontact::PresumeLostAfter;

use crate::{ACME, Given};

const TOKEN: &str = "access_token = \"x\"\n";

fn presumed(defaults: &str, own: &str) -> Option<PresumeLostAfter> {
    let text = format!("[defaults]\n{defaults}\n{ACME}{TOKEN}{own}\n");
    Given::file(&text).load().unwrap().providers[0].settings.presume_lost_after
}

fn mistakes(defaults: &str, own: &str) -> String {
    Given::file(&format!("[defaults]\n{defaults}\n{ACME}{TOKEN}{own}\n")).mistakes()
}

#[test]
fn it_is_a_duration_or_never_and_a_providers_own_is_stronger() {
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
fn it_can_come_from_the_environment_and_from_flags() {
    let text = format!("{ACME}{TOKEN}");
    let given = Given::file(&text).with("DEFAULTS__PRESUME_LOST_AFTER", "never");
    let loaded = |given: &Given| given.load().unwrap().providers[0].settings.presume_lost_after;
    assert_eq!(loaded(&given), Some(PresumeLostAfter::Never));
    let given = given.with_flag("defaults.presume_lost_after", "30m");
    assert_eq!(loaded(&given), Some(PresumeLostAfter::After(Duration::from_mins(30))));
}

#[test]
fn a_wrong_value_is_told_with_what_is_expected() {
    for wrong in ["10", "true", "\"soon\"", "\"0s\"", "\"Never\"", "[]"] {
        let told = mistakes(&format!("presume_lost_after = {wrong}"), "");
        let expected =
            "unicontact.toml:2: defaults.presume_lost_after: expected a duration such as 10m, or never";
        assert!(told.contains(expected), "{wrong}: {told}");
    }
}

#[test]
fn it_is_no_longer_than_ten_years() {
    let told = mistakes("", "presume_lost_after = \"70000000h\"");
    assert!(told.contains("presume_lost_after: is longer than 3650d: shorten it, or set never"), "{told}");
    assert!(presumed("", "presume_lost_after = \"3650d\"").is_some());
}

#[test]
fn a_misspelled_key_is_told_with_this_one() {
    let told = mistakes("presume_lost_afer = \"10m\"", "");
    assert!(told.contains("unknown key, did you mean `presume_lost_after`?"), "{told}");
}

#[test]
fn it_is_not_shorter_than_a_providers_timeout_wherever_each_is_set() {
    let shorter =
        "presume_lost_after is shorter than the timeout of one attempt: lengthen it or shorten the timeout";
    for (defaults, own, place) in [
        ("presume_lost_after = \"19s\"", "", "providers.smarttask.acme.presume_lost_after"),
        ("presume_lost_after = \"1m\"\ntimeout = \"2m\"", "", "providers.smarttask.acme.presume_lost_after"),
        ("presume_lost_after = \"1m\"", "timeout = \"2m\"", "providers.smarttask.acme.timeout"),
        ("timeout = \"2m\"", "presume_lost_after = \"1m\"", "providers.smarttask.acme.presume_lost_after"),
    ] {
        let told = mistakes(defaults, own);
        assert!(told.contains(&format!("{place}: ")) && told.contains(shorter), "{place}: {told}");
    }
}
