//! Starts and stops the stand-ins on loopback, and returns their addresses and records.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::configuration::{configuration_for, configuration_with_journal_for};
use crate::control;
use crate::faults::Faults;
use crate::options::Options;
use crate::record::{RequestRecord, StoredContact, UncommittedContact};
use crate::server::StandInServer;
use crate::serving;
use crate::settable_clock::SettableClock;
use crate::stand_ins::StandIns;
use crate::tally::Tally;
use crate::vendor::Vendor;

/// A running sandbox with the stand-ins of [`Options::vendors`]. Dropping it stops them and closes their ports.
///
/// A vendor that is not served has an empty address, no contacts and no requests.
pub struct Sandbox {
    stand_ins: Arc<StandIns>,
    control_url: Option<String>,
    stop: watch::Sender<()>,
}

impl Sandbox {
    /// Starts the stand-ins on 127.0.0.1, on the ports of `options`, in the order of [`Vendor::ALL`].
    /// Needs a tokio runtime with its timer.
    ///
    /// # Errors
    ///
    /// When a port is not available, or no vendor is selected. Then no port stays open.
    pub async fn start(options: Options) -> io::Result<Self> {
        let vendors: Vec<Vendor> =
            Vendor::ALL.into_iter().filter(|vendor| options.vendors.contains(vendor)).collect();
        let listeners = listen(options.port, vendors.len()).await?;
        let control = match options.control_port {
            Some(port) => Some(bind(port).await?),
            None => None,
        };
        let (stop, stopped) = watch::channel(());
        let clock = SettableClock::new(options.clock);
        let mut all = Vec::new();
        for (vendor, listener) in vendors.into_iter().zip(listeners) {
            let address = listener.local_addr()?;
            let base_url = format!("http://{address}");
            let server =
                Arc::new(StandInServer::new(vendor, base_url, clock.clone(), options.faults.clone()));
            all.push((listener, address, server));
        }
        let control_url = control.as_ref().map(TcpListener::local_addr).transpose()?;
        let stand_ins = Arc::new(StandIns::new(all.iter().map(|(_, _, server)| Arc::clone(server)), clock));
        for (listener, address, server) in all {
            serving::spawn(listener, address, server, stopped.clone());
        }
        if let Some(listener) = control {
            control::spawn(listener, Arc::clone(&stand_ins), stopped);
        }
        stand_ins.settled().await;
        Ok(Self { stand_ins, control_url: control_url.map(|address| format!("http://{address}")), stop })
    }

    /// Returns the vendors that are served, in the order of [`Vendor::ALL`].
    pub fn vendors(&self) -> Vec<Vendor> {
        self.stand_ins.all().map(StandInServer::vendor).collect()
    }

    /// Returns the base URL of a vendor's stand-in, such as `http://127.0.0.1:8401`.
    pub fn base_url(&self, vendor: Vendor) -> String {
        self.stand_ins.at(vendor).map(StandInServer::base_url).unwrap_or_default().to_owned()
    }

    /// Returns the URL of the [control endpoint](crate::control), if there is one.
    pub fn control_url(&self) -> Option<&str> {
        self.control_url.as_deref()
    }

    /// Returns the contacts that a vendor's stand-in created, in order.
    pub fn contacts(&self, vendor: Vendor) -> Vec<StoredContact> {
        self.stand_ins.at(vendor).map(StandInServer::contacts).unwrap_or_default()
    }

    /// Returns the contacts that a vendor's stand-in accepted and has not committed yet, in the order of their commits.
    pub fn uncommitted(&self, vendor: Vendor) -> Vec<UncommittedContact> {
        self.stand_ins.at(vendor).map(StandInServer::uncommitted).unwrap_or_default()
    }

    /// Returns every request that a vendor's stand-in received, in order. Requests to a closed port are not received.
    pub fn requests(&self, vendor: Vendor) -> Vec<RequestRecord> {
        self.stand_ins.at(vendor).map(StandInServer::requests).unwrap_or_default()
    }

    /// Returns the counts of a vendor's contacts, lost answers and duplicates.
    pub fn tally(&self, vendor: Vendor) -> Tally {
        self.stand_ins.at(vendor).map(StandInServer::tally).unwrap_or_default()
    }

    /// Returns the current faults.
    pub fn faults(&self) -> Faults {
        self.stand_ins.faults()
    }

    /// Replaces the faults; all counts start at zero. Returns when every port is open or closed as the faults require.
    pub async fn set_faults(&self, faults: Faults) {
        self.stand_ins.set_faults(&faults).await;
    }

    /// Returns the clock of the stand-ins. It controls tokens, quotas, late commits and outages, but no other wait.
    pub fn clock(&self) -> SettableClock {
        self.stand_ins.clock()
    }

    /// Deletes contacts, requests and tokens; the counts of the faults start at zero. The faults and the clock stay. Returns
    /// when every port is open or closed as the faults require.
    pub async fn reset(&self) {
        self.stand_ins.reset().await;
    }

    /// Waits until every port is open or closed as faults and clock require, a few milliseconds after the clock was set.
    pub async fn settled(&self) {
        self.stand_ins.settled().await;
    }

    /// Returns a complete `unicontact.toml` for the served stand-ins, with the sandbox's [accounts](crate::accounts).
    pub fn configuration(&self) -> String {
        configuration_for(&self.vendors(), |vendor| self.base_url(vendor))
    }

    /// Returns the configuration with a journal, `sandbox.db`, beside the file that it is written to.
    pub fn configuration_with_journal(&self) -> String {
        configuration_with_journal_for(&self.vendors(), |vendor| self.base_url(vendor))
    }

    /// Starts to stop the stand-ins; [`Sandbox::stopped`] waits for the end.
    pub fn stop(&self) {
        self.stop.send_replace(());
    }

    /// Waits until the stand-ins have stopped.
    pub async fn stopped(&self) {
        self.stop.closed().await;
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses = self.stand_ins.all().map(|server| (server.vendor().name(), server.base_url()));
        formatter.debug_map().entries(addresses).finish()
    }
}

/// Opens all ports before anything is served, so that a failed start leaves no port open.
async fn listen(first_port: u16, count: usize) -> io::Result<Vec<TcpListener>> {
    if count == 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no vendor is selected"));
    }
    let mut listeners = Vec::new();
    for offset in (0..).take(count) {
        let port = match first_port {
            0 => 0,
            port => port.checked_add(offset).ok_or_else(|| too_few_ports(port, count))?,
        };
        listeners.push(bind(port).await?);
    }
    Ok(listeners)
}

async fn bind(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| port_error(port, &error))
}

fn too_few_ports(first: u16, count: usize) -> io::Error {
    let message = format!("{count} ports are needed, and from {first} on there are fewer");
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn port_error(port: u16, error: &io::Error) -> io::Error {
    let message = match error.kind() {
        io::ErrorKind::AddrInUse => format!("port {port} is taken"),
        _ => format!("port {port}: {error}"),
    };
    io::Error::new(error.kind(), message)
}
