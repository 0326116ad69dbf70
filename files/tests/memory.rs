//! Tests that the memory of a reader does not grow with the file. `UNICONTACT_ROWS=1000000` sets the number of rows.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unicontact_files::{ReadOptions, open};

/// The number of rows, without `UNICONTACT_ROWS`.
const ROWS: u64 = 200_000;

/// A source that generates a file while it is read, and counts the bytes that were read.
struct Generated {
    head: &'static str,
    row: fn(u64) -> String,
    rows: u64,
    made: u64,
    buffer: Vec<u8>,
    given: Arc<AtomicU64>,
}

impl Read for Generated {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.buffer.is_empty() && self.made < self.rows {
            let text = if self.made == 0 { self.head.to_owned() } else { String::new() };
            self.buffer = (text + &(self.row)(self.made)).into_bytes();
            self.made += 1;
            self.given.store(self.made, Ordering::Relaxed);
        }
        let count = self.buffer.len().min(out.len());
        out[..count].copy_from_slice(&self.buffer[..count]);
        self.buffer.drain(..count);
        Ok(count)
    }
}

/// Returns the peak memory of this process, in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn reads_with_flat_memory(name: &str, head: &'static str, row: fn(u64) -> String) {
    let given = Arc::new(AtomicU64::new(0));
    let rows = std::env::var("UNICONTACT_ROWS").map_or(ROWS, |text| text.parse().unwrap());
    let source = Generated { head, row, rows, made: 0, buffer: Vec::new(), given: Arc::clone(&given) };
    let mut read = 0;
    let mut early = None;
    for item in open(source, name, &ReadOptions::default()).unwrap() {
        item.unwrap();
        read += 1;
        let ahead = given.load(Ordering::Relaxed) - read;
        assert!(ahead < 20_000, "{ahead} rows were read ahead");
        if read == 10_000 {
            early = peak();
        }
    }
    assert_eq!(read, rows);
    if let (Some(early), Some(late)) = (early, peak()) {
        assert!(late - early < 4096, "from {early} to {late} KiB");
    }
}

#[test]
fn many_rows_take_as_much_memory_as_ten_thousand() {
    reads_with_flat_memory("people.csv", "Name,Notes\n", |number| format!("Person {number},\"a, note\"\n"));
    reads_with_flat_memory("people.ndjson", "", |number| format!("{{\"name\":\"Person {number}\"}}\n"));
    reads_with_flat_memory("people.vcf", "", |number| {
        format!("BEGIN:VCARD\nFN:Person {number}\nEND:VCARD\n")
    });
}
