//! Places of the body that two parts of a description write, so that one of the two values would be lost.

use super::super::fields::{Field, FieldForm, From};
use super::super::json_template::JsonTemplate;
use super::super::names::NameFields;
use super::super::rules::Rules;
use super::super::search::KeyPlace;
use super::super::slots::{Slot, SlotForm};
use super::super::table::TableReader;
use super::super::write_path::WritePath;
use super::places::slots;

/// A part of the description that writes at a place.
struct Writer<'r> {
    path: &'r WritePath,
    steps: Vec<String>,
    kind: WriterKind<'r>,
    form: Form,
    line: usize,
}

/// What a writer is, in the order in which a draft writes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Constants,
    Name,
    Emails,
    Phones,
    Addresses,
    Field,
    Custom,
    Dedupe,
}

#[derive(Clone, Copy, PartialEq)]
struct WriterKind<'r> {
    table: Table,
    /// The field of the contact, where it is a single one.
    from: Option<&'r From>,
    /// Whether it is the name of an organization without a person's name.
    is_organization: bool,
}

/// What is written at a place, and so what else may be written there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One value: nothing else fits there or below.
    Value,
    /// A list, to which others may add.
    List,
    /// An object, to which others may add members.
    Members,
    /// An object that replaces what was there before.
    Object,
}

/// Reports each place that is written twice, or inside of a value that is written.
pub(super) fn check(rules: &Rules, top: &TableReader<'_>) {
    let writers = writers(rules, top);
    for (index, second) in writers.iter().enumerate() {
        if let Some(message) = writers[..index].iter().find_map(|first| clash(first, second)) {
            match second.kind.table {
                Table::Constants => top.report_member("constants", second.path.as_str(), message),
                table => top.problems().report(second.line, table.name(), message),
            }
        }
    }
}

/// Returns what is wrong with two writers, as the second is told.
fn clash(first: &Writer<'_>, second: &Writer<'_>) -> Option<String> {
    let (place, other) = (second.path.as_str(), first.path.as_str());
    let table = first.kind.table.name();
    if first.steps == second.steps {
        let message = format!("`{place}` is written twice, here and by [{table}]");
        return (!may_share(first, second)).then_some(message);
    }
    if second.steps.starts_with(&first.steps) && first.replaces(second) {
        return Some(format!("`{place}` is inside of `{other}`, which [{table}] writes as a whole"));
    }
    if first.steps.starts_with(&second.steps) && second.replaces(first) {
        return Some(format!("`{place}` is written as a whole, and [{table}] writes `{other}` inside of it"));
    }
    None
}

/// Returns whether two writers at one place keep each other's values.
fn may_share(first: &Writer<'_>, second: &Writer<'_>) -> bool {
    let kinds = [first.kind, second.kind];
    let has = |is_it: &dyn Fn(WriterKind<'_>) -> bool| kinds.into_iter().any(is_it);
    // The name of an organization is sent in place of a person's.
    let is_either_name =
        has(&|kind| kind.is_organization) && kinds.into_iter().all(|kind| kind.table == Table::Name);
    let is_the_organization = has(&|kind| kind.is_organization)
        && has(&|kind| kind.from.is_some_and(|from| *from == From::OrganizationName));
    // The rows of one kind of link are tried in turn.
    let is_one_link = first.kind.from == second.kind.from && matches!(first.kind.from, Some(From::Link(_)));
    let adds = first.form == second.form && matches!(first.form, Form::List | Form::Members);
    adds || is_either_name || is_the_organization || is_one_link
}

impl Writer<'_> {
    /// Returns whether the value at this place leaves nothing of what `inner` writes inside of it.
    fn replaces(&self, inner: &Self) -> bool {
        match self.form {
            Form::Value => true,
            Form::List | Form::Members => false,
            Form::Object => inner.kind.table < self.kind.table,
        }
    }
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Constants => "constants",
            Self::Name => "name",
            Self::Emails => "emails",
            Self::Phones => "phones",
            Self::Addresses => "addresses",
            Self::Field => "field",
            Self::Custom => "custom",
            Self::Dedupe => "dedupe",
        }
    }
}

/// Returns everything that writes the body. Constants are last, so that a clash is told of them.
fn writers<'r>(rules: &'r Rules, top: &TableReader<'_>) -> Vec<Writer<'r>> {
    let line = |table: Table| top.node(table.name()).map_or(top.line(), |node| node.line);
    let mut writers = Vec::new();
    let mut add = |path: &'r WritePath, table: Table, form: Form, line: usize| {
        let kind = WriterKind { table, from: None, is_organization: false };
        writers.push(Writer { path, steps: path.parts().collect(), kind, form, line });
        writers.len() - 1
    };
    for (_, path) in rules.name.iter().flat_map(NameFields::parts) {
        add(path, Table::Name, Form::Value, line(Table::Name));
    }
    for ((slots, _), table) in slots(rules).into_iter().zip([Table::Emails, Table::Phones, Table::Addresses])
    {
        for slot in slots {
            if let Some(path) = &slot.to {
                add(path, table, form_of_slot(slot), slot.line);
            }
            if let SlotForm::Parts(parts) = &slot.form {
                for (_, path) in parts {
                    add(path, table, Form::Value, slot.line);
                }
            }
        }
    }
    let fields: Vec<usize> = rules
        .fields
        .iter()
        .map(|field| add(&field.to, Table::Field, form_of_field(field), field.line))
        .collect();
    let organization = rules.name.as_ref().and_then(|name| name.organization.as_ref());
    let organization = organization.map(|path| add(path, Table::Name, Form::Value, line(Table::Name)));
    if let Some(custom) = &rules.custom
        && let Some(path) = &custom.to
    {
        let form = if custom.item.is_some() { Form::List } else { Form::Members };
        add(path, Table::Custom, form, line(Table::Custom));
    }
    if let Some(KeyPlace::Body(path)) = rules.dedupe.key.as_ref().map(|key| &key.place) {
        add(path, Table::Dedupe, Form::Value, line(Table::Dedupe));
    }
    for (path, template) in &rules.constants {
        add(path, Table::Constants, form_of_constant(template), line(Table::Constants));
    }
    for (index, field) in fields.into_iter().zip(&rules.fields) {
        writers[index].kind.from = Some(&field.from);
    }
    if let Some(index) = organization {
        writers[index].kind.is_organization = true;
    }
    writers
}

fn form_of_slot(slot: &Slot) -> Form {
    match slot.form {
        SlotForm::Texts | SlotForm::Objects(_) => Form::List,
        SlotForm::Text if slot.takes_all => Form::List,
        SlotForm::Object(_) => Form::Object,
        SlotForm::Text | SlotForm::Parts(_) => Form::Value,
    }
}

fn form_of_field(field: &Field) -> Form {
    match field.form {
        FieldForm::Map => Form::Members,
        FieldForm::Object(_) => Form::Object,
        _ if field.adds_to_list() => Form::List,
        _ => Form::Value,
    }
}

fn form_of_constant(template: &JsonTemplate) -> Form {
    match template {
        JsonTemplate::List(_) => Form::List,
        JsonTemplate::Object(_) => Form::Members,
        // A key of the account may hold a list.
        JsonTemplate::Text(_) | JsonTemplate::Literal(_) => Form::Value,
    }
}
