//! A NATS server for tests. It listens on a free port of loopback, and ends with the process of the test, however that ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A server and the folder of its streams.
pub(crate) struct NatsServer {
    pub(crate) port: u16,
    _folder: TempDir,
    /// Closing this standard input ends the server. The system closes it when the test is killed.
    _shell: Child,
}

const SHELL: &str = r#""$0" -c "$1" 2>&1 & server=$!; exec >/dev/null; cat; kill -9 $server"#;

impl NatsServer {
    /// Starts a server with `JetStream`, which writes to disk before it acknowledges.
    pub(crate) fn start() -> Self {
        Self::with("")
    }

    /// Starts a server with `JetStream` and further configuration.
    pub(crate) fn with(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("streams");
        let jetstream =
            format!("jetstream {{ store_dir: \"{}\", sync_interval: always }}\n", store.display());
        Self::in_folder(folder, &format!("{jetstream}{configuration}"))
    }

    /// Starts a server without `JetStream`.
    pub(crate) fn without_jetstream() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), "")
    }

    fn in_folder(folder: TempDir, configuration: &str) -> Self {
        let file = folder.path().join("nats.conf");
        std::fs::write(&file, format!("listen: 127.0.0.1:-1\n{configuration}")).unwrap();
        let program = std::env::var("NATS_SERVER").unwrap_or_else(|_| "nats-server".to_owned());
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, &program])
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut port = None;
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        for line in lines.by_ref().map_while(Result::ok) {
            let listens = line.split_once("client connections on 127.0.0.1:");
            port = port.or_else(|| listens.and_then(|(_, port)| port.trim().parse().ok()));
            said.push_str(&line);
            said.push('\n');
            if line.contains("Server is ready") {
                break;
            }
        }
        // The pipe is read to its end, because a write to a closed pipe would end the server.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.unwrap_or_else(|| {
            panic!("{program} did not start; ./test.sh installs it, or name it in NATS_SERVER:\n{said}")
        });
        Self { port, _folder: folder, _shell: shell }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }
}
