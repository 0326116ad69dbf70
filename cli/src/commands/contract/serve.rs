//! `unicontact contract serve`: serves fixtures as their vendor, and reports what a client sends otherwise.

use std::collections::BTreeSet;
use std::slice;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use unicontact_contract::fixture::{Fault, Fixture, NOT_RECORDED};
use unicontact_contract::{
    FixtureServer, Fixtures, PlayedScenario, ReplayReport, SCENARIO_HEADER, Selection, ServeError,
    ServeOptions, ServedRequest,
};

use super::fixtures::load;
use super::junit::{self, JunitFile};
use super::scenarios;
use super::served_page;
use super::test::as_json as replayed_as_json;
use crate::arguments::{Common, ContractServe, FixtureSource, Format, SelectBy};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::signals::Signals;
use crate::{output, sources};

/// What a run has seen.
#[derive(Default)]
struct Seen {
    /// The requests that belong to no scenario.
    unassigned: Vec<ServedRequest>,
    /// What ended the run before every scenario was played, although the run was to wait for that.
    cut_short: Option<CutShort>,
}

/// What ends a run before every scenario was played.
enum CutShort {
    Signal,
    Timeout,
}

pub(super) async fn run(common: &Common, serve: &ContractServe) -> Result<Exit, Failure> {
    let junit = JunitFile::open(serve.junit.path())?;
    let adapters = sources::vendors(common)?;
    let source = FixtureSource { fixtures: serve.fixtures.clone(), vendor: vec![serve.vendor.clone()] };
    let (fixtures, _) = load(&source)?;
    let scenarios = selected(serve, &fixtures)?;
    let mut signals = Signals::register()?;
    let options = ServeOptions {
        selection: serve.by.into(),
        port: serve.port,
        ignored_headers: serve.ignore_header.clone(),
    };
    let server = FixtureServer::start(&scenarios, &fixtures, &adapters, &options).await;
    let mut server = server.map_err(|error| not_served(&error))?;
    report_start(common.format, &server, options.selection)?;
    let seen = play(&mut server, &mut signals, serve).await;
    let played = server.played();
    let written = junit.write("contract serve", || junit::served(&serve.vendor, &played, &seen.unassigned));
    let exit = report_end(common.format, &played, &seen)?;
    written?;
    Ok(exit)
}

/// Returns the fixtures to serve: all, or those that are named, in the order of their names.
fn selected<'a>(serve: &ContractServe, fixtures: &'a Fixtures) -> Result<Vec<&'a Fixture>, Failure> {
    scenarios::require_known(&serve.scenario, fixtures, &[serve.vendor.as_str()].into())?;
    let all: Vec<&Fixture> = fixtures.of_vendor(&serve.vendor).collect();
    let of_name = |name: &String| {
        let name = slice::from_ref(name);
        all.iter().copied().filter(move |it| scenarios::is_selected(&it.scenario, name)).collect::<Vec<_>>()
    };
    let mut named: Vec<&Fixture> = if serve.scenario.is_empty() {
        all.clone()
    } else {
        serve.scenario.iter().flat_map(of_name).collect()
    };
    let mut seen = BTreeSet::new();
    named.retain(|it| seen.insert(&it.scenario));
    let is_left_out = |it: &&Fixture| {
        serve.by != SelectBy::Port
            && it.fault() == Some(Fault::Refused)
            && !serve.scenario.contains(&it.scenario)
    };
    let (first, named): (Vec<&Fixture>, Vec<&Fixture>) =
        named.into_iter().partition(|fixture| fixture.is_not_recorded());
    for fixture in &first {
        output::note(&format!("{} is not served: {NOT_RECORDED}.", fixture.name()));
    }
    if named.is_empty() && !first.is_empty() {
        let message = format!("{}: nothing can be served: {NOT_RECORDED}", serve.vendor);
        return Err(Failure::new(FailureCode::InvalidInput, message));
    }
    let (left_out, served): (Vec<&Fixture>, Vec<&Fixture>) = named.into_iter().partition(is_left_out);
    for fixture in left_out {
        output::note(&format!(
            "{} is not served: it needs a closed port, which only --by port has.",
            fixture.name()
        ));
    }
    Ok(served)
}

