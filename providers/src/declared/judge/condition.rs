//! Whether an answer meets the conditions of a description.

use std::borrow::Cow;

use serde_json::Value;
use unicontact_model::scalar_text;

use super::answer::AnswerContext;
use crate::declared::account_values::AccountValues;
use crate::declared::condition::{Condition, Subject, Test, Wanted};
use crate::declared::read_path::holds_something;
use crate::error::VendorMessage;

/// Returns the conditions with the values of the account's keys in place of their names. A key without a value is no value.
pub(super) fn bind(conditions: &[Condition], account: &AccountValues) -> Vec<Condition> {
    let bound = |condition: &Condition| Condition {
        status: condition.status.clone(),
        subject: condition.subject.as_ref().map(|subject| bind_subject(subject, account)),
    };
    conditions.iter().map(bound).collect()
}

fn bind_subject(subject: &Subject, account: &AccountValues) -> Subject {
    match subject {
        Subject::Path(path, test) => Subject::Path(path.clone(), bind_test(test, account)),
        Subject::Header(name, test) => Subject::Header(name.clone(), bind_test(test, account)),
        Subject::Message(texts) => Subject::Message(texts.clone()),
        Subject::Each(path, all) => Subject::Each(path.clone(), bind(all, account)),
    }
}

fn bind_test(test: &Test, account: &AccountValues) -> Test {
    let Test::Is(wanted) = test else { return test.clone() };
    let mut values = Vec::new();
    for wanted in wanted {
        match wanted {
            Wanted::Value(value) => values.push(Wanted::Value(value.clone())),
            Wanted::Key(key) => match account.json(key) {
                Some(Value::Array(entries)) => values.extend(entries.into_iter().map(Wanted::Value)),
                Some(value) => values.push(Wanted::Value(value)),
                None => {}
            },
        }
    }
    Test::Is(values)
}

/// Returns whether a condition reads the content of an answer. One that something is absent does not: an empty body meets it.
pub(super) fn reads_content(condition: &Condition) -> bool {
    match &condition.subject {
        None | Some(Subject::Path(_, Test::Absent) | Subject::Header(_, Test::Absent)) => false,
        Some(Subject::Path(..) | Subject::Header(..) | Subject::Message(_) | Subject::Each(..)) => true,
    }
}

/// Returns whether an answer meets all conditions. `is_about_status` says that they name its status: then the message of a success
/// is read in every shape.
pub(super) fn all_hold(conditions: &[Condition], answer: &AnswerContext<'_>, is_about_status: bool) -> bool {
    let place = Place { answer, value: answer.document(), is_element: false, is_about_status };
    conditions.iter().all(|condition| place.meets(condition))
}

/// What the paths of conditions begin at.
struct Place<'a> {
    answer: &'a AnswerContext<'a>,
    value: &'a Value,
    is_element: bool,
    is_about_status: bool,
}

impl Place<'_> {
    fn meets(&self, condition: &Condition) -> bool {
        condition.status.as_ref().is_none_or(|statuses| statuses.contains(self.answer.status()))
            && condition.subject.as_ref().is_none_or(|subject| self.meets_subject(subject))
    }

    fn meets_subject(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Path(path, Test::Absent) => {
                let is_known = self.is_element || self.answer.is_readable();
                is_known && path.first(self.value).is_none()
            }
            Subject::Path(path, test) => {
                path.entries(self.value).values.into_iter().any(|value| meets_test(test, value))
            }
            Subject::Header(name, test) => self.meets_header(name, test),
            Subject::Message(texts) => self.says(texts),
            Subject::Each(path, all) => path.entries(self.value).values.into_iter().any(|value| {
                let element = Place { value, is_element: true, ..*self };
                all.iter().all(|condition| element.meets(condition))
            }),
        }
    }

    fn meets_header(&self, name: &str, test: &Test) -> bool {
        let mut values = self.answer.exchange.answer.header_values(name).map(|it| Value::from(it.trim()));
        match test {
            Test::Absent => !values.any(|value| holds_something(&value)),
            Test::HoldsSomething => values.any(|value| holds_something(&value)),
            test => values.any(|value| meets_test(test, &value)),
        }
    }

    /// Returns whether the message of the error or of one of its fields has one of these texts.
    fn says(&self, texts: &[String]) -> bool {
        if self.is_element {
            return message_says(&VendorMessage::from_json(self.value), texts);
        }
        let is_readable_anyhow = self.is_about_status || self.answer.is_error();
        if !is_readable_anyhow {
            return message_says(self.answer.described_message(), texts);
        }
        let is_text = self.answer.body.is_none() && !self.answer.is_readable();
        message_says(self.answer.message(), texts)
            || (is_text && has_one(&self.answer.exchange.answer.text(), texts))
    }
}

fn message_says(message: &VendorMessage, texts: &[String]) -> bool {
    let parts = message.text.iter().chain(message.fields.iter().map(|field| &field.message));
    parts.into_iter().any(|part| has_one(part, texts))
}

fn meets_test(test: &Test, value: &Value) -> bool {
    match test {
        Test::Is(wanted) => wanted.iter().any(|wanted| match wanted {
            Wanted::Value(wanted) => equals(wanted, value),
            Wanted::Key(_) => false,
        }),
        Test::Says(texts) => text_of(value).is_some_and(|text| has_one(&text, texts)),
        Test::Absent => !holds_something(value),
        Test::HoldsSomething => holds_something(value) && !is_no(value),
    }
}

/// Returns whether a value means no: `"duplicate": false` and `"error_code": 0` are no error.
fn is_no(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        _ => false,
    }
}

/// Returns whether two values are equal, also if one is written as a text.
fn equals(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::Number(wanted), Value::Number(value)) => wanted == value || wanted.as_f64() == value.as_f64(),
        (Value::Bool(truth), Value::String(text)) | (Value::String(text), Value::Bool(truth)) => {
            text.trim().eq_ignore_ascii_case(if *truth { "true" } else { "false" })
        }
        (Value::Bool(wanted), Value::Bool(value)) => wanted == value,
        _ => scalar_text(wanted).is_some_and(|wanted| scalar_text(value).as_ref() == Some(&wanted)),
    }
}

fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(truth) => Some(truth.to_string().into()),
        _ => None,
    }
}

/// Returns whether a text has one of these texts, which are in lower case.
fn has_one(text: &str, texts: &[String]) -> bool {
    let text = text.to_lowercase();
    texts.iter().any(|wanted| text.contains(wanted))
}
