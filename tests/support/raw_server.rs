//! A server on loopback that does what no HTTP library would.
//!
//! Its rule: it reads one whole request, keeps it, and then misbehaves as it was told to; and again for the next one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::served::Received;

/// What it does with a request that it has read.
#[derive(Debug, Clone)]
pub(crate) enum Behaviour {
    /// Closes without a byte.
    Close,
    /// Resets the connection.
    Reset,
    /// Answers nothing and keeps the connection.
    Hang,
    /// Writes these bytes, whatever they are, and closes.
    Write(Vec<u8>),
    /// The same after the first bytes, whether they are HTTP or not.
    WriteAtOnce(Vec<u8>),
    /// Writes these bytes and then keeps the connection without another one.
    WriteAndHang(Vec<u8>),
}

#[derive(Debug)]
pub(crate) struct RawServer {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl RawServer {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let task = tokio::spawn(async move {
            let mut hanging = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                if !matches!(behaviour, Behaviour::WriteAtOnce(_)) {
                    match read_request(&mut stream).await {
                        Some(request) => kept.lock().unwrap().push(request),
                        None => continue,
                    }
                }
                hanging.extend(behave(stream, &behaviour).await);
            }
        });
        Self { address, received, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address at which nobody listens.
pub(crate) async fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// The bytes of an answer, in which `Content-Length` promises `missing` bytes more than there are.
pub(crate) fn answer_bytes(
    status: u16,
    headers: &BTreeMap<String, String>,
    body: &[u8],
    missing: usize,
) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Whatever\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    write!(head, "content-length: {}\r\n\r\n", body.len() + missing).unwrap();
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Gives the stream back if it is to stay open.
async fn behave(mut stream: TcpStream, behaviour: &Behaviour) -> Option<TcpStream> {
    match behaviour {
        Behaviour::Close => None,
        Behaviour::Hang => Some(stream),
        Behaviour::Reset => {
            stream.set_zero_linger().unwrap();
            None
        }
        Behaviour::Write(bytes) => {
            // The other side may have heard enough before all of it is written.
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            None
        }
        Behaviour::WriteAtOnce(bytes) => {
            let mut first = [0; 1024];
            let _ = stream.read(&mut first).await;
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            None
        }
        Behaviour::WriteAndHang(bytes) => {
            let _ = stream.write_all(bytes).await;
            Some(stream)
        }
    }
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
