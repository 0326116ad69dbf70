//! Places for e-mail addresses, telephone numbers and postal addresses.

use super::account::Account;
use super::document::NodeValue;
use super::evidence::{SourceKind, Sources};
use super::json_template::{JsonTemplate, report_empty};
use super::postal::{AddressForm, PARTS, Part, part};
use super::table::TableReader;
use super::values_as::ValuesAs;
use super::write_path::WritePath;
use crate::contact::ChannelKind;

/// The kinds of an entry. `None` is an entry without a kind.
pub(super) const KINDS: &[(&str, Option<ChannelKind>)] = &[
    ("work", Some(ChannelKind::Work)),
    ("home", Some(ChannelKind::Home)),
    ("mobile", Some(ChannelKind::Mobile)),
    ("fax", Some(ChannelKind::Fax)),
    ("main", Some(ChannelKind::Main)),
    ("other", Some(ChannelKind::Other)),
    ("none", None),
];

/// A place for entries of a list of the contact.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    /// Where it goes. Absent for an address in fields of its own.
    pub(super) to: Option<WritePath>,
    pub(super) form: SlotForm,
    /// The kinds that fit. `None`: all.
    pub(super) kinds: Option<Vec<Option<ChannelKind>>>,
    pub(super) takes_all: bool,
    pub(super) values_as: ValuesAs,
    /// Whether it takes a number that found no place of its kind.
    pub(super) is_spare: bool,
    pub(super) phone_format: PhoneFormat,
    pub(super) limit: Limit,
    pub(super) address: AddressForm,
    pub(super) source: SourceKind,
    pub(super) line: usize,
}

/// The form in which a place holds its entries.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SlotForm {
    /// One text, or a list of texts for an address on a line that takes all.
    Text,
    /// A list of texts.
    Texts,
    /// A list of objects.
    Objects(JsonTemplate),
    /// One object.
    Object(JsonTemplate),
    /// Fields of their own for the parts of an address.
    Parts(Vec<(Part, WritePath)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhoneFormat {
    /// E.164 where it is known, else as written.
    Usual,
    /// E.164 only.
    E164,
    /// E.164 without the plus sign where it is known, else the digits.
    Digits,
}

/// The longest text of a place, or of its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) whole: Option<usize>,
    pub(super) parts: Vec<(String, usize)>,
}

/// What kind of entry a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Email,
    Phone,
    Address,
}

impl Channel {
    /// Returns the tokens of an item.
    pub(super) fn tokens(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["address", "kind", "label", "primary", "n"],
            Self::Phone => &["number", "extension", "kind", "label", "primary", "n"],
            // An address has no label and is never marked as primary: members with these tokens are left out.
            Self::Address => &[
                "street",
                "street2",
                "city",
                "region",
                "postal_code",
                "country",
                "kind",
                "label",
                "primary",
                "n",
            ],
        }
    }
}

impl Slot {
    pub(super) fn read(
        table: &TableReader<'_>,
        channel: Channel,
        account: &Account,
        sources: &Sources,
    ) -> Option<Self> {
        let source = sources.of(table);
        let to = read_path(table, "to", account);
        let takes_all = table.choice("take", &[("one", false), ("all", true)]).unwrap_or_default();
        let form = read_form(table, channel, account)?;
        if to.is_none() && !matches!(form, SlotForm::Parts(_)) {
            if !table.has("to") {
                table.report("to", "is missing: say where it goes");
            }
            return None;
        }
        let is_phone = channel == Channel::Phone;
        let format = [("e164", PhoneFormat::E164), ("digits", PhoneFormat::Digits)];
        let slot = Self {
            to,
            kinds: table.has("kinds").then(|| table.choices("kinds", KINDS)),
            takes_all,
            values_as: ValuesAs::read(table),
            is_spare: is_phone && table.boolean("spare"),
            phone_format: if is_phone { table.choice("format", &format) } else { None }
                .unwrap_or(PhoneFormat::Usual),
            limit: Limit::read(table, &part_names(channel)),
            address: if channel == Channel::Address {
                AddressForm::read(table)
            } else {
                AddressForm::default()
            },
            form,
            source,
            line: table.line(),
        };
        slot.check(table, channel);
        Some(slot)
    }

