//! `unicontact schema` and `unicontact completions`: print JSON Schemas and completion scripts for other programs.

use clap::CommandFactory;
use clap_complete::Shell;
use unicontact::config::Configuration;

use crate::arguments::{Arguments, Schema, SchemaOf};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) fn run(schema: &Schema) -> Result<Exit, Failure> {
    match schema.of {
        SchemaOf::Contact => output::pretty_json(&unicontact::providers::contact::schema())?,
        SchemaOf::Fixture => output::pretty_json(&unicontact_contract::fixture::schema())?,
        SchemaOf::Hold => output::pretty_json(&unicontact_contract::hold_schema())?,
        SchemaOf::Vendor => output::pretty_json(&unicontact::providers::description_schema())?,
        SchemaOf::Config => output::pretty_json(&Configuration::json_schema())?,
    }
    Ok(Exit::Done)
}

pub(super) fn completions(shell: Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "unicontact", &mut script);
    output::data(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Done)
}
