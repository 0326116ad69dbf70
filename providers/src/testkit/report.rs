//! The findings of the suite. A finding names the broken rule, the situation and the remedy, and shows no credential.

use std::collections::BTreeMap;
use std::fmt;

use super::remedy::Remedy;

/// The number of findings with one remedy that are printed.
const SHOWN: usize = 3;

/// One way in which an adapter breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The number of the rule in the list at [`ContactProvider`](crate::ContactProvider).
    pub rule: u8,
    /// The situation, and the adapter's behaviour in it.
    pub what: String,
    /// The remedy.
    pub what_to_do: String,
}

/// All findings of the suite.
#[derive(Debug, Clone, Default)]
pub struct Report {
    findings: Vec<Finding>,
    /// Whether the remedies are about the file of a description.
    is_of_description: bool,
}

impl Report {
    /// Returns a report without findings, about a description or about an adapter.
    pub(super) fn new(is_of_description: bool) -> Self {
        Self { findings: Vec::new(), is_of_description }
    }

    /// Returns the findings, in the order in which they were made. Empty if every rule is kept.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns whether every rule is kept.
    pub fn is_kept(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the numbers of the broken rules, in order.
    pub fn broken_rules(&self) -> Vec<u8> {
        let mut rules: Vec<u8> = self.findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Asserts that every rule is kept.
    ///
    /// # Panics
    ///
    /// When a rule is broken, with all findings.
    #[track_caller]
    pub fn assert_kept(&self) {
        assert!(self.is_kept(), "the adapter breaks rules of ContactProvider\n\n{self}");
    }

    /// Adds a finding, unless the report has it already.
    pub(super) fn add(&mut self, rule: u8, what: impl Into<String>, remedy: Remedy) {
        let what_to_do = if self.is_of_description { remedy.in_description } else { remedy.in_adapter };
        let finding = Finding { rule, what: what.into(), what_to_do: what_to_do.to_owned() };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<(u8, &str), Vec<&str>> = BTreeMap::new();
        for Finding { rule, what, what_to_do } in &self.findings {
            groups.entry((*rule, what_to_do)).or_default().push(what);
        }
        for ((rule, what_to_do), seen) in groups {
            writeln!(formatter, "Rule {rule}: {}", text_of(rule))?;
            for what in seen.iter().take(SHOWN) {
                writeln!(formatter, "  - {what}")?;
            }
            if let Some(more @ 1..) = seen.len().checked_sub(SHOWN) {
                writeln!(formatter, "  - and {more} more")?;
            }
            writeln!(formatter, "  What to do: {what_to_do}")?;
        }
        Ok(())
    }
}

fn text_of(rule: u8) -> &'static str {
    match rule {
        1 => "a create sends at most one request that can change data, and nothing waits.",
        2 => "Ok comes only with an id that the vendor returned.",
        3 => "an error's kind and effect are truthful.",
        4 => "every field of the contact has exactly one fate in the draft.",
        5 => "errors and Debug hold no credential, no URL query and no contact data.",
        6 => "check changes nothing.",
        7 => "the same contact drafts to the same bytes every time.",
        8 => "any bytes as an answer give an Err or an Ok, never a panic.",
        10 => "find returns Nothing only after everything was read, and find_many returns what find does.",
        11 => "Created holds the contact that the vendor returned.",
        _ => "each claimed capability works, and each that is not claimed is unsupported.",
    }
}
