//! E-mail addresses, telephone numbers and postal addresses.
//!
//! Its rule: the primary one comes first, then the order of the input. A vendor that holds fewer than
//! there are gets the first ones, and the others are told as dropped.

use super::{Mapping, indexed};
use crate::contact::{Address, ChannelKind, Country, E164, Email, Phone};
use crate::cow_str::CowStr;

/// What is told of a number that was normalized.
pub const E164_DETAIL: &str = "normalized to E.164";

/// Which of a vendor's phone fields a number goes to.
#[derive(Debug)]
pub struct PhoneSlot {
    /// The vendor's field.
    pub field: &'static str,
    /// Whether it takes a number of this kind.
    pub takes: fn(Option<ChannelKind>) -> bool,
}

/// The entries with the primary ones in front, each with its place in the input.
pub fn primary_first<T>(entries: &[T], is_primary: fn(&T) -> bool) -> Vec<(usize, &T)> {
    let mut ordered: Vec<(usize, &T)> = entries.iter().enumerate().collect();
    ordered.sort_by_key(|(_, entry)| !is_primary(entry));
    ordered
}

impl Mapping {
    /// The one e-mail address that a vendor with a single field gets.
    pub fn one_email(&mut self, emails: &[Email], to: &'static str) {
        for (rank, (index, email)) in primary_first(emails, |email| email.primary).into_iter().enumerate() {
            let field: CowStr = indexed!("emails", index, ".address");
            if rank == 0 {
                self.set(to, email.address.as_str());
                self.sent(field, to);
            } else {
                let detail = format!("{} holds one e-mail address", self.title());
                self.dropped(field, detail);
            }
            self.email_trimmings(index, email, rank == 0, to);
        }
    }

    /// What a vendor without kinds and labels does with those of an e-mail address.
    pub fn email_trimmings(&mut self, index: usize, email: &Email, sent: bool, to: &str) {
        let Email { address: _, kind, label, primary } = email;
        self.no_place_for(kind.is_some(), indexed!("emails", index, ".kind"), "kinds of e-mail address");
        self.no_place_for(label.is_some(), indexed!("emails", index, ".label"), "labels of e-mail addresses");
        self.primary(*primary, indexed!("emails", index, ".primary"), sent, to);
    }

    /// Sends each number to the free field that takes its kind, in E.164; one that finds its field taken goes
    /// to `overflow` if that stayed free. After the primary ones, those come first that can be normalized. A field takes one number. The first slot says nothing of kinds.
    pub fn phones_into_slots(
        &mut self,
        phones: &[Phone],
        region: Option<Country>,
        slots: &[PhoneSlot],
        overflow: &'static str,
    ) {
        let mut ordered: Vec<(usize, &Phone)> = phones.iter().enumerate().collect();
        ordered.sort_by_cached_key(|(_, phone)| (!phone.primary, phone.number.e164(region).is_err()));
        let mut places: Vec<Option<&'static str>> = Vec::with_capacity(ordered.len());
        for (_, phone) in &ordered {
            let slot =
                slots.iter().find(|slot| (slot.takes)(phone.kind) && !places.contains(&Some(slot.field)));
            places.push(slot.map(|slot| slot.field));
        }
        for (place, (_, phone)) in ordered.iter().enumerate() {
            let is_free = !places.contains(&Some(overflow));
            if places[place].is_none() && is_free && phone.kind != Some(ChannelKind::Fax) {
                places[place] = Some(overflow);
            }
        }
        for ((index, phone), place) in ordered.into_iter().zip(places) {
            if let Some(to) = place {
                let number = self.free_text_number(index, phone, region, to);
                self.set(to, number);
            } else {
                let detail = format!("{} holds no further number of this kind", self.title());
                self.dropped(indexed!("phones", index, ".number"), detail);
            }
            let tells_kind =
                |to: &str| slots.iter().skip(1).any(|slot| slot.field == to && (slot.takes)(phone.kind));
            self.phone_trimmings(index, phone, place, place.is_some_and(tells_kind));
        }
    }

    /// A number for a field that takes any text: E.164, or as written where that cannot be had.
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

    /// The fate of a number that was brought into E.164.
    pub fn normalized(&mut self, field: impl Into<CowStr>, to: impl Into<CowStr>, number: &E164) {
        if number.extension.is_some() {
            self.truncated(field, to, "normalized to E.164, which has no extensions");
        } else {
            self.reformatted(field, to, E164_DETAIL);
        }
    }

    /// What a vendor without kinds, labels and extensions does with those of a number.
    pub fn phone_trimmings(&mut self, index: usize, phone: &Phone, to: Option<&str>, kind_is_told: bool) {
        let Phone { number: _, kind, label, primary, extension } = phone;
        let kind_field: CowStr = indexed!("phones", index, ".kind");
        match to {
            Some(to) if kind_is_told && kind.is_some() => {
                self.merged(kind_field, to.to_owned(), "the field says which kind it is");
            }
            _ => self.no_place_for(kind.is_some(), kind_field, "field for this kind of phone number"),
        }
        self.no_place_for(label.is_some(), indexed!("phones", index, ".label"), "labels of phone numbers");
        self.primary(*primary, indexed!("phones", index, ".primary"), to.is_some(), to.unwrap_or_default());
        self.no_place_for(extension.is_some(), indexed!("phones", index, ".extension"), "extensions");
    }

    fn primary(&mut self, primary: bool, field: impl Into<CowStr>, sent: bool, to: &str) {
        if !primary {
            return;
        }
        if sent {
            self.merged(field, to.to_owned(), "the primary one is taken first");
        } else {
            self.dropped(field, "what it marks is not sent");
        }
    }

    /// All parts of an address that is not sent.
    pub fn address_dropped(&mut self, index: usize, address: &Address, why: &'static str) {
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
        for (part, present) in parts {
            if present {
                self.dropped(part, why);
            }
        }
    }
}
