//! Places for single fields and for custom fields, and what a contact must have.

mod other_names;

use serde_json::Value;

use super::account::Account;
use super::evidence::{SourceKind, Sources};
use super::json_template::JsonTemplate;
use super::place::read_paths;
use super::read_path::ReadPath;
use super::slots::{Limit, read_item, read_path};
use super::table::TableReader;
use super::values_as::ValuesAs;
use super::write_path::WritePath;
use crate::contact::LinkKind;

const LINKS: &[(&str, LinkKind)] = &[
    ("links.website", LinkKind::Website),
    ("links.linkedin", LinkKind::Linkedin),
    ("links.twitter", LinkKind::Twitter),
    ("links.facebook", LinkKind::Facebook),
    ("links.github", LinkKind::Github),
    ("links.instagram", LinkKind::Instagram),
    ("links.other", LinkKind::Other),
];
const FIELDS: &[(&str, From)] = &[
    ("title", From::Title),
    ("organization.name", From::OrganizationName),
    ("organization.department", From::Department),
    ("birthday", From::Birthday),
    ("photo_url", From::PhotoUrl),
    ("notes", From::Notes),
    ("tags", From::Tags),
    ("owner_id", From::OwnerId),
    ("external_id", From::ExternalId),
    ("kind", From::Kind),
    ("links", From::Links),
];

/// The tokens of the object of a custom field.
pub(super) const CUSTOM_TOKENS: &[&str] = &["key", "value"];

/// A place for one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) from: From,
    pub(super) to: WritePath,
    pub(super) form: FieldForm,
    pub(super) values_as: ValuesAs,
    pub(super) date: Option<String>,
    pub(super) limit: Option<usize>,
    /// Whether a text that is too long is cut, and not dropped.
    pub(super) is_cut: bool,
    pub(super) source: SourceKind,
    pub(super) line: usize,
}

/// A field of the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    Title,
    OrganizationName,
    Department,
    Birthday,
    PhotoUrl,
    Notes,
    Tags,
    OwnerId,
    ExternalId,
    Kind,
    Links,
    Link(LinkKind),
    Custom(String),
}

/// The form in which a field is sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldForm {
    /// A text; for tags, a list of texts.
    Text,
    Integer,
    /// Texts in one, with this between them.
    Joined(String),
    Texts,
    Object(JsonTemplate),
    Objects(JsonTemplate),
    /// The account's name out of a link to one of these hosts.
    Account(Vec<String>),
    /// An object with `true` for each text.
    Map,
}

/// Where custom fields go.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CustomFields {
    /// The object or list that holds them. Without it, they stand beside the other fields.
    pub(super) to: Option<WritePath>,
    pub(super) item: Option<JsonTemplate>,
    pub(super) keys: CustomKeys,
    pub(super) is_text: bool,
    pub(super) source: SourceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CustomKeys {
    /// The contact's key, unless the account's table names another one.
    AsIs,
    /// The contact's key in capitals, unless the account's table names another one.
    Upper,
    /// The account's table names each one's key. Without that table, none has one.
    Configured,
}

/// Fields of the vendor that must hold something.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Requirements {
    pub(super) all: Vec<ReadPath>,
    pub(super) any: Vec<ReadPath>,
}

impl Field {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Option<Self> {
        let source = sources.of(table);
        if !table.has("to") {
            table.report("to", "is missing: say where it goes");
        }
        let from = From::read(table)?;
        let to = read_path(table, "to", account)?;
        let form = read_form(table, &from, account)?;
        let date = table.text("date").map(str::to_owned);
        if date.is_some() && from != From::Birthday {
            table.report("date", "only a birthday is a date");
        }
        if let Some(date) = &date {
            check_date(table, date);
        }
        let values_as = ValuesAs::read(table);
        check_values(table, &values_as, &form);
        let is_cut = !table.has("cut") || table.boolean("cut");
        match &from {
            From::Kind => values_as.check(table, ["person", "organization"]),
            From::Links => values_as.check(table, link_kinds()),
            _ => {}
        }
        let field = Self {
            values_as,
            limit: Limit::read(table, &[]).whole,
            from,
            to,
            form,
            date,
            is_cut,
            source,
            line: table.line(),
        };
        Some(field)
    }

