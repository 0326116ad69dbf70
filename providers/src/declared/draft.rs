//! Maps a contact to the body of a create, as a description says, and gives every field its fate.

mod address_parts;
mod addresses;
mod custom;
mod drafting;
mod drops;
mod emails;
mod entry;
mod field;
mod fields;
mod item;
mod keys;
mod links;
mod name;
mod phones;
mod pruned;
mod require;
mod reserved;
mod section;
mod slot;
mod split_name;
mod tags;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use self::custom::BoundCustom;
use self::drafting::Drafting;
use self::drops::Drops;
use self::field::BoundField;
use self::keys::KeyPlaces;
pub(super) use self::keys::SentKeys;
use self::name::BoundName;
use self::require::BoundRequirements;
use self::reserved::Reserved;
use self::section::SectionGuard;
use self::slot::BoundSlot;
use super::account_values::AccountValues;
use super::create::FIELDS;
use super::fields::{FieldForm, From};
use super::json_template::JsonTemplate;
use super::laws::written_paths;
use super::rules::Rules;
use super::slots::{Channel, Slot, SlotForm};
use super::write_path::WritePath;
use crate::contact::{Country, UnifiedContact};
use crate::field_fate::FieldFate;
use crate::mapping::Mapping;

/// The rules of a description, bound to one account: every key of the account is filled.
#[derive(Debug)]
pub(super) struct Mapper {
    vendor: String,
    title: String,
    /// The fields that are always sent.
    constants: Map<String, Value>,
    name: Option<BoundName>,
    emails: Vec<BoundSlot>,
    phones: Vec<BoundSlot>,
    addresses: Vec<BoundSlot>,
    fields: Vec<BoundField>,
    custom: Option<BoundCustom>,
    drops: Drops,
    section: SectionGuard,
    requirements: BoundRequirements,
    key_places: KeyPlaces,
    envelope: Option<JsonTemplate>,
    entries: Option<(String, String)>,
    is_text: bool,
    /// Whether a list may have entries that were never written.
    may_have_gaps: bool,
}

/// A contact as it is sent.
pub(super) struct Mapped {
    /// The body as it is sent.
    pub(super) body: Value,
    /// The fields alone, before the envelope, the list of pairs and the change to texts.
    pub(super) fields: Map<String, Value>,
    pub(super) fates: Vec<FieldFate>,
    pub(super) keys: SentKeys,
}

impl Mapper {
    /// Binds the rules to an account.
    pub(super) fn new(vendor: &str, title: &str, rules: &Rules, account: &AccountValues) -> Self {
        let slots = |rows: &[Slot], channel| -> Vec<BoundSlot> {
            rows.iter().filter_map(|row| BoundSlot::new(row, channel, &rules.account, account)).collect()
        };
        let is_text = rules.create.is_text;
        let fields: Vec<BoundField> = rules
            .fields
            .iter()
            .filter_map(|row| BoundField::new(row, is_text, &rules.account, account))
            .collect();
        let reserved = Reserved::new(rules, account);
        let custom = rules.custom.as_ref().and_then(|custom| {
            BoundCustom::new(custom, is_text, rules.ignores_unknown, &reserved, &rules.account, account)
        });
        let mut mapper =
            Self {
                vendor: vendor.to_owned(),
                title: title.to_owned(),
                constants: constants(rules, account),
                name: rules.name.as_ref().map(|name| BoundName::new(name, account)),
                emails: slots(&rules.emails, Channel::Email),
                phones: slots(&rules.phones, Channel::Phone),
                addresses: slots(&rules.addresses, Channel::Address),
                fields,
                custom,
                drops: Drops::new(&rules.drops),
                section: SectionGuard { title: title.to_owned(), reserved, lists: Vec::new(), is_text },
                requirements: BoundRequirements::new(title, rules),
                key_places: KeyPlaces::default(),
                envelope: rules.create.envelope.as_ref().and_then(|envelope| {
                    envelope.fill_known(&|hole| hole != FIELDS, &|hole| account.json(hole))
                }),
                entries: rules.create.entries.clone(),
                is_text,
                may_have_gaps: may_have_gaps(rules),
            };
        mapper.section.lists = mapper.lists();
        mapper.key_places = mapper.key_places();
        mapper
    }

