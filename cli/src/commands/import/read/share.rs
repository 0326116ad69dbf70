//! The share of the input that is read, for the estimate of the remaining time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::row_number;
use crate::commands::import::open::InputLength;

/// The share of the files that is read. Clones count together.
#[derive(Clone)]
pub(super) struct ShareRead {
    length: Arc<InputLength>,
    bytes_read: Arc<AtomicU64>,
    /// The row number of the last row that the delivery took.
    last_row: Arc<AtomicU64>,
}

impl ShareRead {
    /// Returns a share of which nothing is read. The reader counts in `bytes_read`.
    pub(super) fn new(length: InputLength, bytes_read: Arc<AtomicU64>) -> Self {
        Self { length: Arc::new(length), bytes_read, last_row: Arc::default() }
    }

    /// Records that the delivery took a row.
    pub(super) fn take(&self, row_number: u64) {
        self.last_row.store(row_number, Ordering::Relaxed);
    }

    /// Returns the share, from 0 to 1. `None` if the length is unknown.
    #[expect(clippy::cast_precision_loss, reason = "the share is an estimate")]
    pub(super) fn get(&self) -> Option<f64> {
        let (read, all) = match &*self.length {
            InputLength::Unknown => return None,
            InputLength::Bytes(all) => (self.bytes_read.load(Ordering::Relaxed), *all),
            InputLength::Lines(lines) => {
                let (file, line) = row_number::decode(self.last_row.load(Ordering::Relaxed));
                let earlier: u64 = lines.iter().take(file).sum();
                (earlier + line, lines.iter().sum())
            }
        };
        (all > 0).then(|| (read as f64 / all as f64).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_earlier_files_count_as_read() {
        let share = ShareRead::new(InputLength::Lines(vec![10, 30]), Arc::default());
        assert_eq!(share.get(), Some(0.0));
        share.take(row_number::encode(0, 10));
        assert_eq!(share.get(), Some(0.25));
        share.take(row_number::encode(1, 20));
        assert_eq!(share.get(), Some(0.75));
        share.take(row_number::encode(1, 99));
        assert_eq!(share.get(), Some(1.0), "a line that is counted otherwise");
    }

    #[test]
    fn an_empty_or_unknown_input_has_no_share() {
        for length in [InputLength::Unknown, InputLength::Bytes(0), InputLength::Lines(vec![0])] {
            assert_eq!(ShareRead::new(length, Arc::default()).get(), None);
        }
    }
}
