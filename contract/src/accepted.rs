//! Findings that a team accepts in a file, each with a reason and an end date.

mod parser;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use unicontact_providers::nearest_word;

use self::parser::Parser;
use crate::compare::{Acceptance, Finding};
use crate::folder::{FixtureDiagnostic, FixturesError};

/// The name of the file in a folder of fixtures.
pub const ACCEPTED_FILE: &str = "accepted.toml";

/// The entries of a file of accepted findings.
#[derive(Debug, Clone)]
pub struct AcceptedFindings {
    path: PathBuf,
    entries: Vec<AcceptedEntry>,
}

/// Accepts the findings of a vendor at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AcceptedEntry {
    pub(crate) line: usize,
    pub(crate) vendor: String,
    /// The place as it is printed. `*` at the end stands for any text.
    pub(crate) place: String,
    pub(crate) seen: Option<String>,
    pub(crate) reason: String,
    pub(crate) until: Date,
}

impl AcceptedFindings {
    /// Parses a file. `path` is its name in diagnostics.
    ///
    /// # Errors
    ///
    /// With a diagnostic for each mistake: no TOML, an unknown or missing key, an empty reason, no date, a `*` before the end of
    /// a place.
    pub fn parse(text: &str, path: &Path) -> Result<Self, FixturesError> {
        let mut parser = Parser::new(text);
        let entries = parser.entries();
        if parser.mistakes.is_empty() {
            return Ok(Self { path: path.to_owned(), entries });
        }
        let diagnostics = parser.mistakes.into_iter().map(|mistake| FixtureDiagnostic {
            path: path.to_owned(),
            line: Some(mistake.line),
            message: mistake.message,
        });
        Err(FixturesError(diagnostics.collect()))
    }

    /// Marks each finding that an entry accepts. Returns a diagnostic for each entry of `vendors` that accepts none. These
    /// are the vendors whose calls were all compared.
    pub fn apply(&self, findings: &mut [Finding], vendors: &[&str], today: Date) -> Vec<FixtureDiagnostic> {
        for finding in findings.iter_mut() {
            let mut entries = self.entries.iter().filter(|entry| entry.accepts(finding));
            // An entry that is still valid wins over one that has ended.
            let entry = entries.clone().find(|entry| entry.until >= today).or_else(|| entries.next());
            finding.accepted = entry.map(|entry| entry.acceptance(today));
        }
        let is_unused = |entry: &&AcceptedEntry| {
            vendors.contains(&entry.vendor.as_str()) && !findings.iter().any(|it| entry.accepts(it))
        };
        self.entries.iter().filter(is_unused).map(|entry| self.unused(entry)).collect()
    }

    /// Returns a diagnostic for each entry whose vendor is not among `known`, so that it never accepts anything.
    pub fn of_unknown_vendors(&self, known: &[&str]) -> Vec<FixtureDiagnostic> {
        let unknown = self.entries.iter().filter(|entry| !known.contains(&entry.vendor.as_str()));
        let diagnostics = unknown.map(|entry| {
            let vendor = entry.vendor.escape_debug();
            let hint = match nearest_word(&entry.vendor, known.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("name a vendor: {}", known.join(", ")),
            };
            let message = format!("no selected provider is of the vendor `{vendor}`; {hint}");
            FixtureDiagnostic { path: self.path.clone(), line: Some(entry.line), message }
        });
        diagnostics.collect()
    }

    fn unused(&self, entry: &AcceptedEntry) -> FixtureDiagnostic {
        let message = format!("no finding of {} is at `{}`; remove this entry", entry.vendor, entry.place);
        FixtureDiagnostic { path: self.path.clone(), line: Some(entry.line), message }
    }
}

impl AcceptedEntry {
    fn accepts(&self, finding: &Finding) -> bool {
        let is_at_place = match self.place.strip_suffix('*') {
            Some(start) => finding.place.starts_with(start),
            None => finding.place == self.place,
        };
        self.vendor == finding.vendor
            && is_at_place
            && self.seen.as_ref().is_none_or(|seen| *seen == finding.seen)
    }

