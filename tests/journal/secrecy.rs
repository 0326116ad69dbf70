//! The secrecy of the files: they are searched byte by byte.

use std::fs;
use std::path::Path;

use unicontact::Outcome;
use unicontact::journal::{Claim, SqliteJournal};

use crate::journal::bench::{Kept, claim, deliver, settlement};

fn holds(folder: &Path, needle: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}

fn secret_claim(contact: u64, length: usize) -> Claim {
    let content = format!(r#"{{"name":"Zanzibar{contact}","notes":"{}"}}"#, "Quagga ".repeat(length));
    Claim { content: content.into(), ..claim(&contact.to_string(), contact) }
}

#[tokio::test]
async fn nothing_of_a_contact_is_left_in_the_files_after_its_delivery_ended() {
    let kept = Kept::in_file();
    let journal = kept.journal();
    // Small ones that share pages, and long ones that take many, finished in another order than begun.
    for contact in 1..400 {
        let length = usize::try_from(contact * 37 % 900).unwrap();
        journal.claim(secret_claim(contact, length)).await.unwrap();
    }
    for contact in (1..400).map(|index| index * 151 % 400).filter(|contact| *contact > 0) {
        crate::journal::bench::settle(
            &*journal,
            settlement(&contact.to_string(), Some(contact), Outcome::Created),
        )
        .await;
    }
    drop(journal);
    let (folder, _) = kept.close();
    for needle in ["Zanzibar", "Quagga"] {
        assert!(!holds(folder.path(), needle), "{needle}");
    }
}

#[tokio::test]
async fn an_unfinished_delivery_keeps_its_contact() {
    let kept = Kept::in_file();
    kept.journal().claim(secret_claim(1, 1)).await.unwrap();
    let (folder, _) = kept.close();
    assert!(holds(folder.path(), "Zanzibar1"), "the search finds what is there");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let Kept::InFile(folder, journal) = Kept::in_file() else { unreachable!() };
    let journal = journal.unwrap();
    deliver(&*journal, "1", 1, Outcome::Created).await;
    let modes = || {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mode = |entry: fs::DirEntry| entry.metadata().unwrap().permissions().mode() & 0o777;
        entries.map(|entry| mode(entry.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(modes(), [0o600; 4], "the database, its log, its index and the lock");
    drop(journal);
    let path = folder.path().join("unicontact.db");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let journal = SqliteJournal::open(&path).unwrap();
    deliver(&journal, "2", 2, Outcome::Created).await;
    assert_eq!(modes(), [0o600; 4]);
}