    fn check(&self, table: &TableReader<'_>, channel: Channel) {
        let takes_all_as_list = match self.form {
            SlotForm::Texts | SlotForm::Objects(_) => true,
            SlotForm::Text => channel == Channel::Address,
            SlotForm::Object(_) | SlotForm::Parts(_) => false,
        };
        if self.takes_all && !takes_all_as_list {
            table.report("take", "one place cannot take all: add `as = \"texts\"` or `as = \"objects\"`");
        }
        if matches!(self.form, SlotForm::Parts(_)) && table.has("to") {
            table.report("to", "an address in parts names a field for each part: take `to` or `parts` out");
        }
        let shows_kind = match &self.form {
            SlotForm::Objects(item) | SlotForm::Object(item) => {
                item.holes().iter().any(|hole| hole == "kind")
            }
            SlotForm::Parts(parts) => parts.iter().any(|(part, _)| *part == Part::Kind),
            SlotForm::Text | SlotForm::Texts => false,
        };
        let kinds = KINDS.iter().map(|(kind, _)| *kind);
        self.values_as.check(table, kinds);
        if self.kinds.as_ref().is_some_and(Vec::is_empty) && !table.has_entries("kinds") {
            table.report("kinds", "is empty: name the kinds that fit, or take it out for all");
        }
        if !self.values_as.is_empty() && !shows_kind {
            table.report(
                "values_as",
                "names kinds, and no `{kind}` is sent: add it to `item`, or take this out",
            );
        }
    }

    /// Returns the object of one entry.
    pub(super) fn item(&self) -> Option<&JsonTemplate> {
        match &self.form {
            SlotForm::Objects(item) | SlotForm::Object(item) => Some(item),
            SlotForm::Text | SlotForm::Texts | SlotForm::Parts(_) => None,
        }
    }

    /// Returns whether an entry of this kind fits.
    pub(super) fn takes(&self, kind: Option<ChannelKind>) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// Returns whether the place is for one kind only, and says so by being that place.
    pub(super) fn expresses(&self, kind: Option<ChannelKind>) -> bool {
        kind.is_some() && self.kinds.as_deref() == Some(&[kind])
    }
}

impl Limit {
    pub(super) fn read(table: &TableReader<'_>, parts: &[&str]) -> Self {
        let Some(node) = table.node("limit") else {
            return Self::default();
        };
        let count = |number: i64| usize::try_from(number).ok().filter(|count| *count > 0);
        match &node.value {
            NodeValue::Integer(number) if count(*number).is_some() => {
                Self { whole: count(*number), parts: Vec::new() }
            }
            NodeValue::Table(members) if !parts.is_empty() => {
                let mut limit = Self::default();
                for (name, node) in members {
                    let key = table.key(&format!("limit.{name}"));
                    match node.value {
                        _ if !parts.contains(&name.as_str()) => {
                            let known = parts.iter().copied();
                            table.problems().report(
                                node.line,
                                key,
                                super::table::unknown_choice(name, known),
                            );
                        }
                        NodeValue::Integer(number) if count(number).is_some() => {
                            limit.parts.extend(count(number).map(|count| (name.clone(), count)));
                        }
                        _ => table.problems().report(node.line, key, "expected a whole number from 1"),
                    }
                }
                limit
            }
            NodeValue::Table(_) => {
                table.report("limit", "has no parts here: say one whole number");
                Self::default()
            }
            _ => {
                table.report("limit", "expected a whole number from 1, or a table of them");
                Self::default()
            }
        }
    }

    /// Returns the limit of a part.
    pub(super) fn of(&self, part: &str) -> Option<usize> {
        self.parts.iter().find(|(name, _)| name == part).map(|(_, limit)| *limit).or(self.whole)
    }
}

fn part_names(channel: Channel) -> Vec<&'static str> {
    if channel == Channel::Address { PARTS.iter().map(|(name, _)| *name).collect() } else { Vec::new() }
}

