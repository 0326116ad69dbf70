//! The names of the faults in fault files and records, and the vendors of each fault.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::vendor::Vendor;

/// The kind of a fault, the value of the key `what`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// [`What::Latency`](crate::What::Latency)
    Latency,
    /// [`What::Status`](crate::What::Status)
    Status,
    /// [`What::RateLimit`](crate::What::RateLimit)
    RateLimit,
    /// [`What::ConcurrencyLimit`](crate::What::ConcurrencyLimit)
    ConcurrencyLimit,
    /// [`What::Workers`](crate::What::Workers)
    Workers,
    /// [`What::LateCommit`](crate::What::LateCommit)
    LateCommit,
    /// [`What::LateDedupe`](crate::What::LateDedupe)
    LateDedupe,
    /// [`What::StaleList`](crate::What::StaleList)
    StaleList,
    /// [`What::Normalizes`](crate::What::Normalizes)
    Normalizes,
    /// [`What::ResetBeforeCommit`](crate::What::ResetBeforeCommit)
    ResetBeforeCommit,
    /// [`What::ResetAfterCommit`](crate::What::ResetAfterCommit)
    ResetAfterCommit,
    /// [`What::HangBeforeCommit`](crate::What::HangBeforeCommit)
    HangBeforeCommit,
    /// [`What::HangAfterCommit`](crate::What::HangAfterCommit)
    HangAfterCommit,
    /// [`What::CutBody`](crate::What::CutBody)
    CutBody,
    /// [`What::SlowBody`](crate::What::SlowBody)
    SlowBody,
    /// [`What::EdgeHtml`](crate::What::EdgeHtml)
    EdgeHtml,
    /// [`What::WrongContentType`](crate::What::WrongContentType)
    WrongContentType,
    /// [`What::ByteOrderMark`](crate::What::ByteOrderMark)
    ByteOrderMark,
    /// [`What::Down`](crate::What::Down)
    Down,
    /// [`What::TokenExpiry`](crate::What::TokenExpiry)
    TokenExpiry,
    /// [`What::Quota`](crate::What::Quota)
    Quota,
    /// [`What::BurstLimit`](crate::What::BurstLimit)
    BurstLimit,
    /// [`What::DailyLimit`](crate::What::DailyLimit)
    DailyLimit,
    /// [`What::DuplicateRule`](crate::What::DuplicateRule)
    DuplicateRule,
}

impl FaultKind {
    /// Returns the name, such as `reset_after_commit`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Status => "status",
            Self::RateLimit => "rate_limit",
            Self::ConcurrencyLimit => "concurrency_limit",
            Self::Workers => "workers",
            Self::LateCommit => "late_commit",
            Self::LateDedupe => "late_dedupe",
            Self::StaleList => "stale_list",
            Self::Normalizes => "normalizes",
            Self::ResetBeforeCommit => "reset_before_commit",
            Self::ResetAfterCommit => "reset_after_commit",
            Self::HangBeforeCommit => "hang_before_commit",
            Self::HangAfterCommit => "hang_after_commit",
            Self::CutBody => "cut_body",
            Self::SlowBody => "slow_body",
            Self::EdgeHtml => "edge_html",
            Self::WrongContentType => "wrong_content_type",
            Self::ByteOrderMark => "byte_order_mark",
            Self::Down => "down",
            Self::TokenExpiry => "token_expiry",
            Self::Quota => "quota",
            Self::BurstLimit => "burst_limit",
            Self::DailyLimit => "daily_limit",
            Self::DuplicateRule => "duplicate_rule",
        }
    }

    /// Returns the vendors that the fault can be used with.
    pub(crate) const fn vendors(self) -> &'static [Vendor] {
        match self {
            Self::LateDedupe => &[Vendor::SmartTask, Vendor::HubSpot, Vendor::Salesforce],
            Self::StaleList => &[Vendor::Emnify, Vendor::HubSpot, Vendor::Pipedrive],
            Self::Quota => &[Vendor::OneCloud],
            Self::TokenExpiry => {
                &[Vendor::SmartTask, Vendor::Emnify, Vendor::OneCloud, Vendor::HubSpot, Vendor::Salesforce]
            }
            Self::BurstLimit => &[Vendor::HubSpot, Vendor::Pipedrive],
            Self::DailyLimit => &[Vendor::HubSpot, Vendor::Salesforce, Vendor::Pipedrive],
            Self::DuplicateRule => &[Vendor::Salesforce],
            _ => &Vendor::ALL,
        }
    }

    /// Returns whether the rule takes the key `on`. The others count creates, reads of contacts or no single request.
    pub(crate) const fn takes_on(self) -> bool {
        !matches!(
            self,
            Self::LateCommit
                | Self::LateDedupe
                | Self::StaleList
                | Self::Normalizes
                | Self::Down
                | Self::TokenExpiry
                | Self::Quota
                | Self::BurstLimit
                | Self::DailyLimit
                | Self::DuplicateRule
        )
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
