//! Opens journals on a real server, which all tests of the process share.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use unicontact::journal::{JetStreamJournal, JetStreamOptions, async_nats};

use crate::journal::bench::Kept;
use crate::nats_server::NatsServer;

/// Returns the server of this process, and starts it at the first call.
pub(crate) fn server() -> &'static NatsServer {
    static SERVER: OnceLock<NatsServer> = OnceLock::new();
    SERVER.get_or_init(NatsServer::start)
}

/// Opens a journal with its own connection, as another process does.
pub(crate) async fn open_journal(options: &JetStreamOptions) -> JetStreamJournal {
    let client = async_nats::connect(server().url()).await.unwrap();
    JetStreamJournal::open(client, options.clone()).await.unwrap()
}

impl Kept {
    /// Opens a journal in new buckets.
    pub(crate) async fn on_servers() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let options = JetStreamOptions::new(name);
        let journal = open_journal(&options).await;
        Self::OnServers(options, Arc::new(journal))
    }
}
