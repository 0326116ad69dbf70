//! `deliveries resolve` and `reopen` on many deliveries in doubt, with filters and notes.

use std::sync::Arc;

use serde_json::json;
use unicontact::Outcome;
use unicontact::journal::{Journal, Selection, SettleOutcome, Settlement, SqliteJournal};
use unicontact::providers::DeliveryKey;

use crate::hostile::{NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::Office;
use crate::program::{CONFIGURATION, Ended, Program};

/// A journal with doubts at two vendors without search.
struct Doubts {
    office: Office,
    cloverhound: StandIn,
    _onecloud: StandIn,
}

async fn doubts(people: u32) -> Doubts {
    let cloverhound = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Close)).await;
    let onecloud = StandIn::start(Vendor::OneCloud, Script::always(Reply::Close)).await;
    let office = Office::new().with(Vendor::Cloverhound, &cloverhound, NO_KEYS).with(
        Vendor::OneCloud,
        &onecloud,
        NO_KEYS,
    );
    office.import(1..people + 1).await.expect_code(3);
    Doubts { office, cloverhound, _onecloud: onecloud }
}

async fn count(office: &Office, provider: &str, outcome: &str) -> usize {
    let expected = (provider.to_owned(), outcome.to_owned());
    office.list().await.into_iter().filter(|listed| *listed == expected).count()
}

/// Returns the command that follows these words in the messages.
fn command(ended: &Ended, words: &str) -> Vec<String> {
    let output = format!("{}\n{}", ended.stdout, ended.stderr);
    let line = output.lines().find_map(|line| Some(line.split_once(words)?.1.trim().to_owned()));
    let line = line.unwrap_or_else(|| panic!("{words}: {output}"));
    line.strip_prefix("unicontact ").unwrap().split(' ').map(str::to_owned).collect()
}

