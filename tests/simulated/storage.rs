//! The storage of the journal, and the number of processes that have it open.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use unicontact::journal::{Journal, MemoryJournal, SqliteJournal};

pub(crate) enum Storage {
    Memory {
        journal: Arc<MemoryJournal>,
        /// The number of processes that have the journal open.
        open_count: AtomicUsize,
    },
    File(TempDir),
}

impl Storage {
    pub(crate) fn in_memory() -> Self {
        Self::Memory { journal: Arc::default(), open_count: AtomicUsize::new(0) }
    }

    pub(crate) fn in_file() -> Self {
        // Syncing costs nothing in memory.
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self::File(folder.unwrap())
    }

    /// Opens the journal for one more process. For the first one all existing claims are interrupted.
    pub(crate) fn open(&self) -> Arc<dyn Journal> {
        match self {
            Self::Memory { journal, open_count } => {
                if open_count.fetch_add(1, Ordering::Relaxed) == 0 {
                    journal.reopen();
                }
                Arc::<MemoryJournal>::clone(journal)
            }
            Self::File(folder) => {
                Arc::new(SqliteJournal::open(&folder.path().join("unicontact.db")).unwrap())
            }
        }
    }

    /// Records that a process closed the journal or ended.
    pub(crate) fn closed(&self) {
        if let Self::Memory { open_count, .. } = self {
            open_count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
