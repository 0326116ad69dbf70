use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::journal::jetstream::decode::FormatHeader;
use crate::journal::story::StoryEvent;

fn records() -> impl Strategy<Value = Record> {
    let states = prop_oneof![
        any::<u64>().prop_map(|number| RecordState::Claimed(ClaimId::from_number(number))),
        Just(RecordState::Interrupted),
        prop::sample::select(Outcome::ALL.to_vec()).prop_map(RecordState::Settled),
    ];
    let texts = (".{1,9}", ".{0,9}", prop::option::of("[a-z0-9]{1,9}"), prop::option::of(".{0,20}"));
    (texts, states, 1..u64::MAX, any::<u32>(), any::<bool>(), prop::option::of(".{0,9}")).prop_map(
        |((contact, vendor, id, content), state, number, attempts, by_person, error)| Record {
            number,
            key: DeliveryKey::from_contact_key("acme", contact),
            vendor: vendor.into(),
            fingerprint: "f1".into(),
            state,
            id: id.and_then(ContactId::new),
            attempts,
            error: error.map(|message| json!({"kind": "unavailable", "message": message})),
            by_person,
            changed_at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
            may_send_until: None,
            looked_at: None,
            look_again_at: Timestamp::from_millisecond(1_700_000_600_123).ok(),
            settled_by: matches!(state, RecordState::Settled(_)).then(|| ClaimId::from_number(number)),
            overruns: attempts % 3,
            digest: ContentDigest::from_bytes(&number.to_le_bytes()),
            content: content.map(Arc::from),
            run: Some(RunId::from_number(number)),
            unresolved: by_person.then(|| Box::new(unresolved(attempts % 2 == 0))),
            story: story(attempts % 4, number),
        },
    )
}

fn unresolved(is_interrupted: bool) -> Unresolved {
    let time = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
    Unresolved {
        state: if is_interrupted { RecordState::Interrupted } else { RecordState::Settled(Outcome::InDoubt) },
        id: ContactId::new("17"),
        error: Some(json!({"kind": "interrupted"})),
        may_send_until: Some(Stamp::from_time(time)),
        looked_at: Some(time),
        look_again_at: None,
        settled_by: Some(ClaimId::from_number(7)),
    }
}

fn story(length: u32, number: u64) -> Story {
    let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
    let run = Run::new("worker", at).with_worker("host-7".to_owned());
    let run = Run { id: RunId::from_number(number), ..run };
    let entry = |_| StoryEntry { at, run: Some(run.id), event: StoryEvent::Interrupted };
    Story { entries: (0..length).map(entry).collect(), runs: vec![Arc::new(run)], omitted: length }
}

proptest! {
    #[test]
    fn a_decoded_record_equals_the_encoded_one(record in records()) {
        let decoded = decode(&encode(&record, "a holder"), 7, record.changed_at).ok().unwrap();
        let is_claimed = matches!(record.state, RecordState::Claimed(_));
        prop_assert_eq!(decoded.holder.is_some(), is_claimed);
        prop_assert!(decoded.record == record);
    }

    #[test]
    fn the_unfinished_state_agrees_with_the_whole_record(record in records()) {
        let state = unfinished(&encode(&record, "a holder"));
        let expected = match record.state {
            RecordState::Claimed(_) => Some(Unfinished::Claimed { holder: "a holder".to_owned() }),
            RecordState::Interrupted => Some(Unfinished::Interrupted),
            RecordState::Settled(Outcome::Pending) => Some(Unfinished::Pending),
            RecordState::Settled(Outcome::InDoubt) => {
                Some(Unfinished::InDoubt { look_again_at: record.look_again_at })
            }
            RecordState::Settled(Outcome::Failed) => {
                record.error_kind().map(|kind| Unfinished::Failed { kind: kind.to_owned() })
            }
            RecordState::Settled(_) => None,
        };
        prop_assert_eq!(state, expected);
    }

    #[test]
    fn decoding_any_bytes_does_not_panic(value in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&value, 1, Timestamp::UNIX_EPOCH);
    }
}

