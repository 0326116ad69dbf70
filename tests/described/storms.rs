//! Storms: every contact is at the vendor once, or the runs say that it is not or may not be there.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::time::Duration;

use unicontact::{Delivery, Note, Outcome};
use unicontact_sandbox::{Faults, StoredContact, Vendor};

use super::office::Office;
use super::people::{Person, people};
use crate::simulated::random::Random;

const SEEDS: u64 = 30;
const PEOPLE: usize = 9;
/// The times between two runs, in seconds. Late commits and lags end within the quiet time of ten minutes.
const PAUSES: [u64; 8] = [20, 120, 400, 1000, 3600, 7200, 40_000, 50_000];
const HOUR: Duration = Duration::from_hours(1);

/// The first delivery of a person that settled it, or the last one.
type Ends = BTreeMap<usize, Delivery>;

/// Returns the faults of a seed, and those that are no trouble but the vendor's nature.
fn faults(vendor: Vendor, seed: u64, random: &mut Random) -> (String, String) {
    let mut nature = format!("seed = {seed}\n");
    if vendor == Vendor::Salesforce && random.percent(50) {
        nature.push_str("[[fault]]\nwhat = \"duplicate_rule\"\n");
    }
    let mut trouble = nature.clone();
    let mut add = |text: String| writeln!(trouble, "[[fault]]\n{text}").unwrap();
    match vendor {
        Vendor::Salesforce => {
            add(format!("what = \"token_expiry\"\nuses = {}", 3 + random.below(20)));
            add("what = \"status\"\nstatus = 503\non = \"login\"\nprobability = 0.1".to_owned());
        }
        _ if random.percent(40) => {
            add(format!("what = \"burst_limit\"\ncalls = {}", 4 + random.below(12)));
        }
        _ => {}
    }
    if random.percent(30) {
        let calls = if vendor == Vendor::Pipedrive { 300 } else { 30 };
        add(format!("what = \"daily_limit\"\ncalls = {}", calls + random.below(calls)));
    }
    if random.percent(60) {
        let mut form = "what = \"normalizes\"\nprobability = 0.7".to_owned();
        if random.percent(60) {
            write!(form, "\nmax_length = {}", random.pick(&[6, 12, 30])).unwrap();
        }
        write!(form, "\ncase = \"{}\"", random.pick(&["title", "upper", "lower"])).unwrap();
        write!(form, "\nphones = \"{}\"", random.pick(&["digits", "spaced", "national"])).unwrap();
        add(form);
    }
    if vendor != Vendor::Salesforce && random.percent(50) {
        add(format!("what = \"stale_list\"\nlag = \"{}s\"", random.pick(&[1, 45, 240])));
    }
    let late = if random.percent(50) { "late_commit" } else { "late_dedupe" };
    let late = if vendor == Vendor::Pipedrive { "late_commit" } else { late };
    let delay = random.pick(&[15, 120, 300]);
    add(format!(
        "what = \"{late}\"\ndelay = \"{delay}s\"\ngateway_timeout = \"2ms\"\nprobability = {}",
        random.pick(&[0.0, 0.1, 0.4])
    ));
    let often = random.pick(&[0.5, 1.0, 2.0]);
    for (what, probability) in [
        ("what = \"reset_before_commit\"", 0.06),
        ("what = \"reset_after_commit\"", 0.12),
        ("what = \"status\"\nstatus = 503\nretry_after = \"1s\"", 0.05),
        ("what = \"status\"\nstatus = 500\nafter_commit = true", 0.1),
        ("what = \"edge_html\"\nafter_commit = true", 0.05),
        ("what = \"edge_html\"", 0.03),
        ("what = \"cut_body\"", 0.06),
        ("what = \"wrong_content_type\"", 0.05),
        ("what = \"rate_limit\"\nretry_after = \"2s\"", 0.05),
        ("what = \"status\"\nstatus = 500\non = \"read\"", 0.1),
        ("what = \"cut_body\"\non = \"read\"", 0.1),
        ("what = \"edge_html\"\non = \"read\"", 0.05),
    ] {
        add(format!("{what}\nprobability = {}", probability * often));
    }
    (trouble, nature)
}

