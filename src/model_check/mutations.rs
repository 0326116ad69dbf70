//! Replaces the product's rules one at a time by weaker ones, and checks that a property fails then.
//!
//! All setups are from `checks`, where all properties hold by the product's rules. So a rule without effect, or a model that is too
//! weak to see it, fails a test.

mod doubts;
mod queue;
mod records;

use super::explore::counterexample;
use super::rules::Rules;
use super::setup::Setup;

const NO_DUPLICATE: &str = "nobody is created twice";
const NOT_DELIVERED: &str = "what is recorded as not delivered is not at the vendor";
const NOT_FORGOTTEN: &str = "what is delivered is not forgotten";
const NOT_LEFT_UNFINISHED: &str = "nothing leaves the queue unfinished";

/// Checks that a property fails after `change` has replaced a rule.
#[track_caller]
fn assert_fails(property: &'static str, setup: Setup, change: impl FnOnce(&mut Rules)) {
    let path = counterexample(setup.with_rules(change), property);
    let path = path.expect("the property holds without the rule");
    println!("without the rule the property \"{property}\" fails:\n{path}");
}
