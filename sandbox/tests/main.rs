//! Tests of a started sandbox over HTTP, with a manual clock.

#![allow(clippy::expect_used, reason = "tests")]

mod client;
mod cloverhound;
mod concurrency;
mod control;
mod creating;
mod emnify;
mod faults;
mod hubspot;
mod hubspot_search;
mod late_commit;
mod late_dedupe;
mod limits;
mod losing;
mod normalizing;
mod onecloud;
mod outages;
mod pipedrive;
mod ports;
mod prospects;
mod rules;
mod salesforce;
mod salesforce_duplicates;
mod salesforce_queries;
mod selection;
mod smarttask;
mod stale_list;
mod users;
mod whole;
