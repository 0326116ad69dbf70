//! Removes control and invisible characters from a contact in its own form, as reading the cells of a table does.

use unicontact_model::UnifiedContact;
use unicontact_model::contact::{Address, Name, Organization};

use crate::cell_text::{clean_id, has_invisible};

/// Returns whether a text of one line has control or invisible characters. Those of notes, `custom` and `vendor` stay.
pub(super) fn has_invisible_characters(contact: &mut UnifiedContact) -> bool {
    let mut found = false;
    for_each_line(contact, |line| found |= line.as_deref().is_some_and(has_invisible));
    found
}

/// Removes the control and invisible characters from all texts of one line. A text without other characters is left out.
pub(super) fn remove_invisible_characters(contact: &mut UnifiedContact) {
    for_each_line(contact, |line| {
        if let Some(text) = line.take_if(|text| has_invisible(text)) {
            *line = Some(clean_id(&text).into_owned()).filter(|text| !text.is_empty());
        }
    });
}

/// Calls `visit` for each text that is one line.
fn for_each_line(contact: &mut UnifiedContact, mut visit: impl FnMut(&mut Option<String>)) {
    let UnifiedContact { name, emails, phones, addresses, organization, title, tags, .. } = contact;
    if let Some(Name { full, prefix, given, middle, family, suffix }) = name {
        [full, prefix, given, middle, family, suffix].into_iter().for_each(&mut visit);
    }
    for email in emails {
        visit(&mut email.label);
    }
    phones.iter_mut().flat_map(|phone| [&mut phone.label, &mut phone.extension]).for_each(&mut visit);
    for Address { street, street2, city, region, postal_code, .. } in addresses {
        [street, street2, city, region, postal_code].into_iter().for_each(&mut visit);
    }
    if let Some(Organization { name, department }) = organization {
        [name, department].into_iter().for_each(&mut visit);
    }
    visit(title);
    let visited = std::mem::take(tags).into_iter().filter_map(|tag| {
        let mut tag = Some(tag);
        visit(&mut tag);
        tag
    });
    *tags = visited.collect();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::ids::cleaned;
    use super::*;

    #[test]
    fn texts_of_one_line_are_cleaned_and_the_contact_of_0_1_0_is_kept() {
        let value = json!({
            "name": {"given": "\u{feff}Ada\u{200b}", "family": "Ki\u{7}ng", "suffix": "\u{200e}"},
            "emails": [{"address": "ada@example.com", "label": "Off\u{ad}ice"}],
            "organization": {"name": "Analytical\u{202e} Engines"},
            "addresses": [{"city": "Lon\u{2060}don"}],
            "title": "Count\u{b}ess",
            "tags": ["v\u{200b}ip", "\u{200b}"],
            "notes": "kept\u{200b}as it is",
            "custom": {"score": "7\u{200b}"},
        });
        let contact = UnifiedContact::from_json(value).unwrap();
        let built = cleaned(contact.clone()).ok().unwrap();
        let expected = json!({
            "name": {"given": "Ada", "family": "King"},
            "emails": [{"address": "ada@example.com", "label": "Office"}],
            "organization": {"name": "Analytical Engines"},
            "addresses": [{"city": "London"}],
            "title": "Count ess",
            "tags": ["vip"],
            "notes": "kept\u{200b}as it is",
            "custom": {"score": "7\u{200b}"},
        });
        assert_eq!(built.contact, UnifiedContact::from_json(expected).unwrap());
        assert_eq!(built.earlier.as_deref(), Some(&contact));
    }

    #[test]
    fn a_contact_of_which_nothing_visible_is_left_is_rejected() {
        let contact = UnifiedContact::from_json(json!({"name": "\u{200b}"})).unwrap();
        assert!(cleaned(contact).is_err());
    }

    proptest! {
        #[test]
        fn a_text_without_other_characters_stays_as_it_is(title in "[ -~äé\u{a0}نی\u{200b}\t]{1,9}") {
            let contact = UnifiedContact::from_json(json!({"name": "Ada King", "title": title})).unwrap();
            let built = cleaned(contact.clone()).ok().unwrap();
            if title.contains('\u{200b}') {
                let is_cleaned = !built.contact.title.is_some_and(|title| title.contains('\u{200b}'));
                prop_assert!(is_cleaned);
            } else {
                prop_assert_eq!(&built.contact, &contact);
                prop_assert!(built.earlier.is_none());
            }
        }
    }
}
