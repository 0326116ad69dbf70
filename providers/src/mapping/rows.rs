//! Maps fields by the rows of an adapter's table: a row names the vendor's field and its limit.

use super::{Mapping, path, truncate_text};
use crate::capabilities::MappingRow;
use crate::contact::LinkKind;
use crate::cow_str::CowStr;

impl<'a> Mapping<'a> {
    /// Returns the row of a field. Indices in `field` are ignored: `addresses[0].city` has the row `addresses.city`.
    pub fn row(&self, field: &str) -> Option<&'a MappingRow> {
        match path::split_once_byte(field, b'[') {
            None => self.rows.iter().find(|row| row.field == field),
            Some((list, rest)) => {
                let part = rest.split_once(']').map_or("", |(_, part)| part);
                self.rows.iter().find(|row| row.field.strip_prefix(list) == Some(part))
            }
        }
    }

    /// Returns the row of the links of a kind: `links (website)`.
    pub fn link_row(&self, kind: LinkKind) -> Option<&'a MappingRow> {
        self.row(match kind {
            LinkKind::Website => "links (website)",
            LinkKind::Linkedin => "links (linkedin)",
            LinkKind::Twitter => "links (twitter)",
            LinkKind::Facebook => "links (facebook)",
            LinkKind::Github => "links (github)",
            LinkKind::Instagram => "links (instagram)",
            LinkKind::Other => "links (other)",
        })
    }

    /// Sends a text to the vendor's field of its row, cut to the row's limit. A text without a row is dropped.
    pub fn text(&mut self, field: impl Into<CowStr>, text: Option<&str>) {
        let Some(text) = text else {
            return;
        };
        let field = field.into();
        let Some(row) = self.row(&field) else {
            let noun = noun(&field);
            return self.drop_unsupported(true, field, noun);
        };
        let limit = row.limit.unwrap_or(usize::MAX);
        let (text, is_cut) = truncate_text(text, limit);
        self.set(&row.to, text);
        if is_cut {
            self.truncated(field, row.to.clone(), format!("cut to {limit} characters"));
        } else {
            self.sent(field, row.to.clone());
        }
    }
}

/// Returns the noun for a field that a vendor does not have.
pub(crate) fn noun(field: &str) -> &'static str {
    match field {
        "title" => "job title",
        "notes" => "notes",
        "photo_url" => "picture",
        "owner_id" => "owner",
        "organization.department" => "department",
        "organization.name" => "organization",
        "birthday" => "birthday",
        "kind" => "kinds of contact",
        _ => "field for it",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::field_fate::{Fate, FieldFate};

    const ROWS: &[MappingRow] = &[
        MappingRow::new("title", "person.job").with_limit(4),
        MappingRow::new("addresses.city", "person.town"),
        MappingRow::new("links (website)", "site"),
    ];

    #[test]
    fn a_text_goes_to_the_field_of_its_row_and_is_cut_to_its_limit() {
        let mut mapping = Mapping::new("demo", "Demo").with_rows(ROWS);
        mapping.text("title", Some("Chief"));
        mapping.text("addresses[0].city", Some("London"));
        mapping.text("notes", Some("Met in May"));
        mapping.text("owner_id", None);
        assert_eq!(mapping.link_row(LinkKind::Website).map(|row| &*row.to), Some("site"));
        assert_eq!(mapping.link_row(LinkKind::Github), None);
        let (body, fates) = mapping.finish();
        assert_eq!(body, json!({"person": {"job": "Chie", "town": "London"}}));
        let expected = [
            FieldFate::new("title", Fate::Truncated).with_to("person.job").with_detail("cut to 4 characters"),
            FieldFate::new("addresses[0].city", Fate::Sent).with_to("person.town"),
            FieldFate::new("notes", Fate::Dropped).with_detail("Demo has no notes"),
        ];
        assert_eq!(fates, expected);
    }
}
