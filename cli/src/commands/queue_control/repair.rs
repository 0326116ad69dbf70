//! `unicontact queue repair`: finds deliveries about which the journal and the queue disagree, and mends them.

use serde_json::json;
use unicontact::queue::{Finding, FindingKind};

use super::{person_name, with_queue};
use crate::arguments::{Common, Format, QueueRepair};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(common: &Common, arguments: &QueueRepair) -> Result<Exit, Failure> {
    let mut findings = Vec::new();
    let mut unprinted = None;
    with_queue(common, &arguments.on_queue, async |configuration, queue| {
        let providers = configuration.providers.iter();
        let vendors = providers.map(|provider| (provider.name.clone(), provider.vendor.to_string()));
        let repair = queue.repair(vendors.collect(), arguments.dry_run);
        Ok(repair
            .run(person_name(arguments.by.as_deref()), |finding| {
                if let Err(failure) = print(common, arguments, &finding) {
                    unprinted.get_or_insert(failure);
                }
                findings.push(finding);
            })
            .await?)
    })
    .await?;
    if let Some(failure) = unprinted {
        return Err(failure);
    }
    let left = findings.iter().filter(|finding| arguments.dry_run || finding.problem.is_some()).count();
    if common.format == Format::Human {
        let found = output::counted(findings.len() as u64, "difference", "differences");
        output::data(&match (findings.len(), arguments.dry_run) {
            (0, _) => "The journal and the queue agree.".to_owned(),
            (_, true) if findings.iter().all(|finding| finding.problem.is_some()) => {
                format!("{found} found.")
            }
            (_, true) => format!("{found} found. Mend them: unicontact queue repair"),
            (_, false) => format!("{found} found, {} mended.", findings.len() - left),
        })?;
    }
    Ok(if left == 0 { Exit::Done } else { Exit::Incomplete })
}

fn print(common: &Common, arguments: &QueueRepair, finding: &Finding) -> Result<(), Failure> {
    let Finding { provider, contact, kind, problem, .. } = finding;
    if common.format == Format::Json {
        let is_mended = problem.is_none() && !arguments.dry_run;
        output::json(&json!({
            "provider": provider, "contact": contact, "kind": kind.as_str(), "mended": is_mended, "problem": problem,
        }))?;
        return Ok(());
    }
    let name = contact.as_ref().map_or_else(|| provider.clone(), |contact| format!("{provider}/{contact}"));
    let what = what(*kind, arguments.dry_run);
    output::data(&match problem {
        Some(problem) => format!("{name}: {}, and cannot be mended: {problem}", what.0),
        None => format!("{name}: {}{}", what.0, what.1),
    })?;
    Ok(())
}

/// Returns what is wrong, and what was done about it.
fn what(kind: FindingKind, is_dry_run: bool) -> (&'static str, &'static str) {
    let (wrong, done) = match kind {
        FindingKind::UnreadableMessage => ("its message cannot be read", "; it is with the dead letters now"),
        FindingKind::FinishedMessage => {
            ("it is finished, and a message still holds it", "; the message is deleted")
        }
        FindingKind::RepeatedMessage => ("two messages hold it", "; the later one is deleted"),
        FindingKind::UnknownProvider => ("it is not configured here", ""),
        FindingKind::DamagedRecord => (
            "its record is damaged",
            "; it is in doubt now, and the value is with the dead letters: look at the vendor, and record what you find with \
             unicontact deliveries resolve --queue",
        ),
        FindingKind::NotQueued => ("it is unfinished, and not queued", "; it is queued again"),
        _ => ("it differs", ""),
    };
    (wrong, if is_dry_run { "" } else { done })
}
