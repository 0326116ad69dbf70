//! What a provider can do, derived from the rows of its description.

use std::borrow::Cow;
use std::time::Duration;

use super::evidence::SourceKind;
use super::fields::From;
use super::read_path::ReadPath;
use super::rules::Rules;
use super::search::{DedupeRules, IdempotencyKey, Key, KeyPlace};
use super::slots::{Slot, SlotForm};
use super::write_path::WritePath;
use crate::capabilities::{Capabilities, Cardinality, MappingRow};
use crate::contact::ChannelKind;
use crate::dedupe::Dedupe;

/// Returns the capabilities of a provider with these rules.
pub(super) fn of(rules: &Rules) -> Capabilities {
    Capabilities {
        dedupe: dedupe(rules),
        overwrites: rules.create.overwrites.iter().map(|key| key.name().into()).collect(),
        find: !rules.finds.is_empty(),
        lists: false,
        check: rules.check.is_some(),
        longest_request: None,
        search_lag: rules.finds.iter().filter_map(|find| find.lag).max().unwrap_or(Duration::ZERO),
        fields: Cow::Owned(fields(rules)),
    }
}

/// Only documented or recorded facts count, and only where every contact has the key.
fn dedupe(rules: &Rules) -> Dedupe {
    let DedupeRules { by, key, window, is_serialized, source, unique: _ } = &rules.dedupe;
    let is_the_vendors = source.is_some_and(SourceKind::is_the_vendors);
    let covers_every_contact = key.is_some() || (!by.is_empty() && every_contact_has(rules, by));
    if !is_the_vendors || !covers_every_contact {
        return Dedupe::Never;
    }
    match (key, window) {
        (Some(_), Some(window)) => Dedupe::IdempotencyKey { window: *window },
        // A key in a header is forgotten some day, and nothing says when. One in the record itself is not. Without a key, nothing
        // says how the vendor treats equal requests in flight before it forgets what it saw.
        (Some(IdempotencyKey { place: KeyPlace::Header(_), .. }), None) | (None, Some(_)) => Dedupe::Never,
        _ if *is_serialized => Dedupe::Serialized,
        _ => Dedupe::ByVendor,
    }
}

/// Returns whether a contact without all of these keys is not sent.
fn every_contact_has(rules: &Rules, keys: &[Key]) -> bool {
    let places: Vec<&str> = keys.iter().filter_map(|key| place(rules, *key)).collect();
    let is_one = |path: &ReadPath| places.contains(&path.as_str());
    let require = &rules.require;
    require.all.iter().any(is_one) || (!require.any.is_empty() && require.any.iter().all(is_one))
}

/// Returns the place of a key that the vendor compares. Of several places, a vendor knows contacts apart by the first.
fn place(rules: &Rules, key: Key) -> Option<&str> {
    let path = match key {
        Key::Email => first_place(&rules.emails),
        Key::Phone => first_place(&rules.phones),
        Key::Name => rules.name.as_ref().and_then(|name| name.whole.as_ref()),
        Key::ExternalId => {
            rules.fields.iter().find(|field| field.from == From::ExternalId).map(|field| &field.to)
        }
    };
    path.map(WritePath::as_str)
}

fn first_place(slots: &[Slot]) -> Option<&WritePath> {
    slots.iter().find_map(|slot| slot.to.as_ref())
}

/// Returns the rows of the mapping, in the order in which the documentation has them.
fn fields(rules: &Rules) -> Vec<MappingRow> {
    let mut rows = Rows { rules, rows: Vec::new() };
    if let Some(name) = &rules.name {
        for (part, path) in name.parts() {
            let field = if part == "whole" { "name".to_owned() } else { format!("name.{part}") };
            rows.add(field, path.as_str(), name.limit.of(part), Cardinality::One, name.source);
        }
        if let Some(path) = &name.organization {
            rows.add("organization.name".to_owned(), path.as_str(), None, Cardinality::One, name.source);
        }
    }
    for (slots, field) in
        [(&rules.emails, "emails"), (&rules.phones, "phones"), (&rules.addresses, "addresses")]
    {
        for slot in slots {
            rows.add_slot(slot, field);
        }
    }
    for field in &rules.fields {
        let count = if field.adds_to_list() { Cardinality::Many } else { Cardinality::One };
        rows.add(field.from.row(), field.to.as_str(), field.limit, count, field.source);
    }
    if let Some(custom) = &rules.custom {
        let to = custom.to.as_ref().map_or("its key", |to| to.as_str());
        rows.add("custom".to_owned(), to, None, Cardinality::Many, custom.source);
    }
    rows.rows
}

struct Rows<'a> {
    rules: &'a Rules,
    rows: Vec<MappingRow>,
}

