//! Maps e-mail addresses, telephone numbers and postal addresses. The primary one comes first, then the order of the input. A
//! vendor that holds fewer gets the first ones, and the others are dropped.

use std::borrow::Cow;

use super::{Mapping, indexed};
use crate::contact::{Address, ChannelKind, Country, E164, Email, Phone};
use crate::cow_str::CowStr;

/// The detail of a number that was normalized.
pub const E164_DETAIL: &str = "normalized to E.164";

/// One of a vendor's telephone fields, and the kinds of number that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneSlot {
    /// The vendor's field.
    pub field: CowStr,
    /// The kinds that the field takes. `None` is a number without a kind.
    pub kinds: Cow<'static, [Option<ChannelKind>]>,
}

impl PhoneSlot {
    /// The kinds of a number that is neither a mobile phone nor a fax machine, and no kind.
    pub const LANDLINE: &'static [Option<ChannelKind>] = &[
        None,
        Some(ChannelKind::Work),
        Some(ChannelKind::Home),
        Some(ChannelKind::Main),
        Some(ChannelKind::Other),
    ];

    /// Returns a slot with a fixed name and fixed kinds.
    pub const fn new(field: &'static str, kinds: &'static [Option<ChannelKind>]) -> Self {
        Self { field: Cow::Borrowed(field), kinds: Cow::Borrowed(kinds) }
    }

    fn takes(&self, kind: Option<ChannelKind>) -> bool {
        self.kinds.contains(&kind)
    }
}

/// Returns the entries with their indices in the input, the primary ones first.
pub fn primary_first<T>(entries: &[T], is_primary: fn(&T) -> bool) -> Vec<(usize, &T)> {
    let mut ordered: Vec<(usize, &T)> = entries.iter().enumerate().collect();
    ordered.sort_by_key(|(_, entry)| !is_primary(entry));
    ordered
}

