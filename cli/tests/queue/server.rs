//! A NATS server that can be killed and restarted on the same port with its data. It listens on loopback only, and ends with this
//! process, even if that is killed.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Kills the server when its standard input is closed, which the system does for a process that is killed.
const SHELL: &str =
    r#""$0" -c "$1" 2>&1 & server=$!; exec >/dev/null; cat; kill -9 $server; wait $server 2>/dev/null"#;
/// The number of log lines that a failed test prints.
const LOG_TAIL: usize = 40;
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A server, running or killed.
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) port: u16,
    configuration: PathBuf,
    log: PathBuf,
    environment: Vec<(String, String)>,
    shell: Option<Child>,
}

impl Server {
    /// Returns a server that is not started yet. Its files are beside its configuration.
    pub(crate) fn new(name: &str, port: u16, configuration: PathBuf) -> Self {
        let log = configuration.with_extension("log");
        Self { name: name.to_owned(), port, configuration, log, environment: Vec::new(), shell: None }
    }

    /// Sets a variable of the server's environment.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Starts the server, and waits until it listens. The error is the last line of its log.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        let program = std::env::var("NATS_SERVER").unwrap_or_else(|_| "nats-server".to_owned());
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, &program])
            .arg(&self.configuration)
            .envs(self.environment.clone())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = shell.stdout.take().unwrap();
        self.shell = Some(shell);
        let mut log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let (sender, started) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = writeln!(log, "{line}");
                if line.contains("Server is ready") {
                    let _ = sender.send(Ok(()));
                }
                if line.contains("[FTL]") || line.contains("not found") {
                    let _ = sender.send(Err(line));
                }
            }
        });
        let started = started.recv_timeout(START_TIMEOUT);
        let started = started.unwrap_or_else(|_| {
            Err(format!("{program} did not start; ./test.sh installs it, or name it in NATS_SERVER"))
        });
        if started.is_err() {
            self.kill();
        }
        started
    }

    /// Sends SIGKILL and waits for the end.
    pub(crate) fn kill(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            shell.wait().unwrap();
        }
    }

    /// Sends a signal to the running server.
    pub(crate) fn signal(&self, name: &str) {
        let id = std::fs::read_to_string(self.configuration.with_extension("pid")).unwrap();
        let sent = Command::new("kill").args(["-s", name, id.trim()]).status().unwrap();
        assert!(sent.success());
    }

    /// Returns its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Returns the end of its log.
    pub(crate) fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL)..].join("\n")
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
