use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;

const TABLE: &str = "hashes";

/// A step of one of two processes that share a file.
#[derive(Debug, Clone)]
enum Step {
    Add(u32, u64),
    Remove(u32, u64),
    /// Ends the transaction, and lets the other process begin one.
    Commit,
    RollBack,
    Sort,
}

fn step() -> impl Strategy<Value = Step> {
    // Few hashes, so that several numbers share one, or any.
    let hash = prop_oneof![0_u32..4, any::<u32>()];
    let number = prop_oneof![1_u64..4, any::<u64>()];
    prop_oneof![
        6 => (hash.clone(), number.clone()).prop_map(|(hash, number)| Step::Add(hash, number)),
        2 => (hash, number).prop_map(|(hash, number)| Step::Remove(hash, number)),
        2 => Just(Step::Commit),
        1 => Just(Step::RollBack),
        1 => Just(Step::Sort),
    ]
}

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&[SHARED_TABLES, &table(TABLE)].concat()).unwrap();
    connection
}

fn begin(connection: &Connection, index: &mut HashIndex) {
    connection.execute_batch("BEGIN").unwrap();
    index.refresh(connection).unwrap();
}

fn write(connection: &Connection, index: &mut HashIndex) {
    let transaction = last_transaction(connection).unwrap() + 1;
    index.write(connection, transaction).unwrap();
}

fn agrees(connection: &Connection, index: &HashIndex, entries: &BTreeSet<Entry>) {
    for (hash, _) in entries {
        let expected: Vec<u64> = entries.range((*hash, 0)..=(*hash, u64::MAX)).map(|it| it.1).collect();
        assert_eq!(index.find(connection, *hash).unwrap(), expected);
    }
    let all: BTreeSet<u64> = entries.iter().map(|entry| entry.1).collect();
    let found: BTreeSet<u64> = index.find_all(connection, 0..=u32::MAX).unwrap().into_iter().collect();
    assert_eq!(found, all);
}

proptest! {
    #[test]
    fn two_processes_find_what_was_committed(steps in vec(step(), 0..60)) {
        let connection = database();
        let mut indices = [HashIndex::new(TABLE), HashIndex::new(TABLE)];
        let (mut committed, mut entries) = (BTreeSet::new(), BTreeSet::new());
        begin(&connection, &mut indices[0]);
        for step in steps {
            let [current, _] = &mut indices;
            match step {
                Step::Add(hash, number) => {
                    current.add(hash, number);
                    entries.insert((hash, number));
                }
                Step::Remove(hash, number) if entries.contains(&(hash, number)) => {
                    current.remove(hash, number);
                    entries.remove(&(hash, number));
                }
                Step::Remove(..) => {}
                Step::Sort => {
                    write(&connection, current);
                    current.sort(&connection).unwrap();
                }
                Step::Commit => {
                    write(&connection, current);
                    connection.execute_batch("COMMIT").unwrap();
                    committed.clone_from(&entries);
                    indices.swap(0, 1);
                    begin(&connection, &mut indices[0]);
                }
                Step::RollBack => {
                    connection.execute_batch("ROLLBACK").unwrap();
                    current.clear();
                    entries.clone_from(&committed);
                    begin(&connection, &mut indices[0]);
                }
            }
        }
        agrees(&connection, &indices[0], &entries);
    }
}

#[test]
fn many_entries_are_found_in_many_chunks() {
    let connection = database();
    let mut index = HashIndex::new(TABLE);
    index.refresh(&connection).unwrap();
    let mut entries = BTreeSet::new();
    let mut hash = 1_u32;
    for number in 1..=30_000_u64 {
        hash = hash.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        // Every tenth has a hash that others have, too.
        let hash = if number % 10 == 0 { 7 } else { hash };
        index.add(hash, number);
        entries.insert((hash, number));
        if number % 100 == 0 {
            write(&connection, &mut index);
        }
    }
    let chunks: i64 = connection.query_row("SELECT count(*) FROM hashes", [], |row| row.get(0)).unwrap();
    assert!(chunks > 100, "{chunks}");
    for (hash, number) in entries.iter().filter(|entry| entry.1 % 7 == 0) {
        assert!(index.find(&connection, *hash).unwrap().contains(number));
    }
    assert_eq!(index.find_all(&connection, 0..=u32::MAX).unwrap().len(), 30_000);
    for (hash, number) in &entries {
        index.remove(*hash, *number);
    }
    write(&connection, &mut index);
    assert_eq!(index.find_all(&connection, 0..=u32::MAX).unwrap(), [0; 0]);
    let mut next = HashIndex::new(TABLE);
    next.refresh(&connection).unwrap();
    assert_eq!(next.find(&connection, 7).unwrap(), [0; 0]);
}
