//! The fields that `[drops]` may name: every field that a row takes, and the parts of the lists.

use super::fields::From;

/// The fields beside those of `[[field]]`.
pub(super) const FIELDS: &[&str] = &[
    "name",
    "name.full",
    "name.prefix",
    "name.given",
    "name.middle",
    "name.family",
    "name.suffix",
    "emails",
    "emails.address",
    "emails.kind",
    "emails.label",
    "emails.primary",
    "phones",
    "phones.number",
    "phones.kind",
    "phones.label",
    "phones.primary",
    "phones.extension",
    "addresses",
    "addresses.kind",
    "addresses.street",
    "addresses.street2",
    "addresses.city",
    "addresses.region",
    "addresses.postal_code",
    "addresses.country",
    "organization.name",
    "organization.department",
    "title",
    "links",
    "birthday",
    "photo_url",
    "notes",
    "tags",
    "owner_id",
    "custom",
    "kind",
];

/// Returns whether the contact has a field of this name.
pub(super) fn is_known(field: &str) -> bool {
    FIELDS.contains(&field) || From::by_name(field).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_row_and_every_part_of_a_list_may_be_dropped() {
        for field in
            ["links.twitter", "custom.score", "external_id", "emails.primary", "title", "addresses.city"]
        {
            assert!(is_known(field), "{field}");
        }
        for field in ["links.myspace", "custom.", "custom", "adresses"] {
            assert_eq!(is_known(field), field == "custom", "{field}");
        }
    }
}
