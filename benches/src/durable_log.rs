//! The log of a client that is written by hand: lines in a file that one thread appends and syncs. Lines that arrive during a sync
//! share the next one.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use tokio::sync::oneshot;

use crate::Failure;

/// A line, and the receiver of the news that it is on disk.
struct Entry {
    line: String,
    synced: Option<oneshot::Sender<()>>,
}

/// An append-only log. Its thread ends with the last clone, or when the file cannot be written.
#[derive(Clone)]
pub struct DurableLog {
    entries: mpsc::Sender<Entry>,
}

impl DurableLog {
    /// Creates the file and starts the thread.
    ///
    /// # Errors
    ///
    /// If the file cannot be created.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path)?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || append(file, &receiver));
        Ok(Self { entries: sender })
    }

    /// Appends a line, and returns when it is on disk.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub async fn write_synced(&self, line: String) -> Result<(), Failure> {
        let (sender, receiver) = oneshot::channel();
        self.entries.send(Entry { line, synced: Some(sender) })?;
        Ok(receiver.await?)
    }

    /// Appends a line, which the next sync covers.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, line: String) -> Result<(), Failure> {
        Ok(self.entries.send(Entry { line, synced: None })?)
    }
}

/// Writes the entries in groups. An error drops the senders of its group, so that their receivers fail.
fn append(mut file: File, entries: &mpsc::Receiver<Entry>) -> std::io::Result<()> {
    while let Ok(first) = entries.recv() {
        let mut text = first.line;
        let mut waiting = vec![first.synced];
        for entry in entries.try_iter() {
            text.push_str(&entry.line);
            waiting.push(entry.synced);
        }
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        for sender in waiting.into_iter().flatten() {
            // The client may have ended with an error.
            let _ = sender.send(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_is_in_the_file_when_its_write_returns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = DurableLog::create(&path).unwrap();
        log.write("first\n".to_owned()).unwrap();
        log.write_synced("second\n".to_owned()).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first\nsecond\n");
    }
}
