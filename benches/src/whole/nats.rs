//! A NATS server process on loopback, which writes to disk before it acknowledges and ends with this program.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::Failure;

const INSTALL: &str =
    "there is no nats-server: name it in NATS_SERVER, such as NATS_SERVER=$(tests/nats-server.sh)";

pub(super) struct Nats {
    process: Child,
    pub(super) url: String,
    _folder: tempfile::TempDir,
}

impl Nats {
    pub(super) fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let configuration = folder.path().join("nats.conf");
        let store = folder.path().join("streams");
        let text = format!(
            "listen: 127.0.0.1:-1\njetstream {{ store_dir: \"{}\", sync_interval: always }}\n",
            store.display()
        );
        std::fs::write(&configuration, text)?;
        let program = std::env::var("NATS_SERVER").unwrap_or_else(|_| "nats-server".to_owned());
        let mut command = Command::new(program);
        command
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|_| INSTALL)?;
        let said = process.stderr.take().ok_or("the server says nothing")?;
        let mut lines = BufReader::new(said).lines();
        let mut port = None;
        for line in lines.by_ref().map_while(Result::ok) {
            if let Some((_, after)) = line.split_once("client connections on 127.0.0.1:") {
                port = Some(after.to_owned());
            }
            if line.contains("Server is ready") {
                break;
            }
        }
        // Whoever writes to a pipe that nobody reads would be ended by it.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.ok_or("the server did not start")?;
        Ok(Self { process, url: format!("nats://127.0.0.1:{port}"), _folder: folder })
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
