//! The arguments of `unicontact verify`.

use clap::Args;
use unicontact::identity::IdentifyBy;

#[cfg(feature = "jetstream")]
use super::queue::OnQueue;

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Record the vendor's contacts in the journal: settle doubts, and record unknown contacts as existing. Asks first
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Do not ask for confirmation
    #[arg(long, requires = "adopt")]
    pub(crate) yes: bool,
    /// How to recognize people of earlier deliveries: by identity, content, email, phone or id [default: the key
    /// `identify_by` of the configuration, else identity]
    #[arg(long, value_name = "METHOD")]
    pub(crate) identify_by: Option<IdentifyBy>,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}
