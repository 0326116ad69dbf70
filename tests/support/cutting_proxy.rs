//! A proxy before a server that cuts connections: the answer to a request never comes, or the request never arrives whole.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use unicontact_providers::testkit::Received;

/// The number of bytes at the end of a cut request that do not arrive.
const MISSING: usize = 5;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server gets it, and the client gets the answer.
    Nothing,
    /// The server gets it, and the client gets no answer.
    Answer,
    /// The server gets all of it but the last bytes.
    Request,
}

/// A proxy on a free port of loopback. Dropping it stops it.
pub(crate) struct CuttingProxy {
    pub(crate) origin: String,
    /// Every request so far, and what happened to it.
    requests: Arc<Mutex<Vec<(Received, Cut)>>>,
    task: JoinHandle<()>,
}

impl CuttingProxy {
    /// Starts a proxy before the server at `origin`. `cut` decides what happens to a request, of which it gets the method and the
    /// number of requests with that method before it.
    pub(crate) async fn start(
        origin: &str,
        cut: impl Fn(&str, usize) -> Cut + Send + Sync + 'static,
    ) -> Self {
        let server = origin.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, cut) = (Arc::clone(&requests), Arc::new(cut));
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(forward(client, server.clone(), Arc::clone(&cut), Arc::clone(&log)));
            }
        });
        Self { origin, requests, task }
    }

    /// Returns how many requests with this method were treated so.
    pub(crate) fn count(&self, method: &str, cut: Cut) -> usize {
        let requests = self.requests.lock().unwrap();
        requests.iter().filter(|(request, own)| request.method() == method && *own == cut).count()
    }
}

impl Drop for CuttingProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Forwards one request, and closes the connection.
async fn forward(
    mut client: TcpStream,
    server: String,
    cut: Arc<impl Fn(&str, usize) -> Cut>,
    log: Arc<Mutex<Vec<(Received, Cut)>>>,
) -> io::Result<()> {
    let (request, bytes) = read_request(&mut client).await?;
    let cut = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|(other, _)| other.method() == request.method()).count();
        let cut = cut(request.method(), before);
        log.push((request, cut));
        cut
    };
    let mut server = TcpStream::connect(server).await?;
    let arriving = if cut == Cut::Request { &bytes[..bytes.len() - MISSING] } else { &bytes };
    server.write_all(arriving).await?;
    if cut != Cut::Request {
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).await?;
        if cut == Cut::Nothing {
            client.write_all(&answer).await?;
        }
    }
    client.shutdown().await
}

/// Reads a request, and returns it with its bytes. They ask the server to close the connection after the answer.
async fn read_request(client: &mut TcpStream) -> io::Result<(Received, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = Received::from_bytes(&bytes) {
            let line_end = bytes.windows(2).position(|window| window == b"\r\n").unwrap() + 2;
            bytes.splice(line_end..line_end, *b"connection: close\r\n");
            return Ok((request, bytes));
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
