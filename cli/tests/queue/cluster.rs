//! Servers that keep streams together, on loopback.
//!
//! Its rule: a server tells no client of the others, so that whoever is given only some of the addresses stays with
//! them; nothing is taken for ready before it has answered.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use unicontact::journal::async_nats::{self, Client, ServerAddr, jetstream, jetstream::stream};

use crate::ports::free_port;
use crate::server::Server;
use crate::waiting::until;

const LONGEST_START: Duration = Duration::from_secs(12);

/// One server or several.
pub(crate) struct Cluster {
    pub(crate) servers: Vec<Server>,
    folder: TempDir,
}

impl Cluster {
    /// So many servers, of which each can take a call for streams.
    pub(crate) async fn start(count: usize) -> Self {
        for _ in 0..5 {
            match Self::try_start(count) {
                Ok(cluster) => {
                    cluster.is_ready().await;
                    if cluster.takes_streams().await {
                        return cluster;
                    }
                }
                // Somebody else had the port in the meantime.
                Err(said) if said.contains("address already in use") => {}
                Err(said) => panic!("{said}"),
            }
        }
        panic!("the servers do not start");
    }

    fn try_start(count: usize) -> Result<Self, String> {
        let ports: Vec<(u16, u16)> = (0..count).map(|_| (free_port(), free_port())).collect();
        let mut cluster = Self { servers: Vec::new(), folder: tempfile::tempdir().unwrap() };
        for (number, (port, _)) in ports.iter().enumerate() {
            let name = format!("server_{number}");
            let path = |name| cluster.folder.path().join(name);
            let configuration = path(format!("{name}.conf"));
            let text = configuration_of(number, &name, &path(name.clone()), &ports);
            std::fs::write(&configuration, text).unwrap();
            let mut server = Server::new(&name, *port, configuration);
            server.start()?;
            cluster.servers.push(server);
        }
        Ok(cluster)
    }

    /// The addresses of all, as the command takes them.
    pub(crate) fn url(&self) -> String {
        let urls: Vec<String> = self.servers.iter().map(Server::url).collect();
        urls.join(",")
    }

    /// A connection to any of those that run.
    pub(crate) async fn client(&self) -> Client {
        let running = self.servers.iter().filter(|server| server.is_running());
        let addresses: Vec<ServerAddr> = running.map(|server| server.url().parse().unwrap()).collect();
        until("a server takes a connection", async || async_nats::connect(&addresses).await.ok()).await
    }

    pub(crate) async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(self.client().await)
    }

    /// SIGKILL. The others go on.
    pub(crate) fn kill(&mut self, name: &str) {
        self.server(name).kill();
    }

    /// Starts one that was killed, and waits until it answers.
    pub(crate) async fn restart(&mut self, name: &str) {
        let started = self.server(name).start();
        started.unwrap();
        self.is_ready().await;
    }

    /// The name of the server that leads a stream.
    pub(crate) async fn leader(&self, stream: &str) -> String {
        let context = impatient(self.client().await);
        until("the stream has a leader", async || {
            let stream = context.get_stream(stream).await.ok()?;
            stream.cached_info().cluster.as_ref()?.leader.clone()
        })
        .await
    }

    /// Waits until every server has all of a stream.
    pub(crate) async fn is_whole(&self, stream: &str) {
        let context = impatient(self.client().await);
        until("every server has all of the stream", async || {
            let stream = context.get_stream(stream).await.ok()?;
            let cluster = stream.cached_info().cluster.clone()?;
            let is_whole = cluster.leader.is_some()
                && cluster.replicas.iter().all(|replica| replica.current && !replica.offline);
            is_whole.then_some(())
        })
        .await;
    }

    /// Waits until every server that runs takes a call for streams.
    async fn is_ready(&self) {
        for server in self.servers.iter().filter(|server| server.is_running()) {
            let url = server.url();
            let client = until("the server listens", async || async_nats::connect(&url).await.ok()).await;
            let context = impatient(client);
            until("the server keeps streams", async || context.query_account().await.ok()).await;
        }
    }

    /// Waits until the servers know each other, so that a stream can be kept by all of them. Now and then servers that start together
    /// never come that far.
    async fn takes_streams(&self) -> bool {
        let context = self.jetstream().await;
        let config = stream::Config {
            name: "trial".to_owned(),
            num_replicas: self.servers.len(),
            ..stream::Config::default()
        };
        let take = async {
            while context.create_stream(&config).await.is_err() {
                sleep(Duration::from_millis(100)).await;
            }
        };
        let is_taken = timeout(LONGEST_START, take).await.is_ok();
        is_taken && context.delete_stream(&config.name).await.is_ok()
    }

    /// What the servers said last.
    fn said(&self) -> String {
        let said = self.servers.iter().map(|server| format!("{}:\n{}\n", server.name, server.said()));
        said.collect()
    }

    fn server(&mut self, name: &str) -> &mut Server {
        self.servers.iter_mut().find(|server| server.name == name).unwrap()
    }
}

impl Drop for Cluster {
    /// Where a test fails, what the servers said last may tell why.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.said());
        }
    }
}

/// While servers elect a leader they answer nothing; then it is better to ask again than to wait.
fn impatient(client: Client) -> jetstream::Context {
    let mut context = jetstream::new(client);
    context.set_timeout(Duration::from_millis(500));
    context
}

/// What a server must know, which listens on those of `ports` that its number names: for clients, and for the others.
fn configuration_of(number: usize, name: &str, store: &Path, ports: &[(u16, u16)]) -> String {
    let (port, route) = ports[number];
    let store = store.display();
    let head = format!("server_name: {name}\nlisten: \"127.0.0.1:{port}\"\n");
    if ports.len() == 1 {
        // Alone, it must have written what it acknowledges.
        return format!("{head}jetstream {{ store_dir: \"{store}\", sync_interval: always }}\n");
    }
    let others = ports.iter().filter(|(other, _)| *other != port);
    let routes: Vec<String> = others.map(|(_, route)| format!("nats://127.0.0.1:{route}")).collect();
    let routes = routes.join(", ");
    // Of its own, so that a server never joins the cluster of another test that got its port.
    let cluster_name = format!("tests_{}", ports[0].1);
    let cluster = format!(
        "name: {cluster_name}, listen: \"127.0.0.1:{route}\", no_advertise: true, pool_size: -1, routes: [{routes}]"
    );
    format!("{head}jetstream {{ store_dir: \"{store}\" }}\ncluster {{ {cluster} }}\n")
}
