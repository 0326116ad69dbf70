//! `unicontact verify`: compares the vendor's list with the journal, and adopts contacts from the list.

use serde_json::{Value, json};
use unicontact_sandbox::{ErrorBody, Faults, LetterCase, Normalization, On, Rule, Vendor, What, When};

use crate::import::{Office, count, people};
use crate::program::{Ended, Program};

pub(crate) const IOT: &[&str] = &["--to", "iot"];

pub(crate) async fn verify(office: &Office, more: &[&str]) -> Ended {
    office.program(&[&["verify", "--to", "iot", "--format", "json"], more].concat()).run().await
}

/// Returns files of one row each, so that contacts are created one after the other and their ids are in the order of the rows.
fn one_by_one(office: &Office, rows: &str) -> Vec<String> {
    let (header, rows) = rows.split_once('\n').unwrap();
    let file = |(number, row)| office.file(&format!("row{number}.csv"), format!("{header}\n{row}\n"));
    rows.lines().enumerate().map(file).collect()
}

/// Creates people at the vendor without recording them in the journal.
pub(crate) async fn create_elsewhere(office: &Office, rows: &str) {
    for file in one_by_one(office, rows) {
        let import = Program::new(&["import", &file, "--to", "iot"]);
        import.configured(&office.sandbox.configuration()).run().await.expect_code(0);
    }
}

async fn import_one_by_one(office: &Office, rows: &str) {
    for file in one_by_one(office, rows) {
        office.import(&file, IOT).await.expect_code(0);
    }
}

pub(crate) fn provider(ended: &Ended) -> Value {
    ended.json()["providers"][0].clone()
}

/// Returns the findings as kind, delivery, ids and name.
pub(crate) fn findings(ended: &Ended) -> Vec<Value> {
    let provider = provider(ended);
    let findings = provider["findings"].as_array().unwrap().iter();
    findings.map(|it| json!([it["finding"], it["delivery"], it["ids"], it["name"]])).collect()
}

pub(crate) fn at_iot(office: &Office) -> usize {
    office.sandbox.contacts(Vendor::Emnify).len()
}

fn server_error(on: On, after_commit: bool) -> Rule {
    let what = What::Status { status: 500, retry_after: None, body: ErrorBody::Empty, after_commit };
    Rule::new(what).at(Vendor::Emnify).on(on)
}

#[tokio::test]
async fn nothing_differs_after_an_import() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(5));
    office.import(&file, IOT).await.expect_code(0);
    let ended = verify(&office, &[]).await.expect_code(0);
    let provider = provider(&ended);
    assert_eq!(provider["findings"], json!([]));
    assert_eq!(provider["complete"], json!(true));
    assert_eq!((&provider["counts"]["listed"], &provider["counts"]["recorded"]), (&json!(5), &json!(5)));
    let human = office.program(&["verify", "--to", "iot"]).run().await.expect_code(0);
    assert_eq!(human.stdout, "");
    assert_eq!(
        human.stderr,
        "iot: 5 contacts at the vendor, 5 deliveries in the journal: nothing differs.\n"
    );
}

