//! Finds deliveries within their quiet time: the vendor may still be processing the request.

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
use crate::failure_code::FailureCode;
use crate::output;

/// The deliveries within their quiet time.
pub(super) struct WithinQuietTime {
    count: usize,
    /// The end of the latest quiet time; `None` where one never ends.
    until: Option<Timestamp>,
}

/// Returns the records within their quiet time, if there are any.
pub(super) fn within_quiet_time(
    configuration: &Configuration,
    journal: &dyn Journal,
    records: &[Record],
) -> Result<Option<WithinQuietTime>, Failure> {
    let now = journal.now(&SystemClock);
    let mut providers: HashMap<&str, (Settings, Capabilities)> = HashMap::new();
    let mut within: Option<WithinQuietTime> = None;
    for record in records.iter().filter(|record| !matches!(record.state, RecordState::Claimed(_))) {
        let name = record.key.provider();
        if !providers.contains_key(name) {
            providers.insert(name, settings_of(configuration, name)?);
        }
        let Some((settings, capabilities)) = providers.get(name) else { continue };
        let until = match QuietTime::from_record(record, settings, capabilities, &now) {
            QuietTime::Over => continue,
            QuietTime::Until(time) => Some(time),
            QuietTime::Never => None,
        };
        within = Some(match within {
            None => WithinQuietTime { count: 1, until },
            Some(earlier) => WithinQuietTime {
                count: earlier.count + 1,
                until: earlier.until.zip(until).map(|(a, b)| a.max(b)),
            },
        });
    }
    Ok(within)
}

/// Returns the settings and capabilities of a provider. For one that is not configured any more, they are the defaults.
fn settings_of(configuration: &Configuration, name: &str) -> Result<(Settings, Capabilities), Failure> {
    let Some(configured) = configuration.providers.iter().find(|provider| provider.name == name) else {
        return Ok(<(Settings, Capabilities)>::default());
    };
    let http = Http::new(Arc::new(SystemClock))
        .map_err(|error| Failure::new(FailureCode::System, error.to_string()))?;
    let provider = configured.connect(&http).map_err(|error| {
        Failure::new(FailureCode::InvalidConfiguration, format!("{}: {error}", configured.name))
    })?;
    Ok((configured.settings.clone(), provider.capabilities().clone()))
}

impl WithinQuietTime {
    /// Returns the warning before these deliveries are recorded as not created.
    pub(super) fn warning(&self, records: &[Record]) -> String {
        let it = if self.count == 1 { "it" } else { "them" };
        let deliveries = match records {
            [one] => output::delivery_name(one),
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
        format!(
            "{deliveries}: {until}. A contact that the vendor creates later and that is sent again exists twice."
        )
    }
}
