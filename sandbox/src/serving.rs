//! Serves one stand-in over HTTP.
//!
//! A request is read whole, decided and executed before the reply. A body over 1 MiB gets an empty 413; the limit is the
//! sandbox's choice, because no vendor documents one.

mod connection;
mod delayed_reply;
mod partial_body;
mod port;
mod response;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use self::port::Port;
use crate::server::StandInServer;
use crate::stop::Stop;

/// Serves until `stop` changes or its sender is dropped.
pub(crate) fn spawn(listener: TcpListener, address: SocketAddr, server: Arc<StandInServer>, stop: Stop) {
    tokio::spawn(async move {
        serve(Port::open(listener, address), &server, stop).await;
        server.set_listening(None);
    });
}

async fn serve(mut port: Port, server: &Arc<StandInServer>, mut stop: Stop) {
    let mut changes = server.changes();
    loop {
        port.set_open(!server.is_down());
        server.set_listening(Some(port.is_open()));
        tokio::select! {
            _ = stop.changed() => return,
            _ = changes.changed() => {}
            stream = port.next_connection() => if let Some(stream) = stream {
                connection::spawn(stream, Arc::clone(server), stop.clone());
            }
        }
    }
}