#[tokio::test]
async fn people_from_before_the_first_import_are_adopted_and_not_created_again() {
    let office = Office::new().await;
    let before = "Name,E-mail,Phone\n\
        \"KING, Ada\",Ada@Example.com,\n\
        Dr. Bo Muster,,+44 20 7946 0123\n\
        Zoë Straße,zoe@example.com,+442079460124\n";
    create_elsewhere(&office, before).await;
    let ended = verify(&office, &[]).await.expect_code(1);
    // The vendor numbers them in the order in which the creates arrive.
    let mut unknown: Vec<String> =
        findings(&ended).iter().map(|finding| format!("{} {}", finding[0], finding[3])).collect();
    unknown.sort_unstable();
    assert_eq!(
        unknown,
        [r#""unknown" "Dr. Bo Muster""#, r#""unknown" "KING, Ada""#, r#""unknown" "Zoë Straße""#,]
    );
    assert!(!office.path("unicontact.db").exists(), "it made a journal without --adopt");

    let refused = verify(&office, &["--adopt"]).await.expect_code(2);
    assert!(
        refused.stderr.contains("3 unknown contacts would be recorded as existing, and 0"),
        "{refused:?}"
    );
    assert!(refused.stderr.contains("Nothing was recorded. To confirm, add --yes"), "{refused:?}");
    assert!(!office.path("unicontact.db").exists(), "it made a journal without a yes");

    let adopted = verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    assert_eq!(provider(&adopted)["adopted"]["recorded"], json!(3));
    let rows = "External ID,Given Name,Family Name,E-mail,Phone,Title\n\
        1,Ada,King,ada@example.com,,Countess\n\
        2,Bo,Muster,,020 7946 0123,\n\
        3,Zoe\u{308},STRASSE,ZOE@example.com,,\n\
        4,New,Comer,new@example.com,,\n";
    let imported = office.import(&office.file("people.csv", rows), IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), count(&imported, "iot", "created")), (3, 1));
    assert_eq!(at_iot(&office), 4);
    assert_eq!(findings(&verify(&office, &[]).await.expect_code(0)), [json!(null); 0]);
    let list = ["deliveries", "list", "--to", "iot", "--outcome", "existing", "--format", "json"];
    let listed = office.program(&list).run().await.expect_code(0).json_lines();
    let mut ids: Vec<&str> = listed.iter().map(|line| line["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["1", "2", "3"]);
}

#[tokio::test]
async fn an_organization_is_adopted_whatever_its_name_begins_with() {
    let office = Office::new().await;
    let rows = "Organization,E-mail,Phone\nDr. Oetker,info@example.com,\nMiss Saigon Ltd,,+442079460123\n";
    let file = office.file("organizations.csv", rows);
    create_elsewhere(&office, rows).await;
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let imported = office.import(&file, IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (2, 2));
    verify(&office, &[]).await.expect_code(0);
}

#[tokio::test]
async fn nobody_is_created_again_after_the_journal_was_lost() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(40));
    let half = office.file("half.csv", people(20));
    office.import(&half, IOT).await.expect_code(0);
    for name in ["unicontact.db", "unicontact.db-wal", "unicontact.db-shm"] {
        let _ = std::fs::remove_file(office.path(name));
    }
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let imported = office.import(&file, IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), count(&imported, "iot", "created")), (20, 20));
    assert_eq!(at_iot(&office), 40);
    let again = office.import(&file, IOT).await.expect_code(0).json();
    assert_eq!(count(&again, "iot", "skipped"), 40);
    verify(&office, &[]).await.expect_code(0);
}

#[tokio::test]
async fn a_restored_journal_adopts_the_contacts_created_since() {
    let office = Office::new().await;
    let first = office.file("first.csv", people(10));
    office.import(&first, IOT).await.expect_code(0);
    let kept = std::fs::read(office.path("unicontact.db")).unwrap();
    let all = office.file("all.csv", people(15));
    office.import(&all, IOT).await.expect_code(0);
    for name in ["unicontact.db-wal", "unicontact.db-shm"] {
        let _ = std::fs::remove_file(office.path(name));
    }
    std::fs::write(office.path("unicontact.db"), kept).unwrap();
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!(provider(&ended)["counts"]["unknown"], json!(5));
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let imported = office.import(&all, IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (15, 15));
}

