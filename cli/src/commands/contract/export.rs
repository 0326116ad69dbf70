//! `unicontact contract export`: writes the fixtures as Pacts.
//!
//! A file that is not an earlier Pact of the same vendor is never overwritten; then no file is written.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Value, json};
use unicontact_contract::pact::{self, CONSUMER};
use unicontact_contract::replaced_file::ReplacedFile;

use super::exported_page::{self, VendorPact};
use super::fixtures::load;
use crate::arguments::{Common, ContractExport, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;

pub(super) fn run(common: &Common, export: &ContractExport) -> Result<Exit, Failure> {
    let (fixtures, vendors) = load(&export.source)?;
    let pacts: Vec<VendorPact> = vendors
        .into_iter()
        .map(|vendor| VendorPact {
            path: export.pact.join(format!("{CONSUMER}-{vendor}.json")),
            export: pact::export(&fixtures, &vendor),
            vendor,
        })
        .collect();
    require_interaction(&pacts)?;
    write(&export.pact, &pacts)?;
    match common.format {
        Format::Json => output::json(&as_json(&pacts))?,
        Format::Human => output::page(&exported_page::exported(&pacts))?,
    }
    Ok(Exit::Done)
}

/// Rejects fixtures of which no Pact can express one. A Pact without an interaction verifies nothing.
fn require_interaction(pacts: &[VendorPact]) -> Result<(), Failure> {
    if pacts.iter().any(|pact| pact.interactions() > 0) {
        return Ok(());
    }
    let left_out = pacts.iter().flat_map(|pact| {
        pact.export.omitted.iter().map(|it| format!("\n{}/{}: {}", pact.vendor, it.scenario, it.reason))
    });
    let left_out: String = left_out.collect();
    let message = if left_out.is_empty() {
        "there is no fixture to export, and nothing was written; name another folder with --fixtures DIR"
            .to_owned()
    } else {
        format!("no fixture can be exported, and nothing was written{left_out}")
    };
    Err(Failure::new(FailureCode::InvalidInput, message))
}

fn write(folder: &Path, pacts: &[VendorPact]) -> Result<(), Failure> {
    for pact in pacts {
        if let Some(reason) = reason_not_to_overwrite(pact) {
            return Err(Failure::new(
                FailureCode::Output,
                format!("{} {reason}; nothing was written", pact.path.display()),
            ));
        }
    }
    fs::create_dir_all(folder).map_err(|error| {
        Failure::new(
            FailureCode::Output,
            format!("the folder {} cannot be created: {error}", folder.display()),
        )
    })?;
    for pact in pacts {
        let text = format!("{:#}\n", pact.export.pact);
        ReplacedFile::open(&pact.path).and_then(|file| file.replace(&text)).map_err(|error| {
            Failure::new(FailureCode::Output, format!("{} cannot be written: {error}", pact.path.display()))
        })?;
    }
    Ok(())
}

/// Returns why an existing file must stay, or `None` if it may be overwritten.
fn reason_not_to_overwrite(pact: &VendorPact) -> Option<String> {
    let text = match fs::read_to_string(&pact.path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("exists and cannot be read: {error}")),
    };
    let parties = |document: &Value| (document["consumer"].clone(), document["provider"].clone());
    let existing = serde_json::from_str::<Value>(&text).ok();
    let is_same_pact = existing.is_some_and(|existing| parties(&existing) == parties(&pact.export.pact));
    (!is_same_pact).then(|| format!("is no Pact between {CONSUMER} and {}: move it away", pact.vendor))
}

fn as_json(pacts: &[VendorPact]) -> Value {
    let written = pacts.iter().map(|it| {
        json!({
            "vendor": it.vendor,
            "file": it.path,
            "interactions": it.interactions(),
            "scenarios": it.export.scenarios.len(),
        })
    });
    let left_out = pacts.iter().flat_map(|it| {
        it.export.omitted.iter().map(
            |omitted| json!({"vendor": it.vendor, "scenario": omitted.scenario, "reason": omitted.reason}),
        )
    });
    json!({"written": written.collect::<Vec<_>>(), "left_out": left_out.collect::<Vec<_>>()})
}
