//! Starts the four stand-ins, tells where they are and what they saw, and stops them.
//!
//! Rule: loopback only. A sandbox that is dropped leaves no port open.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::configuration::configuration_for;
use crate::control;
use crate::faults::Faults;
use crate::options::Options;
use crate::record::{SeenRequest, StoredContact, UncommittedContact};
use crate::served::Served;
use crate::serving;
use crate::settable_clock::SettableClock;
use crate::stand_ins::StandIns;
use crate::tally::Tally;
use crate::vendor::Vendor;

/// The four stand-ins, running. Dropping it stops them.
pub struct Sandbox {
    stand_ins: Arc<StandIns>,
    control_url: Option<String>,
    stop: watch::Sender<()>,
}

impl Sandbox {
    /// Starts all four on 127.0.0.1, on the ports that `options` names, in the order of [`Vendor::ALL`].
    /// Needs a running tokio runtime with its timer. An error means that a port could not be taken, and then none is kept.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listeners = listen(options.port).await?;
        let control = match options.control_port {
            Some(port) => Some(bind(port).await?),
            None => None,
        };
        let (stop, stopped) = watch::channel(());
        let clock = SettableClock::over(options.clock);
        let mut all = Vec::new();
        for (vendor, listener) in Vendor::ALL.into_iter().zip(listeners) {
            let address = listener.local_addr()?;
            let base_url = format!("http://{address}");
            let served = Arc::new(Served::new(vendor, base_url, clock.clone(), options.faults.clone()));
            all.push((listener, address, served));
        }
        let control_url = control.as_ref().map(TcpListener::local_addr).transpose()?;
        let stand_ins = Arc::new(StandIns::new(all.iter().map(|(_, _, served)| Arc::clone(served)), clock));
        for (listener, address, served) in all {
            serving::spawn(listener, address, served, stopped.clone());
        }
        if let Some(listener) = control {
            control::spawn(listener, Arc::clone(&stand_ins), stopped);
        }
        stand_ins.settled().await;
        Ok(Self { stand_ins, control_url: control_url.map(|address| format!("http://{address}")), stop })
    }

    /// Where a vendor's stand-in listens, such as `http://127.0.0.1:8401`.
    pub fn base_url(&self, vendor: Vendor) -> String {
        self.served(vendor).base_url().to_owned()
    }

    /// Where the [control endpoint](crate::control) listens, if there is one.
    pub fn control_url(&self) -> Option<&str> {
        self.control_url.as_deref()
    }

    /// The contacts that a vendor's stand-in created, in order.
    pub fn contacts(&self, vendor: Vendor) -> Vec<StoredContact> {
        self.served(vendor).contacts()
    }

    /// The contacts whose creates a vendor's stand-in accepted and has not committed yet, in the order of their commits.
    pub fn uncommitted(&self, vendor: Vendor) -> Vec<UncommittedContact> {
        self.served(vendor).uncommitted()
    }

    /// Every request that a vendor's stand-in received, in order. One that meets a closed port is none.
    pub fn requests(&self, vendor: Vendor) -> Vec<SeenRequest> {
        self.served(vendor).requests()
    }

    /// What became of a vendor's contacts: what was lost, what is there twice.
    pub fn tally(&self, vendor: Vendor) -> Tally {
        self.served(vendor).tally()
    }

    /// What goes wrong at present.
    pub fn faults(&self) -> Faults {
        self.stand_ins.faults()
    }

    /// Lets other things go wrong from now on; all counting begins anew. Returns when every port is as open or closed as
    /// they say.
    pub async fn set_faults(&self, faults: Faults) {
        self.stand_ins.set_faults(&faults).await;
    }

    /// The clock of all four. To set it moves tokens, quotas, late commits and times of being down, but no other wait.
    pub fn clock(&self) -> SettableClock {
        self.stand_ins.clock()
    }

    /// Forgets contacts, requests and tokens, and counts the faults anew. The faults and the clock stay as they are. Returns when
    /// every port is as open or closed as the faults say.
    pub async fn reset(&self) {
        self.stand_ins.reset().await;
    }

    /// Waits until every port is as open or closed as faults and clock say, which takes a few milliseconds after the clock was set.
    pub async fn settled(&self) {
        self.stand_ins.settled().await;
    }

    /// A complete `unicontact.toml` that points at the four stand-ins, with the sandbox's [accounts](crate::accounts).
    pub fn configuration(&self) -> String {
        configuration_for(|vendor| self.base_url(vendor))
    }

    /// Asks the stand-ins to stop; [`Sandbox::stopped`] tells when they have.
    pub fn stop(&self) {
        self.stop.send_replace(());
    }

    /// Waits until the stand-ins have stopped.
    pub async fn stopped(&self) {
        self.stop.closed().await;
    }

    fn served(&self, vendor: Vendor) -> &Served {
        self.stand_ins.at(vendor)
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
        listeners.push(bind(port).await?);
    }
    Ok(listeners)
}

async fn bind(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| at_port(port, &error))
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
