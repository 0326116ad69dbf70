//! Maps one contact by a few rows, and tells the result in lines.

use serde_json::{Value, json};

use super::super::Mapped;
use super::Described;
use crate::contact::UnifiedContact;

const TOP: &str = r#"
format = 1
vendor = "acme"
title = "Acme"
docs = "https://docs.example"
source = "page"
"#;
const REST: &str = r#"
[sources]
page = { kind = "documented", at = "https://docs.example", date = "2026-11-30" }
[account.key]
secret = true
[account.group]
optional = true
[account.custom_fields]
kind = "table"
optional = true
[address]
base = "https://acme.example"
[[auth]]
bearer = "{key}"
[success]
id = "id"
"#;
const CREATE: &str = "[create]\npath = \"/people\"\n";

/// Maps a contact by these rows.
pub(super) fn map(rows: &str, account: &Value, contact: Value) -> Result<Mapped, String> {
    let create = if rows.contains("[create]") { "" } else { CREATE };
    let mut keys = json!({"key": "k"});
    keys.as_object_mut().unwrap().extend(account.as_object().cloned().unwrap_or_default());
    let described = Described::new(&[TOP, REST, create, rows].concat(), &keys);
    let contact: UnifiedContact = UnifiedContact::from_json(contact).unwrap();
    described.map(&contact, None)
}

/// Returns the body and the fates of a contact.
pub(super) fn told(rows: &str, contact: Value) -> (Value, Vec<String>) {
    let mapped = map(rows, &json!({}), contact).unwrap();
    let fates = mapped.fates.iter().map(|fate| {
        let to = fate.to.as_deref().map_or(String::new(), |to| format!(" {to}"));
        let detail = fate.detail.as_deref().map_or(String::new(), |detail| format!(": {detail}"));
        format!("{} {}{to}{detail}", fate.field, fate.fate.as_str())
    });
    (mapped.body, fates.collect())
}

/// Expects a body and fates.
pub(super) fn expect(rows: &str, contact: Value, body: Value, fates: &[&str]) {
    let expected = (body, fates.iter().map(|&line| line.to_owned()).collect());
    assert_eq!(told(rows, contact), expected);
}
