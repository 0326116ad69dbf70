//! Random requests, against the plainest account of what a journal is.
//!
//! Its rule: the account is written from the rules of the module's documentation, and shares no code with the journals.

use std::collections::HashMap;

use proptest::prelude::*;
use unicontact::Outcome;
use unicontact::journal::{Claim, ClaimOutcome, RecordState, Resolution, SettleOutcome};

use crate::bench::{Kept, act, claim, id, key, settlement};

#[derive(Debug, Clone)]
enum Request {
    Claim {
        contact: u8,
        again: bool,
    },
    Settle {
        contact: u8,
        outcome: Outcome,
        with_ticket: bool,
    },
    Resolve {
        contact: u8,
        created: bool,
    },
    /// A person takes the resolution back.
    TakeBack {
        contact: u8,
    },
    Reopen,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Account {
    Held { number: u64, had: bool },
    Interrupted { had: bool },
    Doubtful { had: bool },
    Sendable(Outcome),
    Done,
}

fn requests() -> impl Strategy<Value = Vec<Request>> {
    let contact = 0..3_u8;
    let ends = prop::sample::select(vec![
        Outcome::Created,
        Outcome::Existing,
        Outcome::Rejected,
        Outcome::Failed,
        Outcome::InDoubt,
        Outcome::Pending,
    ]);
    let request = prop_oneof![
        4 => (contact.clone(), prop::bool::weighted(0.2))
            .prop_map(|(contact, again)| Request::Claim { contact, again }),
        4 => (contact.clone(), ends, prop::bool::weighted(0.9))
            .prop_map(|(contact, outcome, with_ticket)| Request::Settle { contact, outcome, with_ticket }),
        2 => (contact.clone(), any::<bool>())
            .prop_map(|(contact, created)| Request::Resolve { contact, created }),
        2 => contact.prop_map(|contact| Request::TakeBack { contact }),
        1 => Just(Request::Reopen),
    ];
    prop::collection::vec(request, 1..40)
}

fn is_sendable(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::Pending)
}

/// `had`: the vendor has an earlier one, whatever becomes of this.
fn ended(outcome: Outcome, had: bool) -> Account {
    match outcome {
        Outcome::InDoubt => Account::Doubtful { had },
        outcome if is_sendable(outcome) && !had => Account::Sendable(outcome),
        _ => Account::Done,
    }
}

/// What the account says of a claim, and what becomes of it.
fn claimed(account: Option<Account>, again: bool, number: u64) -> (&'static str, Option<Account>) {
    match account {
        None | Some(Account::Sendable(_)) => ("new", Some(Account::Held { number, had: false })),
        Some(Account::Done) if again => ("new", Some(Account::Held { number, had: true })),
        Some(Account::Done) => ("done", account),
        Some(Account::Held { .. }) => ("held", account),
        Some(Account::Interrupted { had } | Account::Doubtful { had }) => {
            ("interrupted", Some(Account::Held { number, had }))
        }
    }
}

fn settled(account: Option<Account>, outcome: Outcome, by: Option<u64>) -> Option<Account> {
    match (account, by) {
        (None, _) => Some(ended(outcome, false)),
        (Some(Account::Held { number, had }), Some(by)) if number == by => Some(ended(outcome, had)),
        (Some(Account::Sendable(_)), None) if matches!(outcome, Outcome::Failed | Outcome::Rejected) => {
            Some(ended(outcome, false))
        }
        (account, _) => account,
    }
}

fn is_written(account: Option<Account>, outcome: Outcome, by: Option<u64>) -> bool {
    match (account, by) {
        (None, _) => true,
        (Some(Account::Held { number, .. }), Some(by)) => number == by,
        (Some(Account::Sendable(_)), None) => matches!(outcome, Outcome::Failed | Outcome::Rejected),
        _ => false,
    }
}

fn word(claimed: &ClaimOutcome) -> &'static str {
    match claimed {
        ClaimOutcome::New => "new",
        ClaimOutcome::Interrupted(_) => "interrupted",
        ClaimOutcome::Done(_) => "done",
        ClaimOutcome::Held => "held",
        ClaimOutcome::Extended => "extended",
    }
}

