//! The vendor's part, played over a real socket.
//!
//! Its rule: it reads each request whole, keeps it, and then does what its script says; a connection carries one
//! request, so that no answer of one situation is taken for another's.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::received::Received;
use super::subject::Preparation;
use crate::http::Answer;

/// What the server does with a request that no preparation answers.
#[derive(Debug, Clone)]
pub(super) enum Behaviour {
    /// Answers.
    Answer(Answer),
    /// Answers with this status and everything that it was sent, as a JSON message or as plain text.
    Echo { status: u16, as_json: bool },
    /// Answers, but keeps the last bytes of the body to itself.
    Cut(Answer),
    /// Writes these bytes, whatever they are.
    Bytes(Vec<u8>),
    /// Closes without a byte.
    Close,
    /// Resets the connection.
    Reset,
    /// Answers nothing and keeps the connection.
    Hang,
}

/// What the server is to do.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) preparations: Vec<Preparation>,
    pub(super) behaviour: Behaviour,
}

#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(script: Script) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, script.clone(), Arc::clone(&kept)));
            }
        });
        Ok(Self { address, received, task })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address at which nobody listens.
pub(super) async fn closed_port() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(format!("http://{}", listener.local_addr()?))
}

async fn serve(mut stream: TcpStream, script: Script, kept: Arc<Mutex<Vec<Received>>>) {
    let Some(mut request) = read_request(&mut stream).await else {
        return;
    };
    let preparation = script.preparations.iter().find(|it| request.is_for(it.method, &it.path));
    request.is_preparation = preparation.is_some();
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
    match preparation {
        Some(preparation) => write(stream, &bytes_of(&preparation.answer, 0)).await,
        None => behave(stream, &script.behaviour, &request).await,
    }
}

async fn behave(stream: TcpStream, behaviour: &Behaviour, request: &Received) {
    match behaviour {
        Behaviour::Answer(answer) => write(stream, &bytes_of(answer, 0)).await,
        Behaviour::Echo { status, as_json } => {
            write(stream, &bytes_of(&echo(*status, *as_json, request), 0)).await;
        }
        Behaviour::Cut(answer) => {
            let kept_back = (answer.body().len() / 2).max(1);
            write(stream, &bytes_of(answer, kept_back)).await;
        }
        Behaviour::Bytes(bytes) => write(stream, bytes).await,
        Behaviour::Close => {}
        Behaviour::Reset => {
            // Where the system refuses, the connection is closed instead, which is as bad for the client.
            let _ = stream.set_zero_linger();
        }
        Behaviour::Hang => {
            std::future::pending::<()>().await;
            drop(stream);
        }
    }
}

/// The client may have heard enough before all of it is written.
async fn write(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
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

fn echo(status: u16, as_json: bool, request: &Received) -> Answer {
    let everything = format!("not accepted: {} {} {}", request.target, request.head, request.body);
    if as_json {
        let body = json!({"message": everything, "error": everything, "errors": {"name": [everything]}});
        Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
    } else {
        Answer::new(status)
            .with_header("content-type", "text/plain")
            .with_body(everything.replace("\r\n", " "))
    }
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
    // An empty body that is cut promises a byte that never comes.
    let promised = answer.body().len().max(kept_back);
    let ending = format!("content-length: {promised}\r\nconnection: close\r\n\r\n");
    bytes.extend_from_slice(ending.as_bytes());
    let written = answer.body().len().saturating_sub(kept_back);
    bytes.extend_from_slice(&answer.body()[..written]);
    bytes
}
