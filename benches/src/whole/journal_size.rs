//! Measures what an import writes with a journal: the bytes per contact, and the size of its file.

use super::import::{Bench, Client, Work, Written};
use crate::Failure;
use crate::people::Ids;

/// The aliases of one of the people without an id: the name with each of two addresses and of two numbers.
const ALIASES: u32 = 4;
/// The most bytes of a record in the file.
const RECORD_LIMIT: u32 = 110;
/// The most bytes of an alias in the file.
const ALIAS_LIMIT: u32 = 40;

/// People, and how the import recognizes them.
pub(super) struct Case {
    pub(super) name: &'static str,
    ids: Ids,
    identify_by: &'static str,
    /// The most bytes of a record in the file, with its aliases.
    pub(super) limit: u32,
}

pub(super) const CASES: [Case; 3] = [
    Case { name: "with ids, no aliases", ids: Ids::InOrder, identify_by: "content", limit: RECORD_LIMIT },
    Case { name: "without ids, no aliases", ids: Ids::Absent, identify_by: "content", limit: RECORD_LIMIT },
    Case {
        name: "without ids, four aliases",
        ids: Ids::Absent,
        identify_by: "identity",
        limit: RECORD_LIMIT + ALIASES * ALIAS_LIMIT,
    },
];

/// The imports of one round.
pub(super) struct Round {
    pub(super) contacts: u32,
    pub(super) without: Written,
    pub(super) with: Written,
}

impl Round {
    /// Returns the bytes per contact that only the import with a journal wrote.
    pub(super) fn bytes_per_contact(&self) -> f64 {
        per(self.with.bytes.saturating_sub(self.without.bytes), self.contacts)
    }

    /// Returns the bytes of the journal's file per record.
    pub(super) fn file_per_record(&self) -> f64 {
        per(self.with.journal, self.contacts)
    }

    /// Returns the CPU microseconds per contact of the import with a journal.
    pub(super) fn cpu_per_contact(&self) -> f64 {
        self.with.cost.cpu.as_secs_f64() * 1e6 / f64::from(self.contacts)
    }
}

/// Returns the rounds of a case, each with an import of every size.
pub(super) fn rounds(case: &Case, sizes: &[u32], rounds: usize) -> Result<Vec<Vec<Round>>, Failure> {
    let work = |contacts: &u32| Work {
        contacts: u64::from(*contacts),
        ids: case.ids,
        identify_by: case.identify_by,
        ..Work::default()
    };
    let benches = sizes.iter().map(|contacts| Ok((*contacts, Bench::new(work(contacts))?)));
    let benches = benches.collect::<Result<Vec<_>, Failure>>()?;
    let round = || benches.iter().map(|(contacts, bench)| round(*contacts, bench)).collect();
    (0..rounds).map(|_| round()).collect()
}

fn round(contacts: u32, bench: &Bench) -> Result<Round, Failure> {
    let without = bench.run_counting_writes(Client::Command)?;
    Ok(Round { contacts, without, with: bench.run_counting_writes(Client::CommandWithJournal)? })
}

#[expect(clippy::cast_precision_loss, reason = "it is only shown")]
fn per(bytes: u64, contacts: u32) -> f64 {
    bytes as f64 / f64::from(contacts)
}
