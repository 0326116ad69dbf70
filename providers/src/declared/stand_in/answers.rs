//! Answers in the form that a description expects.

use serde_json::{Map, Value, json};

use super::NOWHERE;
use crate::declared::account_values::AccountValues;
use crate::declared::answers::ErrorRow;
use crate::declared::condition::{Condition, Subject, Test};
use crate::declared::credential::{Expiry, TokenRequest};
use crate::declared::draft::Mapped;
use crate::declared::laws::own_effect;
use crate::declared::place::Place;
use crate::declared::read_path::{ReadPath, Step};
use crate::declared::request::{FilledRequest, SearchKey};
use crate::declared::rules::Rules;
use crate::declared::search::{Find, Key, ReadRequest};
use crate::declared::write_path::WritePath;
use crate::draft::Method;
use crate::error::{Effect, ErrorKind};
use crate::http::{Answer, BaseUrl};

/// The answers of a vendor with these rules.
pub(crate) struct Answers<'a> {
    pub(super) rules: &'a Rules,
    pub(super) account: &'a AccountValues,
    /// What is sent of the contact, unless nothing is.
    pub(super) mapped: Option<Mapped>,
}

/// Returns the answer to a login that issues `token`.
pub(super) fn issued(request: &TokenRequest, token: &str) -> Answer {
    let mut body = Value::Null;
    put(&mut body, request.path.steps(), token.into());
    if let Expiry::At { path, .. } = &request.expires {
        put(&mut body, path.steps(), json!(3_600_000));
    }
    answer(200, &body)
}

impl Answers<'_> {
    /// Returns the answer to a create that made a contact: with the id at the first place that the description names, and
    /// with what no error row and no sign of an older contact has.
    pub(crate) fn created(&self, id: &str) -> Answer {
        let mut body = Value::Null;
        for path in self.rules.errors.iter().flat_map(|row| &row.when).filter_map(absent_path) {
            put(&mut body, path.steps(), json!(true));
        }
        let is_of_existing = |status: u16| {
            let statuses = self.rules.success.existing.iter().filter_map(|it| it.status.as_ref());
            statuses.into_iter().any(|statuses| statuses.contains(status))
        };
        let status = if is_of_existing(201) { 200 } else { 201 };
        match self.rules.success.id.first() {
            Some(Place::Path(path, pattern)) => {
                let text = pattern.as_ref().map_or_else(|| id.to_owned(), |pattern| pattern.with(id));
                put(&mut body, path.steps(), text.into());
                answer(status, &body)
            }
            Some(Place::Header(name, pattern)) => {
                let text = pattern.as_ref().map_or_else(|| id.to_owned(), |pattern| pattern.with(id));
                answer(status, &body).with_header(name, &text)
            }
            None => answer(status, &body),
        }
    }

    /// Returns a refusal in the vendor's words.
    pub(crate) fn refused(&self, message: &str) -> Option<Answer> {
        let is_refusal =
            |status: &u16| self.documented(*status).is_none_or(|(_, effect)| effect == Effect::Refused);
        let status = [422, 400].into_iter().find(is_refusal)?;
        let mut body = Value::Null;
        match self.rules.words.message.first() {
            Some(path) => put(&mut body, path.steps(), message.into()),
            None => body = json!({"message": message}),
        }
        Some(answer(status, &body))
    }

    /// Returns kind and effect of the first row with a condition on this status alone.
    pub(crate) fn documented(&self, status: u16) -> Option<(ErrorKind, Effect)> {
        let row = self.rules.errors.iter().find(|row| holds_by_status(row, status))?;
        Some((row.kind, row.effect.unwrap_or_else(|| own_effect(row.kind))))
    }

    /// Returns the paths of the searches and of the check that are a `POST`.
    pub(crate) fn reading_posts(&self) -> Vec<String> {
        let mut posts = Vec::new();
        for find in &self.rules.finds {
            if let Some(key) = self.key(find.by) {
                let key =
                    SearchKey { name: find.by.name(), value: key, escape: find.escape, is_quoted: false };
                posts.extend(self.post(&find.request, Some(key)));
            }
        }
        posts.extend(self.rules.check.iter().filter_map(|check| self.post(&check.request, None)));
        posts
    }

    fn post(&self, request: &ReadRequest, key: Option<SearchKey<'_>>) -> Option<String> {
        let base: BaseUrl = NOWHERE.parse().ok()?;
        let filled = FilledRequest::new(&base, request, self.account, key)?;
        (filled.method == Method::Post).then(|| filled.url.path().to_owned())
    }

    /// Returns the answer to the check with valid credentials.
    pub(crate) fn checked(&self) -> Answer {
        let mut body = json!({});
        let expect = self.rules.check.as_ref().and_then(|check| check.expect.as_ref());
        match expect {
            Some(path) if path.steps().is_empty() => body = json!([]),
            Some(path) => put(&mut body, path.steps(), json!("there")),
            None => {}
        }
        answer(200, &body)
    }

    /// Returns the answer to the first search whose key is sent, with the contact.
    pub(crate) fn found(&self, id: &str) -> Option<Answer> {
        let find = self.asked().next()?;
        let mut candidate = Value::Null;
        put(&mut candidate, find.id.steps(), id.into());
        put(&mut candidate, find.same.first()?.steps(), self.key(find.by)?.into());
        for (sent, path) in &find.agree {
            if let Some(value) = self.sent(sent) {
                put(&mut candidate, path.steps(), value.clone());
            }
        }
        let mut body = Value::Null;
        if let Some(count) = &find.count {
            put(&mut body, count.steps(), json!(1));
        }
        put(&mut body, find.results.steps(), candidate);
        Some(answer(200, &body))
    }

    /// Returns the one answer by which no search finds anything. `None` if the searches need different ones, or prove no absence.
    pub(crate) fn found_nothing(&self) -> Option<Answer> {
        let asked: Vec<&Find> = self.asked().collect();
        if !asked.iter().any(|find| find.by.is_exact()) {
            return None;
        }
        if let [Find { results, request, by, .. }] = asked.as_slice()
            && results.steps().is_empty()
            && request.path.holes().any(|hole| hole == by.name())
        {
            return Some(answer(404, &json!({"message": "no such contact"})));
        }
        let mut body = Value::Null;
        for find in asked {
            let steps = find.results.steps();
            let list = match steps.split_last() {
                Some((Step::Each, before)) => before,
                Some((Step::Member(_), _)) => steps,
                _ => return None,
            };
            put(&mut body, list, json!([]));
            if let Some(count) = &find.count {
                put(&mut body, count.steps(), json!(0));
            }
        }
        (!body.is_null()).then(|| answer(200, &body))
    }

    /// Returns the searches whose key is sent.
    fn asked(&self) -> impl Iterator<Item = &Find> {
        self.rules.finds.iter().filter(|find| self.key(find.by).is_some())
    }

    fn key(&self, key: Key) -> Option<&str> {
        let keys = &self.mapped.as_ref()?.keys;
        match key {
            Key::Email => keys.email.as_deref(),
            Key::Phone => keys.phone.as_deref(),
            Key::ExternalId => keys.external_id.as_deref(),
            Key::Name => keys.name.as_deref(),
        }
    }

    fn sent(&self, path: &WritePath) -> Option<&Value> {
        let path = path.fill(|hole| self.account.text(hole))?;
        let (first, rest) = (path.parts().next()?, path.parts().skip(1));
        let first = self.mapped.as_ref()?.fields.get(&first);
        rest.fold(first, |value, part| match value? {
            Value::Array(entries) => entries.get(part.parse::<usize>().ok()?),
            value => value.get(&part),
        })
    }
}