    /// Returns whether each value becomes another entry at the row's place.
    pub(super) fn adds_to_list(&self) -> bool {
        match self.form {
            FieldForm::Texts | FieldForm::Objects(_) | FieldForm::Map => true,
            FieldForm::Text => self.from == From::Tags,
            FieldForm::Integer | FieldForm::Joined(_) | FieldForm::Object(_) | FieldForm::Account(_) => false,
        }
    }
}

fn link_kinds() -> impl Iterator<Item = &'static str> + Clone {
    LINKS.iter().map(|(name, _)| name.trim_start_matches("links."))
}

impl From {
    fn read(table: &TableReader<'_>) -> Option<Self> {
        let text = table.required_text("from")?;
        let found = Self::parse(text);
        if found.is_none() {
            table.report("from", other_names::unknown_field(text, Self::names()));
        }
        found
    }

    /// Returns the field of a name. `None` if it names none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(key) = text.strip_prefix("custom.").filter(|key| !key.is_empty()) {
            return Some(Self::Custom(key.to_owned()));
        }
        if let Some((_, kind)) = LINKS.iter().find(|(name, _)| *name == text) {
            return Some(Self::Link(*kind));
        }
        FIELDS.iter().find(|(name, _)| *name == text).map(|(_, from)| from.clone())
    }

    /// Returns the names of all fields but custom ones.
    pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
        FIELDS.iter().map(|(name, _)| *name).chain(LINKS.iter().map(|(name, _)| *name))
    }

    /// Returns the field of the mapping's row: `links (website)`.
    pub(super) fn row(&self) -> String {
        match self {
            Self::Custom(key) => format!("custom.{key}"),
            Self::Link(kind) => {
                let name = LINKS.iter().find(|(_, link)| link == kind).map_or("links", |(name, _)| name);
                format!("links ({})", name.trim_start_matches("links."))
            }
            other => FIELDS.iter().find(|(_, from)| from == other).map_or("", |(name, _)| name).to_owned(),
        }
    }

    fn is_text(&self) -> bool {
        !matches!(self, Self::Tags | Self::Links | Self::Kind | Self::Birthday)
    }

    /// Returns the tokens of an item.
    pub(super) fn tokens(&self) -> &'static [&'static str] {
        match self {
            Self::Tags => &["tag", "value", "n"],
            Self::Links => &["url", "value", "kind", "n"],
            Self::Link(_) => &["url", "value", "n"],
            Self::OrganizationName => &["name", "value", "n"],
            _ => &["value"],
        }
    }
}

/// Reads the form of a field, and refuses every one that is not possible for it.
fn read_form(table: &TableReader<'_>, from: &From, account: &Account) -> Option<FieldForm> {
    let word = if table.has("as") { table.text("as")? } else { "text" };
    let is_link = matches!(from, From::Link(_));
    let form = match word {
        "text" if *from != From::Links => FieldForm::Text,
        "integer" if from.is_text() && !is_link => FieldForm::Integer,
        "texts" if *from == From::Tags => FieldForm::Texts,
        "joined" if *from == From::Tags => {
            FieldForm::Joined(table.any_text("join").unwrap_or(", ").to_owned())
        }
        "map" if *from == From::Tags => FieldForm::Map,
        "objects" if is_link || matches!(from, From::Tags | From::Links | From::OrganizationName) => {
            FieldForm::Objects(read_item(table, from.tokens(), account)?)
        }
        "object" if *from == From::OrganizationName => {
            FieldForm::Object(read_item(table, from.tokens(), account)?)
        }
        "account" if is_link => {
            let hosts: Vec<String> =
                table.texts("hosts").into_iter().map(|(host, _)| host.to_owned()).collect();
            if hosts.is_empty() {
                table.report("hosts", "is missing: name the hosts of which the account's name is taken");
            }
            FieldForm::Account(hosts)
        }
        other => {
            let possible: &[&str] = match from {
                From::Tags => &["texts", "joined", "objects", "map"],
                From::Links => &["objects"],
                From::OrganizationName => &["object", "objects", "integer"],
                From::Link(_) => &["objects", "account"],
                From::Kind | From::Birthday => &[],
                _ => &["integer"],
            };
            let possible = if possible.is_empty() { "one text only".to_owned() } else { possible.join(", ") };
            let word = if table.has("as") {
                format!("`{other}` is not possible for it")
            } else {
                "is missing".to_owned()
            };
            table.report("as", format!("{word} (there is {possible})"));
            return None;
        }
    };
    if !matches!(form, FieldForm::Account(_)) {
        table.unused(&["hosts"], "is about the name of an account in a link: add `as = \"account\"`");
    }
    if table.has("join") && !matches!(form, FieldForm::Joined(_)) {
        table.report("join", "only joined tags have it: add `as = \"joined\"`");
    }
    if table.has("item") && !matches!(form, FieldForm::Object(_) | FieldForm::Objects(_)) {
        table.report("item", "only objects have an item: add `as = \"objects\"`");
    }
    Some(form)
}