    /// Maps a contact. A number without a country code is completed with `region`.
    ///
    /// # Errors
    ///
    /// What the vendor requires and the contact lacks.
    pub(super) fn map(&self, contact: &UnifiedContact, region: Option<Country>) -> Result<Mapped, String> {
        let mapping = Mapping::new(self.vendor.clone(), self.title.clone()).with_body(self.constants.clone());
        let mut drafting = Drafting::new(mapping, &self.title, &self.drops);
        let named = match (&self.name, &contact.name) {
            (Some(fields), _) => fields.send(&mut drafting, contact),
            (None, Some(name)) => {
                name::lack_parts(&mut drafting, name);
                None
            }
            (None, None) => None,
        };
        emails::send(&mut drafting, &self.emails, &contact.emails);
        phones::send(&mut drafting, &self.phones, &contact.phones, region);
        addresses::send(&mut drafting, &self.addresses, &contact.addresses);
        fields::send(&mut drafting, &self.fields, contact, named);
        links::send(&mut drafting, &self.fields, &contact.links);
        tags::send(&mut drafting, &self.fields, &contact.tags);
        fields::send_custom(&mut drafting, &self.fields, &contact.custom);
        let has_row = |key: &str| fields::has_row(&self.fields, key);
        custom::send(&mut drafting, self.custom.as_ref(), &contact.custom, has_row);
        drafting.mapping.merge_vendor(&contact.vendor, |key, value| self.section.judge(key, value));
        self.finish(drafting, contact)
    }

    fn finish(&self, drafting: Drafting<'_>, contact: &UnifiedContact) -> Result<Mapped, String> {
        let Drafting { mapping, first, .. } = drafting;
        let (mut fields, mut fates) = mapping.into_members();
        if let Some(section) = contact.vendor.get(&self.vendor) {
            section::remove_empty_objects(&self.vendor, section, &mut fields, &mut fates);
        }
        if self.may_have_gaps {
            pruned::close_gaps(&mut fields);
        }
        let keys = SentKeys::new(first, &self.key_places, &fields, &fates);
        let whole = Value::Object(fields);
        self.requirements.check(&whole, contact)?;
        let body = self.wrap(whole.clone());
        let Value::Object(fields) = whole else { return Err("the body is no object".to_owned()) };
        Ok(Mapped { body, fields, fates, keys })
    }

    /// Returns the body around the fields.
    fn wrap(&self, fields: Value) -> Value {
        let fields = if self.is_text { pruned::in_texts(fields) } else { fields };
        let fields = match (&self.entries, fields) {
            (Some((key, value)), Value::Object(members)) => members
                .into_iter()
                .map(|(name, member)| {
                    Value::Object(Map::from_iter([(key.clone(), name.into()), (value.clone(), member)]))
                })
                .collect(),
            (_, fields) => fields,
        };
        match &self.envelope {
            Some(envelope) => {
                envelope.fill(&|hole| (hole == FIELDS).then(|| fields.clone())).unwrap_or_default()
            }
            None => fields,
        }
    }

    /// Returns the members of the body in which the create makes lists of objects.
    fn lists(&self) -> Vec<String> {
        let slots = [&self.emails, &self.phones, &self.addresses].into_iter().flatten();
        let lists = slots.filter(|slot| matches!(slot.rule.form, SlotForm::Objects(_)));
        lists.map(|slot| slot.to.as_str().to_owned()).collect()
    }

    fn key_places(&self) -> KeyPlaces {
        let texts = |slots: &[BoundSlot]| -> Vec<WritePath> {
            let texts = slots.iter().filter(|slot| slot.rule.form == SlotForm::Text);
            texts.map(|slot| slot.to.clone()).collect()
        };
        let external_id = self
            .fields
            .iter()
            .filter(|field| field.rule.from == From::ExternalId && field.rule.form == FieldForm::Text);
        KeyPlaces {
            email: texts(&self.emails),
            phone: texts(&self.phones),
            external_id: external_id.map(|field| field.to.clone()).collect(),
            whole_name: self.name.iter().filter_map(BoundName::whole_path).cloned().collect(),
            name_parts: self.name.iter().flat_map(BoundName::part_paths).cloned().collect(),
        }
    }
}

fn constants(rules: &Rules, account: &AccountValues) -> Map<String, Value> {
    let mut constants = Map::new();
    for (path, template) in &rules.constants {
        let Some(value) = template.fill(&|hole| account.json(hole)) else { continue };
        for path in filled_paths(path, account) {
            path.set(&mut constants, value.clone());
        }
    }
    constants
}

/// Returns a path with its holes filled: once, or for each id of a list of the account that is its last member.
fn filled_paths(path: &WritePath, account: &AccountValues) -> Vec<WritePath> {
    let text = |hole: &str| account.text(hole);
    match path.last_hole().and_then(|last| Some((last, account.integers(last)?))) {
        Some((last, ids)) => ids
            .iter()
            .filter_map(|id| path.fill(|hole| if hole == last { Some(id.to_string()) } else { text(hole) }))
            .collect(),
        None => path.fill(text).into_iter().collect(),
    }
}

fn may_have_gaps(rules: &Rules) -> bool {
    let constants = rules.constants.iter().map(|(path, _)| path);
    written_paths(rules).into_iter().map(|(path, _)| path).chain(constants).any(WritePath::may_leave_gaps)
}
