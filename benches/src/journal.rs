//! Measures the time to list, show and search in a journal file with many records.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use unicontact::Outcome;
use unicontact::journal::{Claim, ClaimId, Journal, Selection, Settlement, SqliteJournal};
use unicontact::providers::{ContactId, DeliveryKey, Stamp};

use crate::Failure;

/// The number of records that are written concurrently.
const AT_ONCE: u64 = 512;
/// The number of measurements of each query.
const TIMES: usize = 21;
const PROVIDERS: [&str; 4] = ["acme", "iot", "voice", "jakarta"];
/// The number of records of each provider except the last.
const OF_PROVIDER: u64 = 250_000;
/// The share of outcomes in percent of the records of each provider. All others are `created`.
const OUTCOMES: [(u64, Outcome); 5] = [
    (1, Outcome::Existing),
    (1, Outcome::Failed),
    (1, Outcome::Rejected),
    (1, Outcome::InDoubt),
    (1, Outcome::Pending),
];

/// Fills a journal with `records` records, and returns the median time of each query.
///
/// # Errors
///
/// If the journal cannot be filled or read, or a median is above `most`.
pub async fn measure(records: u64, most: Option<Duration>) -> Result<String, Failure> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("unicontact.db");
    let began = Instant::now();
    fill(&path, records).await?;
    let each = began.elapsed().as_nanos() / u128::from(records.max(1));
    let journal = SqliteJournal::open_unchecked(&path)?;
    let mut lines = format!("{records} records, filled with {each} ns each\n");
    let mut slow = Vec::new();
    for (name, selection) in queries(records) {
        let mut times = Vec::with_capacity(TIMES);
        let mut found = 0;
        for _ in 0..TIMES {
            let began = Instant::now();
            found = journal.list(&selection).await?.len();
            times.push(began.elapsed());
        }
        note(&mut lines, &mut slow, name, found, times, most)?;
    }
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = Instant::now();
        journal.look(&key(records / 2)).await?;
        times.push(began.elapsed());
    }
    note(&mut lines, &mut slow, "show", 1, times, most)?;
    if slow.is_empty() { Ok(lines) } else { Err(format!("{lines}too slow: {}", slow.join(", ")).into()) }
}

fn note(
    lines: &mut String,
    slow: &mut Vec<&'static str>,
    name: &'static str,
    found: usize,
    mut times: Vec<Duration>,
    most: Option<Duration>,
) -> Result<(), Failure> {
    times.sort_unstable();
    let median = times[times.len() / 2];
    writeln!(lines, "{name:28} {found:>5} found {:>9.3} ms", median.as_secs_f64() * 1000.0)?;
    if most.is_some_and(|most| median > most) {
        slow.push(name);
    }
    Ok(())
}

/// Returns a query for every filter of a list, each with a page of a hundred.
fn queries(records: u64) -> Vec<(&'static str, Selection)> {
    let all = Selection { limit: Some(100), ..Selection::default() };
    let of = |outcome| Selection { outcomes: vec![outcome], ..all.clone() };
    let search = |text: &str| Selection { search: Some(text.to_owned()), ..all.clone() };
    let at = |share: u64| Some(time(records / 100 * share));
    let jakarta = || vec!["jakarta".to_owned()];
    vec![
        ("all", all.clone()),
        ("all, a page of 1000", Selection { limit: Some(1000), ..all.clone() }),
        ("after nine tenths", Selection { after: records / 10 * 9, ..all.clone() }),
        ("created", of(Outcome::Created)),
        ("existing", of(Outcome::Existing)),
        ("in_doubt", of(Outcome::InDoubt)),
        ("failed at the last provider", Selection { providers: jakarta(), ..of(Outcome::Failed) }),
        ("the last provider", Selection { providers: jakarta(), ..all.clone() }),
        ("no such provider", Selection { providers: vec!["none".to_owned()], ..all.clone() }),
        ("error unavailable", Selection { error_kind: Some("unavailable".to_owned()), ..all.clone() }),
        ("error of nobody", Selection { error_kind: Some("malformed".to_owned()), ..all.clone() }),
        ("since the last hundredth", Selection { changed_since: at(99), ..all.clone() }),
        ("since nine tenths", Selection { changed_since: at(90), ..all.clone() }),
        ("since the last third", Selection { changed_since: at(67), ..all.clone() }),
        ("before a tenth", Selection { changed_before: at(10), ..all.clone() }),
        ("before nine tenths", Selection { changed_before: at(90), ..all.clone() }),
        ("created since nine tenths", Selection { changed_since: at(90), ..of(Outcome::Created) }),
        ("in_doubt before a half", Selection { changed_before: at(50), ..of(Outcome::InDoubt) }),
        ("search a rare name", search(&format!("nr{}", (records - records % 100).saturating_sub(98)))),
        ("search a frequent name", search("person")),
        ("search two words", search("person nr")),
        ("search an id", search(&(records / 3).to_string())),
        ("search an id of nobody", search("9999999999")),
        ("search a vendor's id", search(&format!("v{}", records / 3))),
        ("search nobody", search("zanzibar")),
    ]
}

