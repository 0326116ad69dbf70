//! A vendor's part, played over a real socket on loopback.
//!
//! Its rule: it reads each request whole, keeps it, and then does what it is told; a connection carries one request, so
//! that no answer of one situation is taken for another's.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::received::Received;
use crate::http::Answer;

/// What a [`Server`] does with a request that it has read.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// Answers.
    Answer(Answer),
    /// Waits so long, and then answers.
    Late(Duration, Answer),
    /// Answers, but keeps the last half of the body to itself, and closes.
    Cut(Answer),
    /// Answers, but keeps the last half of the body to itself, and keeps the connection.
    Stall(Answer),
    /// Writes these bytes, whatever they are, and closes.
    Bytes(Vec<u8>),
    /// Closes without a byte.
    Close,
    /// Resets the connection.
    Reset,
    /// Answers nothing and keeps the connection.
    Hang,
}

/// A server on a free port of 127.0.0.1. Dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts one that asks `behaviour` about every request. It needs a tokio runtime with network and time.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn start(
        behaviour: impl Fn(&Received) -> Behaviour + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let behaviour = Arc::new(behaviour);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&behaviour), Arc::clone(&kept)));
            }
        });
        Ok(Self { address, received, task })
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order in which they were read.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A port of 127.0.0.1 at which nobody listens, and that nobody else can take as long as this lives.
#[derive(Debug)]
pub struct ClosedPort {
    address: SocketAddr,
    _bound: TcpSocket,
}

impl ClosedPort {
    /// Takes one.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub fn take() -> io::Result<Self> {
        let bound = TcpSocket::new_v4()?;
        bound.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { address: bound.local_addr()?, _bound: bound })
    }

    /// Where nobody listens, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn serve(
    mut stream: TcpStream,
    behaviour: Arc<impl Fn(&Received) -> Behaviour>,
    kept: Arc<Mutex<Vec<Received>>>,
) {
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    let behaviour = behaviour(&request);
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(request);
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
            keep(stream).await;
        }
        Behaviour::Bytes(bytes) => write(stream, &bytes).await,
        Behaviour::Close => {}
        Behaviour::Reset => {
            // Where the system refuses, the connection is closed instead, which is as bad for the client.
            let _ = stream.set_zero_linger();
        }
        Behaviour::Hang => keep(stream).await,
    }
}

/// The client may have heard enough before all of it is written.
async fn write(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

/// Until the server is dropped.
async fn keep(stream: TcpStream) {
    std::future::pending::<()>().await;
    drop(stream);
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = Received::of_bytes(&bytes) {
            return Some(request);
        }
        let mut chunk = [0; 8192];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

/// Of an empty body, a byte that never comes.
fn half(answer: &Answer) -> usize {
    (answer.body().len() / 2).max(1)
}

/// The answer as it travels, without the last `kept_back` bytes of its body.
fn bytes_of(answer: &Answer, kept_back: usize) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {} Answer\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let promised = answer.body().len().max(kept_back);
    let ending = format!("content-length: {promised}\r\nconnection: close\r\n\r\n");
    bytes.extend_from_slice(ending.as_bytes());
    let written = answer.body().len().saturating_sub(kept_back);
    bytes.extend_from_slice(&answer.body()[..written]);
    bytes
}
