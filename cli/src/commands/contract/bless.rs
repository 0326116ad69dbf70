//! `unicontact contract test --bless`: writes the expectations of failing fixtures from what their adapters do.
//!
//! The changes are shown first, and written only with `--yes` or after a question. A fixture that would fail all the same is not
//! written.

use std::path::Path;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact::providers::Vendors;
use unicontact_contract::{Blessing, Difference, Fixture, Fixtures, bless, write_blessed};

use crate::arguments::{Common, ContractTest, Format};
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Page};

/// The number of concurrent replays.
const CONCURRENCY: usize = 16;

/// Blesses these fixtures.
pub(super) async fn run(
    common: &Common,
    test: &ContractTest,
    fixtures: &Fixtures,
    selected: &[&Fixture],
    adapters: &Vendors,
) -> Result<Exit, Failure> {
    let blessings = bless_all(fixtures, selected, adapters).await?;
    let (complete, incomplete): (Vec<&Blessing>, Vec<&Blessing>) =
        blessings.iter().partition(|blessing| blessing.is_complete());
    if let Format::Human = common.format {
        output::page(&page(&blessings))?;
    }
    let confirmed = if test.yes || complete.is_empty() { Ok(()) } else { confirm(complete.len()) };
    let written = match &confirmed {
        Ok(()) => write_all(&complete, fixtures.folder())?,
        Err(_) => 0,
    };
    match common.format {
        Format::Json => output::json(&as_json(&blessings, written))?,
        Format::Human => {
            for line in summary(written, complete.len(), incomplete.len()) {
                output::message(&line);
            }
        }
    }
    confirmed?;
    Ok(if incomplete.is_empty() { Exit::Done } else { Exit::Incomplete })
}

async fn bless_all(
    fixtures: &Fixtures,
    selected: &[&Fixture],
    adapters: &Vendors,
) -> Result<Vec<Blessing>, Failure> {
    let all = selected.iter().map(async |fixture| {
        let blessing = bless(fixture, fixtures, adapters).await;
        blessing
            .map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{}: {error}", fixture.name())))
    });
    let all: Vec<Result<Option<Blessing>, Failure>> = stream::iter(all).buffered(CONCURRENCY).collect().await;
    all.into_iter().filter_map(Result::transpose).collect()
}

fn confirm(count: usize) -> Result<(), Failure> {
    let warning = match count {
        1 => "1 fixture would be written anew.".to_owned(),
        _ => format!("{count} fixtures would be written anew."),
    };
    ask::confirm(&warning, "Write what the adapter does?", "written")
}

fn write_all(blessings: &[&Blessing], folder: &Path) -> Result<usize, Failure> {
    for blessing in blessings {
        write_blessed(&blessing.fixture, folder).map_err(|error| {
            let name = blessing.fixture.name();
            Failure::new(FailureCode::Output, format!("{name}.json cannot be written: {error}"))
        })?;
    }
    Ok(blessings.len())
}

/// Returns the changes of every fixture, or what keeps it from being written.
fn page(blessings: &[Blessing]) -> Page {
    let mut page = Page::default();
    for blessing in blessings {
        let (fixture, kind) = (&blessing.fixture, blessing.fixture.provenance.kind.as_str());
        let (note, differences) = match blessing.is_complete() {
            true => ("", &blessing.changes),
            false => (" is not written: no expectation says this", &blessing.remaining),
        };
        page.line(&format!("{} ({kind}){note}", fixture.name()));
        for difference in differences {
            page.lines(&format!("  {}", difference.to_string().replace('\n', "\n  ")));
        }
        page.blank_line();
    }
    page
}

fn summary(written: usize, complete: usize, incomplete: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if written > 0 {
        let fixtures = output::counted(written as u64, "fixture", "fixtures");
        lines.push(format!("{fixtures} written. The provenance is unchanged: check that it still holds."));
    }
    if incomplete > 0 {
        let fixtures = output::counted(incomplete as u64, "fixture", "fixtures");
        lines.push(format!("{fixtures} not written: correct the adapter, or the fixture's answers."));
    }
    if complete + incomplete == 0 {
        lines.push("Every fixture passes; nothing was written.".to_owned());
    }
    lines
}

fn as_json(blessings: &[Blessing], written: usize) -> Value {
    let all = |differences: &[Difference]| -> Vec<Value> {
        let difference =
            |it: &Difference| json!({"place": it.place, "expected": it.expected, "actual": it.actual});
        differences.iter().map(difference).collect()
    };
    let fixtures = blessings.iter().map(|it| {
        json!({
            "vendor": it.fixture.vendor,
            "scenario": it.fixture.scenario,
            "provenance": it.fixture.provenance.kind.as_str(),
            "changes": all(&it.changes),
            "remaining": all(&it.remaining),
            "written": written > 0 && it.is_complete(),
        })
    });
    let failed = blessings.iter().filter(|it| !it.is_complete()).count();
    json!({"written": written, "failed": failed, "fixtures": fixtures.collect::<Vec<_>>()})
}