impl Mapping<'_> {
    /// Sends the first e-mail address to the vendor's field of the row `emails`, and drops the others. Without that row it
    /// sends and records nothing.
    pub fn one_email(&mut self, emails: &[Email]) {
        let Some(row) = self.row("emails") else {
            return;
        };
        for (rank, (index, email)) in primary_first(emails, |email| email.primary).into_iter().enumerate() {
            let field: CowStr = indexed!("emails", index, ".address");
            if rank == 0 {
                self.set(&row.to, email.address.as_str());
                self.sent(field, row.to.clone());
            } else {
                let detail = format!("{} holds one e-mail address", self.title());
                self.dropped(field, detail);
            }
            self.email_attributes(index, email, (rank == 0).then_some(&row.to));
        }
    }

    /// Records the fates of an e-mail address's kind, label and mark as primary, for a vendor that has none. `to` is the field
    /// that holds the address, if it is sent.
    pub fn email_attributes(&mut self, index: usize, email: &Email, to: Option<&CowStr>) {
        let Email { address: _, kind, label, primary } = email;
        self.drop_unsupported(kind.is_some(), indexed!("emails", index, ".kind"), "kinds of e-mail address");
        self.drop_unsupported(
            label.is_some(),
            indexed!("emails", index, ".label"),
            "labels of e-mail addresses",
        );
        self.primary(*primary, indexed!("emails", index, ".primary"), to);
    }

    /// Sends each number, in E.164, to the first free slot that takes its kind. A number that finds none goes to the first
    /// slot if that stayed free, unless it is a fax number. Primary numbers come first, then those that can be normalized.
    ///
    /// The first slot is the general one: its field does not express a kind.
    pub fn phones_into_slots(&mut self, phones: &[Phone], region: Option<Country>, slots: &[PhoneSlot]) {
        let mut ordered: Vec<(usize, &Phone)> = phones.iter().enumerate().collect();
        ordered.sort_by_cached_key(|(_, phone)| (!phone.primary, phone.number.e164(region).is_err()));
        let assigned = assign_slots(&ordered, slots);
        for ((index, phone), slot) in ordered.into_iter().zip(assigned) {
            let Some(slot) = slot else {
                let detail = format!("{} holds no further number of this kind", self.title());
                self.dropped(indexed!("phones", index, ".number"), detail);
                self.phone_attributes(index, phone, None, false);
                continue;
            };
            let PhoneSlot { field, .. } = &slots[slot];
            let number = self.free_text_number(index, phone, region, field.clone());
            self.set(field, number);
            let expresses_kind = slot > 0 && slots[slot].takes(phone.kind);
            self.phone_attributes(index, phone, Some(field), expresses_kind);
        }
    }

    /// Records a number for a field that takes any text, and returns what is sent: E.164, or the number as written where it
    /// cannot be normalized.
    pub fn free_text_number(
        &mut self,
        index: usize,
        phone: &Phone,
        region: Option<Country>,
        to: impl Into<CowStr>,
    ) -> String {
        let field: CowStr = indexed!("phones", index, ".number");
        match phone.number.e164(region) {
            Ok(normalized) if normalized.number == phone.number.as_str() => {
                self.sent(field, to);
                normalized.number
            }
            Ok(normalized) => {
                self.normalized(field, to, &normalized);
                normalized.number
            }
            Err(error) => {
                let detail = format!("sent as written: {error}");
                self.not_e164(field, Some(to.into()), error, detail);
                phone.number.as_str().to_owned()
            }
        }
    }

    /// Records a number that was normalized to E.164.
    pub fn normalized(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>, number: &E164) {
        if number.extension.is_some() {
            self.truncated(field, to, "normalized to E.164, which has no extensions");
        } else {
            self.reformatted(field, to, E164_DETAIL);
        }
    }

    /// Records the fates of a number's kind, label, extension and mark as primary, for a vendor that has none. `to` is the
    /// field that holds the number, if it is sent; `expresses_kind` says whether that field is for numbers of this kind.
    pub fn phone_attributes(
        &mut self,
        index: usize,
        phone: &Phone,
        to: Option<&CowStr>,
        expresses_kind: bool,
    ) {
        let Phone { number: _, kind, label, primary, extension } = phone;
        let kind_field: CowStr = indexed!("phones", index, ".kind");
        match to {
            Some(to) if expresses_kind && kind.is_some() => {
                self.merged(kind_field, to.clone(), "the field says which kind it is");
            }
            _ => self.drop_unsupported(kind.is_some(), kind_field, "field for this kind of phone number"),
        }
        self.drop_unsupported(
            label.is_some(),
            indexed!("phones", index, ".label"),
            "labels of phone numbers",
        );
        self.primary(*primary, indexed!("phones", index, ".primary"), to);
        self.drop_unsupported(extension.is_some(), indexed!("phones", index, ".extension"), "extensions");
    }

    fn primary(&mut self, is_primary: bool, field: impl Into<CowStr>, to: Option<&CowStr>) {
        if !is_primary {
            return;
        }
        match to {
            Some(to) => self.merged(field, to.clone(), "the primary one is taken first"),
            None => self.dropped(field, "what it marks is not sent"),
        }
    }

    /// Drops all parts of a postal address.
    pub fn drop_address(&mut self, index: usize, address: &Address, detail: impl Into<CowStr>) {
        let detail = detail.into();
        let Address { kind, street, street2, city, region, postal_code, country } = address;
        let parts: [(CowStr, bool); 7] = [
            (indexed!("addresses", index, ".kind"), kind.is_some()),
            (indexed!("addresses", index, ".street"), street.is_some()),
            (indexed!("addresses", index, ".street2"), street2.is_some()),
            (indexed!("addresses", index, ".city"), city.is_some()),
            (indexed!("addresses", index, ".region"), region.is_some()),
            (indexed!("addresses", index, ".postal_code"), postal_code.is_some()),
            (indexed!("addresses", index, ".country"), country.is_some()),
        ];
        for (part, is_present) in parts {
            if is_present {
                self.dropped(part, detail.clone());
            }
        }
    }
}

/// Returns the index of the slot of each number. A slot takes one number.
fn assign_slots(phones: &[(usize, &Phone)], slots: &[PhoneSlot]) -> Vec<Option<usize>> {
    let mut assigned: Vec<Option<usize>> = Vec::with_capacity(phones.len());
    for (_, phone) in phones {
        let is_free = |slot: &usize| slots[*slot].takes(phone.kind) && !assigned.contains(&Some(*slot));
        let slot = (0..slots.len()).find(is_free);
        assigned.push(slot);
    }
    let overflow = phones
        .iter()
        .zip(&assigned)
        .position(|((_, phone), slot)| slot.is_none() && phone.kind != Some(ChannelKind::Fax));
    if let Some(overflow) = overflow
        && !slots.is_empty()
        && !assigned.contains(&Some(0))
    {
        assigned[overflow] = Some(0);
    }
    assigned
}
