//! All tables of a description, as they were read.

use super::account::Account;
use super::answers::{ErrorRow, ErrorWords, Success};
use super::create::{Constants, Create, read_constants};
use super::credential::Credential;
use super::document::NodeValue;
use super::evidence::Sources;
use super::fields::{CustomFields, CustomKeys, Field, Requirements};
use super::names::NameFields;
use super::search::{Check, DedupeRules, Find};
use super::slots::{Channel, Slot};
use super::table::TableReader;
use super::template::Template;
use super::wait::Wait;
use super::words;

/// All tables of a description.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rules {
    pub(super) account: Account,
    pub(super) base: Template,
    pub(super) credentials: Vec<Credential>,
    pub(super) create: Create,
    pub(super) constants: Constants,
    pub(super) name: Option<NameFields>,
    pub(super) emails: Vec<Slot>,
    pub(super) phones: Vec<Slot>,
    pub(super) addresses: Vec<Slot>,
    pub(super) fields: Vec<Field>,
    pub(super) custom: Option<CustomFields>,
    /// Whether the vendor drops custom fields that it does not know.
    pub(super) ignores_unknown: bool,
    /// Keys of the contact's section that are dropped.
    pub(super) refused: Vec<String>,
    /// Why a field is dropped.
    pub(super) drops: Vec<(String, String)>,
    pub(super) require: Requirements,
    pub(super) success: Success,
    pub(super) words: ErrorWords,
    pub(super) errors: Vec<ErrorRow>,
    pub(super) limits: Limits,
    pub(super) dedupe: DedupeRules,
    pub(super) finds: Vec<Find>,
    pub(super) check: Option<Check>,
}

/// How many requests the vendor takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Limits {
    pub(super) requests_per_second: Option<f64>,
    pub(super) concurrency: Option<usize>,
    pub(super) wait: Vec<Wait>,
}

impl Rules {
    /// Returns the names of the time zones in which waits are meant.
    pub(super) fn zones(&self) -> impl Iterator<Item = &Template> {
        let waits = self.errors.iter().flat_map(|row| &row.wait).chain(&self.limits.wait);
        waits.filter_map(Wait::zone)
    }

    /// Reads all tables. `None` if one is missing or wrong without which nothing can be said of the others.
    pub(super) fn read(top: &TableReader<'_>, sources: &Sources) -> Option<Self> {
        let mut account = Account::read(top, sources);
        report_missing_tables(top);
        let base = top.table("address", &words::ADDRESS, |table| {
            sources.of(table);
            table.required_text("base").map(Template::new)
        });
        let credentials =
            top.tables("auth", &words::AUTH, |table| Some(Credential::read(table, &account, sources)));
        let create = top.table("create", &words::CREATE, |table| Create::read(table, &account, sources));
        let slots = |name, words, channel| {
            top.tables(name, words, |table| Slot::read(table, channel, &account, sources))
        };
        let (custom, custom_ignores) = read_custom(top, &account, sources);
        let errors = top.tables("error", &words::ERROR, |table| ErrorRow::read(table, &account, sources));
        let (emails, phones) = (
            slots("emails", &words::EMAIL_SLOT, Channel::Email),
            slots("phones", &words::PHONE_SLOT, Channel::Phone),
        );
        let addresses = slots("addresses", &words::ADDRESS_SLOT, Channel::Address);
        let fields = top.tables("field", &words::FIELD, |table| Field::read(table, &account, sources));
        let name = top.table("name", &words::NAME, |table| NameFields::read(table, &account, sources));
        let success = top.table("success", &words::SUCCESS, |table| Success::read(table, &account, sources));
        let limits = top.table("limits", &words::LIMITS, |table| Limits::read(table, &account, sources));
        let dedupe = top.table("dedupe", &words::DEDUPE, |table| DedupeRules::read(table, &account, sources));
        let finds = top.tables("find", &words::FIND, |table| Find::read(table, &account, sources));
        let check = top.table("check", &words::CHECK, |table| Check::read(table, &account, sources));
        let require = top.table("require", &words::REQUIRE, |table| Requirements::read(table, sources));
        let error_words = top.table("words", &words::WORDS, |table| ErrorWords::read(table, sources));
        let refused = top.table("section", &words::SECTION, |table| read_refused(table, sources));
        let constants = read_constants(top, &account);
        if custom.as_ref().is_some_and(|custom| custom.keys != CustomKeys::Configured) {
            account.add_custom_fields();
        }
        let create = create.flatten()?;
        Some(Self {
            base: base.flatten()?,
            credentials,
            constants,
            name,
            emails,
            phones,
            addresses,
            fields,
            custom,
            ignores_unknown: top.boolean("ignores_unknown") || create.ignores_unknown || custom_ignores,
            create,
            refused: refused.unwrap_or_default(),
            drops: read_drops(top, sources),
            require: require.unwrap_or_default(),
            success: success.unwrap_or_default(),
            words: error_words.unwrap_or_default(),
            errors,
            limits: limits.unwrap_or_default(),
            dedupe: dedupe.unwrap_or_default(),
            finds,
            check: check.flatten(),
            account,
        })
    }
}

/// Reports the tables without which nothing can be sent.
fn report_missing_tables(top: &TableReader<'_>) {
    for (table, message) in [
        ("address", "is missing: say where the API is"),
        ("auth", "is missing: say how a request shows its credential"),
        ("create", "is missing: say which request creates a contact"),
        ("success", "is missing: say where the id of a created contact stands"),
    ] {
        if !top.has(table) {
            top.report(table, message);
        }
    }
}

/// Returns the place of custom fields, and whether the vendor drops those that it does not know.
fn read_custom(top: &TableReader<'_>, account: &Account, sources: &Sources) -> (Option<CustomFields>, bool) {
    let custom = top.table("custom", &words::CUSTOM, |table| {
        (CustomFields::read(table, account, sources), table.boolean("ignores_unknown"))
    });
    custom.unwrap_or_default()
}

impl Limits {
    fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Self {
        sources.of(table);
        Self {
            requests_per_second: table.number("requests_per_second"),
            concurrency: table.count("concurrency"),
            wait: table.tables("wait", &words::WAIT, |table| Wait::read(table, account)),
        }
    }
}

fn read_refused(table: &TableReader<'_>, sources: &Sources) -> Vec<String> {
    sources.of(table);
    table.texts("refuse").into_iter().map(|(key, _)| key.to_owned()).collect()
}

fn read_drops(top: &TableReader<'_>, sources: &Sources) -> Vec<(String, String)> {
    let mut drops = Vec::new();
    for (name, node) in top.members("drops") {
        if name == "source" {
            sources.note(top, "drops", node);
            continue;
        }
        match &node.value {
            NodeValue::Text(text) if !text.trim().is_empty() => drops.push((name.clone(), text.clone())),
            _ => {
                let key = top.key(&format!("drops.{name}"));
                top.problems().report(node.line, key, "expected a text that says why");
            }
        }
    }
    drops
}
