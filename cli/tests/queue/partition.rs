//! A line between a worker and a server, which can be cut and mended.
//!
//! Its rule: what was under way when it was cut in silence is late, and not lost, as on a real network; what was reset is gone.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::cluster::Cluster;
use crate::people::Dice;

/// How a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Whole,
    /// Everything comes late, by up to this time.
    Slow(Duration),
    /// Connections stay, and nothing comes through.
    Silent,
    /// Connections end, and new ones do so at once.
    Broken,
}

/// Lines to each server of a cluster, which are cut and mended together.
pub(crate) struct Lines {
    ports: Vec<u16>,
    condition: watch::Sender<Condition>,
}

impl Lines {
    pub(crate) async fn to(cluster: &Cluster) -> Self {
        let condition = watch::Sender::new(Condition::Whole);
        let mut ports = Vec::new();
        for server in &cluster.servers {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            ports.push(listener.local_addr().unwrap().port());
            tokio::spawn(listen(listener, server.port, condition.subscribe()));
        }
        Self { ports, condition }
    }

    /// The addresses of this end, as the command takes them.
    pub(crate) fn url(&self) -> String {
        let urls: Vec<String> = self.ports.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        urls.join(",")
    }

    /// Lets nothing through, and tells nobody.
    pub(crate) fn silence(&self) {
        self.condition.send_replace(Condition::Silent);
    }

    /// Ends all connections.
    pub(crate) fn cut(&self) {
        self.condition.send_replace(Condition::Broken);
    }

    /// Lets everything through late, by up to `longest`.
    pub(crate) fn slow(&self, longest: Duration) {
        self.condition.send_replace(Condition::Slow(longest));
    }

    pub(crate) fn mend(&self) {
        self.condition.send_replace(Condition::Whole);
    }
}

/// Ends when the lines are dropped.
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
    let is_whole = condition.wait_for(|condition| *condition != Condition::Silent).await;
    if is_whole.map_or(true, |condition| *condition == Condition::Broken) {
        return;
    }
    let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else { return };
    let (near_reads, near_writes) = near.into_split();
    let (far_reads, far_writes) = far.into_split();
    tokio::select! {
        () = carry(near_reads, far_writes, condition.clone()) => {}
        () = carry(far_reads, near_writes, condition) => {}
    }
}

/// Carries bytes one way until one side ends or the line is cut.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut condition: watch::Receiver<Condition>) {
    let mut dice = Dice(u64::from(from.peer_addr().map_or(0, |address| address.port())));
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length = tokio::select! {
            read = from.read(&mut bytes) => read.unwrap_or_default(),
            () = is_broken(condition.clone()) => 0,
        };
        let slow = *condition.borrow();
        if let Condition::Slow(longest) = slow {
            let most = usize::try_from(longest.as_millis()).unwrap();
            tokio::time::sleep(Duration::from_millis(dice.below(most + 1) as u64)).await;
        }
        let passes = condition.wait_for(|condition| *condition != Condition::Silent).await;
        let is_broken = passes.map_or(true, |condition| *condition == Condition::Broken);
        if is_broken || length == 0 || to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

async fn is_broken(mut condition: watch::Receiver<Condition>) {
    let _ = condition.wait_for(|condition| *condition == Condition::Broken).await;
}