/// Delivers the people of a seed in several runs, and returns what is wrong.
async fn storm(vendor: Vendor, seed: u64) -> Vec<String> {
    let mut random = Random::from_seed(seed);
    let (trouble, nature) = faults(vendor, seed, &mut random);
    let people = people(&mut random, PEOPLE);
    let at_once = random.pick(&[1, 1, 4]);
    let office = Office::start(vendor, &trouble).await;
    let (mut ends, mut wrong) = (Ends::new(), Vec::new());
    for pause in PAUSES {
        run(&office, &people, at_once, &mut ends, &mut wrong).await;
        office.advance(Duration::from_secs(pause)).await;
    }
    office.sandbox.set_faults(Faults::from_toml(&nature).unwrap()).await;
    for _ in 0..3 {
        run(&office, &people, at_once, &mut ends, &mut wrong).await;
        office.advance(HOUR * 24).await;
    }
    for person in &people {
        let end = &ends[&person.mark];
        if !is_final(person, end) {
            wrong.push(format!("{person:?} is open at the end: {}", shown(end)));
        }
    }
    if !wrong.is_empty() {
        wrong.push(trouble);
    }
    wrong
}

async fn run(office: &Office, people: &[Person], at_once: usize, ends: &mut Ends, wrong: &mut Vec<String>) {
    for (person, delivery) in people.iter().zip(office.run(people, at_once).await) {
        if delivery.outcome == Outcome::Skipped {
            continue;
        }
        ends.insert(person.mark, delivery);
    }
    let held = office.held();
    let none = Vec::new();
    for person in people {
        let contacts = held.get(&person.mark).unwrap_or(&none);
        if contacts.len() > 1 {
            wrong.push(format!("{person:?} is there {} times", contacts.len()));
        }
        let at_id = |id: &str| held.values().flatten().find(|contact| contact.id == id);
        if let Some(end) = ends.get(&person.mark)
            && let Some(lie) = lie(person, end, contacts.first(), at_id, people)
        {
            wrong.push(format!("{lie}: {person:?} {}", shown(end)));
        }
    }
}

/// Returns a delivery without the fates of its fields.
fn shown(end: &Delivery) -> String {
    let Delivery { outcome, id, error, look_again_at, note, attempts, .. } = end;
    let note = note.as_ref().map(Note::as_str);
    format!("{outcome:?} {id:?} after {attempts} attempts, {look_again_at:?}, {note:?}, {error:?}")
}

/// Returns what is not true of a delivery's end. `contact` is the person's contact at the vendor.
fn lie<'c>(
    person: &Person,
    end: &Delivery,
    contact: Option<&StoredContact>,
    at_id: impl Fn(&str) -> Option<&'c StoredContact>,
    people: &[Person],
) -> Option<&'static str> {
    let id = end.id.as_ref().map(unicontact::providers::ContactId::as_str);
    let is_own = contact.is_some_and(|contact| Some(contact.id.as_str()) == id);
    match end.outcome {
        Outcome::Created if contact.is_none() => Some("missing"),
        Outcome::Created if !is_own => Some("reported as another's contact"),
        Outcome::Existing if !is_own => {
            let named = id.and_then(&at_id).map(super::people::mark_in);
            let other = people.iter().find(|other| Some(other.mark) == named);
            let is_namesake = other.is_some_and(|other| other.name == person.name);
            // The report says that the person was not compared, or shares a record with others.
            let is_told = matches!(end.note, Some(Note::NotCompared | Note::SharesRecord));
            (!is_namesake && !is_told).then_some("existing as another person")
        }
        Outcome::Rejected | Outcome::Failed | Outcome::Pending if contact.is_some() => {
            Some("there all the same")
        }
        _ => None,
    }
}

/// Returns whether a delivery can end so when the vendor works again: it is settled, or a person must look.
fn is_final(person: &Person, end: &Delivery) -> bool {
    match end.outcome {
        Outcome::Created | Outcome::Existing | Outcome::Rejected => true,
        Outcome::InDoubt => {
            let has_candidates = end.error.as_ref().is_some_and(|error| !error.candidates().is_empty());
            (has_candidates || person.email.is_none()) && end.look_again_at.is_none()
        }
        _ => false,
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

async fn storms(vendor: Vendor) {
    let seeds = match number("UNICONTACT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("UNICONTACT_SEEDS").unwrap_or(SEEDS),
    };
    let mut failed = Vec::new();
    for seed in seeds {
        let wrong = storm(vendor, seed).await;
        if !wrong.is_empty() {
            failed.push(format!("seed {seed}:\n{}", wrong.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{} seeds failed\n{}", failed.len(), failed.join("\n\n"));
}

#[tokio::test]
async fn nobody_is_twice_at_hubspot_and_nobody_is_missing_untold() {
    storms(Vendor::HubSpot).await;
}

#[tokio::test]
async fn nobody_is_twice_at_salesforce_and_nobody_is_missing_untold() {
    storms(Vendor::Salesforce).await;
}

#[tokio::test]
async fn nobody_is_twice_at_pipedrive_and_nobody_is_missing_untold() {
    storms(Vendor::Pipedrive).await;
}
