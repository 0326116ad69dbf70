//! What lists and searches find, in every journal.

use jiff::{SignedDuration, Timestamp};
use unicontact::Outcome;
use unicontact::journal::{Claim, Journal, Selection, Settlement, SqliteJournal};
use unicontact::providers::DeliveryKey;

use crate::bench::{Kept, claim, id, key, listed, now, settle, settlement};

fn at(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// Delivers a contact with that name and address, which ends at that second.
async fn ends(journal: &dyn Journal, number: u64, name: &str, email: &str, outcome: Outcome, seconds: i64) {
    let contact = number.to_string();
    let content =
        format!(r#"{{"kind":"person","name":{{"full":"{name}"}},"emails":[{{"address":"{email}"}}]}}"#);
    let claim = Claim { content: content.clone().into(), ..claim(&contact, number) };
    journal.claim(claim).await.unwrap();
    let settlement = Settlement {
        at: at(seconds),
        content: content.into(),
        ..settlement(&contact, Some(number), outcome)
    };
    settle(journal, settlement).await;
}

async fn filled(kept: &Kept) {
    let journal = kept.journal();
    ends(&*journal, 41, "Zoë Straße", "zoe@example.com", Outcome::Failed, 10).await;
    ends(&*journal, 42, "Ada King", "ada@example.com", Outcome::Created, 20).await;
    ends(&*journal, 421, "Adam Kingsley", "ADAM@Example.org", Outcome::InDoubt, 30).await;
    ends(&*journal, 5, "Bo", "bo@example.com", Outcome::Rejected, 40).await;
}

#[tokio::test]
async fn a_search_finds_kept_contacts_by_words_and_all_by_their_ids() {
    for kept in Kept::all().await {
        filled(&kept).await;
        let journal = kept.journal();
        let search = async |text: &str| {
            listed(&*journal, Selection { search: Some(text.to_owned()), ..Selection::default() }).await
        };
        for (text, found) in [
            ("zoe", &[41_u64] as &[u64]),
            ("ZOË", &[41]),
            ("zoe\u{308}", &[41]),
            ("strass", &[41]),
            ("str zo", &[41]),
            ("zoe king", &[]),
            ("ada", &[421]),
            ("king", &[421]),
            ("adam@example.org", &[421]),
            ("example", &[41, 421, 5]),
            ("straße zoe@example.com", &[41]),
            ("4", &[41, 42, 421]),
            ("42", &[42, 421]),
            ("421", &[421]),
            ("17", &[42]),
            ("%", &[]),
            ("", &[]),
            (" ", &[]),
            ("'\"", &[]),
        ] {
            assert_eq!(search(text).await, found, "{text:?} in {journal:?}");
        }
        let narrowed = Selection {
            search: Some("example".to_owned()),
            outcomes: vec![Outcome::Rejected],
            ..Selection::default()
        };
        assert_eq!(listed(&*journal, narrowed).await, [5]);
    }
}

#[tokio::test]
async fn what_is_found_by_words_is_found_no_more_once_it_is_delivered_and_while_it_is_sent_again() {
    for kept in Kept::all().await {
        filled(&kept).await;
        let journal = kept.journal();
        let zoe = || Selection { search: Some("zoe".to_owned()), ..Selection::default() };
        let again =
            Claim { content: r#"{"kind":"person","name":{"full":"Zoë Weiß"}}"#.into(), ..claim("41", 9) };
        journal.claim(again).await.unwrap();
        assert_eq!(listed(&*journal, zoe()).await, [41], "while it is sent");
        let old = Selection { search: Some("strass".to_owned()), ..Selection::default() };
        assert_eq!(listed(&*journal, old).await, [0; 0], "the contact that is sent now");
        settle(&*journal, settlement("41", Some(9), Outcome::Created)).await;
        assert_eq!(listed(&*journal, zoe()).await, [0; 0]);
    }
}

#[tokio::test]
async fn a_person_is_found_by_a_whole_key_or_address() {
    for kept in Kept::all().await {
        filled(&kept).await;
        let journal = kept.journal();
        let person = async |text: &str| {
            listed(&*journal, Selection { person: Some(text.to_owned()), ..Selection::default() }).await
        };
        assert_eq!(person("42").await, [42]);
        assert_eq!(person("4").await, [0; 0]);
        assert_eq!(person("Adam@example.ORG").await, [421]);
        assert_eq!(person("adam@example").await, [0; 0]);
        assert_eq!(person("Adam").await, [0; 0]);
    }
}

#[tokio::test]
async fn filters_agree_with_each_other() {
    for kept in Kept::all().await {
        filled(&kept).await;
        let journal = kept.journal();
        journal
            .claim(Claim { at: unicontact::providers::Stamp::from_time(at(50)), ..claim("6", 6) })
            .await
            .unwrap();
        let other = DeliveryKey::from_contact_key("iot", "42".to_owned());
        journal.claim(Claim { key: other.clone(), ..claim("42", 7) }).await.unwrap();
        settle(
            &*journal,
            Settlement {
                key: other,
                at: at(60),
                id: Some(id("iot-1")),
                ..settlement("42", Some(7), Outcome::Created)
            },
        )
        .await;
        let times = [None, Some(at(0)), Some(at(20)), Some(at(30)), Some(at(60)), Some(at(99))];
        let outcomes = [vec![], vec![Outcome::InDoubt], vec![Outcome::Created, Outcome::Failed]];
        let providers = [vec![], vec!["iot".to_owned()], vec!["acme".to_owned(), "none".to_owned()]];
        let kinds = [None, Some("unavailable".to_owned()), Some("interrupted".to_owned())];
        let all = journal.list(&Selection::default()).await.unwrap();
        assert_eq!(all.len(), 6);
        for outcomes in &outcomes {
            for providers in &providers {
                for error_kind in &kinds {
                    for changed_since in times {
                        for changed_before in times {
                            let (outcomes, providers) = (outcomes.clone(), providers.clone());
                            let selection = Selection {
                                outcomes,
                                providers,
                                error_kind: error_kind.clone(),
                                changed_since,
                                changed_before,
                                ..Selection::default()
                            };
                            let expected: Vec<_> =
                                all.iter().filter(|it| selection.includes(it)).cloned().collect();
                            assert_eq!(journal.list(&selection).await.unwrap(), expected, "{selection:?}");
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn counts_are_those_of_the_list_also_after_an_accident() {
    for mut kept in Kept::all().await {
        filled(&kept).await;
        kept.journal().claim(claim("6", 6)).await.unwrap();
        for _ in 0..2 {
            let journal = kept.journal();
            let Some(totals) = journal.totals().await.unwrap() else { continue };
            let counts = totals["acme"];
            for outcome in Outcome::ALL {
                let listed =
                    listed(&*journal, Selection { outcomes: vec![outcome], ..Selection::default() }).await;
                assert_eq!(counts.get(outcome), listed.len() as u64, "{outcome:?}");
            }
            assert_eq!(totals.len(), 1);
            drop(journal);
            kept.reopen().await;
        }
        let journal = kept.journal();
        let interrupted = Selection { error_kind: Some("interrupted".to_owned()), ..Selection::default() };
        assert_eq!(listed(&*journal, interrupted).await, [6]);
        assert_eq!(
            listed(&*journal, Selection { search: Some("king".to_owned()), ..Selection::default() }).await,
            [421, 6]
        );
    }
}

#[tokio::test]
async fn a_settlement_that_nobody_waited_for_is_listed() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        journal.claim(claim("1", 1)).await.unwrap();
        drop(journal.settle(settlement("1", Some(1), Outcome::Created)));
        let created = Selection { outcomes: vec![Outcome::Created], ..Selection::default() };
        assert_eq!(listed(&*journal, created).await, [1]);
    }
}

#[tokio::test]
async fn a_journal_that_is_opened_unchecked_holds_the_same() {
    let kept = Kept::in_file();
    filled(&kept).await;
    let (_folder, path) = kept.close();
    let journal = SqliteJournal::open_unchecked(&path).unwrap();
    assert_eq!(listed(&journal, Selection::default()).await, [41, 42, 421, 5]);
    assert!(journal.look(&key("42")).await.unwrap().is_some());
}
