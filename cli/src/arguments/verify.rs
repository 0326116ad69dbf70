//! The arguments of `unicontact verify`.

use clap::Args;
use unicontact::identity::IdentifyBy;

#[cfg(feature = "jetstream")]
use super::queue::OnQueue;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Record what is there in the journal: doubts as settled, and unknown contacts as existing. Asks first, with the counts
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Do not ask
    #[arg(long, requires = "adopt")]
    pub(crate) yes: bool,
    /// By what people are recognized that were delivered before: identity, content, email, phone or id [default: as
    /// configured, else identity]
    #[arg(long, value_name = "METHOD")]
    pub(crate) identify_by: Option<IdentifyBy>,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}
