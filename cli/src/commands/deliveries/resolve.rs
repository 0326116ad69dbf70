//! `unicontact deliveries resolve`: a person says how deliveries ended.
//!
//! What was not created may be sent again. While the vendor may still be at work on it, the person is asked first.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use jiff::Timestamp;
use unicontact::config::Configuration;
use unicontact::journal::{Journal, Record, Resolution, Standing};
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::providers::{Capabilities, ContactId, ContactProvider};
use unicontact::{QuietTime, Settings};

use super::known;
use crate::arguments::Resolve;
use crate::exit::{Exit, Failure};
use crate::output;

const ONE_ID: &str = "--created: an id is that of one delivery; name one";

/// Deliveries that a vendor may still be at work on.
struct AtWork {
    count: usize,
    /// The latest time; `None` where no time ends it.
    until: Option<Timestamp>,
}

pub(super) async fn run(
    configuration: &Configuration,
    journal: &dyn Journal,
    resolve: &Resolve,
) -> Result<Exit, Failure> {
    let resolution = resolution(resolve)?;
    let mut records = Vec::with_capacity(resolve.keys.len());
    for key in &resolve.keys {
        records.push(known(journal, key).await?);
    }
    if resolution == Resolution::NotCreated && !resolve.yes {
        confirm(configuration, journal, &records)?;
    }
    for record in &records {
        record_resolution(journal, record, &resolution, records.len() > 1).await?;
    }
    Ok(Exit::Done)
}

fn resolution(resolve: &Resolve) -> Result<Resolution, Failure> {
    let Some(id) = &resolve.created else {
        return Ok(Resolution::NotCreated);
    };
    if resolve.keys.len() > 1 {
        return Err(Failure::new(ONE_ID));
    }
    let id = ContactId::new(id.as_str());
    Ok(Resolution::Created(id.ok_or_else(|| Failure::new("--created: this is no id"))?))
}

async fn record_resolution(
    journal: &dyn Journal,
    before: &Record,
    resolution: &Resolution,
    is_one_of_many: bool,
) -> Result<(), Failure> {
    let key = &before.key;
    if !journal.resolve(key, resolution.clone(), SystemClock.now()).await? {
        let why =
            if before.outcome().is_delivered() { "the vendor has it" } else { "another run is sending it" };
        return Err(Failure::new(format!("{key}: there is nothing to resolve: {why}")));
    }
    let after = known(journal, key).await?;
    let which = if is_one_of_many { format!("{key}: ") } else { String::new() };
    output::message(&format!("{which}Recorded as {}.", after.outcome().as_str()));
    Ok(())
}

/// Asks whether deliveries are recorded as not created that the vendor may still be at work on.
///
/// # Errors
///
/// The person says no, or there is no terminal to ask on.
fn confirm(configuration: &Configuration, journal: &dyn Journal, records: &[Record]) -> Result<(), Failure> {
    let Some(at_work) = at_work(configuration, journal, records)? else {
        return Ok(());
    };
    let warning = at_work.warning(records);
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::new(format!("{warning} Nothing was recorded. If that is meant, add --yes")));
    }
    output::message(&warning);
    if is_yes("Record as not created all the same? [y/N] ")? {
        Ok(())
    } else {
        Err(Failure::new("nothing was recorded"))
    }
}

fn at_work(
    configuration: &Configuration,
    journal: &dyn Journal,
    records: &[Record],
) -> Result<Option<AtWork>, Failure> {
    let now = journal.now(&SystemClock);
    let mut at_work: Option<AtWork> = None;
    for record in records.iter().filter(|record| !matches!(record.standing, Standing::Claimed(_))) {
        let (settings, capabilities) = provider_of(configuration, record)?;
        let until = match QuietTime::from_record(record, &settings, &capabilities, &now) {
            QuietTime::Over => continue,
            QuietTime::Until(time) => Some(time),
            QuietTime::Never => None,
        };
        at_work = Some(match at_work {
            None => AtWork { count: 1, until },
            Some(known) => {
                AtWork { count: known.count + 1, until: known.until.zip(until).map(|(a, b)| a.max(b)) }
            }
        });
    }
    Ok(at_work)
}

/// Returns the settings and capabilities of a record's provider. One that is not configured any more has the usual ones.
fn provider_of(configuration: &Configuration, record: &Record) -> Result<(Settings, Capabilities), Failure> {
    let mut providers = configuration.providers.iter();
    let Some(configured) = providers.find(|provider| provider.name == record.key.provider()) else {
        return Ok(<(Settings, Capabilities)>::default());
    };
    let http = Http::new(Arc::new(SystemClock)).map_err(|error| Failure::new(error.to_string()))?;
    let provider =
        configured.connect(&http).map_err(|error| Failure::new(format!("{}: {error}", configured.name)))?;
    Ok((configured.settings.clone(), provider.capabilities()))
}

impl AtWork {
    fn warning(&self, records: &[Record]) -> String {
        let it = if self.count == 1 { "it" } else { "them" };
        let which = match records {
            [one] => one.key.to_string(),
            all => format!("{} of {} deliveries", self.count, all.len()),
        };
        let until = match self.until {
            Some(time) => {
                format!("the vendor may still be at work on {it} until {}", output::local_minute(time))
            }
            None => format!(
                "no time proves that the vendor is not at work on {it} (presume_lost_after = \"never\")"
            ),
        };
        format!("{which}: {until}. What it creates later and is sent again is there twice.")
    }
}

fn is_yes(question: &str) -> io::Result<bool> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
