//! The fallback for reports that stdout does not take: their outcomes go to stderr, so that no created contact is lost.

use std::io;

use unicontact::Report;

use super::message;
use super::plain::in_json;
use crate::arguments::Format;

/// Writes the outcomes of reports to stderr, after an error of stdout.
pub(crate) fn reports_on_stderr(reports: &[Report], format: Format, error: &io::Error) {
    message(&format!("error: the report could not be written ({error}). The outcomes:"));
    for report in reports {
        match format {
            Format::Json => {
                let json = serde_json::to_string(report).unwrap_or_else(|_| outcomes(report));
                message(&in_json(&json));
            }
            Format::Human => message(&outcomes(report)),
        }
    }
}

fn outcomes(report: &Report) -> String {
    let line = |delivery: &unicontact::Delivery| {
        let id = delivery.id.as_ref().map(|id| format!(" {}", id.as_str())).unwrap_or_default();
        format!("{}: {}{id}", delivery.provider, delivery.outcome.as_str())
    };
    report.deliveries.iter().map(line).collect::<Vec<_>>().join("\n")
}
