use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::*;

fn problem(message: &str, text: &str) -> JunitProblem {
    JunitProblem { kind: "difference".to_owned(), message: message.to_owned(), text: text.to_owned() }
}

fn suite(name: &str, results: impl IntoIterator<Item = JunitResult>) -> JunitSuite {
    let cases = results.into_iter().enumerate();
    let cases = cases.map(|(number, result)| JunitCase::new(name, &format!("create_{number}"), result));
    JunitSuite { name: name.to_owned(), cases: cases.collect() }
}

#[test]
fn every_result_has_its_element_and_is_counted() {
    let mut emnify = suite(
        "emnify",
        [
            JunitResult::Passed,
            JunitResult::Failed(problem("kind", "kind\n  - \"a\"\n  + <b> & 'c'")),
            JunitResult::Error(problem("the call failed", "")),
            JunitResult::Skipped { reason: "not played".to_owned() },
        ],
    );
    emnify.cases[0].output = "additive".to_owned();
    let document = junit("contract", &[emnify, suite("onecloud", [JunitResult::Passed])]).unwrap();
    insta::assert_snapshot!(document, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="contract" tests="5" failures="1" errors="1" skipped="1">
      <testsuite name="emnify" tests="4" failures="1" errors="1" skipped="1">
        <testcase classname="contract.emnify" name="create_0">
          <system-out>additive</system-out>
        </testcase>
        <testcase classname="contract.emnify" name="create_1">
          <failure message="kind" type="difference">kind
      - &quot;a&quot;
      + &lt;b&gt; &amp; &apos;c&apos;</failure>
        </testcase>
        <testcase classname="contract.emnify" name="create_2">
          <error message="the call failed" type="difference"></error>
        </testcase>
        <testcase classname="contract.emnify" name="create_3">
          <skipped message="not played"/>
        </testcase>
      </testsuite>
      <testsuite name="onecloud" tests="1" failures="0" errors="0" skipped="0">
        <testcase classname="contract.onecloud" name="create_0"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn a_report_without_cases_is_a_document() {
    insta::assert_snapshot!(junit("contract", &[]).unwrap(), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="contract" tests="0" failures="0" errors="0" skipped="0">
    </testsuites>
    "#);
}

#[test]
fn a_long_text_ends_with_the_number_of_characters_that_are_left_out() {
    let text = "é".repeat(LONGEST_TEXT + 7);
    let document = junit("long", &[suite("acme", [JunitResult::Failed(problem(&text, &text))])]).unwrap();
    let document = Document::parse(&document).unwrap();
    let failure = element(&document, "failure");
    assert!(failure.text().unwrap().ends_with("é… and 7 more characters"));
    assert!(failure.attribute("message").unwrap().chars().count() < LONGEST_ATTRIBUTE + 50);
}

fn element<'a>(document: &'a Document<'_>, name: &str) -> Node<'a, 'a> {
    document.descendants().find(|it| it.has_tag_name(name)).unwrap()
}

proptest! {
    #[test]
    fn any_text_is_read_as_it_was_apart_from_forbidden_characters(text in ".{1,60}|[\\x00-\\x20<&>\\]\"']{1,20}") {
        let result = JunitResult::Failed(problem(&text, &text));
        let document = junit(&text, &[suite(&text, [result])]).unwrap();
        let document = Document::parse(&document).unwrap();
        let failure = element(&document, "failure");
        let permitted: String = text.chars().map(permitted_character).collect();
        prop_assert_eq!(failure.text().unwrap_or_default(), permitted);
        let message = attribute(&text);
        prop_assert_eq!(failure.attribute("message"), Some(message.as_str()));
    }
}
