//! A real server for the journals of these tests, and journals on it.
//!
//! Its rule: it listens on loopback only, is shared by all tests of the process, and ends with it, however that ends.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tempfile::TempDir;
use unicontact::journal::{JetStreamJournal, JetStreamOptions, async_nats};

use crate::bench::Kept;

/// A server, and where it keeps its streams.
pub(crate) struct Server {
    pub(crate) url: String,
    _folder: TempDir,
    /// Ends the server when its standard input is closed, which the system does for a process that is killed.
    _shell: Child,
}

const SHELL: &str = r#""$0" -c "$1" 2>&1 & server=$!; cat >/dev/null; kill -9 $server"#;

/// The server of this process.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A connection of its own, as a process has one.
pub(crate) async fn opened(options: &JetStreamOptions) -> JetStreamJournal {
    let client = async_nats::connect(&server().url).await.unwrap();
    JetStreamJournal::open(client, options.clone()).await.unwrap()
}

impl Kept {
    /// In buckets of its own.
    pub(crate) async fn on_servers() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let options = JetStreamOptions { name, ..JetStreamOptions::default() };
        let journal = opened(&options).await;
        Self::OnServers(options, Arc::new(journal))
    }
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("nats.conf");
        let store = folder.path().join("streams");
        let text = format!(
            "listen: 127.0.0.1:-1\njetstream {{ store_dir: \"{}\", sync_interval: always }}\n",
            store.display()
        );
        std::fs::write(&configuration, text).unwrap();
        let program = std::env::var("NATS_SERVER").unwrap_or_else(|_| "nats-server".to_owned());
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, &program])
            .arg(&configuration)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut port = None;
        let mut lines = BufReader::new(shell.stdout.take().unwrap()).lines();
        for line in lines.by_ref().map_while(Result::ok) {
            let listens = line.split_once("client connections on 127.0.0.1:");
            port = port.or_else(|| listens.map(|(_, port)| port.to_owned()));
            said.push_str(&line);
            said.push('\n');
            if line.contains("Server is ready") {
                break;
            }
        }
        // Whoever writes to a pipe that nobody reads would be ended by it.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.unwrap_or_else(|| {
            panic!("{program} did not start; ./test.sh installs it, or name it in NATS_SERVER:\n{said}")
        });
        Self { url: format!("nats://127.0.0.1:{port}"), _folder: folder, _shell: shell }
    }
}
