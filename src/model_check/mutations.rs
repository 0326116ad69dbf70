//! The rules of the product, taken back one at a time. Each makes a property fail that holds otherwise.
//!
//! Every setup here is one of `checks`, in which everything holds by the product's rules.

mod doubts;
mod queue;
mod records;

use super::explore::counterexample;
use super::rules::Rules;
use super::setup::Setup;

const TWICE: &str = "nobody is created twice";
const NOT_DELIVERED: &str = "what is recorded as not delivered is not at the vendor";
const FORGOTTEN: &str = "what is delivered is not forgotten";
const LEFT: &str = "nothing leaves the queue unfinished";

/// Checks that a property does not hold any more after a rule was changed.
#[track_caller]
fn assert_fails(property: &'static str, setup: Setup, change: impl FnOnce(&mut Rules)) {
    let way = counterexample(setup.with_rules(change), property);
    let way = way.expect("a rule was taken back, and the property holds nevertheless");
    println!("without the rule it does not hold that {property}:\n{way}");
}
