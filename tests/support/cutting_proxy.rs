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
    /// What happened to each create so far.
    creates: Arc<Mutex<Vec<Cut>>>,
    task: JoinHandle<()>,
}

impl CuttingProxy {
    /// Starts a proxy before the server at `origin`. `cut` decides what happens to a create, and gets the number of creates before it.
    /// Other requests are not cut.
    pub(crate) async fn start(
        origin: &str,
        is_create: fn(&Received) -> bool,
        cut: impl Fn(usize) -> Cut + Send + Sync + 'static,
    ) -> Self {
        let server = origin.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let creates = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&creates);
        let decide = Arc::new(move |request: &Received| {
            if !is_create(request) {
                return Cut::Nothing;
            }
            let mut log = log.lock().unwrap();
            let cut = cut(log.len());
            log.push(cut);
            cut
        });
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(forward(client, server.clone(), Arc::clone(&decide)));
            }
        });
        Self { origin, creates, task }
    }

    /// Returns to how many creates this happened.
    pub(crate) fn count(&self, cut: Cut) -> usize {
        self.creates.lock().unwrap().iter().filter(|own| **own == cut).count()
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
    decide: Arc<impl Fn(&Received) -> Cut>,
) -> io::Result<()> {
    let (request, bytes) = read_request(&mut client).await?;
    let cut = decide(&request);
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
