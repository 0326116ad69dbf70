//! `unicontact contract`: tests adapters with fixtures, and compares live vendors with them.

mod built_in;
mod call_runner;
mod compare;
mod compared_page;
mod export;
mod exported_page;
mod fixtures;
mod hold;
mod hold_progress;
mod live_report;
mod plan;
mod purpose;
mod record;
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
    if matches!(contract, Contract::Test(_) | Contract::Hold(_) | Contract::Export(_))
        && !common.to.is_empty()
    {
        return Err(Failure::new(
            FailureCode::Usage,
            "--to selects providers, and this command uses none; select vendors with --vendor instead",
        ));
    }
    match contract {
        Contract::Test(test) => test::run(common, test).await,
        Contract::Hold(hold) => hold::run(common, hold).await,
        Contract::Compare(live) => compare::run(common, live).await,
        Contract::Record(record) => record::run(common, record).await,
        Contract::Export(export) => export::run(common, export),
        Contract::Fixtures(fixtures) => unpack::run(common, fixtures),
        Contract::Serve(serve) => serve::run(common, serve).await,
    }
}
