//! The texts of a postal address for one place: joined, in the vendor's form of a country, and cut to its limits.

use super::super::postal::{CountryForm, Part};
use super::super::slots::{Limit, SlotForm};
use super::slot::BoundSlot;
use crate::contact::{Address, Country};
use crate::cow_str::CowStr;
use crate::field_fate::Fate;
use crate::mapping::truncate_text;

/// The parts that are texts, in the order of an address on one line.
const TEXTS: [Part; 6] =
    [Part::Street, Part::Street2, Part::City, Part::Region, Part::PostalCode, Part::Country];
const JOIN: &str = ", ";

/// The parts of an address for one place.
pub(super) struct AddressParts {
    /// The text of each part that is sent.
    pub(super) texts: Vec<(Part, String)>,
    pub(super) fates: Vec<PartFate>,
}

/// What becomes of a part.
pub(super) struct PartFate {
    pub(super) part: Part,
    /// The part in whose place it is sent.
    pub(super) into: Option<Part>,
    pub(super) fate: Fate,
    /// The reason. A part that is dropped without one has no place.
    pub(super) detail: Option<CowStr>,
}

impl AddressParts {
    pub(super) fn new(slot: &BoundSlot, address: &Address, title: &str) -> Self {
        let mut parts = Self { texts: Vec::new(), fates: Vec::new() };
        for part in TEXTS {
            if let Some(text) = text_of(address, part, slot.rule.address.country) {
                parts.add(slot, address, part, text, title);
            }
        }
        parts.cut(&slot.rule.limit, matches!(slot.rule.form, SlotForm::Text));
        parts
    }

    pub(super) fn text(&self, part: Part) -> Option<&str> {
        self.texts.iter().find(|(other, _)| *other == part).map(|(_, text)| text.as_str())
    }

    fn add(&mut self, slot: &BoundSlot, address: &Address, part: Part, text: String, title: &str) {
        let drop = |detail| PartFate { part, into: None, fate: Fate::Dropped, detail };
        if let Some(needs) = unmet(slot, address, part) {
            let detail = format!("{title} takes it only with {needs}");
            return self.fates.push(drop(Some(detail.into())));
        }
        if has_place(slot, part) {
            let form = slot.rule.address.country;
            let (fate, detail) = match (part, form) {
                (Part::Country, CountryForm::Code3) => {
                    (Fate::Reformatted, Some("its code of three letters".into()))
                }
                (Part::Country, CountryForm::Name) => (Fate::Reformatted, Some("its English name".into())),
                _ => (Fate::Sent, None),
            };
            self.texts.push((part, text));
            return self.fates.push(PartFate { part, into: Some(part), fate, detail });
        }
        if part != Part::Street2 || !has_place(slot, Part::Street) {
            return self.fates.push(drop(None));
        }
        match self.texts.iter_mut().find(|(part, _)| *part == Part::Street) {
            None => self.texts.push((Part::Street, text)),
            Some((_, street)) => {
                street.push_str(slot.rule.address.join.as_deref().unwrap_or(JOIN));
                street.push_str(&text);
            }
        }
        let detail = Some("joined to the street".into());
        self.fates.push(PartFate { part, into: Some(Part::Street), fate: Fate::Merged, detail });
    }

    /// Cuts each text to its limit. The limit of a line is that of the whole.
    fn cut(&mut self, limit: &Limit, is_line: bool) {
        for (part, text) in &mut self.texts {
            let limit = if is_line { None } else { limit.of(part.name()) };
            let Some(limit) = limit else { continue };
            let (short, is_cut) = truncate_text(text, limit);
            if is_cut {
                *text = short.to_owned();
                for fate in self.fates.iter_mut().filter(|fate| fate.into == Some(*part)) {
                    fate.fate = Fate::Truncated;
                    fate.detail = Some(format!("cut to {limit} characters").into());
                }
            }
        }
        self.texts.retain(|(_, text)| !text.is_empty());
    }
}

/// Returns whether the place has one for the part.
pub(super) fn has_place(slot: &BoundSlot, part: Part) -> bool {
    match (&slot.item, &slot.rule.form) {
        (Some(item), _) => item.has(part.name()),
        (None, SlotForm::Parts(parts)) => parts.iter().any(|(other, _)| *other == part),
        (None, _) => part != Part::Kind,
    }
}

/// Returns whether the address has the part.
pub(super) fn has_part(address: &Address, part: Part) -> bool {
    match part {
        Part::Kind => address.kind.is_some(),
        part => text_of(address, part, CountryForm::Code).is_some(),
    }
}

/// Returns the names of the parts without which the part is not taken, if one is missing.
fn unmet(slot: &BoundSlot, address: &Address, part: Part) -> Option<String> {
    let (_, needs) = slot.rule.address.part_needs.iter().find(|(other, _)| *other == part)?;
    let is_unmet = needs.iter().any(|part| !has_part(address, *part));
    is_unmet.then(|| needs.iter().map(|part| part.name()).collect::<Vec<_>>().join(" and "))
}

fn text_of(address: &Address, part: Part, country: CountryForm) -> Option<String> {
    let text = match part {
        Part::Street => address.street.clone(),
        Part::Street2 => address.street2.clone(),
        Part::City => address.city.clone(),
        Part::Region => address.region.clone(),
        Part::PostalCode => address.postal_code.clone(),
        Part::Country => address.country.map(|it| country_text(it, country)),
        Part::Kind => None,
    };
    text.filter(|text| !text.is_empty())
}

fn country_text(country: Country, form: CountryForm) -> String {
    match form {
        CountryForm::Code => country.as_str().to_owned(),
        CountryForm::Code3 => country.alpha3().unwrap_or(country.as_str()).to_owned(),
        CountryForm::Name => country.name().to_owned(),
    }
}
