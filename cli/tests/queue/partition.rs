//! TCP proxies between workers and servers, which simulate network failures. Bytes in flight when a proxy falls silent arrive late, as
//! on a real network; bytes of a reset connection are lost.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::queue::cluster::Cluster;
use crate::queue::people::Dice;

/// The state of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Healthy,
    /// Bytes are delayed by up to this time.
    Slow(Duration),
    /// Connections stay open, and no bytes pass.
    Silent,
    /// Connections are closed, and new ones at once.
    Reset,
}

/// Proxies to each server of a cluster, which share one state.
pub(crate) struct Proxies {
    ports: Vec<u16>,
    condition: watch::Sender<Condition>,
}

impl Proxies {
    pub(crate) async fn start(cluster: &Cluster) -> Self {
        let condition = watch::Sender::new(Condition::Healthy);
        let mut ports = Vec::new();
        for server in &cluster.servers {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            ports.push(listener.local_addr().unwrap().port());
            tokio::spawn(listen(listener, server.port, condition.subscribe()));
        }
        Self { ports, condition }
    }

    /// Returns the addresses of the proxies, as the command takes them.
    pub(crate) fn url(&self) -> String {
        let urls: Vec<String> = self.ports.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        urls.join(",")
    }

    /// Holds all bytes back. Connections stay open.
    pub(crate) fn silence(&self) {
        self.condition.send_replace(Condition::Silent);
    }

    /// Closes all connections.
    pub(crate) fn reset(&self) {
        self.condition.send_replace(Condition::Reset);
    }

    /// Delays bytes by up to `max_delay`.
    pub(crate) fn slow(&self, max_delay: Duration) {
        self.condition.send_replace(Condition::Slow(max_delay));
    }

    pub(crate) fn heal(&self) {
        self.condition.send_replace(Condition::Healthy);
    }
}

/// Accepts connections until the proxies are dropped.
async fn listen(listener: TcpListener, target: u16, mut condition: watch::Receiver<Condition>) {
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((near, _)) = accepted else { continue };
                tokio::spawn(connect(near, target, condition.clone()));
            }
            changed = condition.changed() => if changed.is_err() { return },
        }
    }
}

async fn connect(near: TcpStream, target: u16, mut condition: watch::Receiver<Condition>) {
    let is_open = condition.wait_for(|condition| *condition != Condition::Silent).await;
    if is_open.map_or(true, |condition| *condition == Condition::Reset) {
        return;
    }
    let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else { return };
    let (near_reads, near_writes) = near.into_split();
    let (far_reads, far_writes) = far.into_split();
    tokio::select! {
        () = copy(near_reads, far_writes, condition.clone()) => {}
        () = copy(far_reads, near_writes, condition) => {}
    }
}

/// Copies bytes one way until one side closes or the proxy is reset.
async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut condition: watch::Receiver<Condition>) {
    let mut dice = Dice(u64::from(from.peer_addr().map_or(0, |address| address.port())));
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length = tokio::select! {
            read = from.read(&mut bytes) => read.unwrap_or_default(),
            () = is_reset(condition.clone()) => 0,
        };
        let slow = *condition.borrow();
        if let Condition::Slow(max_delay) = slow {
            let most = usize::try_from(max_delay.as_millis()).unwrap();
            tokio::time::sleep(Duration::from_millis(dice.below(most + 1) as u64)).await;
        }
        let passes = condition.wait_for(|condition| *condition != Condition::Silent).await;
        let is_reset = passes.map_or(true, |condition| *condition == Condition::Reset);
        if is_reset || length == 0 || to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

async fn is_reset(mut condition: watch::Receiver<Condition>) {
    let _ = condition.wait_for(|condition| *condition == Condition::Reset).await;
}
