//! Serves one stand-in over HTTP.
//!
//! Rule: the only place that knows the network. A request is read whole, decided and executed, and only then replied to. A body
//! over 1 MiB is refused with an empty 413; no vendor's page gives a limit, so that one is the sandbox's choice.

mod connection;
mod page;
mod pieces;
mod reply;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

pub(crate) use self::reply::Reply;
use crate::served::Served;

/// How often a closed port looks whether it may open. The sandbox's clock may be anybody's, so nobody wakes it.
const LOOKING: Duration = Duration::from_millis(10);

/// Tells that the sandbox stops. It lives as long as whoever has it.
pub(crate) type Stop = watch::Receiver<()>;

/// Serves until `stop` changes or its sender is dropped.
pub(crate) fn spawn(listener: TcpListener, address: SocketAddr, served: Arc<Served>, stop: Stop) {
    tokio::spawn(serve(listener, address, served, stop));
}

/// A vendor that is down has no listener at all, so that the system refuses connections.
async fn serve(listener: TcpListener, address: SocketAddr, served: Arc<Served>, mut stop: Stop) {
    let mut listener = Some(listener);
    let mut changes = served.changes();
    loop {
        if served.is_down() {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).await.ok();
        }
        served.listens(listener.is_some());
        tokio::select! {
            _ = stop.changed() => return,
            _ = changes.changed() => {}
            stream = next_connection(listener.as_ref()) => if let Some(stream) = stream {
                connection::spawn(stream, Arc::clone(&served), stop.clone());
            }
        }
    }
}

/// The next connection, or nothing after a while where none is accepted.
async fn next_connection(listener: Option<&TcpListener>) -> Option<TcpStream> {
    let accepting = async { listener?.accept().await.ok() };
    let accepted = accepting.await;
    if accepted.is_none() {
        sleep(LOOKING).await;
    }
    accepted.map(|(stream, _)| stream)
}
