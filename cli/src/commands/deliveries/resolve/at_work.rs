//! Deliveries that a vendor may still be at work on.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use unicontact::config::Configuration;
use unicontact::journal::{Journal, Record, RecordState};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::Http;
use unicontact::providers::{Capabilities, ContactProvider};
use unicontact::{QuietTime, Settings};

use crate::exit::Failure;
use crate::output;

/// Deliveries that a vendor may still be at work on.
pub(super) struct AtWork {
    count: usize,
    /// The latest time; `None` where no time ends it.
    until: Option<Timestamp>,
}

/// Returns those of the records that a vendor may still be at work on, if there are any.
pub(super) fn at_work(
    configuration: &Configuration,
    journal: &dyn Journal,
    records: &[Record],
) -> Result<Option<AtWork>, Failure> {
    let now = journal.now(&SystemClock);
    let mut providers: HashMap<&str, (Settings, Capabilities)> = HashMap::new();
    let mut at_work: Option<AtWork> = None;
    for record in records.iter().filter(|record| !matches!(record.state, RecordState::Claimed(_))) {
        let name = record.key.provider();
        if !providers.contains_key(name) {
            providers.insert(name, provider_of(configuration, name)?);
        }
        let Some((settings, capabilities)) = providers.get(name) else { continue };
        let until = match QuietTime::from_record(record, settings, capabilities, &now) {
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

/// Returns the settings and capabilities of a provider. One that is not configured any more has the usual ones.
fn provider_of(configuration: &Configuration, name: &str) -> Result<(Settings, Capabilities), Failure> {
    let Some(configured) = configuration.providers.iter().find(|provider| provider.name == name) else {
        return Ok(<(Settings, Capabilities)>::default());
    };
    let http = Http::new(Arc::new(SystemClock)).map_err(|error| Failure::new(error.to_string()))?;
    let provider =
        configured.connect(&http).map_err(|error| Failure::new(format!("{}: {error}", configured.name)))?;
    Ok((configured.settings.clone(), provider.capabilities().clone()))
}

impl AtWork {
    pub(super) fn warning(&self, records: &[Record]) -> String {
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