fn read_form(table: &TableReader<'_>, channel: Channel, account: &Account) -> Option<SlotForm> {
    let word = if table.has("as") {
        table.text("as")?
    } else if channel == Channel::Address {
        "parts"
    } else {
        "text"
    };
    let item = || read_item(table, channel.tokens(), account);
    let form = match (word, channel) {
        ("text", Channel::Email | Channel::Phone) | ("line", Channel::Address) => SlotForm::Text,
        ("texts", Channel::Email | Channel::Phone) => SlotForm::Texts,
        ("objects", _) => SlotForm::Objects(item()?),
        ("object", Channel::Address) => SlotForm::Object(item()?),
        ("parts", Channel::Address) => SlotForm::Parts(read_parts(table, account)?),
        (other, _) => {
            let known: &[&str] = match channel {
                Channel::Address => &["parts", "line", "object", "objects"],
                Channel::Email | Channel::Phone => &["texts", "objects"],
            };
            table.report("as", format!("`{other}` is not possible here (there are {})", known.join(", ")));
            return None;
        }
    };
    let has_item = matches!(form, SlotForm::Objects(_) | SlotForm::Object(_));
    if table.has("item") && !has_item {
        table.report("item", "only objects have an item: add `as = \"objects\"`");
    }
    if channel == Channel::Address && !matches!(form, SlotForm::Parts(_)) {
        table.unused(&["parts"], "are fields of their own: take `parts` or `as` out");
    }
    Some(form)
}

fn read_parts(table: &TableReader<'_>, account: &Account) -> Option<Vec<(Part, WritePath)>> {
    let mut parts = Vec::new();
    if !table.has("parts") {
        table.report("parts", "is missing: name the field of each part, or say `to` and `as`");
        return None;
    }
    for (name, node) in table.members("parts") {
        let key = table.key(&format!("parts.{name}"));
        let NodeValue::Text(text) = &node.value else {
            table.problems().report(node.line, key, format!("expected a path, not {}", node.noun()));
            continue;
        };
        match (part(name), WritePath::parse(text)) {
            (None, _) => {
                let known = PARTS.iter().map(|(name, _)| *name);
                table.problems().report(node.line, key, super::table::unknown_choice(name, known));
            }
            (_, Err(message)) => table.problems().report(node.line, key, message),
            (Some(part), Ok(path)) => {
                check_path(table, "parts", &path, account);
                parts.push((part, path));
            }
        }
    }
    Some(parts)
}

/// Reads the object of one entry, whose holes are tokens or keys of the account.
pub(super) fn read_item(table: &TableReader<'_>, tokens: &[&str], account: &Account) -> Option<JsonTemplate> {
    let Some(node) = table.node("item") else {
        table.report("item", "is missing: an object has an item");
        return None;
    };
    if node.members().is_none() {
        table.report("item", format!("expected a table, not {}", node.noun()));
        return None;
    }
    report_empty(node, &table.key("item"), table.problems());
    let item = JsonTemplate::read(node, &table.key("item"), table.problems());
    for hole in item.holes() {
        if !tokens.contains(&hole.as_str()) && account.key_of_hole(&hole).is_none() {
            table.report("item", account.unknown_hole(&hole, tokens));
        }
    }
    if !item.holes().iter().any(|hole| tokens.contains(&hole.as_str())) {
        table.report("item", format!("sends nothing of the contact: it needs one of {}", tokens.join(", ")));
    }
    Some(item)
}

/// Reads a path at which the body is written. Without an optional key that it needs, its row is left out.
pub(super) fn read_path(table: &TableReader<'_>, name: &str, account: &Account) -> Option<WritePath> {
    let path = WritePath::parse(table.text(name)?).map_err(|message| table.report(name, message)).ok()?;
    check_path(table, name, &path, account);
    Some(path)
}

fn check_path(table: &TableReader<'_>, name: &str, path: &WritePath, account: &Account) {
    for hole in path.holes() {
        if account.key_of_hole(hole).is_none() {
            table.report(name, account.unknown_hole(hole, &[]));
        }
        if account.is_list(hole) {
            let message = format!(
                "`{{{hole}}}` is a list, which only a path of [constants] or the value of a field takes"
            );
            table.report(name, message);
        }
    }
}
