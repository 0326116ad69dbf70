//! An HTTP server on loopback that plays the vendor. It records each request and answers it as its test says. A connection carries
//! one request, so that answers are not mixed up.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::received::Received;
use crate::http::Answer;

/// The reaction of a [`Server`] to a request.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// Answers.
    Answer(Answer),
    /// Waits this long, and then answers.
    Late(Duration, Answer),
    /// Answers without the last half of the body, and closes the connection.
    Cut(Answer),
    /// Answers without the last half of the body, and keeps the connection open until the client closes it.
    Stall(Answer),
    /// Writes these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Closes the connection without a byte.
    Close,
    /// Resets the connection.
    Reset,
    /// Sends nothing until the client closes the connection.
    Hang,
}

/// A server on a port of 127.0.0.1. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<Mutex<JoinSet<()>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server on a free port that calls `behaviour` for every request. It needs a tokio runtime with network and time.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn start(
        behaviour: impl Fn(&Received) -> Behaviour + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::start_on(0, behaviour).await
    }

    /// Starts a server as [`start`](Self::start) does, on this port. 0 is any free one.
    ///
    /// # Errors
    ///
    /// When the port is not free.
    pub async fn start_on(
        port: u16,
        behaviour: impl Fn(&Received) -> Behaviour + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let connections = Arc::new(Mutex::new(JoinSet::new()));
        let open = Arc::clone(&connections);
        let behaviour = Arc::new(behaviour);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = serve(stream, Arc::clone(&behaviour), Arc::clone(&log));
                open.lock().unwrap_or_else(PoisonError::into_inner).spawn(connection);
            }
        });
        Ok(Self { address, received, connections, task })
    }

    /// Stops accepting connections, and waits for the end of those that are open.
    pub async fn finish(self) {
        self.task.abort();
        let mut open = {
            let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *connections)
        };
        while open.join_next().await.is_some() {}
    }

    /// Returns its address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns every request so far, in the order in which they were read.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A reserved port of 127.0.0.1 that refuses connections. No other process can bind it before this is dropped.
#[derive(Debug)]
pub struct ClosedPort {
    address: SocketAddr,
    _bound: TcpSocket,
}

impl ClosedPort {
    /// Reserves a port.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub fn reserve() -> io::Result<Self> {
        let bound = TcpSocket::new_v4()?;
        bound.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { address: bound.local_addr()?, _bound: bound })
    }

    /// Returns its address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn serve(
    mut stream: TcpStream,
    behaviour: Arc<impl Fn(&Received) -> Behaviour>,
    log: Arc<Mutex<Vec<Received>>>,
) {
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    let behaviour = behaviour(&request);
    log.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    behave(stream, behaviour).await;
}

async fn behave(mut stream: TcpStream, behaviour: Behaviour) {
    match behaviour {
        Behaviour::Answer(answer) => write(stream, &bytes_of(&answer, 0)).await,
        Behaviour::Late(wait, answer) => {
            tokio::time::sleep(wait).await;
            write(stream, &bytes_of(&answer, 0)).await;
        }
        Behaviour::Cut(answer) => write(stream, &bytes_of(&answer, half(&answer))).await,
        Behaviour::Stall(answer) => {
            let _ = stream.write_all(&bytes_of(&answer, half(&answer))).await;
            keep_open(stream).await;
        }
        Behaviour::Bytes(bytes) => write(stream, &bytes).await,
        Behaviour::Close => {}
        Behaviour::Reset => {
            // Where the system refuses, the connection is closed instead. The client sees a failure either way.
            let _ = stream.set_zero_linger();
        }
        Behaviour::Hang => keep_open(stream).await,
    }
}

/// Writes the bytes. A client that closes the connection early is no error.
async fn write(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

/// Keeps the connection open until the client closes it, or the server is dropped.
async fn keep_open(mut stream: TcpStream) {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await.is_ok_and(|length| length > 0) {}
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = Received::from_bytes(&bytes) {
            return Some(request);
        }
        let mut chunk = [0; 8192];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

/// Returns half of the length of the body. Of an empty body it is one byte, which is announced and never sent.
fn half(answer: &Answer) -> usize {
    (answer.body().len() / 2).max(1)
}

/// Returns the answer as it is sent, without the last `missing` bytes of its body.
fn bytes_of(answer: &Answer, missing: usize) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {} Answer\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let announced = answer.body().len().max(missing);
    let end_of_head = format!("content-length: {announced}\r\nconnection: close\r\n\r\n");
    bytes.extend_from_slice(end_of_head.as_bytes());
    let written = answer.body().len().saturating_sub(missing);
    bytes.extend_from_slice(&answer.body()[..written]);
    bytes
}
