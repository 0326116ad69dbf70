//! Input through a pipe: from a source that is still writing, and from database tools.

use std::io::{PipeWriter, Write};

use crate::import::Office;
use crate::program::Running;

async fn importing(office: &Office) -> (Running, PipeWriter) {
    let (stdin, source) = std::io::pipe().unwrap();
    let running = office.program(&["import", "-", "--format", "json"]).stdin(stdin).start().await;
    (running, source)
}

#[tokio::test]
async fn contacts_are_created_while_their_source_is_still_written() {
    let lines = [
        "{\"name\":\"Ada King\",\"emails\":[\"ada@example.com\"]}\n",
        "{\"name\":\"Bo Ek\",\"emails\":[\"bo@example.com\"]}\n",
    ];
    let table = ["Name,E-mail\nAda King,ada@example.com\n", "Bo Ek,bo@example.com\n"];
    let cards = [
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\nEMAIL:ada@example.com\nEND:VCARD\n",
        "BEGIN:VCARD\nVERSION:3.0\nFN:Bo Ek\nEMAIL:bo@example.com\nEND:VCARD\n",
    ];
    let array = [
        "[{\"full_name\":\"Ada King\",\"email\":\"ada@example.com\"},\n",
        "{\"full_name\":\"Bo Ek\",\"email\":\"bo@example.com\"}\n",
    ];
    for parts in [lines, table, cards, array] {
        let office = Office::new().await;
        let (running, mut source) = importing(&office).await;
        for (index, part) in parts.into_iter().enumerate() {
            source.write_all(part.as_bytes()).unwrap();
            office.wait_until_held(4 * (index + 1)).await;
        }
        if parts == array {
            source.write_all(b"]\n").unwrap();
        }
        drop(source);
        assert_eq!(running.end().await.expect_code(0).json()["read"], 2);
    }
}

#[tokio::test]
async fn the_format_of_a_slow_source_is_recognized_from_several_reads() {
    let office = Office::new().await;
    let (running, mut source) = importing(&office).await;
    for part in ["Our people", " of 2026\n", "Name,E-", "mail\n", "Ada King,", "ada@example.com\n"] {
        source.write_all(part.as_bytes()).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    drop(source);
    running.end().await.expect_code(0);
    assert_eq!(office.held(), [1; 4]);
}

const PAGE: &str = include_str!("../../../docs/importing.md");

/// The output of a script in place of each program. `sqlite3` is the real program.
const PROGRAMS: [(&str, &str); 4] = [
    (
        "duckdb",
        "[{\"id\":1,\"name\":\"Ada King\",\"email\":\"ada@example.com\"},\n{\"id\":2,\"name\":\"Bo Ek\",\"email\":null}]\n",
    ),
    ("psql", "id,name,email\n1,Ada King,ada@example.com\n2,Bo Ek,\n"),
    ("mysql", "id\tname\temail\n1\tAda King\tada@example.com\n2\tBo Ek\tNULL\n"),
    (
        "mongoexport",
        "{\"_id\":{\"$oid\":\"65a1b2c3d4e5f60718293a4b\"},\"name\":\"Ada King\",\"email\":\"ada@example.com\"}\n\
         {\"_id\":{\"$oid\":\"65a1b2c3d4e5f60718293a4c\"},\"name\":\"Bo Ek\"}\n",
    ),
];

#[cfg(unix)]
#[tokio::test]
async fn the_commands_for_databases_that_the_readme_shows_import_their_rows() {
    use std::os::unix::fs::PermissionsExt;
    let is_command = |line: &&str| line.ends_with("| unicontact import -") && !line.starts_with("tail");
    let commands: Vec<&str> = PAGE.lines().filter(is_command).collect();
    assert_eq!(commands.len(), PROGRAMS.len() + 1, "{commands:?}");
    for command in commands {
        let office = Office::new().await;
        for (name, output) in PROGRAMS {
            let script = office.file(name, format!("#!/bin/sh\ncat <<'END'\n{output}END\n"));
            std::fs::set_permissions(script, PermissionsExt::from_mode(0o755)).unwrap();
        }
        let database = rusqlite::Connection::open(office.path("people.db")).unwrap();
        let rows = "CREATE TABLE people (id, name, email);
                    INSERT INTO people VALUES (1, 'Ada King', 'ada@example.com'), (2, 'Bo Ek', NULL);";
        database.execute_batch(rows).unwrap();
        office.file("unicontact.toml", office.configuration());
        let folder = office.path(".");
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_unicontact")).parent().unwrap();
        let path = format!("{}:{}:/usr/local/bin:/usr/bin:/bin", folder.display(), program.display());
        let mut shell = tokio::process::Command::new("/bin/sh");
        shell.args(["-c", command]).env_clear().env("PATH", path).current_dir(&folder);
        let ended = shell.output().await.unwrap();
        let stderr = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(0), "{command}: {stderr}");
        assert_eq!(office.held(), [2; 4], "{command}: {stderr}");
    }
}
