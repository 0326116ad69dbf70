//! What other formats and vendors call the fields of a contact, for the messages about unknown ones.

use super::super::table::unknown_choice;

/// What other formats and vendors call a field, and what a description calls it.
const OTHER_NAMES: &[(&[&str], &str)] = &[
    (&["company", "company_name", "employer", "organisation", "organization"], "organization.name"),
    (&["department"], "organization.department"),
    (&["job_title", "jobtitle", "position", "role"], "title"),
    (&["url", "web", "website"], "links.website"),
    (&["facebook", "github", "instagram", "linkedin", "twitter"], "links.<kind>"),
    (&["comment", "comments", "description", "note"], "notes"),
    (&["label", "labels", "tag"], "tags"),
    (&["owner"], "owner_id"),
    (&["avatar", "image", "photo", "picture"], "photo_url"),
    (&["birth_date", "birthdate", "date_of_birth"], "birthday"),
    (&["id"], "external_id"),
    (&["custom"], "custom.<key>, or [custom] for all of them"),
];
/// Fields with a table of their own.
const OTHER_TABLES: &[(&str, &str)] = &[
    ("name", "[name]"),
    ("full_name", "[name]"),
    ("first_name", "[name]"),
    ("last_name", "[name]"),
    ("given", "[name]"),
    ("family", "[name]"),
    ("email", "[[emails]]"),
    ("emails", "[[emails]]"),
    ("phone", "[[phones]]"),
    ("phones", "[[phones]]"),
    ("mobile", "[[phones]]"),
    ("address", "[[addresses]]"),
    ("addresses", "[[addresses]]"),
];

/// Returns the message about a field that the contact does not have. `known` are those that it has.
pub(super) fn unknown_field(text: &str, known: impl Iterator<Item = &'static str> + Clone) -> String {
    let lower = text.to_ascii_lowercase();
    if let Some((_, field)) = OTHER_NAMES.iter().find(|(names, _)| names.contains(&lower.as_str())) {
        return format!("unknown word `{text}`, did you mean `{field}`?");
    }
    let part = lower.split('.').next().unwrap_or_default();
    if let Some((_, table)) = OTHER_TABLES.iter().find(|(name, _)| *name == part) {
        return format!("`{text}` has a table of its own: {table}");
    }
    unknown_choice(text, known)
}
