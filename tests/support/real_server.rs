//! A server that others wrote, for tests. It listens on a free port of loopback, and ends with the process of the test, however that
//! ends. `tests/servers/` installs and starts it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A server with no data but its users, and the folder of its data.
pub(crate) struct RealServer {
    /// Its address, such as `http://127.0.0.1:40123`.
    pub(crate) origin: String,
    /// The key or password of its administrator.
    pub(crate) key: String,
    pub(crate) folder: TempDir,
    /// Closing this standard input ends the server. The system closes it when the test is killed.
    _script: Child,
}

impl RealServer {
    /// Starts the server that `tests/servers/<name>.sh` installed.
    pub(crate) fn start(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut script = Command::new(script(name))
            .arg("run")
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut origin = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut origin).unwrap();
        assert!(!origin.is_empty(), "{name} did not start; ./test.sh installs it. Its message is above.");
        let key = std::fs::read_to_string(folder.path().join("key")).unwrap();
        Self { origin: origin.trim().to_owned(), key, folder, _script: script }
    }
}

/// Returns the script of a server. Packages below the root of the repository use it, too.
fn script(name: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut roots = package.ancestors().map(|root| root.join("tests/servers").join(format!("{name}.sh")));
    roots.find(|script| script.is_file()).unwrap()
}
