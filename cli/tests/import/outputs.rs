//! Output files. An output that would overwrite another file, or cannot be written, is an error that names the flag and
//! the file, and no file changes.

use crate::import::{Office, people};
use crate::program::Ended;

const MENDED: &str = "mended, by hand\n";

fn text(office: &Office, name: &str) -> Vec<u8> {
    std::fs::read(office.path(name)).unwrap()
}

async fn expect_refusal(office: &Office, file: &str, more: &[&str]) -> Ended {
    let held = office.held();
    let ended = office.import(file, more).await.expect_usage_error();
    assert_eq!(office.held(), held);
    ended
}

#[tokio::test]
async fn the_files_of_the_journal_are_never_overwritten() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    let spelled = |ending: &str| office.path(&format!("../{}/unicontact.db{ending}", folder(&office)));
    // The first pass runs before the journal exists.
    for _ in 0..2 {
        for ending in ["", "-wal", "-shm", "-lock", "-journal"] {
            let path = spelled(ending).display().to_string();
            for flag in ["--rejects", "--report"] {
                let ended = expect_refusal(&office, &file, &[flag, &path]).await;
                assert!(ended.stderr.contains(&format!("{flag} {path}: this is ")), "{ended:?}");
                assert!(ended.stderr.contains("the journal"), "{ended:?}");
            }
        }
        office.import(&file, &[]).await.expect_code(0);
    }
    assert!(text(&office, "unicontact.db").starts_with(b"SQLite format 3"));
    assert_eq!(office.held(), [2; 4]);
}

fn folder(office: &Office) -> String {
    office.path("x").parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn input_configuration_and_mapping_are_never_overwritten() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    let map = office.file("map.toml", "[columns]\n");
    for flag in ["--rejects", "--report"] {
        let ended = expect_refusal(&office, &file, &[flag, "./unicontact.toml"]).await;
        assert!(ended.stderr.contains("this is the configuration (unicontact.toml)"), "{ended:?}");
        expect_refusal(&office, &file, &["--map", &map, flag, &map]).await;
        expect_refusal(&office, &file, &[flag, &file]).await;
        let named = office.file("named.toml", office.configuration());
        expect_refusal(&office, &file, &["--config", &named, flag, &named]).await;
        assert_eq!(text(&office, "named.toml"), office.configuration().into_bytes());
    }
    assert_eq!(text(&office, "people.csv"), people(2).into_bytes());
    assert_eq!(text(&office, "map.toml"), b"[columns]\n");
}

#[tokio::test]
async fn one_file_cannot_be_both_outputs_and_keeps_its_content() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    let both = office.file("p.rej", MENDED);
    let other = office.path("./p.rej").display().to_string();
    let again = office.path(&format!("../{}/p.rej", folder(&office))).display().to_string();
    for report in [&both, &other, &again] {
        let ended = expect_refusal(&office, &file, &["--rejects", &both, "--report", report]).await;
        assert!(ended.stderr.contains("one file cannot be both"), "{ended:?}");
    }
    assert_eq!(text(&office, "p.rej"), MENDED.as_bytes());
    let new = office.path("new").display().to_string();
    let again = office.path(&format!("../{}/new", folder(&office))).display().to_string();
    expect_refusal(&office, &file, &["--rejects", &new, "--report", &again]).await;
    // The default file of rejects is protected, too.
    let usual = office.file("people.csv.rejects.csv", MENDED);
    expect_refusal(&office, &file, &["--report", &usual]).await;
    assert_eq!(text(&office, "people.csv.rejects.csv"), MENDED.as_bytes());
    assert!(!office.path("new").exists() && !office.path("unicontact.db").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_protected_file_is_refused() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(office.path(target), office.path(name)).unwrap();
        office.path(name).display().to_string()
    };
    // One link leads to a file that does not exist yet.
    for (target, name) in [("people.csv", "input"), ("unicontact.db-wal", "journal"), ("unicontact.db", "db")]
    {
        let path = link(target, name);
        expect_refusal(&office, &file, &["--report", &path]).await;
        expect_refusal(&office, &file, &["--rejects", &path]).await;
    }
    std::fs::hard_link(office.path("people.csv"), office.path("hard")).unwrap();
    expect_refusal(&office, &file, &["--report", &office.path("hard").display().to_string()]).await;
    let stdin = std::fs::File::open(&file).unwrap();
    let arguments = ["import", "-", "--report", &file];
    office.program(&arguments).stdin(stdin).run().await.expect_usage_error();
    assert_eq!(text(&office, "people.csv"), people(2).into_bytes());
}

#[tokio::test]
async fn unwritable_rejects_are_an_error_before_anything_is_sent() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    let nowhere = office.path("no/where.csv").display().to_string();
    let ended = expect_refusal(&office, &file, &["--rejects", &nowhere]).await;
    assert!(ended.stderr.contains(&format!("{nowhere}: the folder does not exist")), "{ended:?}");
    let folder = office.path("").display().to_string();
    expect_refusal(&office, &file, &["--rejects", &folder]).await;
    let unneeded = office.path("unneeded.csv");
    office.import(&file, &["--rejects", &unneeded.display().to_string()]).await.expect_code(0);
    assert!(!unneeded.exists());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_an_error_before_anything_is_sent() {
    let office = Office::new().await;
    let file = office.file("people.csv", "id,Name,E-mail\n1,Ada King,ada@example.com\n2,Bo Ek,no address\n");
    for flag in ["--rejects", "--report", "--notes"] {
        let ended = expect_refusal(&office, &file, &[flag, "/dev/full"]).await;
        let message =
            format!("{flag} /dev/full: the disk is full; make room, or name a file on another disk\"");
        assert!(ended.stderr.contains(&message), "{ended:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_report_or_notes_in_a_missing_folder_are_an_error_before_anything_is_sent() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    let (nowhere, folder) =
        (office.path("no/where").display().to_string(), office.path("").display().to_string());
    for flag in ["--report", "--notes"] {
        let ended = expect_refusal(&office, &file, &[flag, &nowhere]).await;
        assert!(ended.stderr.contains(&format!("{flag} {nowhere}: the folder does not exist")), "{ended:?}");
        let ended = expect_refusal(&office, &file, &[flag, &folder]).await;
        assert!(
            ended.stderr.contains(&format!("{flag} {folder}: this is a folder; name a file")),
            "{ended:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn partly_written_rejects_are_counted() {
    let office = Office::new().await;
    let row = |number| format!("{number},{},no address\n", "x".repeat(300));
    let rows = (0..1000).map(row);
    let file = office
        .file("people.csv", std::iter::once("id,Name,E-mail\n".to_owned()).chain(rows).collect::<String>());
    let rejects = office.path("rejects.csv").display().to_string();
    let import = ["import", &file, "--dry-run", "--rejects", &rejects];
    let ended = office.program(&import).with_file_size_limit("80").run().await.expect_code(1);
    assert!(ended.stderr.contains(&format!(" of them are in {rejects}\n")), "{ended:?}");
    assert!(!ended.stderr.contains("; they are in"), "{ended:?}");
    assert!(ended.stderr.contains("make room and run the command again"), "{ended:?}");
}
