//! Starts the four stand-ins, tells where they are and what they saw, and stops them.
//!
//! Rule: loopback only. A sandbox that is dropped leaves no port open.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cloverhound::Cloverhound;
use crate::configuration;
use crate::emnify::Emnify;
use crate::exchange::StandIn;
use crate::onecloud::OneCloud;
use crate::options::Options;
use crate::record::{SeenRequest, StoredContact};
use crate::server::{self, Served};
use crate::smarttask::SmartTask;
use crate::vendor::Vendor;

/// The four stand-ins, running. Dropping it stops them.
pub struct Sandbox {
    running: Vec<Running>,
    stop: watch::Sender<()>,
}

struct Running {
    base_url: String,
    served: Arc<Served>,
}

impl Sandbox {
    /// Starts all four on 127.0.0.1, on the ports that `options` names, in the order of [`Vendor::ALL`].
    /// Needs a running tokio runtime. An error means that a port could not be taken, and then none is kept.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listeners = listen(options.port).await?;
        let (stop, stopped) = watch::channel(());
        let mut running = Vec::new();
        for (vendor, listener) in Vendor::ALL.into_iter().zip(listeners) {
            let base_url = format!("http://{}", listener.local_addr()?);
            let stand_in = stand_in(vendor, &base_url);
            let served = Arc::new(Served::new(stand_in, options.clock.clone()));
            server::spawn(listener, Arc::clone(&served), stopped.clone());
            running.push(Running { base_url, served });
        }
        Ok(Self { running, stop })
    }

    /// Where a vendor's stand-in listens, such as `http://127.0.0.1:8401`.
    pub fn base_url(&self, vendor: Vendor) -> String {
        self.running(vendor).base_url.clone()
    }

    /// The contacts that a vendor's stand-in created, in order.
    pub fn contacts(&self, vendor: Vendor) -> Vec<StoredContact> {
        self.running(vendor).served.contacts()
    }

    /// Every request that a vendor's stand-in answered, in order.
    pub fn requests(&self, vendor: Vendor) -> Vec<SeenRequest> {
        self.running(vendor).served.requests()
    }

    /// A complete `unicontact.toml` that points at the four stand-ins, with the sandbox's [accounts](crate::accounts).
    pub fn configuration(&self) -> String {
        configuration::text(|vendor| self.base_url(vendor))
    }

    /// Asks the stand-ins to stop; [`Sandbox::stopped`] tells when they have.
    pub fn stop(&self) {
        self.stop.send_replace(());
    }

    /// Waits until the stand-ins have stopped.
    pub async fn stopped(&self) {
        self.stop.closed().await;
    }

    fn running(&self, vendor: Vendor) -> &Running {
        &self.running[vendor as usize]
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = Vendor::ALL.map(|vendor| (vendor.name(), self.base_url(vendor)));
        formatter.debug_map().entries(addresses.iter().map(|(name, url)| (name, url))).finish()
    }
}

/// Takes all ports before anything is served, so that a start either succeeds whole or not at all.
async fn listen(first_port: u16) -> io::Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for offset in (0..).take(Vendor::ALL.len()) {
        let port = match first_port {
            0 => 0,
            port => port.checked_add(offset).ok_or_else(|| too_few_ports(port))?,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        listeners.push(listener.map_err(|error| at_port(port, &error))?);
    }
    Ok(listeners)
}

fn too_few_ports(first: u16) -> io::Error {
    let message = format!("four ports are needed, and from {first} on there are fewer");
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn at_port(port: u16, error: &io::Error) -> io::Error {
    let message = match error.kind() {
        io::ErrorKind::AddrInUse => format!("port {port} is taken"),
        _ => format!("port {port}: {error}"),
    };
    io::Error::new(error.kind(), message)
}

fn stand_in(vendor: Vendor, base_url: &str) -> Box<dyn StandIn> {
    match vendor {
        Vendor::SmartTask => Box::new(SmartTask::new()),
        Vendor::Emnify => Box::new(Emnify::new(base_url)),
        Vendor::Cloverhound => Box::new(Cloverhound::new()),
        Vendor::OneCloud => Box::new(OneCloud::new(base_url)),
    }
}