/// Reports values of the vendor that the form cannot send.
fn check_values(table: &TableReader<'_>, values_as: &ValuesAs, form: &FieldForm) {
    let needs_texts = matches!(form, FieldForm::Joined(_) | FieldForm::Map | FieldForm::Account(_));
    if needs_texts && !values_as.values().all(Value::is_string) {
        table.report("values_as", "this form has texts only: write the values in quotes");
    }
    if *form == FieldForm::Integer && values_as.values().any(Value::is_boolean) {
        table.report(
            "values_as",
            "`as = \"integer\"` sends whole numbers: take `as` out to send true and false",
        );
    }
}

/// Reports a format that writes no part of a date, or a part as the letters that stand for it. A part of a date is enough: some
/// vendors have a field for each.
fn check_date(table: &TableReader<'_>, format: &str) {
    let text =
        |year, month, day| jiff::fmt::strtime::format(format, jiff::civil::date(year, month, day)).ok();
    let (Some(first), Some(second)) = (text(1985, 3, 4), text(2014, 12, 27)) else {
        table.report("date", "is no format of a date, such as `%d/%m/%Y`");
        return;
    };
    let written = match letters_of_a_part(format) {
        Some(letters) => letters,
        None if first == second => format,
        None => return,
    };
    table.report(
        "date",
        format!(
            "would send `{written}` as it stands: a day is `%d`, a month `%m`, a year `%Y`, as in `%d.%m.%Y`"
        ),
    );
}

/// Returns the letters by which other notations name a part of a date: `DD`, `MM`, `YYYY`.
fn letters_of_a_part(format: &str) -> Option<&str> {
    let mut rest = format;
    while let Some(at) = rest.find(|it: char| it.is_ascii_alphabetic() || it == '%') {
        rest = &rest[at..];
        if rest.starts_with('%') {
            // A conversion ends with its letter, after flags and a width.
            let end = rest[1..].find(|it: char| it.is_ascii_alphabetic() || it == '%')?;
            rest = rest.get(end + 2..)?;
            continue;
        }
        let end = rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if ["dd", "mm", "yy", "yyyy"].contains(&word.to_ascii_lowercase().as_str()) {
            return Some(word);
        }
        rest = after;
    }
    None
}

impl CustomFields {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Option<Self> {
        let keys = [
            ("as_is", CustomKeys::AsIs),
            ("upper", CustomKeys::Upper),
            ("configured", CustomKeys::Configured),
        ];
        let keys = table.choice("keys", &keys).unwrap_or(CustomKeys::AsIs);
        let to = read_path(table, "to", account);
        let is_objects = table.choice("as", &[("objects", true)]).unwrap_or_default();
        let item = if is_objects { Some(read_item(table, CUSTOM_TOKENS, account)?) } else { None };
        if is_objects && !table.has("to") {
            table.report("to", "is missing: say which list holds them");
            return None;
        }
        if !is_objects && table.has("item") {
            table.report("item", "only objects have an item: add `as = \"objects\"`");
        }
        let is_text = table.choice("values", &[("text", true)]).unwrap_or_default();
        Some(Self { to, item, keys, is_text, source: sources.of(table) })
    }
}

impl Requirements {
    pub(super) fn read(table: &TableReader<'_>, sources: &Sources) -> Self {
        sources.of(table);
        Self { all: read_paths(table, "all"), any: read_paths(table, "any") }
    }
}
