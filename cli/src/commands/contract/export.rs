//! `unicontact contract export`: the fixtures as Pacts.
//!
//! Its rule: a file that is not the same Pact of before is never written over, and then none is written.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Value, json};
use unicontact_contract::pact::{self, CONSUMER};

use super::exported_page::{self, Exported};
use crate::arguments::{Common, ContractExport, Format};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) fn run(common: &Common, export: &ContractExport) -> Result<Exit, Failure> {
    let (fixtures, vendors) = super::read(&export.source)?;
    let exported: Vec<Exported> = vendors
        .into_iter()
        .map(|vendor| Exported {
            path: export.pact.join(format!("{CONSUMER}-{vendor}.json")),
            export: pact::export(&fixtures, &vendor),
            vendor,
        })
        .collect();
    write(&export.pact, &exported)?;
    match common.format {
        Format::Json => output::json(&as_json(&exported))?,
        Format::Human => output::page(&exported_page::exported(&exported))?,
    }
    Ok(Exit::Done)
}

fn write(folder: &Path, exported: &[Exported]) -> Result<(), Failure> {
    for pact in exported {
        if let Some(reason) = obstacle(pact) {
            return Err(Failure::new(format!("{} {reason}; nothing was written", pact.path.display())));
        }
    }
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("{} cannot be made: {error}", folder.display())))?;
    for pact in exported {
        let text = format!("{:#}\n", pact.export.pact);
        fs::write(&pact.path, text)
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", pact.path.display())))?;
    }
    Ok(())
}

/// Why what is at a file's place has to stay.
fn obstacle(pact: &Exported) -> Option<String> {
    let text = match fs::read_to_string(&pact.path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("is in the way and cannot be read: {error}")),
    };
    let parties = |document: &Value| (document["consumer"].clone(), document["provider"].clone());
    let before = serde_json::from_str::<Value>(&text).ok();
    let is_ours = before.is_some_and(|before| parties(&before) == parties(&pact.export.pact));
    (!is_ours).then(|| format!("is no Pact between {CONSUMER} and {}: move it away", pact.vendor))
}

fn as_json(exported: &[Exported]) -> Value {
    let written = exported.iter().map(
        |it| json!({"vendor": it.vendor, "file": it.path, "interactions": it.interactions(), "scenarios": it.export.scenarios.len()}),
    );
    let left_out = exported.iter().flat_map(|it| {
        it.export.left_out.iter().map(
            |left_out| json!({"vendor": it.vendor, "scenario": left_out.scenario, "reason": left_out.reason}),
        )
    });
    json!({"written": written.collect::<Vec<_>>(), "left_out": left_out.collect::<Vec<_>>()})
}
