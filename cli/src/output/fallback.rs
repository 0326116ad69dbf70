//! The fallback for reports that stdout does not take: their outcomes go to stderr, so that no created contact is lost.

use std::io;

use unicontact::Report;

use super::plain::in_json;
use super::{error, json_error, message};
use crate::arguments::Format;
use crate::failure_code::FailureCode;

/// Writes the outcomes of reports to stderr, with the error of stdout. In JSON, the error is the last line.
pub(crate) fn reports_on_stderr(reports: &[Report], format: Format, reason: &io::Error) {
    let text = format!("the report could not be written ({reason})");
    match format {
        Format::Json => {
            for report in reports {
                let json = serde_json::to_string(report).unwrap_or_else(|_| outcomes(report));
                message(&in_json(&json));
            }
            json_error(
                FailureCode::Output.as_str(),
                &text,
                Some("The outcomes are in the lines above."),
                &[],
            );
        }
        Format::Human => {
            error(&format!("{text}. The outcomes:"));
            for report in reports {
                message(&outcomes(report));
            }
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
