//! The key `look_first`.

use crate::{ACME, Given};

const IOT: &str =
    "[providers.emnify.iot]\norganisation_id = 42\nauth_token = \"x\"\ncontact_type = \"commercial\"\n";
const TOKEN: &str = "access_token = \"x\"\n";

fn of_emnify(text: &str) -> bool {
    Given::file(text).load().unwrap().providers[0].settings.look_first
}

#[test]
fn it_is_off_until_a_provider_that_can_be_searched_asks_for_it() {
    assert!(!of_emnify(IOT));
    assert!(of_emnify(&format!("{IOT}look_first = true\n")));
    assert!(of_emnify(&format!("[defaults]\nlook_first = true\n{IOT}")));
    assert!(!of_emnify(&format!("[defaults]\nlook_first = true\n{IOT}look_first = false\n")));
}

#[test]
fn it_can_come_from_the_environment() {
    let given = Given::file(IOT).with("PROVIDERS__EMNIFY__IOT__LOOK_FIRST", "true");
    assert!(given.load().unwrap().providers[0].settings.look_first);
}

#[test]
fn a_provider_that_cannot_be_searched_is_refused() {
    let expected = "providers.smarttask.acme.look_first: SmartTask documents no way to search for a contact: set it to false here";
    for text in [
        format!("{ACME}{TOKEN}look_first = true\n"),
        format!("[defaults]\nlook_first = true\n{ACME}{TOKEN}"),
        format!("[defaults]\nlook_first = true\n{IOT}{ACME}{TOKEN}"),
    ] {
        let told = Given::file(&text).mistakes();
        assert!(told.contains(expected), "{told}");
    }
    let text = format!("[defaults]\nlook_first = true\n{IOT}{ACME}{TOKEN}look_first = false\n");
    assert_eq!(Given::file(&text).load().unwrap().providers.len(), 2);
}

#[test]
fn every_vendor_without_a_search_is_named_in_its_own_words() {
    let voice = "[providers.cloverhound.voice]\norganization_id = 7\napi_key_id = \"x\"\napi_key_secret = \"x\"\nlook_first = true\n";
    let jakarta = "[providers.onecloud.jakarta]\ntoken = \"x\"\nlook_first = true\n";
    for (text, title) in [(voice, "Cloverhound"), (jakarta, "OneCloud")] {
        let told = Given::file(text).mistakes();
        assert!(told.contains(&format!("{title} documents no way to search")), "{told}");
    }
}
