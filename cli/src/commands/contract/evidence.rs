//! `unicontact contract evidence`: counts the fixtures by provenance, and lists the claims that are not proven.

use serde_json::{Value, json};
use unicontact_contract::{UnprovenFact, VendorEvidence};

use super::evidence_rows::command;
use super::fixtures::load;
use super::{evidence_markdown, evidence_page};
use crate::arguments::{Common, ContractEvidence, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::{output, sources};

pub(super) fn run(common: &Common, arguments: &ContractEvidence) -> Result<Exit, Failure> {
    if arguments.markdown && common.format == Format::Json {
        return Err(Failure::new(FailureCode::Usage, "--markdown and --format json exclude each other"));
    }
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load(&arguments.source)?;
    let of_vendor = |vendor: &String| {
        let description = adapters.by_name(vendor).and_then(|adapter| adapter.description().cloned());
        VendorEvidence::new(&fixtures, vendor, description.as_deref())
    };
    let all: Vec<VendorEvidence> = vendors.iter().map(of_vendor).collect();
    match common.format {
        _ if arguments.markdown => output::data(&evidence_markdown::markdown(&all))?,
        Format::Json => output::json(&as_json(&all))?,
        Format::Human => output::page(&evidence_page::page(&all))?,
    }
    Ok(Exit::Done)
}

fn as_json(all: &[VendorEvidence]) -> Value {
    let vendors = all.iter().map(|evidence| {
        let claims = evidence.claims.iter().map(|claim| {
            let mut json = json!(claim);
            if let Some(command) = command(&evidence.vendor, claim) {
                json["command"] = command.into();
            }
            json
        });
        json!({
            "vendor": evidence.vendor,
            "fixtures": evidence.provenance,
            "claims": claims.collect::<Vec<_>>(),
            "not_recorded": evidence.not_recorded,
            "facts": evidence.facts.iter().map(fact_as_json).collect::<Vec<_>>(),
        })
    });
    json!({"vendors": vendors.collect::<Vec<_>>()})
}

fn fact_as_json(UnprovenFact { fact, source }: &UnprovenFact) -> Value {
    let mut json = json!({"table": fact.table, "line": fact.line, "evidence": fact.kind.as_str()});
    if let Some(source) = source {
        json["source"] = json!({"name": source.name, "at": source.at, "date": source.date});
    }
    json
}
