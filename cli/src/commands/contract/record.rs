//! `unicontact contract record`.
use crate::arguments::{Common, ContractRecord};
use crate::exit::{Exit, Failure};
pub(super) async fn run(_common: &Common, _record: &ContractRecord) -> Result<Exit, Failure> {
    Err(Failure::new("later"))
}
