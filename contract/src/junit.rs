//! Writes results as JUnit XML, the form that Jenkins, GitLab and actions of GitHub read.
//!
//! The counts are those of the cases. A text with any characters and of any length gives a well-formed document.

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::replay::ReplayReport;

/// The most characters of a text. Those after them are counted.
const LONGEST_TEXT: usize = 20_000;
/// The most characters of a name or a message.
const LONGEST_ATTRIBUTE: usize = 500;
const INDENT: usize = 2;

/// A group of test cases, such as those of a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JunitSuite {
    /// The name.
    pub name: String,
    /// The cases, in their order.
    pub cases: Vec<JunitCase>,
}

/// A test case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JunitCase {
    /// The class, such as `contract.emnify`. It groups the cases of a report.
    pub class: String,
    /// The name, such as `create_full`.
    pub name: String,
    /// The result.
    pub result: JunitResult,
    /// A text beside the result. It may be empty.
    pub output: String,
}

/// The result of a test case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JunitResult {
    /// It passed.
    Passed,
    /// The test failed: the adapter or the vendor differs from the fixture.
    Failed(JunitProblem),
    /// It has no result, because something else is wrong.
    Error(JunitProblem),
    /// It did not run.
    Skipped {
        /// The reason.
        reason: String,
    },
}

/// The reason why a test case did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JunitProblem {
    /// The kind, in a word.
    pub kind: String,
    /// The summary, in a line.
    pub message: String,
    /// The details.
    pub text: String,
}

/// Returns the JUnit XML of suites. `name` is that of the whole report.
///
/// # Errors
///
/// Those of the XML writer, which has none for a document in memory.
pub fn junit(name: &str, suites: &[JunitSuite]) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', INDENT);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = Counts::new(suites.iter().flat_map(|suite| &suite.cases));
    writer
        .create_element("testsuites")
        .with_attributes(all.attributes(name).as_pairs())
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(writer, suite)))?;
    let mut document = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    document.push('\n');
    Ok(document)
}

fn write_suite(writer: &mut Writer<Vec<u8>>, suite: &JunitSuite) -> io::Result<()> {
    let attributes = Counts::new(&suite.cases).attributes(&suite.name);
    let element = writer.create_element("testsuite").with_attributes(attributes.as_pairs());
    element.write_inner_content(|writer| suite.cases.iter().try_for_each(|case| write_case(writer, case)))?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, case: &JunitCase) -> io::Result<()> {
    let (class, name) = (attribute(&case.class), attribute(&case.name));
    let element =
        writer.create_element("testcase").with_attributes([("classname", &*class), ("name", &*name)]);
    if case.result == JunitResult::Passed && case.output.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        match &case.result {
            JunitResult::Passed => {}
            JunitResult::Failed(problem) => write_problem(writer, "failure", problem)?,
            JunitResult::Error(problem) => write_problem(writer, "error", problem)?,
            JunitResult::Skipped { reason } => {
                let message = attribute(reason);
                writer.create_element("skipped").with_attribute(("message", &*message)).write_empty()?;
            }
        }
        if !case.output.is_empty() {
            write_text(writer.create_element("system-out"), &case.output)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_problem(writer: &mut Writer<Vec<u8>>, element: &str, problem: &JunitProblem) -> io::Result<()> {
    let (message, kind) = (attribute(&problem.message), attribute(&problem.kind));
    let attributes = [("message", &*message), ("type", &*kind)];
    write_text(writer.create_element(element).with_attributes(attributes), &problem.text)
}

fn write_text<W: Write>(element: quick_xml::writer::ElementWriter<'_, W>, text: &str) -> io::Result<()> {
    element.write_text_content(BytesText::new(&permitted(text, LONGEST_TEXT)))?;
    Ok(())
}

/// The number of cases by result.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn new<'a>(cases: impl IntoIterator<Item = &'a JunitCase>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.tests += 1;
            match case.result {
                JunitResult::Passed => {}
                JunitResult::Failed(_) => counts.failures += 1,
                JunitResult::Error(_) => counts.errors += 1,
                JunitResult::Skipped { .. } => counts.skipped += 1,
            }
        }
        counts
    }

    fn attributes(&self, name: &str) -> Attributes {
        let counts = [
            ("tests", self.tests),
            ("failures", self.failures),
            ("errors", self.errors),
            ("skipped", self.skipped),
        ];
        let counts = counts.map(|(name, count)| (name, count.to_string()));
        Attributes([("name", attribute(name))].into_iter().chain(counts).collect())
    }
}

/// The attributes of an element.
struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    fn as_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Returns the value of an attribute: a line, because a reader of XML removes line breaks there.
fn attribute(text: &str) -> String {
    let line: String = text.chars().map(|it| if it.is_whitespace() { ' ' } else { it }).collect();
    permitted(&line, LONGEST_ATTRIBUTE)
}

/// Returns a text without characters that XML forbids, and with a count in place of what is too long.
fn permitted(text: &str, longest: usize) -> String {
    let mut characters = text.chars();
    let mut written: String = characters.by_ref().take(longest).map(permitted_character).collect();
    let left_out = characters.count();
    if left_out > 0 {
        // Writing to a string has no error.
        let _ = write!(written, "… and {left_out} more characters");
    }
    written
}

fn permitted_character(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => character,
        _ => char::REPLACEMENT_CHARACTER,
    }
}

impl JunitCase {
    /// Creates a case about a scenario of a vendor.
    pub fn new(vendor: &str, scenario: &str, result: JunitResult) -> Self {
        let (class, name) = (format!("contract.{vendor}"), scenario.to_owned());
        Self { class, name, result, output: String::new() }
    }
}

impl From<&ReplayReport> for JunitCase {
    fn from(report: &ReplayReport) -> Self {
        let result = match report.differences.as_slice() {
            [] => JunitResult::Passed,
            [first, others @ ..] => JunitResult::Failed(JunitProblem {
                kind: "difference".to_owned(),
                message: JunitProblem::summary(&first.place, others.len()),
                text: report.to_string(),
            }),
        };
        Self::new(&report.vendor, &report.scenario, result)
    }
}

impl JunitProblem {
    /// Returns the message about the place of a first problem and the number of others.
    pub fn summary(first: &str, others: usize) -> String {
        if others == 0 { first.to_owned() } else { format!("{first} and {others} more") }
    }
}

#[cfg(test)]
mod tests;
