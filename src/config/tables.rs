//! The names of the tables of the configuration.

pub(super) const DEFAULTS: &str = "defaults";
pub(super) const PROVIDERS: &str = "providers";
pub(super) const QUEUE: &str = "queue";
pub(super) const VENDORS: &str = "vendors";
/// All tables.
pub(super) const TABLES: [&str; 4] = [DEFAULTS, PROVIDERS, QUEUE, VENDORS];