#[tokio::test]
async fn forty_doubts_are_resolved_with_a_note_and_one_is_reopened() {
    let Doubts { office, cloverhound, .. } = doubts(20).await;
    office.advance_one_hour();
    let resolve = ["resolve", "--outcome", "in_doubt", "--to", "cloverhound", "--not-created"];
    let refused = office.deliveries(&resolve).await.expect_usage_error();
    insta::assert_snapshot!(refused.stderr, @"error: 20 deliveries are chosen: cloverhound 20. Deliveries recorded as not created may be sent again. Nothing was recorded. To confirm, add --yes");
    assert_eq!(count(&office, "cloverhound", "in_doubt").await, 20);

    let settled = ["--yes", "--note", "their support says none arrived", "--by", "grace"];
    let settled = office.deliveries(&[&resolve[..], &settled].concat()).await.expect_code(0);
    insta::assert_snapshot!(settled.stderr, @r"
    20 of 20 recorded as pending (cloverhound 20).
    To send them: unicontact deliveries retry --to cloverhound
    ");
    assert_eq!(count(&office, "cloverhound", "pending").await, 20);
    assert_eq!(count(&office, "onecloud", "in_doubt").await, 20, "they were not chosen");
    let story = &office.show("cloverhound/7").await["story"];
    let resolved = story.as_array().unwrap().last().unwrap();
    assert_eq!((&resolved["event"], &resolved["resolution"]), (&json!("resolved"), &json!("not_created")));
    assert_eq!(resolved["by"], "grace");
    assert_eq!(resolved["note"], "their support says none arrived");

    let reopened = office.deliveries(&["reopen", "cloverhound/7", "--by", "ada"]).await.expect_code(0);
    assert!(
        reopened.stderr.starts_with("cloverhound/7 (Ada King 7): in_doubt again."),
        "{}",
        reopened.stderr
    );
    assert_eq!(count(&office, "cloverhound", "in_doubt").await, 1);
    let again = office.show("cloverhound/7").await;
    assert_eq!((&again["outcome"], &again["error"]["effect"]), (&json!("in_doubt"), &json!("unknown")));
    assert_eq!(again["content"]["name"]["full"], "Ada King 7");
    office.deliveries(&["reopen", "cloverhound/7"]).await.expect_usage_error();

    let creates = cloverhound.creates();
    office.deliveries(&["retry", "cloverhound/7"]).await.expect_code(3);
    assert_eq!(cloverhound.creates(), creates, "a reopened doubt was sent");
}

#[tokio::test]
async fn reopening_a_resolution_as_created_restores_the_contact() {
    let Doubts { office, .. } = doubts(1).await;
    let before = office.show("onecloud/1").await;
    office.deliveries(&["resolve", "onecloud/1", "--created", "9001"]).await.expect_code(0);
    assert_eq!(office.show("onecloud/1").await["id"], "9001");
    office.deliveries(&["reopen", "onecloud/1"]).await.expect_code(0);
    let after = office.show("onecloud/1").await;
    for member in ["outcome", "error", "content", "attempts", "run", "look_again_at", "id"] {
        assert_eq!(after.get(member), before.get(member), "{member}");
    }
}

#[tokio::test]
async fn a_delivery_that_was_sent_since_its_resolution_is_not_reopened() {
    let script = Script::new(vec![Reply::Close, Reply::Good]);
    let stand_in = StandIn::start(Vendor::Emnify, script).await;
    let office = Office::new().with(Vendor::Emnify, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    let never = office.deliveries(&["reopen", "emnify/42"]).await.expect_usage_error();
    assert!(never.stderr.contains("no person has resolved it"), "{}", never.stderr);
    office.deliveries(&["resolve", "emnify/42", "--not-created", "--yes"]).await.expect_code(0);
    office.create(&[]).await.expect_code(0);
    let late = office.deliveries(&["reopen", "emnify/42"]).await.expect_usage_error();
    assert!(late.stderr.contains("it was sent or reopened since"), "{}", late.stderr);
    assert_eq!(office.list().await, [("emnify".to_owned(), "created".to_owned())]);
}

#[tokio::test]
async fn a_delivery_being_sent_does_not_stop_the_resolution_of_others() {
    let script = Script::new(vec![Reply::Close, Reply::Close, Reply::Hang]);
    let stand_in = StandIn::start(Vendor::Cloverhound, script).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    office.import(1..3).await.expect_code(3);
    let sending = office.start_create().await;
    while stand_in.creates() < 3 {
        tokio::task::yield_now().await;
    }
    let keys = ["resolve", "cloverhound/1", "cloverhound/42", "cloverhound/2", "--not-created", "--yes"];
    let resolved = office.deliveries(&keys).await.expect_code(1);
    insta::assert_snapshot!(resolved.stderr, @r"
    cloverhound/1 (Ada King 1): recorded as pending.
    cloverhound/42 (Ada King): there is nothing to resolve: another run is sending it
    cloverhound/2 (Ada King 2): recorded as pending.
    2 of 3 recorded as pending (cloverhound 2).
    To send them: unicontact deliveries retry cloverhound/1 cloverhound/2
    ");
    assert_eq!(count(&office, "cloverhound", "pending").await, 2);
    sending.kill().await;
}

#[tokio::test]
async fn resolve_without_keys_and_filters_or_with_wrong_ones_is_an_error() {
    let Doubts { office, .. } = doubts(1).await;
    for (arguments, why) in [
        (&["--not-created", "--yes"][..], "or choose them with --outcome"),
        (&["onecloud/1", "--outcome", "in_doubt", "--not-created", "--yes"], "not both"),
        (&["--outcome", "in_doubt", "--created", "7"], "an id belongs to one delivery"),
        (&["--outcome", "created", "--not-created", "--yes"], "delivered contacts cannot be resolved"),
        (&["--since", "soon", "--not-created", "--yes"], "expected an age"),
    ] {
        let refused = office.deliveries(&[&["resolve"], arguments].concat()).await.expect_usage_error();
        assert!(refused.stderr.contains(why), "{arguments:?}: {}", refused.stderr);
    }
    let none = ["resolve", "--older-than", "2d", "--not-created"];
    let none = office.deliveries(&none).await.expect_code(0);
    assert_eq!(none.stderr, "There is nothing to resolve.\n");
    assert_eq!(count(&office, "onecloud", "in_doubt").await, 1);
}

#[tokio::test]
async fn deliveries_are_selected_by_the_time_of_their_last_change() {
    let Doubts { office, .. } = doubts(1).await;
    office.advance_one_hour();
    let listed = async |choice: &[&str]| {
        let list = [&["list", "--format", "json"], choice].concat();
        office.deliveries(&list).await.expect_code(0).json_lines().len()
    };
    assert_eq!(listed(&["--since", "30m"]).await, 0);
    assert_eq!(listed(&["--since", "2h"]).await, 2);
    assert_eq!(listed(&["--since", "2h", "--older-than", "30m"]).await, 2);
    assert_eq!(listed(&["--older-than", "2h"]).await, 0);
    assert_eq!(listed(&["--since", "2026-01-01"]).await, 2);
    assert_eq!(listed(&["--older-than", "2026-01-01T10:00"]).await, 0);
}

#[tokio::test]
async fn the_commands_printed_for_a_doubt_settle_it_unchanged() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Close)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("the office.toml");
    let journal = folder.path().join("unicontact.db");
    let providers = Vendor::Cloverhound.configuration(&stand_in.url(), NO_KEYS);
    std::fs::write(&path, format!("journal = \"{}\"\n{providers}", journal.display())).unwrap();
    let config = path.to_str().unwrap();
    let create = ["create", "--external-id", "42", "--name", "Ada King", "--config", config];
    let created = Program::new(&create).run().await.expect_code(3);
    let listed = Program::new(&["deliveries", "list", "--config", config]).run().await.expect_code(0);
    let show = ["deliveries", "show", "cloverhound/42", "--config", config];
    let shown = Program::new(&show).run().await.expect_code(0);
    for ended in [&created, &listed, &shown] {
        let quoted = format!("'{config}'");
        assert_eq!(
            command(ended, "If the vendor has it: ").join(" "),
            format!("deliveries resolve cloverhound/42 --created ID --config {quoted}")
        );
        assert_eq!(
            command(ended, "If not: ").join(" "),
            format!("deliveries resolve cloverhound/42 --not-created --config {quoted}")
        );
        assert!(!ended.files.iter().any(|name| name == CONFIGURATION));
    }
    // A shell runs the printed command.
    let line = command(&shown, "If not: ").join(" ");
    let shell = format!("{} {line} --yes", env!("CARGO_BIN_EXE_unicontact"));
    let ended = std::process::Command::new("/bin/sh").args(["-c", &shell]).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let ended = String::from_utf8(ended.stderr).unwrap();
    let (recorded, sending) = ended.split_once('\n').unwrap();
    assert_eq!(recorded, "cloverhound/42 (Ada King): recorded as pending.");
    assert!(
        sending.starts_with("To send it: unicontact deliveries retry cloverhound/42 --config "),
        "{sending}"
    );
}

/// Copies the doubt in the journal `count` times. No process may have the journal open.
async fn multiply(office: &Office, count: u32) {
    let journal = SqliteJournal::open(&office.journal()).unwrap();
    let doubt = journal.list(&Selection::default()).await.unwrap().remove(0);
    let copies = (1..=count).map(|number| {
        journal.settle(Settlement {
            key: DeliveryKey::from_contact_key(doubt.key.provider(), format!("copy-{number}")),
            claim_id: None,
            vendor: Arc::clone(&doubt.vendor),
            fingerprint: Arc::clone(&doubt.fingerprint),
            content: doubt.content.clone().unwrap(),
            digest: doubt.digest.clone(),
            outcome: Outcome::InDoubt,
            id: None,
            attempts: 1,
            error: doubt.error.clone(),
            last_attempt: doubt.may_send_until,
            looked_at: None,
            look_again_at: None,
            at: doubt.changed_at,
            run: None,
            story: Vec::new(),
        })
    });
    let written = futures_util::future::join_all(copies).await;
    assert!(written.into_iter().all(|outcome| outcome.unwrap() == SettleOutcome::Written));
}

#[tokio::test]
async fn ten_thousand_doubts_are_resolved_by_one_command() {
    let stand_in = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Close)).await;
    let office = Office::new().with(Vendor::Cloverhound, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    office.advance_one_hour();
    multiply(&office, 10_000).await;
    let resolve = ["resolve", "--outcome", "in_doubt", "--not-created", "--yes", "--note", "none is there"];
    let started = std::time::Instant::now();
    let resolved = office.deliveries(&resolve).await.expect_code(0);
    // One transaction takes a second or two. One per delivery would exceed the limit.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    assert!(
        resolved.stderr.contains("10001 of 10001 recorded as pending (cloverhound 10001).\n"),
        "{}",
        resolved.stderr
    );
    assert_eq!(count(&office, "cloverhound", "pending").await, 10_001);
}

/// Splits a command line into words, as a shell does.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[tokio::test]
async fn the_commands_in_the_support_guide_work() {
    let lost = || Script::always(Reply::Close);
    let voice = StandIn::start(Vendor::Cloverhound, lost()).await;
    let jakarta = StandIn::start(Vendor::OneCloud, lost()).await;
    let office = Office::new().with_name("voice", Vendor::Cloverhound, &voice).with_name(
        "jakarta",
        Vendor::OneCloud,
        &jakarta,
    );
    office.import(1..21).await.expect_code(3);
    let page = include_str!("../../../docs/support.md");
    let commands: Vec<Vec<String>> =
        page.lines().filter_map(|line| line.strip_prefix("$ unicontact ")).map(words).collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        office.program(&words).run().await.expect_code(0);
    }
    let voice = office.show("voice/7").await;
    assert_eq!(voice["outcome"], "in_doubt");
    let events: Vec<&str> =
        voice["story"].as_array().unwrap().iter().map(|it| it["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["attempt", "resolved", "reopened"]);
    assert_eq!(office.show("voice/8").await["story"][1]["note"], "neither is there");
    assert_eq!(office.show("voice/10").await["story"][1]["by"], "grace");
}
