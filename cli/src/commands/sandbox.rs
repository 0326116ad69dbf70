//! `unicontact sandbox`: runs the stand-ins until Ctrl-C, and prints their configuration to stdout.

mod faults_file;

use unicontact_sandbox::{Options, Sandbox as StandIns, Tally, Vendor};

use crate::arguments::Sandbox;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;
use crate::signals::Signals;

pub(super) async fn run(sandbox: &Sandbox) -> Result<Exit, Failure> {
    let options = options(sandbox)?;
    let faults = sandbox.faults.as_ref().map(|path| {
        let count = options.faults.rules.len();
        let faults = output::counted(count as u64, "fault", "faults");
        format!("{faults} from {}, seed {}", path.display(), options.faults.seed)
    });
    let mut signals = Signals::register()?;
    let stand_ins = StandIns::start(options).await.map_err(|error| {
        Failure::new(
            FailureCode::System,
            format!("the stand-ins cannot listen: {error}; try {}", free_ports(sandbox)),
        )
    })?;
    output::data(stand_ins.configuration_with_journal().trim_end())?;
    for vendor in stand_ins.vendors() {
        output::message(&format!("{} listens on {}", vendor.name(), stand_ins.base_url(vendor)));
    }
    if let Some(url) = stand_ins.control_url() {
        output::message(&format!("state, faults and clock are on {url}"));
    }
    if let Some(faults) = faults {
        output::message(&faults);
    }
    output::message("Ctrl-C ends it.");
    signals.next().await;
    stand_ins.stop();
    tokio::select! {
        () = stand_ins.stopped() => {}
        () = signals.next() => {}
    }
    for vendor in stand_ins.vendors() {
        output::message(&summary(vendor, stand_ins.tally(vendor)));
    }
    Ok(Exit::Done)
}

fn options(sandbox: &Sandbox) -> Result<Options, Failure> {
    let faults = match &sandbox.faults {
        Some(path) => faults_file::read(path)?,
        None => unicontact_sandbox::Faults::default(),
    };
    let vendors = if sandbox.vendor.is_empty() { Options::default().vendors } else { sandbox.vendor.clone() };
    // The control endpoint has the port after those of the vendors.
    let count = Vendor::ALL.into_iter().filter(|vendor| vendors.contains(vendor)).count();
    let neighbour = match sandbox.port {
        0 => 0,
        // Without a next port, any free one.
        port => u16::try_from(count).ok().and_then(|count| port.checked_add(count)).unwrap_or(0),
    };
    let vendor_ports = sandbox.port..neighbour;
    if let Some(port) = sandbox.control_port.filter(|port| vendor_ports.contains(port)) {
        let last = neighbour - 1;
        return Err(Failure::new(
            FailureCode::Usage,
            format!(
                "--control-port {port}: the vendors take the ports {} to {last}; try {neighbour} or 0",
                sandbox.port
            ),
        ));
    }
    let control_port = Some(sandbox.control_port.unwrap_or(neighbour));
    Ok(Options { vendors, port: sandbox.port, faults, control_port, ..Options::default() })
}

/// Returns the arguments that select free ports.
fn free_ports(sandbox: &Sandbox) -> &'static str {
    if sandbox.control_port.is_some() { "--port 0 --control-port 0" } else { "--port 0" }
}

/// Returns the line about a vendor's contacts at the end.
fn summary(vendor: Vendor, tally: Tally) -> String {
    let held = output::counted(tally.held as u64, "contact", "contacts");
    let mut parts = vec![format!("{} holds {held}", vendor.name())];
    if tally.lost_answers > 0 {
        let answers = output::counted(tally.lost_answers as u64, "answer", "answers");
        parts.push(format!("{answers} lost on purpose"));
    }
    if tally.duplicates > 0 {
        parts.push(output::counted(tally.duplicates as u64, "duplicate", "duplicates"));
    }
    parts.join("; ")
}