impl Rows<'_> {
    fn add(&mut self, field: String, to: &str, limit: Option<usize>, count: Cardinality, source: SourceKind) {
        self.rows.push(MappingRow {
            field: field.into(),
            to: to.to_owned().into(),
            limit,
            count,
            required: self.rules.require.all.iter().any(|path| path.as_str() == to),
            evidence: source.evidence(),
        });
    }

    fn add_slot(&mut self, slot: &Slot, field: &str) {
        let is_list = matches!(slot.form, SlotForm::Texts | SlotForm::Objects(_)) || slot.takes_all;
        let count = if is_list { Cardinality::Many } else { Cardinality::One };
        let field = match slot.kinds.as_deref() {
            Some([Some(kind)]) => format!("{field} ({})", kind_name(*kind)),
            _ => field.to_owned(),
        };
        if let SlotForm::Parts(parts) = &slot.form {
            for (part, path) in parts {
                let (list, kinds) = field.split_once(' ').unwrap_or((&field, ""));
                let name = format!("{list}.{} {kinds}", part.name()).trim_end().to_owned();
                self.add(name, path.as_str(), slot.limit.of(part.name()), count, slot.source);
            }
        }
        if let Some(to) = &slot.to {
            self.add(field, to.as_str(), slot.limit.whole, count, slot.source);
        }
    }
}

fn kind_name(kind: ChannelKind) -> &'static str {
    super::slots::KINDS.iter().find(|(_, other)| *other == Some(kind)).map_or("", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::Description;

    fn dedupe_of(tables: &str) -> Dedupe {
        let text = format!(
            r#"
            format = 1
            vendor = "acmecrm"
            title = "Acme CRM"
            source = "page"
            [sources]
            page = {{ kind = "documented", at = "https://docs.acme.example", date = "2026-11-01" }}
            guess = {{ kind = "inferred", at = "its name", date = "2026-11-01" }}
            seen = {{ kind = "third_party", at = "somebody's code", date = "2026-11-01" }}
            [account.key]
            secret = true
            [[auth]]
            bearer = "{{key}}"
            [address]
            base = "https://api.acme.example"
            [create]
            path = "/people"
            [name]
            whole = "name"
            [[emails]]
            to = "email"
            [[phones]]
            to = "phone"
            [success]
            id = "id"
            {tables}
            "#
        );
        Description::parse(&text).unwrap_or_else(|error| panic!("{error}")).capabilities().dedupe
    }

    #[test]
    fn a_vendor_that_returns_the_first_contact_covers_only_contacts_that_have_the_key() {
        let by = "[dedupe]\nby = [\"email\"]\n";
        for (tables, expected) in [
            ("", Dedupe::Never),
            ("[dedupe]\nunique = [\"email\"]\n[require]\nall = [\"email\"]\n", Dedupe::Never),
            (by, Dedupe::Never),
            (&format!("{by}[require]\nall = [\"name\"]\n"), Dedupe::Never),
            (&format!("{by}[require]\nany = [\"email\", \"phone\"]\n"), Dedupe::Never),
            (&format!("{by}[require]\nall = [\"email\"]\n"), Dedupe::ByVendor),
            (&format!("{by}[require]\nany = [\"email\"]\n"), Dedupe::ByVendor),
            (&format!("{by}serialized = true\n[require]\nall = [\"name\", \"email\"]\n"), Dedupe::Serialized),
            (&format!("{by}source = \"guess\"\n[require]\nall = [\"email\"]\n"), Dedupe::Never),
            (&format!("{by}source = \"seen\"\n[require]\nall = [\"email\"]\n"), Dedupe::Never),
            (&format!("{by}window = \"24h\"\n[require]\nall = [\"email\"]\n"), Dedupe::Never),
            (
                &format!("{by}window = \"24h\"\nserialized = true\n[require]\nall = [\"email\"]\n"),
                Dedupe::Never,
            ),
            (
                "[dedupe]\nby = [\"email\", \"phone\"]\n[require]\nany = [\"email\", \"phone\"]\n",
                Dedupe::ByVendor,
            ),
        ] {
            assert_eq!(dedupe_of(tables), expected, "{tables}");
        }
    }

    #[test]
    fn of_several_places_every_contact_needs_the_first() {
        for (require, expected) in [
            ("any = [\"email\", \"email2\"]", Dedupe::Never),
            ("all = [\"email2\"]", Dedupe::Never),
            ("all = [\"email\"]", Dedupe::ByVendor),
        ] {
            let tables =
                format!("[[emails]]\nto = \"email2\"\n[dedupe]\nby = [\"email\"]\n[require]\n{require}\n");
            assert_eq!(dedupe_of(&tables), expected, "{require}");
        }
    }

    #[test]
    fn a_key_of_the_client_covers_every_contact_for_as_long_as_the_vendor_knows_it() {
        let day = Duration::from_hours(24);
        for (line, expected) in [
            ("header = \"Idempotency-Key\"\nwindow = \"24h\"", Dedupe::IdempotencyKey { window: day }),
            ("header = \"Idempotency-Key\"", Dedupe::Never),
            ("header = \"Idempotency-Key\"\nserialized = true", Dedupe::Never),
            ("key = { to = \"uid\", as = \"uuid\" }", Dedupe::ByVendor),
            ("key = { to = \"uid\" }\nserialized = true", Dedupe::Serialized),
            ("key = { to = \"uid\" }\nwindow = \"24h\"", Dedupe::IdempotencyKey { window: day }),
            ("key = { to = \"uid\" }\nsource = \"seen\"", Dedupe::Never),
        ] {
            assert_eq!(dedupe_of(&format!("[dedupe]\n{line}\n")), expected, "{line}");
        }
    }
}
