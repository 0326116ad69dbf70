//! Which keys of the account a provider may leave out because it has another credential.

use std::collections::BTreeSet;

use super::super::rules::Rules;
use super::secrets::{each_compared_hole, each_shown_hole, name_of};

/// Makes those keys optional that some of several credentials need, and nothing else.
pub(in crate::declared) fn make_optional(rules: &mut Rules) {
    let needed: Vec<BTreeSet<String>> =
        rules.credentials.iter().map(|credential| credential.keys().into_iter().collect()).collect();
    let mut used = BTreeSet::new();
    let mut add = |_: &'static str, hole: &str| {
        used.insert(name_of(hole).to_owned());
    };
    each_shown_hole(rules, &mut add);
    each_compared_hole(rules, &mut add);
    let is_of_some = |name: &String| {
        needed.iter().any(|keys| keys.contains(name)) && !needed.iter().all(|keys| keys.contains(name))
    };
    for key in &mut rules.account.keys {
        if is_of_some(&key.name) && !used.contains(&key.name) {
            key.is_optional = true;
        }
    }
}
