//! `unicontact sandbox`: the stand-in vendors, until Ctrl-C.
//!
//! Its rule: the configuration that reaches them goes to stdout, so that it can be kept in a file.

use unicontact_sandbox::{Options, Sandbox as StandIns, Vendor};

use crate::arguments::Sandbox;
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(sandbox: &Sandbox) -> Result<Exit, Failure> {
    let options = Options { port: sandbox.port, ..Options::default() };
    let stand_ins = StandIns::start(options).await.map_err(|error| {
        let port = sandbox.port;
        Failure::new(format!("the stand-ins cannot listen on ports from {port}: {error}; try --port 0"))
    })?;
    output::data(stand_ins.configuration().trim_end())?;
    for vendor in Vendor::ALL {
        output::message(&format!("{} listens on {}", vendor.name(), stand_ins.base_url(vendor)));
    }
    output::message("Ctrl-C ends it.");
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| Failure::new(format!("Ctrl-C cannot be waited for: {error}")))?;
    stand_ins.stop();
    stand_ins.stopped().await;
    Ok(Exit::Done)
}