#[tokio::test]
async fn missing_contacts_are_reported_and_their_deliveries_kept() {
    let office = Office::new().await;
    import_one_by_one(&office, &people(3)).await;
    office.sandbox.reset().await;
    create_elsewhere(&office, "Name,E-mail\nStranger,s@example.com\n").await;
    let ended = verify(&office, &["--adopt", "--yes"]).await.expect_code(1);
    // Another contact has the id 1 now.
    assert_eq!(
        findings(&ended),
        [json!(["missing", "iot/1", null, null]), json!(["missing", "iot/2", null, null]),]
    );
    assert_eq!(provider(&ended)["findings"][0]["recorded_id"], json!("2"));
    assert_eq!(findings(&verify(&office, &[]).await.expect_code(1)).len(), 2);
    let human = office.program(&["verify", "--to", "iot"]).run().await.expect_code(1);
    insta::assert_snapshot!(human.stdout, @r"
    finding  delivery  vendor's id  name
    missing  iot/1     2            -
    missing  iot/2     3            -
    ");
    assert!(
        human.stderr.contains("1 contact at the vendor, 3 deliveries in the journal: 2 missing."),
        "{human:?}"
    );
}

#[tokio::test]
async fn a_contact_with_another_id_is_not_missing() {
    let office = Office::new().await;
    import_one_by_one(&office, &people(2)).await;
    office.sandbox.reset().await;
    let rows = "Name,E-mail\nStranger,s@example.com\nOther,o@example.com\nPERSON 1,P1@example.com\n";
    create_elsewhere(&office, rows).await;
    let ended = verify(&office, &[]).await.expect_code(1);
    // Other people have the ids 1 and 2 now. For id 1 nothing shows this, since the first person has no other contact.
    assert_eq!(
        findings(&ended),
        [json!(["other_id", "iot/1", ["3"], "PERSON 1"]), json!(["unknown", null, ["2"], "Other"])]
    );
    assert_eq!(provider(&ended)["findings"][0]["recorded_id"], json!("2"));
}

#[tokio::test]
async fn duplicates_are_reported_with_all_ids() {
    let office = Office::new().await;
    import_one_by_one(&office, &people(3)).await;
    let rows = "Name,E-mail,Phone\n\
        \"1, PERSON\",P1@example.com,\n\
        Person 2,,020 7946 0002\n\
        Somebody New,n@example.com,\n\
        New Somebody,n@example.com,\n\
        Person 2,another@example.com,+442079460002\n";
    create_elsewhere(&office, rows).await;
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!(
        findings(&ended),
        [
            json!(["twice", "iot/1", ["2", "4"], "Person 1"]),
            json!(["twice", "iot/2", ["3", "5"], "Person 2"]),
            json!(["twice", null, ["6", "7"], "Somebody New"]),
            json!(["unknown", null, ["6"], "Somebody New"]),
            // The same number and another address: another person.
            json!(["unknown", null, ["8"], "Person 2"]),
        ]
    );
    // The first of the two is adopted. The duplicates stay reported.
    let adopted = verify(&office, &["--adopt", "--yes"]).await.expect_code(1);
    assert_eq!(provider(&adopted)["adopted"]["recorded"], json!(2));
    let left = findings(&verify(&office, &[]).await.expect_code(1));
    assert_eq!(left.iter().map(|it| &it[0]).collect::<Vec<_>>(), ["twice"; 3]);
    assert_eq!(left[2], json!(["twice", left[2][1], ["6", "7"], "Somebody New"]));
    let again = "Name,E-mail\nNew Somebody,N@example.com\n";
    let imported = office.import(&office.file("new.csv", again), IOT).await.expect_code(0).json();
    assert_eq!(count(&imported, "iot", "skipped"), 1);
}

#[tokio::test]
async fn a_doubt_whose_contact_exists_is_reported_and_settled() {
    let office = Office::with_faults([server_error(On::Create, true), server_error(On::Read, false)]).await;
    let office = office.setting("max_attempts = 1\nconcurrency = 1");
    let rows = people(4) + "4,Nameonly,,\n";
    let file = office.file("people.csv", rows);
    office.import(&file, IOT).await.expect_code(3);
    assert_eq!((at_iot(&office), office.in_doubt("iot").await.len()), (5, 5));
    office.sandbox.set_faults(Faults::default()).await;
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!(provider(&ended)["counts"]["in_doubt_but_there"], json!(5));
    let findings = findings(&ended);
    let nameonly = findings.iter().find(|finding| finding[1] == "iot/4").unwrap();
    assert_eq!((&nameonly[0], &nameonly[3]), (&json!("in_doubt_but_there"), &json!("Nameonly")));
    assert_eq!(office.in_doubt("iot").await.len(), 5, "it changed the journal");
    let adopted = verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    assert_eq!(
        provider(&adopted)["adopted"],
        json!({
            "recorded": 0, "settled": 5, "recognized_by_content": 0, "left": 0, "unidentifiable": 0,
        })
    );
    assert!(office.in_doubt("iot").await.is_empty());
    let imported = office.import(&file, IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (5, 5));
}

#[tokio::test]
async fn a_doubt_without_a_contact_is_counted_and_is_no_difference() {
    let office = Office::with_faults([Rule::new(What::ResetBeforeCommit).at(Vendor::Emnify)]).await;
    let office = office.setting("max_attempts = 1");
    office.import(&office.file("people.csv", people(2)), IOT).await.expect_code(3);
    let ended = verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    assert_eq!((&provider(&ended)["counts"]["in_doubt"], findings(&ended).len()), (&json!(2), 0));
    assert_eq!(office.in_doubt("iot").await.len(), 2);
}

#[tokio::test]
async fn a_failed_delivery_is_adopted_if_the_vendor_has_the_contact() {
    let refused =
        What::Status { status: 403, retry_after: None, body: ErrorBody::Vendor, after_commit: false };
    let office = Office::with_faults([Rule::new(refused).at(Vendor::Emnify)]).await;
    let rows = "External ID,Name,E-mail\n7,Person 7,p7@example.com\n8,Person 8,p8@example.com\n";
    let file = office.file("people.csv", rows);
    office.import(&file, IOT).await.expect_code(1);
    office.sandbox.set_faults(Faults::default()).await;
    create_elsewhere(&office, rows).await;
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!(
        findings(&ended),
        [json!(["unknown", "iot/7", ["1"], "Person 7"]), json!(["unknown", "iot/8", ["2"], "Person 8"]),]
    );
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let retried = office.program(&["deliveries", "retry", "--to", "iot"]).run().await.expect_code(0);
    assert!(retried.stderr.contains("nothing to retry"), "{retried:?}");
    let imported = office.import(&file, IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (2, 2));
}

#[tokio::test]
async fn texts_that_the_vendor_normalizes_are_no_difference() {
    let upper = Normalization { case: Some(LetterCase::Upper), ..Normalization::default() };
    let office = Office::with_faults([Rule::new(What::Normalizes(upper)).at(Vendor::Emnify)]).await;
    let file = office.file("people.csv", people(5));
    create_elsewhere(&office, &people(5)).await;
    verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    let imported = office.import(&file, IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (5, 5));
}

#[tokio::test]
async fn a_truncated_list_is_an_error() {
    let office = Office::new().await.setting("max_attempts = 1");
    office.import(&office.file("people.csv", people(6)), IOT).await.expect_code(0);
    let cut = Rule::new(What::CutBody).at(Vendor::Emnify).on(On::Read);
    office.sandbox.set_faults(Faults::new(1, [cut])).await;
    let ended = verify(&office, &["--adopt", "--yes"]).await.expect_code(2);
    assert!(ended.stderr.contains("the answer broke off in the middle"), "{ended:?}");
    assert_eq!(ended.stdout, "");
}

#[tokio::test]
async fn a_failed_list_request_is_retried() {
    let office = Office::new().await;
    office.import(&office.file("people.csv", people(2)), IOT).await.expect_code(0);
    let once = When { times: Some(1), ..When::default() };
    office.sandbox.set_faults(Faults::new(1, [server_error(On::Read, false).when(once)])).await;
    verify(&office, &[]).await.expect_code(0);
    office.sandbox.set_faults(Faults::new(1, [server_error(On::Read, false)])).await;
    let office = office.setting("max_attempts = 1");
    let ended = verify(&office, &[]).await.expect_code(2);
    assert!(
        ended.stderr.contains(r#"{"error":{"code":"provider","#) && ended.stderr.contains("iot (emnify): "),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_vendor_without_a_list_is_refused_with_an_alternative() {
    let office = Office::new().await;
    for name in ["acme", "voice", "jakarta"] {
        let ended = office.program(&["verify", "--to", name]).run().await.expect_usage_error();
        let message = format!("error: {name}: no list of contacts is documented");
        assert!(ended.stderr.contains(&message), "{ended:?}");
        let command = format!("unicontact deliveries list --outcome in_doubt --to {name}\n");
        assert!(ended.stderr.ends_with(&command), "{ended:?}");
        let json = office.program(&["verify", "--to", name, "--format", "json"]).run().await;
        assert!(json.expect_usage_error().stderr.contains(r#"{"error":{"code":"usage""#), "{name}");
    }
    let both = office.program(&["verify", "--to", "acme,iot", "--format", "json"]).run().await.expect_code(2);
    assert_eq!(both.json()["providers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_result_names_the_providers_that_were_not_compared() {
    let office = Office::new().await;
    office.import(&office.file("people.csv", people(2)), IOT).await.expect_code(0);
    let all = office.program(&["verify"]).columns(80).run().await.expect_code(0);
    insta::assert_snapshot!(all.stderr, @r"
    iot: 2 contacts at the vendor, 2 deliveries in the journal: nothing differs.
    1 of 4 providers was compared; acme, voice and jakarta cannot be listed: no list
      of contacts is documented.
    Look their deliveries in doubt up at the vendor:
      unicontact deliveries list --outcome in_doubt --to acme,voice,jakarta
    ");
    let json = office.program(&["verify", "--format", "json"]).run().await.expect_code(0);
    assert_eq!(json.json()["not_compared"], json!(["acme", "voice", "jakarta"]));
    assert_eq!(json.stderr, "");
    let config = office.path("unicontact.toml").display().to_string();
    std::fs::write(&config, office.sandbox.configuration()).unwrap();
    let journal = office.path("unicontact.db").display().to_string();
    let set = format!("journal={journal}");
    let elsewhere = Program::new(&["verify", "--config", &config, "--set", &set]).run().await.expect_code(0);
    let command = format!("--to acme,voice,jakarta --config {config}\n");
    assert!(elsewhere.stderr.ends_with(&command), "{elsewhere:?}");
}

#[tokio::test]
async fn verify_requires_a_journal() {
    let office = Office::new().await;
    let verify = Program::new(&["verify", "--to", "iot"]).configured(&office.sandbox.configuration());
    let ended = verify.run().await.expect_usage_error();
    assert!(ended.stderr.contains("the journal is off"), "{ended:?}");
}

#[tokio::test]
async fn contacts_that_only_their_content_identifies_are_reported() {
    let office = Office::new().await;
    let rows = "Name\nAda King\nBo Muster\n";
    create_elsewhere(&office, rows).await;
    let ended = verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    assert_eq!(provider(&ended)["adopted"]["recognized_by_content"], json!(2));
    assert!(ended.stderr.contains("2 of these have no e-mail address or number"), "{ended:?}");
    let imported = office.import(&office.file("people.csv", rows), IOT).await.expect_code(0).json();
    assert_eq!((count(&imported, "iot", "skipped"), at_iot(&office)), (2, 2));
}

#[tokio::test]
async fn with_identify_by_id_people_cannot_be_adopted() {
    let office = Office::new().await;
    create_elsewhere(&office, &people(2)).await;
    let ended = verify(&office, &["--adopt", "--yes", "--identify-by", "id"]).await.expect_code(1);
    assert_eq!(provider(&ended)["adopted"]["unidentifiable"], json!(2));
    assert!(ended.stderr.contains("2 were not recorded: people are recognized by your ids"), "{ended:?}");
}

#[tokio::test]
async fn another_method_than_that_of_the_journal_is_refused() {
    let office = Office::new().await;
    office.import(&office.file("people.csv", people(2)), IOT).await.expect_code(0);
    let ended = verify(&office, &["--identify-by", "email"]).await.expect_usage_error();
    assert!(ended.stderr.contains(r#"the journal recognizes people by \"identity\""#), "{ended:?}");
}

#[tokio::test]
async fn a_comparison_deletes_nothing_that_is_older_than_the_retention() {
    let office = Office::new().await;
    office.import(&office.file("people.csv", people(2)), IOT).await.expect_code(0);
    office.advance_one_hour();
    let short = ["verify", "--to", "iot", "--set", "retention=1m"];
    office.program(&short).run().await.expect_code(0);
    verify(&office, &[]).await.expect_code(0);
}
