//! The port of a vendor that may be down.
//!
//! Rule: a closed port has a socket that is bound and does not listen. So the system refuses connections, gives the port to nobody
//! else, and the vendor is sure to come back on it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::sleep;

const LONGEST_QUEUE: u32 = 1024;
/// How often a closed port is looked after. The clock may be anybody's, so that nobody can tell when it is time.
const LOOKING: Duration = Duration::from_millis(10);

/// A port that was open once.
pub(super) struct Port {
    address: SocketAddr,
    state: State,
}

enum State {
    Open(TcpListener),
    Closed(TcpSocket),
    /// Another program was quicker; it is asked for again.
    Missed,
}

impl Port {
    pub(super) fn open(listener: TcpListener, address: SocketAddr) -> Self {
        Self { address, state: State::Open(listener) }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Opens or closes it, as far as the system lets it.
    pub(super) fn set_open(&mut self, open: bool) {
        let state = std::mem::replace(&mut self.state, State::Missed);
        self.state = match (state, open) {
            (State::Open(listener), true) => State::Open(listener),
            (State::Open(listener), false) => {
                drop(listener);
                self.bound()
            }
            (State::Closed(socket), true) => socket.listen(LONGEST_QUEUE).map_or(State::Missed, State::Open),
            (State::Closed(socket), false) => State::Closed(socket),
            (State::Missed, _) => self.bound(),
        };
    }

    /// The next connection, or nothing after a while while none is accepted.
    pub(super) async fn next_connection(&self) -> Option<TcpStream> {
        let accepted = match &self.state {
            State::Open(listener) => listener.accept().await.ok(),
            State::Closed(_) | State::Missed => None,
        };
        if accepted.is_none() {
            sleep(LOOKING).await;
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
        binding().map_or(State::Missed, State::Closed)
    }
}