fn not_served(error: &ServeError) -> Failure {
    let (code, hint) = match error {
        ServeError::ClosedPort(_) => (FailureCode::Usage, "; serve it with --by port"),
        ServeError::TooManyPorts => (FailureCode::Usage, ""),
        ServeError::Fixture { .. } => (FailureCode::InvalidInput, ""),
        _ => (FailureCode::System, "; try --port 0"),
    };
    Failure::new(code, format!("{error}{hint}"))
}

fn report_start(format: Format, server: &FixtureServer, selection: Selection) -> Result<(), Failure> {
    match format {
        Format::Json => output::json(&json!({"listening": server.scenarios()}))?,
        Format::Human => output::page(&served_page::listening(server.scenarios()))?,
    }
    match selection {
        Selection::Port => {}
        Selection::Header => {
            output::message(&format!("A request names its scenario in the header {SCENARIO_HEADER}."));
        }
        Selection::Sequence => output::message("The scenarios are played in this order."),
    }
    output::message("Ctrl-C ends it.");
    Ok(())
}

/// Reports the requests until a signal, or until every scenario was played.
async fn play(server: &mut FixtureServer, signals: &mut Signals, serve: &ContractServe) -> Seen {
    let linger = Duration::from_secs(serve.linger);
    let mut seen = Seen::default();
    let timeout = serve.timeout.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    loop {
        // A client that sends a request again does so a little later.
        let end = (serve.until_done && server.is_played()).then(|| Instant::now() + linger);
        tokio::select! {
            biased;
            Some(request) = server.next_request() => {
                report_request(&request);
                if request.scenario.is_none() {
                    seen.unassigned.push(request);
                }
            }
            () = signals.next() => {
                seen.cut_short = (serve.until_done && !server.is_played()).then_some(CutShort::Signal);
                return seen;
            }
            () = reached(end) => break,
            () = reached(timeout) => {
                seen.cut_short = (!server.is_played()).then_some(CutShort::Timeout);
                break;
            }
        }
    }
    tokio::select! {
        () = server.finish() => {}
        () = signals.next() => {}
    }
    seen
}

/// Waits until a time. Without one, it never ends.
async fn reached(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

fn report_request(request: &ServedRequest) {
    let scenario = request.scenario.as_deref().unwrap_or("no scenario");
    let text = format!("{scenario}: {}", request.request);
    if request.differences.is_empty() {
        return output::note(&text);
    }
    let differences = request.differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    output::message(&format!("{text}\n  {}", differences.replace('\n', "\n  ")));
}

fn report_end(format: Format, played: &[PlayedScenario], seen: &Seen) -> Result<Exit, Failure> {
    match format {
        Format::Json => output::json(&as_json(played, seen))?,
        Format::Human => output::page(&served_page::played(played, &seen.unassigned))?,
    }
    match seen.cut_short {
        None => {}
        Some(CutShort::Signal) => output::message("Stopped before every scenario was played."),
        Some(CutShort::Timeout) => {
            let missing = played.iter().filter(|it| it.answered < it.expected);
            let missing: Vec<&str> = missing.map(|it| it.report.scenario.as_str()).collect();
            output::message(&format!("The time of --timeout is over. Not played: {}", missing.join(", ")));
        }
    }
    let has_differences = !seen.unassigned.is_empty() || played.iter().any(|it| !it.report.passed());
    let is_unused = played.iter().all(|it| it.received == 0);
    Ok(if has_differences || is_unused || seen.cut_short.is_some() { Exit::Incomplete } else { Exit::Done })
}

/// Returns the reports of the played scenarios in the form of `contract test`.
fn as_json(played: &[PlayedScenario], seen: &Seen) -> Value {
    let (begun, others): (Vec<&PlayedScenario>, Vec<&PlayedScenario>) =
        played.iter().partition(|it| it.received > 0);
    let reports: Vec<ReplayReport> = begun.iter().map(|it| it.report.clone()).collect();
    let mut json = replayed_as_json(&reports, |_| None);
    json["not_played"] = others.iter().map(|it| it.report.scenario.as_str()).collect();
    json["without_scenario"] = seen.unassigned.iter().map(|it| it.request.as_str()).collect();
    json
}
