//! An import with `--again` that is killed or interrupted, and the command that its message suggests.

use std::collections::BTreeMap;
use std::time::Duration;

use unicontact_sandbox::{Latency, On, Rule, What};

use crate::import::{Office, VENDORS, people};

const PEOPLE: usize = 60;

/// Returns the arguments of the command that a message names.
fn suggested_command(stderr: &str, prefix: &str) -> Vec<String> {
    let line = stderr.lines().find(|line| line.starts_with(prefix)).unwrap_or_else(|| panic!("{stderr}"));
    let command = line.strip_prefix(prefix).unwrap();
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some("unicontact"));
    words.map(str::to_owned).collect()
}

fn max_copies(office: &Office) -> usize {
    let mut maximum = 0;
    for (vendor, _) in VENDORS {
        let mut copies: BTreeMap<String, usize> = BTreeMap::new();
        for name in office.names(vendor) {
            *copies.entry(name).or_default() += 1;
        }
        assert_eq!(copies.len(), PEOPLE, "somebody is missing");
        maximum = maximum.max(copies.into_values().max().unwrap());
    }
    maximum
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_that_a_killed_repeat_suggests_creates_no_third_contact() {
    let latency = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(20)))).on(On::Any);
    let office = Office::with_faults([latency]).await;
    let file = office.file("people.csv", people(PEOPLE));
    office.import(&file, &[]).await.expect_code(0);
    let mut running = office.program(&["import", &file, "--again", "--format", "json"]).start().await;
    running.wait_for_message("If this run is interrupted, continue with: ").await;
    let hint = running.stderr_so_far().to_owned();
    office.wait_until_held(PEOPLE * 4 + 70).await;
    running.kill().await;
    let command = suggested_command(&hint, "If this run is interrupted, continue with: ");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    assert_eq!(&command[..2], ["import", &*file]);
    for _ in 0..2 {
        office.program(&command).run().await;
    }
    assert_eq!(max_copies(&office), 2);
    let twice = office.held().iter().sum::<usize>();
    assert!(twice > PEOPLE * 4 + 70, "the rest was repeated: {twice}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_repeat_names_the_command_that_continues_it() {
    let latency = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(30)))).on(On::Any);
    let office = Office::with_faults([latency]).await;
    let file = office.file("people.csv", people(PEOPLE));
    office.import(&file, &[]).await.expect_code(0);
    let running = office.program(&["import", &file, "--again", "--format", "json"]).start().await;
    office.wait_until_held(PEOPLE * 4 + 40).await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    assert!(!ended.stderr.contains("run the same command again:"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("to continue, run the command again"), "{}", ended.stderr);
    let command = suggested_command(&ended.stderr, "To send the pending contacts: ");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    office.program(&command).run().await.expect_code(0);
    assert_eq!(max_copies(&office), 2);
    // `SmartTask` returns the existing contact.
    assert_eq!(office.held(), [PEOPLE, PEOPLE * 2, PEOPLE * 2, PEOPLE * 2]);
}

#[tokio::test]
async fn before_requires_again() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(1));
    let ended = office.program(&["import", &file, "--before", "2h"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("--again"), "{ended:?}");
    let ended = office.program(&["import", &file, "--again", "--before", "soon"]).run().await;
    assert!(ended.expect_usage_error().stderr.contains("expected an age"), "");
}
