//! A vendor's stand-in on loopback. It counts a create once it has received all of it, before it replies.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::received::Received;
use super::script::{Listing, Reply, Script};
use super::vendor::Vendor;

pub(crate) struct StandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    vendor: Vendor,
    script: Script,
    received: watch::Sender<Vec<Received>>,
    creates: watch::Sender<usize>,
    released: watch::Sender<bool>,
}

impl StandIn {
    pub(crate) async fn start(vendor: Vendor, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            vendor,
            script,
            received: watch::Sender::default(),
            creates: watch::Sender::new(0),
            released: watch::Sender::new(false),
        });
        let serving = Arc::clone(&shared);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&serving).serve(stream));
            }
        });
        Self { address, shared, accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the number of creates received.
    pub(crate) fn creates(&self) -> usize {
        *self.shared.creates.borrow()
    }

    /// Waits for a create.
    pub(crate) async fn wait_for_create(&self) {
        self.shared.creates.subscribe().wait_for(|count| *count > 0).await.unwrap();
    }

    /// Waits for any request.
    pub(crate) async fn wait_for_request(&self) {
        self.shared.received.subscribe().wait_for(|received| !received.is_empty()).await.unwrap();
    }

    /// Sends the held replies.
    pub(crate) fn release(&self) {
        self.shared.released.send_replace(true);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        if let Some(request) = Received::read(&mut stream).await {
            let reply = self.reply_to(&request);
            self.act(stream, &request, reply).await;
        }
    }

    fn reply_to(&self, request: &Received) -> Reply {
        self.received.send_modify(|received| received.push(request.clone()));
        if !self.vendor.is_create(request) {
            return self.script.other_reply();
        }
        let mut number = 0;
        self.creates.send_modify(|count| {
            number = *count;
            *count += 1;
        });
        self.script.create_reply(number)
    }

    async fn act(&self, stream: TcpStream, request: &Received, reply: Reply) {
        match reply {
            Reply::Answer(answer) => write(stream, &answer.bytes()).await,
            Reply::Echo(build) => write(stream, &build(request).bytes()).await,
            Reply::Good => write(stream, &self.good(request).bytes()).await,
            Reply::Held => {
                self.released.subscribe().wait_for(|released| *released).await.unwrap();
                write(stream, &self.good(request).bytes()).await;
            }
            Reply::Noise => write(stream, b"\x16\x03\x01 this is not HTTP\r\n\r\n").await,
            Reply::Reset => stream.set_zero_linger().unwrap(),
            Reply::Close => drop(stream),
            Reply::Hang => std::future::pending().await,
        }
    }

    fn good(&self, request: &Received) -> super::Answer {
        if self.vendor.is_create(request) {
            self.vendor.created()
        } else {
            self.vendor.other_success(request, &self.listed())
        }
    }

    /// Returns the contacts in the vendor's list.
    fn listed(&self) -> Vec<Value> {
        if self.script.listing == Listing::Nothing {
            return Vec::new();
        }
        let received = self.received.borrow();
        let creates = received.iter().filter(|request| self.vendor.is_create(request));
        creates.map(|request| with_id(request.json(), self.vendor.id())).collect()
    }
}

async fn write(mut stream: TcpStream, bytes: &[u8]) {
    // The client may close the connection before all bytes are written.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

fn with_id(mut contact: Value, id: &str) -> Value {
    contact["id"] = json!(id.parse::<u64>().unwrap());
    contact
}
