//! Journals on a real server.
//!
//! Its rule: one server is shared by all tests of the process.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use unicontact::journal::{JetStreamJournal, JetStreamOptions, async_nats};

use crate::bench::Kept;
use crate::nats_server::NatsServer;

/// The server of this process.
pub(crate) fn server() -> &'static NatsServer {
    static SERVER: OnceLock<NatsServer> = OnceLock::new();
    SERVER.get_or_init(NatsServer::start)
}

/// A connection of its own, as a process has one.
pub(crate) async fn opened(options: &JetStreamOptions) -> JetStreamJournal {
    let client = async_nats::connect(server().url()).await.unwrap();
    JetStreamJournal::open(client, options.clone()).await.unwrap()
}

impl Kept {
    /// In buckets of its own.
    pub(crate) async fn on_servers() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let options = JetStreamOptions { name, ..JetStreamOptions::default() };
        let journal = opened(&options).await;
        Self::OnServers(options, Arc::new(journal))
    }
}
