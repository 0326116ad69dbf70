//! A cluster of NATS servers on loopback. A server does not advertise the others, so that a client stays with the addresses that it
//! was given. A server counts as ready once it has answered.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use unicontact::journal::async_nats::{self, Client, ServerAddr, jetstream, jetstream::stream};

use crate::queue::ports::free_port;
use crate::queue::server::Server;
use crate::queue::waiting::until;

const START_TIMEOUT: Duration = Duration::from_secs(12);

/// A cluster of one server or several.
pub(crate) struct Cluster {
    pub(crate) servers: Vec<Server>,
    folder: TempDir,
}

impl Cluster {
    /// Starts `count` servers, and waits until each of them accepts stream requests.
    pub(crate) async fn start(count: usize) -> Self {
        for _ in 0..5 {
            match Self::try_start(count) {
                Ok(cluster) => {
                    cluster.is_ready().await;
                    if cluster.accepts_streams().await {
                        return cluster;
                    }
                }
                // Another process took the port.
                Err(error) if error.contains("address already in use") => {}
                Err(error) => panic!("{error}"),
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

    /// Returns the addresses of all servers, as the command takes them.
    pub(crate) fn url(&self) -> String {
        let urls: Vec<String> = self.servers.iter().map(Server::url).collect();
        urls.join(",")
    }

    /// Connects to any running server.
    pub(crate) async fn client(&self) -> Client {
        let running = self.servers.iter().filter(|server| server.is_running());
        let addresses: Vec<ServerAddr> = running.map(|server| server.url().parse().unwrap()).collect();
        until("a server accepts a connection", async || async_nats::connect(&addresses).await.ok()).await
    }

    pub(crate) async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(self.client().await)
    }

    /// Kills a server with SIGKILL.
    pub(crate) fn kill(&mut self, name: &str) {
        self.server(name).kill();
    }

    /// Suspends a server with SIGSTOP: its connections stay open, and it answers nothing.
    pub(crate) fn pause(&mut self, name: &str) {
        self.server(name).signal("STOP");
    }

    /// Resumes a suspended server.
    pub(crate) fn resume(&mut self, name: &str) {
        self.server(name).signal("CONT");
    }

    /// Restarts a killed server, and waits until it answers.
    pub(crate) async fn restart(&mut self, name: &str) {
        let started = self.server(name).start();
        started.unwrap();
        self.is_ready().await;
    }

    /// Restarts a killed server. It answers later.
    pub(crate) fn start_again(&mut self, name: &str) {
        let started = self.server(name).start();
        started.unwrap();
    }

    /// Waits until every running server answers.
    pub(crate) async fn wait_until_ready(&self) {
        self.is_ready().await;
    }

    /// Returns the name of the server that leads a stream.
    pub(crate) async fn leader(&self, stream: &str) -> String {
        let context = with_short_timeout(self.client().await);
        until("the stream has a leader", async || {
            let stream = context.get_stream(stream).await.ok()?;
            stream.cached_info().cluster.as_ref()?.leader.clone()
        })
        .await
    }

    /// Waits until every replica of a stream is current.
    pub(crate) async fn wait_for_replicas(&self, stream: &str) {
        let context = with_short_timeout(self.client().await);
        until("every replica is current", async || {
            let stream = context.get_stream(stream).await.ok()?;
            let cluster = stream.cached_info().cluster.clone()?;
            let is_current = cluster.leader.is_some()
                && cluster.replicas.iter().all(|replica| replica.current && !replica.offline);
            is_current.then_some(())
        })
        .await;
    }

    /// Waits until every running server accepts stream requests.
    async fn is_ready(&self) {
        for server in self.servers.iter().filter(|server| server.is_running()) {
            let url = server.url();
            let client = until("the server listens", async || async_nats::connect(&url).await.ok()).await;
            let context = with_short_timeout(client);
            until("the server accepts stream requests", async || context.query_account().await.ok()).await;
        }
    }

    /// Waits until the servers have formed a cluster, which can replicate a stream. Servers that start together sometimes never do.
    async fn accepts_streams(&self) -> bool {
        let context = self.jetstream().await;
        let config = stream::Config {
            name: "trial".to_owned(),
            num_replicas: self.servers.len(),
            ..stream::Config::default()
        };
        let create = async {
            while context.create_stream(&config).await.is_err() {
                sleep(Duration::from_millis(100)).await;
            }
        };
        let is_created = timeout(START_TIMEOUT, create).await.is_ok();
        is_created && context.delete_stream(&config.name).await.is_ok()
    }

    /// Returns the ends of the servers' logs.
    fn log_tails(&self) -> String {
        let tails = self.servers.iter().map(|server| format!("{}:\n{}\n", server.name, server.log_tail()));
        tails.collect()
    }

    fn server(&mut self, name: &str) -> &mut Server {
        self.servers.iter_mut().find(|server| server.name == name).unwrap()
    }
}

impl Drop for Cluster {
    /// Prints the ends of the servers' logs if a test fails.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log_tails());
        }
    }
}

/// Returns a context with a short timeout: servers do not answer during an election, and a new request succeeds sooner.
fn with_short_timeout(client: Client) -> jetstream::Context {
    let mut context = jetstream::new(client);
    context.set_timeout(Duration::from_millis(500));
    context
}

/// Returns the configuration of a server. `ports` are those of all servers: for clients, and for the other servers.
fn configuration_of(number: usize, name: &str, store: &Path, ports: &[(u16, u16)]) -> String {
    let (port, route) = ports[number];
    let store = store.display();
    let listen = format!("listen: \"127.0.0.1:{port}\"\npid_file: \"{store}.pid\"\n");
    let head = format!("server_name: {name}\n{listen}");
    if ports.len() == 1 {
        // A single server must sync what it acknowledges to disk.
        return format!("{head}jetstream {{ store_dir: \"{store}\", sync_interval: always }}\n");
    }
    let others = ports.iter().filter(|(other, _)| *other != port);
    let routes: Vec<String> = others.map(|(_, route)| format!("nats://127.0.0.1:{route}")).collect();
    let routes = routes.join(", ");
    // A unique name, so that no server joins the cluster of another test that got its port.
    let cluster_name = format!("tests_{}", ports[0].1);
    let cluster = format!(
        "name: {cluster_name}, listen: \"127.0.0.1:{route}\", no_advertise: true, pool_size: -1, routes: [{routes}]"
    );
    format!("{head}jetstream {{ store_dir: \"{store}\" }}\ncluster {{ {cluster} }}\n")
}