    fn acceptance(&self, today: Date) -> Acceptance {
        Acceptance { reason: self.reason.clone(), until: self.until, ended: self.until < today }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::fixture::ProvenanceKind;
    use crate::grade::Grade;

    const FILE: &str = r#"
[[accepted]]
vendor = "smarttask"
place = "POST /v1.0/contact/create/38: body.*"
reason = "ticket 4711"
until = 2027-01-31

[[accepted]]
vendor = "smarttask"
place = "result"
seen = "an error: invalid"
reason = "not ours"
until = "2026-12-31"
"#;

    fn parsed(text: &str) -> Result<AcceptedFindings, String> {
        AcceptedFindings::parse(text, Path::new("accepted.toml")).map_err(|error| error.to_string())
    }

    fn finding(place: &str) -> Finding {
        Finding {
            provider: "acme".to_owned(),
            vendor: "smarttask".to_owned(),
            scenario: "create_full".to_owned(),
            scenarios: vec!["create_full".to_owned()],
            provenance: ProvenanceKind::Documented,
            grade: Grade::Breaking,
            place: place.to_owned(),
            expected: "a text".to_owned(),
            seen: "nothing".to_owned(),
            note: None,
            accepted: None,
        }
    }

    #[test]
    fn a_finding_is_accepted_until_the_end_of_the_last_day() {
        let accepted = parsed(FILE).unwrap();
        for (today, is_accepted) in [(date(2027, 1, 31), true), (date(2027, 2, 1), false)] {
            let mut findings = [finding("POST /v1.0/contact/create/38: body.name"), finding("result")];
            let unused = accepted.apply(&mut findings, &["smarttask"], today);
            assert_eq!(findings[0].is_accepted(), is_accepted);
            let acceptance = findings[0].accepted.clone().unwrap();
            assert_eq!((acceptance.reason.as_str(), acceptance.ended), ("ticket 4711", !is_accepted));
            assert_eq!(findings[1].accepted, None, "its `seen` is another one");
            let unused: Vec<String> = unused.iter().map(ToString::to_string).collect();
            assert_eq!(
                unused,
                ["accepted.toml:8: no finding of smarttask is at `result`; remove this entry"]
            );
        }
        let mut none = [];
        assert_eq!(accepted.apply(&mut none, &["emnify"], date(2027, 1, 1)), []);
        assert_eq!(accepted.of_unknown_vendors(&["emnify", "smarttask"]), []);
        let unknown = accepted.of_unknown_vendors(&["smarttasks"]);
        let first =
            "accepted.toml:2: no selected provider is of the vendor `smarttask`; did you mean `smarttasks`?";
        assert_eq!((unknown.len(), unknown[0].to_string().as_str()), (2, first));
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let text = r#"
[[accepted]]
vendor = "smarttask"
plaec = "result"
reason = " "
until = "soon"

[[accepted]]
vendor = "smarttask"
place = "body.*.last_name"
reason = "x"
until = 2027-01-31

[[other]]
"#;
        let error = parsed(text).unwrap_err();
        insta::assert_snapshot!(error, @r#"
        accepted.toml:4: unknown key `plaec`, did you mean `place`?
        accepted.toml:5: `reason` is empty; say why the finding is accepted
        accepted.toml:6: `until` is no date; write one such as 2027-01-31
        accepted.toml:2: `place` is missing
        accepted.toml:10: `*` stands only at the end of `place`; write the place up to there, such as "body.*"
        accepted.toml:14: unknown key `other` (known: accepted)
        "#);
        assert!(parsed("[[accepted]\n").unwrap_err().starts_with("accepted.toml:1: not TOML: "));
        assert!(parsed("accepted = 1").unwrap_err().contains("accepted.toml:1: write [[accepted]]"));
    }
}
