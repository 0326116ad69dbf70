//! `unicontact sandbox`: the stand-in vendors, until Ctrl-C.
//!
//! Its rule: the configuration that reaches them goes to stdout, so that it can be kept in a file.

use unicontact_sandbox::{Options, Sandbox as StandIns, Vendor};

use crate::arguments::Sandbox;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::signals::Signals;

pub(super) async fn run(sandbox: &Sandbox) -> Result<Exit, Failure> {
    let mut signals = Signals::register()?;
    let options = Options { port: sandbox.port, ..Options::default() };
    let stand_ins = StandIns::start(options)
        .await
        .map_err(|error| Failure::new(format!("the stand-ins cannot listen: {error}; try --port 0")))?;
    output::data(stand_ins.configuration().trim_end())?;
    for vendor in Vendor::ALL {
        output::message(&format!("{} listens on {}", vendor.name(), stand_ins.base_url(vendor)));
    }
    output::message("Ctrl-C ends it.");
    signals.next().await;
    stand_ins.stop();
    tokio::select! {
        () = stand_ins.stopped() => {}
        () = signals.next() => {}
    }
    for vendor in Vendor::ALL {
        let count = stand_ins.contacts(vendor).len();
        let plural = if count == 1 { "" } else { "s" };
        output::message(&format!("{} holds {count} contact{plural}", vendor.name()));
    }
    Ok(Exit::Done)
}
