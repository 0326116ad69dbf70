//! `unicontact contract test`: every fixture, replayed.
//!
//! Its rule: all of them are replayed, and each one that fails is told with every difference.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact_contract::{BuiltIn, Fixture, Replayed, replay};

use crate::arguments::{Common, ContractTest, Format};
use crate::exit::{Exit, Failure};
use crate::output;

/// How many fixtures are replayed at once.
const AT_ONCE: usize = 16;

pub(super) async fn run(common: &Common, test: &ContractTest) -> Result<Exit, Failure> {
    let (fixtures, vendors) = super::read_for_adapters(&test.source)?;
    let meant: Vec<&Fixture> =
        fixtures.all().iter().filter(|fixture| vendors.contains(&fixture.vendor)).collect();
    if meant.is_empty() {
        return Err(Failure::new(format!("{} holds no fixture", test.source.fixtures.display())));
    }
    let replays = meant.iter().map(async |fixture| {
        let replayed = replay(fixture, &fixtures, &BuiltIn).await;
        replayed.map_err(|error| Failure::new(format!("{}: {error}", fixture.name())))
    });
    let replayed: Vec<Result<Replayed, Failure>> = stream::iter(replays).buffered(AT_ONCE).collect().await;
    let replayed: Vec<Replayed> = replayed.into_iter().collect::<Result<_, _>>()?;
    let has_failed = replayed.iter().any(|it| !it.is_as_expected());
    match common.format {
        Format::Json => output::json(&as_json(&replayed))?,
        Format::Human => output::page(&output::replayed(&vendors, &replayed))?,
    }
    Ok(if has_failed { Exit::Incomplete } else { Exit::Done })
}

fn as_json(replayed: &[Replayed]) -> Value {
    let results = replayed.iter().map(|it| {
        let differences = it
            .differences
            .iter()
            .map(|it| json!({"place": it.place, "expected": it.expected, "actual": it.actual}));
        json!({
            "vendor": it.vendor,
            "scenario": it.scenario,
            "provenance": it.provenance.as_str(),
            "differences": differences.collect::<Vec<_>>(),
        })
    });
    json!({"replayed": replayed.len(), "failed": failed(replayed).count(), "fixtures": results.collect::<Vec<_>>()})
}

fn failed(replayed: &[Replayed]) -> impl Iterator<Item = &Replayed> {
    replayed.iter().filter(|it| !it.is_as_expected())
}