fn absent_path(condition: &Condition) -> Option<&ReadPath> {
    match &condition.subject {
        Some(Subject::Path(path, Test::Absent)) => Some(path),
        _ => None,
    }
}

/// Returns whether the row holds for every answer with this status.
fn holds_by_status(row: &ErrorRow, status: u16) -> bool {
    row.when.iter().all(|condition| {
        condition.subject.is_none()
            && condition.status.as_ref().is_some_and(|statuses| statuses.contains(status))
    })
}

fn answer(status: u16, body: &Value) -> Answer {
    let body = if body.is_null() { json!({}) } else { body.clone() };
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}

/// Puts a value where a path that is read finds it. Objects and lists on the way are made.
fn put(place: &mut Value, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        // What other paths put below it stays.
        if let (Value::Object(members), Value::Object(more)) = (&mut *place, &value) {
            members.extend(more.clone());
        } else {
            *place = value;
        }
        return;
    };
    let below = match step {
        Step::Member(name) => member(place, name),
        Step::AnyMember => member(place, "any"),
        Step::Each => entry(place, 0),
        Step::Index(index) => entry(place, *index),
        Step::Where(key, wanted) => {
            let entry = entry(place, 0);
            *member(entry, key) = wanted.clone().into();
            entry
        }
    };
    put(below, rest, value);
}

fn member<'v>(place: &'v mut Value, name: &str) -> &'v mut Value {
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    &mut place[name]
}

fn entry(place: &mut Value, index: usize) -> &mut Value {
    let mut entries = match place.take() {
        Value::Array(entries) => entries,
        _ => Vec::new(),
    };
    entries.resize(entries.len().max(index + 1), Value::Null);
    *place = Value::Array(entries);
    &mut place[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_where_it_was_put() {
        let mut body = Value::Null;
        for (path, value) in [
            ("data.contacts[].id", json!("7")),
            ("data.contacts[].email", json!("ada@example.com")),
            ("list[2].x", json!(2)),
            ("rows[type=Contact].id", json!(3)),
        ] {
            let parsed = ReadPath::parse(path).unwrap();
            put(&mut body, parsed.steps(), value.clone());
            assert_eq!(parsed.first(&body), Some(&value), "{path} in {body}");
        }
        assert_eq!(body["data"]["contacts"], json!([{"id": "7", "email": "ada@example.com"}]));
    }
}
