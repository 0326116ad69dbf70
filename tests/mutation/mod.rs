//! Fixtures that are wrong in one place.
//!
//! Its rule: each differs from a right one in exactly one thing that the fixture says of the adapter, and names it.

use serde_json::{Value, json};
use unicontact_contract::fixture::{Fault, Fixture};

/// Every wrong fixture that can be made of a right one. A fault that takes long is left as it is: its replay waits.
pub(crate) fn of(fixture: &Fixture) -> Vec<Fixture> {
    if fixture.fault() == Some(Fault::Hang) {
        return Vec::new();
    }
    let mut mutated = vec![wrong_result(fixture)];
    mutated.extend(wrong_bodies(fixture));
    mutated.extend(wrong_request(fixture));
    mutated
}

fn named(fixture: &Fixture, what: &str) -> Fixture {
    let mut mutated = fixture.clone();
    mutated.scenario = format!("{} with {what}", fixture.scenario);
    mutated
}

/// Another id, another kind, the other effect.
fn wrong_result(fixture: &Fixture) -> Fixture {
    let mut mutated = named(fixture, "another result");
    let expect = &mut mutated.expect;
    if let Some(id) = expect.created.as_mut().or(expect.existing.as_mut()) {
        id.push('0');
    } else if let Some(id) = &mut expect.found {
        *id = if id.is_null() { json!("1") } else { Value::Null };
    } else if expect.checked.is_some() {
        expect.checked = None;
        expect.kind = Some("unauthenticated".to_owned());
        expect.effect = Some("refused".to_owned());
        expect.transient = Some(false);
    } else if expect.kind.as_deref() == Some("invalid") {
        expect.kind = Some("config".to_owned());
    } else {
        expect.kind = Some("invalid".to_owned());
    }
    mutated
}

/// One for every value of the expected body: gone, and of another type.
fn wrong_bodies(fixture: &Fixture) -> Vec<Fixture> {
    let body = fixture.request.as_ref().and_then(|request| request.body.as_ref());
    let Some(Value::Object(map)) = body.filter(|_| fixture.fault() != Some(Fault::Refused)) else {
        return Vec::new();
    };
    let keys = map.keys();
    keys.flat_map(|key| {
        let changed = |what: &str, change: fn(&mut serde_json::Map<String, Value>, &str)| {
            let mut mutated = named(fixture, &format!("{what} {key}"));
            if let Some(Value::Object(map)) = mutated.request.as_mut().and_then(|it| it.body.as_mut()) {
                change(map, key);
            }
            mutated
        };
        [
            changed("no", |map, key| drop(map.remove(key))),
            changed("another", |map, key| drop(map.insert(key.to_owned(), json!({"wrong": true})))),
        ]
    })
    .collect()
}

/// Another path, and no authorization.
fn wrong_request(fixture: &Fixture) -> Vec<Fixture> {
    if fixture.request.is_none() || fixture.fault() == Some(Fault::Refused) {
        return Vec::new();
    }
    let mut elsewhere = named(fixture, "another method");
    let mut unauthorized = named(fixture, "another accept header");
    if let (Some(one), Some(other)) = (&mut elsewhere.request, &mut unauthorized.request) {
        one.method = if one.method == "GET" { "POST".to_owned() } else { "GET".to_owned() };
        other.headers.insert("accept".to_owned(), "text/html".to_owned());
    }
    vec![elsewhere, unauthorized]
}
