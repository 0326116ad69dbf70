//! Serves one stand-in over HTTP.
//!
//! Only this module knows the network. A request is read whole, decided and executed, and only then replied to. A body
//! over 1 MiB is refused with an empty 413; no vendor's page gives a limit, so that one is the sandbox's choice.

mod connection;
mod delayed;
mod page;
mod pieces;
mod port;
mod reply;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use self::port::Port;
pub(crate) use self::reply::Reply;
use crate::served::Served;

/// Tells that the sandbox stops. It lives as long as whoever has it.
pub(crate) type Stop = watch::Receiver<()>;

/// Waits until the sandbox stops. It takes a receiver of its own, because a change is told to each only once.
async fn stopped(mut stop: Stop) {
    let _ = stop.changed().await;
}

/// Serves until `stop` changes or its sender is dropped.
pub(crate) fn spawn(listener: TcpListener, address: SocketAddr, served: Arc<Served>, stop: Stop) {
    tokio::spawn(async move {
        serve(Port::open(listener, address), &served, stop).await;
        served.listens(None);
    });
}

async fn serve(mut port: Port, served: &Arc<Served>, mut stop: Stop) {
    let mut changes = served.changes();
    loop {
        port.set_open(!served.is_down());
        served.listens(Some(port.is_open()));
        tokio::select! {
            _ = stop.changed() => return,
            _ = changes.changed() => {}
            stream = port.next_connection() => if let Some(stream) = stream {
                connection::spawn(stream, Arc::clone(served), stop.clone());
            }
        }
    }
}