async fn run(kept: &mut Kept, requests: Vec<Request>) {
    let mut accounts: HashMap<u8, Account> = HashMap::new();
    let mut tickets: HashMap<u8, u64> = HashMap::new();
    // How deliveries stood before a person resolved them.
    let mut unresolved: HashMap<u8, Account> = HashMap::new();
    for (number, request) in (1..).zip(requests) {
        match request {
            Request::Claim { contact, again } => {
                let (answer, account) = claimed(accounts.get(&contact).copied(), again, number);
                let again = again.then_some(jiff::Timestamp::MAX);
                let claim = Claim { again, ..claim(&contact.to_string(), number) };
                let claimed = kept.journal().claim(claim).await.unwrap();
                assert_eq!(word(&claimed), answer);
                if matches!(answer, "new" | "interrupted") {
                    tickets.insert(contact, number);
                    unresolved.remove(&contact);
                }
                accounts.insert(contact, account.unwrap());
            }
            Request::Settle { contact, outcome, with_ticket } => {
                let by = tickets.get(&contact).copied().filter(|_| with_ticket);
                let account = accounts.get(&contact).copied();
                if account.is_none() && !is_sendable(outcome) {
                    continue;
                }
                let settlement = settlement(&contact.to_string(), by, outcome);
                let answer = kept.journal().settle(settlement).await.unwrap();
                let expected = is_written(account, outcome, by);
                assert_eq!(answer == SettleOutcome::Written, expected, "{account:?} {outcome:?} {answer:?}");
                if expected {
                    unresolved.remove(&contact);
                }
                accounts.extend(settled(account, outcome, by).map(|account| (contact, account)));
            }
            Request::Resolve { contact, created } => {
                let account = accounts.get(&contact).copied();
                let resolution = if created { Resolution::Created(id("9")) } else { Resolution::NotCreated };
                let (journal, key) = (kept.journal(), key(&contact.to_string()));
                let may = !matches!(account, None | Some(Account::Held { .. } | Account::Done));
                assert_eq!(journal.resolve(&key, resolution, act()).await.unwrap(), may);
                if may {
                    unresolved.entry(contact).or_insert(account.unwrap());
                    let had = matches!(
                        account,
                        Some(Account::Interrupted { had: true } | Account::Doubtful { had: true })
                    );
                    let said = if created { Outcome::Created } else { Outcome::Pending };
                    let resolved = ended(said, had);
                    accounts.insert(contact, resolved);
                }
            }
            Request::TakeBack { contact } => {
                let before = unresolved.remove(&contact);
                let taken_back = kept.journal().reopen(&key(&contact.to_string()), act()).await.unwrap();
                assert_eq!(taken_back, before.is_some(), "{before:?}");
                accounts.extend(before.map(|account| (contact, account)));
            }
            Request::Reopen => {
                kept.reopen().await;
                for account in accounts.values_mut() {
                    if let Account::Held { had, .. } = *account {
                        *account = Account::Interrupted { had };
                    }
                }
            }
        }
        for (contact, account) in &accounts {
            expect(kept, *contact, *account).await;
        }
    }
}

async fn expect(kept: &Kept, contact: u8, account: Account) {
    let record = kept.journal().look(&key(&contact.to_string())).await.unwrap().unwrap();
    let agrees = match account {
        Account::Held { number, .. } => {
            matches!(record.state, RecordState::Claimed(claim_id) if claim_id.number() == number)
        }
        Account::Interrupted { .. } => record.state == RecordState::Interrupted,
        Account::Doubtful { .. } => record.state == RecordState::Settled(Outcome::InDoubt),
        Account::Sendable(outcome) => record.state == RecordState::Settled(outcome),
        Account::Done => record.outcome().is_delivered() && record.id.is_some(),
    };
    assert!(agrees, "{account:?} {record:?}");
    let is_kept = account != Account::Done || record.by_person;
    assert_eq!(record.content.is_some(), is_kept, "{record:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 48 } else { 256 }))]

    #[test]
    fn any_sequence_of_requests_is_answered_as_the_rules_say(requests in requests()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for mut kept in runtime.block_on(Kept::all()) {
            runtime.block_on(run(&mut kept, requests.clone()));
        }
    }
}
