//! A contact as version 0.1.0 read it, under whose content its deliveries may be recorded.

use super::{PhoneNumber, UnifiedContact};

impl UnifiedContact {
    /// Returns the contact as version 0.1.0 read it from the same values, where that is another one.
    #[doc(hidden)]
    pub fn as_read_by_v0_1(&self) -> Option<Self> {
        self.phones.iter().find_map(|phone| phone.number.earlier())?;
        let mut earlier = self.clone();
        for phone in &mut earlier.phones {
            if let Some(read) = PhoneNumber::phone_as_v0_1(phone) {
                *phone = read;
            }
        }
        Some(earlier)
    }
}
