//! One NATS server: it can be killed, and started again on the same port with what it had kept.
//!
//! Its rule: it listens on loopback only, and ends with this process, however that ends.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Kills the server when its standard input is closed, which the system does for a process that is killed.
const SHELL: &str =
    r#""$0" -c "$1" 2>&1 & server=$!; exec >/dev/null; cat; kill -9 $server; wait $server 2>/dev/null"#;
/// So many lines of its log are told when a test fails.
const LAST: usize = 40;
const LONGEST_START: Duration = Duration::from_secs(30);

/// A server, running or killed.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) port: u16,
    configuration: PathBuf,
    log: PathBuf,
    shell: Option<Child>,
}

impl Server {
    /// A server that is not started yet. Its files stand beside its configuration.
    pub(crate) fn new(name: &str, port: u16, configuration: PathBuf) -> Self {
        let log = configuration.with_extension("log");
        Self { name: name.to_owned(), port, configuration, log, shell: None }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Starts it, and waits until it listens. An error is what it said.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        let program = std::env::var("NATS_SERVER").unwrap_or_else(|_| "nats-server".to_owned());
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, &program])
            .arg(&self.configuration)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = shell.stdout.take().unwrap();
        self.shell = Some(shell);
        let mut log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = writeln!(log, "{line}");
                if line.contains("Server is ready") {
                    let _ = tell.send(Ok(()));
                }
                if line.contains("[FTL]") || line.contains("not found") {
                    let _ = tell.send(Err(line));
                }
            }
        });
        let started = told.recv_timeout(LONGEST_START);
        let said = started.unwrap_or_else(|_| {
            Err(format!("{program} did not start; ./test.sh installs it, or name it in NATS_SERVER"))
        });
        if said.is_err() {
            self.kill();
        }
        said
    }

    /// SIGKILL. Returns when it is gone.
    pub(crate) fn kill(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }

    /// The last of its log.
    pub(crate) fn said(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST)..].join("\n")
    }

    pub(crate) fn is_running(&self) -> bool {
        self.shell.is_some()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
