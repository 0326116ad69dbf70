//! The key `look_first`.

use crate::config::{ACME, Setup};

const IOT: &str =
    "[providers.emnify.iot]\norganisation_id = 42\nauth_token = \"x\"\ncontact_type = \"commercial\"\n";
const TOKEN: &str = "access_token = \"x\"\n";

fn look_first(text: &str) -> bool {
    Setup::file(text).load().unwrap().providers[0].settings.look_first
}

#[test]
fn it_is_off_by_default_and_can_be_set_per_provider() {
    assert!(!look_first(IOT));
    assert!(look_first(&format!("{IOT}look_first = true\n")));
    assert!(look_first(&format!("[defaults]\nlook_first = true\n{IOT}")));
    assert!(!look_first(&format!("[defaults]\nlook_first = true\n{IOT}look_first = false\n")));
}

#[test]
fn the_environment_sets_it() {
    let setup = Setup::file(IOT).with("PROVIDERS__EMNIFY__IOT__LOOK_FIRST", "true");
    assert!(setup.load().unwrap().providers[0].settings.look_first);
}

#[test]
fn it_is_rejected_for_a_vendor_without_a_search() {
    let expected = "providers.smarttask.acme.look_first: SmartTask documents no way to search for a contact: set it to false here";
    for text in [
        format!("{ACME}{TOKEN}look_first = true\n"),
        format!("[defaults]\nlook_first = true\n{ACME}{TOKEN}"),
        format!("[defaults]\nlook_first = true\n{IOT}{ACME}{TOKEN}"),
    ] {
        let message = Setup::file(&text).mistakes();
        assert!(message.contains(expected), "{message}");
    }
    let text = format!("[defaults]\nlook_first = true\n{IOT}{ACME}{TOKEN}look_first = false\n");
    assert_eq!(Setup::file(&text).load().unwrap().providers.len(), 2);
}

#[test]
fn the_message_has_the_title_of_the_vendor() {
    let voice = "[providers.cloverhound.voice]\norganization_id = 7\napi_key_id = \"x\"\napi_key_secret = \"x\"\nlook_first = true\n";
    let jakarta = "[providers.onecloud.jakarta]\ntoken = \"x\"\nlook_first = true\n";
    for (text, title) in [(voice, "Cloverhound"), (jakarta, "OneCloud")] {
        let message = Setup::file(text).mistakes();
        assert!(message.contains(&format!("{title} documents no way to search")), "{message}");
    }
}