#[test]
fn a_record_of_a_newer_version_is_not_reported_as_damaged() {
    assert!(matches!(
        decode(br#"{"format": 3, "more": true}"#, 1, Timestamp::UNIX_EPOCH),
        Err(DecodeError::Newer { .. })
    ));
    assert!(matches!(decode(br#"{"format": 1}"#, 1, Timestamp::UNIX_EPOCH), Err(DecodeError::Damaged)));
    assert!(matches!(decode(b"", 1, Timestamp::UNIX_EPOCH), Err(DecodeError::NotJson { .. })));
}

#[test]
fn a_newer_record_is_neither_finished_nor_queued_again_by_this_version() {
    let newer = format!(r#"{{"format": {}, "standing": "pending"}}"#, FORMAT + 1);
    assert_eq!(unfinished(newer.as_bytes()), Some(Unfinished::Newer));
    assert_eq!(unfinished(br#"{"format": 7}"#), Some(Unfinished::Newer));
    assert_eq!(unfinished(br#"{"format": 1, "standing": 7}"#), None);
}

#[test]
fn an_unreadable_record_names_its_contact_only_if_the_key_is_that_of_the_contact() {
    let key = record_key(&DeliveryKey::from_contact_key("acme", "4\"2".to_owned()));
    let named = |value: &[u8]| unreadable("office", &key, 7, value, DecodeError::Damaged).contact;
    assert_eq!(named(br#"{"format": 3, "provider": "acme", "contact":"4\"2", "id"#).as_deref(), Some("4\"2"));
    assert_eq!(named(br#"{"contact":"ada@example.com"}"#), None);
    assert_eq!(named(br#"{"contact":"4\"2"#), None);
    assert_eq!(named(br#"{"contact":42}"#), None);
}

#[test]
fn a_record_with_a_story_has_a_format_that_older_versions_refuse() {
    let sample = json!({
        "format": 1, "number": 3, "provider": "acme", "contact": "42", "vendor": "smarttask",
        "fingerprint": "f1", "standing": "created", "id": "17", "attempts": 1,
        "changed_at": "2026-11-20T10:00:00Z",
    });
    let sample = serde_json::to_vec(&sample).unwrap();
    let record = decode(&sample, 3, Timestamp::UNIX_EPOCH).ok().unwrap().record;
    let format =
        |record: &Record| serde_json::from_slice::<FormatHeader>(&encode(record, "")).unwrap().format;
    assert_eq!(format(&record), WITHOUT_ATTEMPTS);
    assert_eq!(format(&Record { run: Some(RunId::from_number(7)), ..record.clone() }), WITHOUT_ATTEMPTS);
    assert_eq!(format(&Record { story: story(1, 7), ..record.clone() }), FORMAT);
    let resolved = Record { unresolved: Some(Box::new(unresolved(true))), ..record };
    assert_eq!(format(&resolved), FORMAT);
}

#[test]
fn a_doubtful_record_of_version_0_1_0_takes_its_time_from_the_servers() {
    let stored = |state: &str| {
        let mut value = json!({
            "format": 1, "number": 3, "provider": "acme", "contact": "42", "vendor": "smarttask",
            "fingerprint": "f1", "standing": state, "attempts": 1,
            "changed_at": "2026-11-20T10:00:00Z", "content": "{}",
        });
        if state == CLAIMED {
            value["ticket"] = json!(9);
        }
        serde_json::to_vec(&value).unwrap()
    };
    let by_servers: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let changed_at =
        |state| decode(&stored(state), 3, by_servers).ok().unwrap().record.changed_at.to_string();
    for state in [CLAIMED, INTERRUPTED, "in_doubt"] {
        assert_eq!(changed_at(state), "2026-11-20T12:00:00Z", "{state}");
    }
    assert_eq!(changed_at("failed"), "2026-11-20T10:00:00Z");
}

#[test]
fn a_record_key_holds_no_contact_data() {
    let key = record_key(&DeliveryKey::from_contact_key("acme", "ada@example.com".to_owned()));
    assert!(key.starts_with("acme.") && !key.contains("ada"), "{key}");
}
