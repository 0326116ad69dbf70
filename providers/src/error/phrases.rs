//! Phrases in an answer that refine the meaning of its status.

use super::vendor_message::VendorMessage;

/// Phrases about an equal request that is still being processed.
const IN_PROGRESS: &[&str] = &[
    " in progress ",
    " in process ",
    " in flight ",
    " being processed ",
    " being created ",
    " still processing ",
    " already processing ",
    " currently processing ",
    " still running ",
    " already running ",
    " concurrent",
    " simultaneous",
    " another request ",
    " previous request ",
    " idempoten",
];
/// Phrases that mean the same, unless the message also says that the contact exists.
const TRY_AGAIN: &[&str] =
    &[" try again ", " retry ", " pending ", " locked ", " lock ", " please wait ", " busy "];
/// Phrases about a contact that exists.
const EXISTS: &[&str] = &[
    " exist",
    " duplicate",
    " taken ",
    " already in use ",
    " unique",
    " already used ",
    " already registered ",
];
/// Phrases of pages and messages about planned downtime, in several languages.
const MAINTENANCE: &[&str] = &[
    "maintenance",
    "maintenence",
    "wartung",
    "mantenimiento",
    "manutencao",
    "manuten\u{e7}\u{e3}o",
    "manutenzione",
    "onderhoud",
    "pemeliharaan",
    "under construction",
    "be right back",
    "be back ",
    "back soon",
    "back shortly",
    "back online",
    "temporarily unavailable",
    "temporarily down",
    "temporarily offline",
    "temporarily closed",
    "currently unavailable",
    "service unavailable",
    "out of service",
    "scheduled downtime",
];

/// Returns whether a message reports that an earlier request is still being processed.
pub(crate) fn reports_request_in_progress(message: &VendorMessage) -> bool {
    let texts = [&message.text, &message.code].into_iter().flatten();
    let text: String =
        texts.chain(message.fields.iter().map(|field| &field.message)).map(|text| spaced(text)).collect();
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    has(IN_PROGRESS) || (has(TRY_AGAIN) && !has(EXISTS))
}

/// Returns whether a text reports that the service is down for maintenance.
pub(crate) fn reports_maintenance(text: &str) -> bool {
    let text = spaced(text);
    MAINTENANCE.iter().any(|phrase| text.contains(phrase))
}

/// Returns the words of a text or identifier in lower case, with one space around each: ` key in use ` for `keyInUse`.
pub(super) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 2);
    spaced.push(' ');
    let mut was_lower = false;
    for character in text.chars() {
        let begins_word = was_lower && character.is_uppercase();
        was_lower = character.is_lowercase();
        if (begins_word || !character.is_alphanumeric()) && !spaced.ends_with(' ') {
            spaced.push(' ');
        }
        if character.is_alphanumeric() {
            spaced.extend(character.to_lowercase());
        }
    }
    if !spaced.ends_with(' ') {
        spaced.push(' ');
    }
    spaced
}

/// Returns the letters and digits of a text in lower case: `statuscode` for `status_code`.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_in_progress(body: &serde_json::Value) -> bool {
        reports_request_in_progress(&VendorMessage::from_json(body))
    }

    #[test]
    fn a_request_in_progress_is_distinguished_from_an_existing_contact() {
        for body in [
            json!({"message": "A request with this key is already in progress"}),
            json!({"error": "Concurrent request"}),
            json!({"detail": "An identical request is being processed."}),
            json!({"error": {"code": "idempotency_key_in_use"}}),
            json!({"error_code": "RequestInProgress"}),
            json!({"errors": ["Another request is pending"]}),
            json!({"message": "Conflict, please try again"}),
            json!({"message": "The key already exists: idempotent request in progress"}),
        ] {
            assert!(is_in_progress(&body), "{body}");
        }
        for body in [
            json!({"message": "Contact already exists"}),
            json!({"message": "This address is taken. Try again with another one."}),
            json!({"message": "Duplicate entry, do not retry"}),
            json!({"message": "Error processing the contact: it exists"}),
            json!({"message": "Conflict"}),
            json!({"message": "Progress Ltd exists"}),
            json!({}),
        ] {
            assert!(!is_in_progress(&body), "{body}");
        }
    }

    #[test]
    fn pages_and_messages_about_maintenance_are_recognized() {
        for text in [
            "<html><title>Down for Maintenance</title></html>",
            "We'll be back soon!",
            "Wegen Wartungsarbeiten nicht erreichbar",
            "SERVICE_TEMPORARILY_UNAVAILABLE",
            "underMaintenance",
        ] {
            assert!(reports_maintenance(text), "{text}");
        }
        for text in ["<html><title>Sign in</title></html>", "Wrong password", ""] {
            assert!(!reports_maintenance(text), "{text}");
        }
    }
}
