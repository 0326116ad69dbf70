//! `unicontact contract`: tests adapters with fixtures, and compares live vendors with them.

mod bless;
mod blessed_page;
mod built_in;
mod call_runner;
mod check_openapi;
mod checked_page;
mod compare;
mod compared_junit;
mod compared_page;
mod evidence;
mod evidence_markdown;
mod evidence_page;
mod evidence_rows;
mod export;
mod exported_page;
mod fixtures;
mod hold;
mod hold_progress;
mod junit;
mod live_report;
mod plan;
mod purpose;
mod record;
mod scenarios;
mod serve;
mod served_page;
mod target;
mod target_provider;
mod test;
mod unpack;

pub(super) use self::fixtures::load_folder as load_fixtures;
pub(super) use self::test::as_json as replayed_as_json;
use crate::arguments::{Common, Contract};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;

pub(super) async fn run(common: &Common, contract: &Contract) -> Result<Exit, Failure> {
    let sends_to_providers = matches!(contract, Contract::Compare(_) | Contract::Record(_));
    if !sends_to_providers && !common.to.is_empty() {
        return Err(Failure::new(
            FailureCode::Usage,
            "--to selects providers, and this command uses none; select vendors with --vendor instead",
        ));
    }
    match contract {
        Contract::Test(test) if test.bless => bless::run(common, test).await,
        Contract::Test(test) => test::run(common, test).await,
        Contract::Hold(hold) => hold::run(common, hold).await,
        Contract::Compare(compare) => compare::run(common, compare).await,
        Contract::Record(record) => record::run(common, record).await,
        Contract::Export(export) => export::run(common, export),
        Contract::Evidence(evidence) => evidence::run(common, evidence),
        Contract::Fixtures(fixtures) => unpack::run(common, fixtures),
        Contract::CheckOpenapi(check) => check_openapi::run(common, check).await,
        Contract::Serve(serve) => serve::run(common, serve).await,
    }
}
