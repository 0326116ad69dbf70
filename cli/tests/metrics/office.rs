//! A sandbox, a queue server and workers with metrics. Each test has its own.

use std::fmt::Write;

use unicontact_sandbox::{Faults, Options, Rule, Sandbox};

use crate::nats_server::NatsServer;
use crate::program::{Program, Running};

const SETTINGS: &str = "settle_delay = \"10ms\"\nrequests_per_second = 1000\n";

pub(crate) struct Office {
    pub(crate) sandbox: Sandbox,
    server: Option<NatsServer>,
    url: String,
    configuration: String,
}

impl Office {
    pub(crate) async fn new() -> Self {
        Self::with_faults([]).await
    }

    pub(crate) async fn with_faults(rules: impl IntoIterator<Item = Rule>) -> Self {
        let options = Options { faults: Faults::new(11, rules), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let server = NatsServer::start();
        let url = server.url();
        let head = format!("[queue]\nurl = \"{url}\"\n[defaults]\n{SETTINGS}");
        let configuration = sandbox.configuration().replace("journal = \"off\"\n", &head);
        Self { sandbox, server: Some(server), url, configuration }
    }

    /// Replaces text in the configuration.
    pub(crate) fn replacing(mut self, text: &str, replacement: &str) -> Self {
        assert!(self.configuration.contains(text), "{}", self.configuration);
        self.configuration = self.configuration.replace(text, replacement);
        self
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Kills the server of the queue.
    pub(crate) fn kill_server(&mut self) {
        self.server = None;
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).configured(&self.configuration)
    }

    /// Imports this many people into the queue.
    pub(crate) async fn import(&self, people: u32) {
        let mut text = "External ID,Name,E-mail,Phone\n".to_owned();
        for number in 0..people {
            let phone = 60_000 + number;
            writeln!(text, "{number},Person {number},p{number}@example.com,+4420794{phone}").unwrap();
        }
        let program = self.program(&["import", "people.csv", "--queue"]).file("people.csv", text);
        program.run().await.expect_code(0);
    }

    /// Starts a worker, and returns it with the address of its metrics.
    pub(crate) async fn worker(&self) -> (Running, String) {
        let mut worker = self.program(&["worker", "--metrics", "127.0.0.1:0"]).start().await;
        worker.wait_for_message("Metrics at ").await;
        let rest = worker.stderr_so_far().split_once("Metrics at http://").unwrap().1;
        let address = rest.split_once("/metrics").unwrap().0.to_owned();
        (worker, address)
    }
}
