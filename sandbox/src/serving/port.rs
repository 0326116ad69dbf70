//! The port of a vendor that may be down.
//!
//! A closed port keeps a socket that is bound and does not listen. The system refuses connections and keeps the port
//! reserved, so that the vendor can open it again.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::sleep;

const LONGEST_QUEUE: u32 = 1024;
/// The time between two checks of a closed port. The sandbox's clock does not signal changes.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// A port that is open or closed.
pub(super) struct Port {
    address: SocketAddr,
    state: State,
}

enum State {
    Open(TcpListener),
    Closed(TcpSocket),
    /// Another program has the port; it is requested again.
    Unavailable,
}

impl Port {
    pub(super) fn open(listener: TcpListener, address: SocketAddr) -> Self {
        Self { address, state: State::Open(listener) }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Opens or closes the port, if the system allows it.
    pub(super) fn set_open(&mut self, open: bool) {
        let state = std::mem::replace(&mut self.state, State::Unavailable);
        self.state = match (state, open) {
            (State::Open(listener), true) => State::Open(listener),
            (State::Open(listener), false) => {
                drop(listener);
                self.bound()
            }
            (State::Closed(socket), true) => {
                socket.listen(LONGEST_QUEUE).map_or(State::Unavailable, State::Open)
            }
            (State::Closed(socket), false) => State::Closed(socket),
            (State::Unavailable, _) => self.bound(),
        };
    }

    /// Returns the next connection, or `None` after a while if the port is closed.
    pub(super) async fn next_connection(&self) -> Option<TcpStream> {
        let accepted = match &self.state {
            State::Open(listener) => listener.accept().await.ok(),
            State::Closed(_) | State::Unavailable => None,
        };
        if accepted.is_none() {
            sleep(POLL_INTERVAL).await;
        }
        accepted.map(|(stream, _)| stream)
    }

    fn bound(&self) -> State {
        let binding = || -> io::Result<TcpSocket> {
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind(self.address)?;
            Ok(socket)
        };
        binding().map_or(State::Unavailable, State::Closed)
    }
}