async fn fill(path: &Path, records: u64) -> Result<(), Failure> {
    let journal = SqliteJournal::open(path)?;
    let mut number = 0;
    while number < records {
        let chunk = number..records.min(number + AT_ONCE);
        for claimed in join_all(chunk.clone().map(|number| journal.claim(claim(number)))).await {
            claimed?;
        }
        let settling: Result<Vec<_>, Failure> =
            chunk.clone().map(|number| Ok(journal.settle(settlement(number)?))).collect();
        for settled in join_all(settling?).await {
            let _ = settled?;
        }
        number = chunk.end;
    }
    Ok(())
}

/// Returns the key of a record. The records are grouped by provider, as if each provider was added later.
fn key(number: u64) -> DeliveryKey {
    let provider = usize::try_from(number / OF_PROVIDER).unwrap_or_default().min(PROVIDERS.len() - 1);
    DeliveryKey::from_contact_key(PROVIDERS[provider], number.to_string())
}

/// Returns the time of a record: one per second.
fn time(number: u64) -> Timestamp {
    let seconds = i64::try_from(number).unwrap_or_default();
    Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

fn content(number: u64) -> String {
    format!(
        r#"{{"external_id":"{number}","kind":"person","name":{{"full":"Person Nr{number}"}},"emails":[{{"address":"p{number}@example.com"}}]}}"#
    )
}

fn claim(number: u64) -> Claim {
    let at = Stamp::from_time(time(number));
    Claim {
        key: key(number),
        claim_id: ClaimId::from_number(number + 1),
        vendor: "emnify".into(),
        fingerprint: format!("{number:064}").into(),
        content: content(number).into(),
        digest: None,
        run: None,
        story: Vec::new(),
        again: None,
        extends: false,
        at,
        may_send_until: at.after(Duration::from_mins(3)),
        look_again_at: None,
    }
}

fn settlement(number: u64) -> Result<Settlement, Failure> {
    let mut rest = number % 100;
    let mut outcome = Outcome::Created;
    for (percent, other) in OUTCOMES {
        if rest < percent {
            outcome = other;
            break;
        }
        rest -= percent;
    }
    let is_delivered = outcome.is_delivered();
    let id = ContactId::new(format!("v{number}")).ok_or("no id")?;
    Ok(Settlement {
        key: key(number),
        claim_id: Some(ClaimId::from_number(number + 1)),
        vendor: "emnify".into(),
        fingerprint: format!("{number:064}").into(),
        content: content(number).into(),
        digest: None,
        run: None,
        story: Vec::new(),
        outcome,
        id: is_delivered.then_some(id),
        attempts: 1,
        error: (!is_delivered).then(|| serde_json::json!({"kind": "unavailable", "effect": "not_sent"})),
        last_attempt: None,
        looked_at: None,
        look_again_at: None,
        at: time(number),
    })
}
