//! Contacts as version 0.1.0 read them. Its journals may record deliveries under these contents.

use super::unified_contact::{Address, Phone, UnifiedContact};

impl UnifiedContact {
    /// Returns the contact as version 0.1.0 read it from the same values, if it differs.
    #[doc(hidden)]
    pub fn as_read_by_v0_1(&self) -> Option<Self> {
        let has_earlier = |address: &Address| address.country.and_then(|country| country.earlier()).is_some();
        let differs = self.phones.iter().any(|phone| phone.number.earlier().is_some())
            || self.addresses.iter().any(has_earlier);
        if !differs {
            return None;
        }
        let mut earlier = self.clone();
        for phone in &mut earlier.phones {
            if let Some(read) = phone_as_v0_1(phone) {
                *phone = read;
            }
        }
        for Address { country, .. } in &mut earlier.addresses {
            *country = country.map(|country| country.earlier().unwrap_or(country));
        }
        Some(earlier)
    }
}

/// Returns a telephone number as version 0.1.0 read it, if it differs.
fn phone_as_v0_1(phone: &Phone) -> Option<Phone> {
    let (number, (has_label, has_extension)) = phone.number.earlier_with_explicit()?;
    let mut earlier = Phone { number: number.clone(), ..phone.clone() };
    if !has_label && earlier.label.as_deref() == phone.number.label() {
        earlier.label = None;
    }
    if !has_extension && earlier.extension.as_deref() == phone.number.extension() {
        earlier.extension = number.extension().map(str::to_owned);
    }
    Some(earlier)
}
