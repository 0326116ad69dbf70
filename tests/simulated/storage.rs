//! Where the journal is kept, and which processes have it open.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use unicontact::journal::{Journal, MemoryJournal, SqliteJournal};

pub(crate) enum Storage {
    Memory {
        journal: Arc<MemoryJournal>,
        /// How many processes have it open.
        open: AtomicUsize,
    },
    File(TempDir),
}

impl Storage {
    pub(crate) fn in_memory() -> Self {
        Self::Memory { journal: Arc::default(), open: AtomicUsize::new(0) }
    }

    pub(crate) fn in_file() -> Self {
        // A file system in memory spares the time of syncing to disk.
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self::File(folder.unwrap())
    }

    /// Opens it for one more process. One that is alone knows that the holders of all claims are gone.
    pub(crate) fn open(&self) -> Arc<dyn Journal> {
        match self {
            Self::Memory { journal, open } => {
                if open.fetch_add(1, Ordering::Relaxed) == 0 {
                    journal.reopen();
                }
                Arc::<MemoryJournal>::clone(journal)
            }
            Self::File(folder) => {
                Arc::new(SqliteJournal::open(&folder.path().join("unicontact.db")).unwrap())
            }
        }
    }

    /// A process that had it open has ended.
    pub(crate) fn closed(&self) {
        if let Self::Memory { open, .. } = self {
            open.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
