//! Recognition of messages about a limit of the account's plan.
//!
//! A message alone does not prove a full plan. It only suggests that the vendor will refuse the next contact as well.

use super::phrases::{spaced, squeezed};
use super::vendor_message::{FieldError, VendorMessage};

/// The names of fields that mean the whole contact or account, in lower case without punctuation.
const GENERAL_FIELDS: &[&str] = &[
    "",
    "base",
    "nonfielderrors",
    "all",
    "general",
    "global",
    "contact",
    "contacts",
    "account",
    "plan",
    "organization",
    "organisation",
    "subscription",
    "limit",
    "quota",
    "lead",
    "leads",
    "person",
    "people",
    "record",
    "records",
    "subscribers",
    "audience",
];
/// Words for an account and its plan.
const PLAN: &[&str] = &[
    "plan",
    "plans",
    "subscription",
    "account",
    "accounts",
    "tier",
    "licence",
    "license",
    "package",
    "trial",
    "workspace",
    "edition",
    "storage",
    // The same in German, French, Spanish, Portuguese, Italian, Dutch and Indonesian.
    "tarif",
    "tarifs",
    "abo",
    "abonnement",
    "abonnements",
    "forfait",
    "suscripción",
    "suscripcion",
    "plano",
    "assinatura",
    "piano",
    "abbonamento",
    "paket",
];
/// Words for contacts in the plural.
const CONTACTS: &[&str] = &[
    "contacts",
    "records",
    "leads",
    "people",
    "persons",
    "customers",
    "subscribers",
    "profiles",
    "prospects",
    "recipients",
    "audience",
    "kontakte",
    "kontakten",
    "contactos",
    "contatos",
    "contatti",
    "contacten",
    "contactpersonen",
    "kontak",
];
/// Words for one contact.
const CONTACT: &[&str] =
    &["contact", "record", "lead", "person", "customer", "subscriber", "profile", "prospect", "recipient"];
/// Words for a limit on contacts.
const CONTACT_LIMIT: &[&str] = &["kontaktlimit", "kontaktkontingent", "contactlimiet", "contactenlimiet"];
/// Words for agreements that expire.
const EXPIRING: &[&str] = &["plan", "subscription", "trial", "licence", "license"];
/// Words for expiry.
const EXPIRED: &[&str] = &["expired", "ended"];
/// Words for a limit.
const LIMIT: &[&str] = &[
    "limit",
    "limits",
    "limited",
    "quota",
    "maximum",
    "max",
    "exceeded",
    "exceeds",
    "exceed",
    "exceeding",
    "reached",
    "allowance",
    "allows",
    "allowed",
    "cap",
    "capacity",
    "full",
    "credits",
    "more",
    "includes",
    // The same in German, French, Spanish, Portuguese, Italian, Dutch and Indonesian.
    "kontingent",
    "maximale",
    "erreicht",
    "überschritten",
    "limite",
    "límite",
    "atteint",
    "atteinte",
    "dépassé",
    "dépassée",
    "alcanzado",
    "superado",
    "atingido",
    "excedido",
    "raggiunto",
    "superato",
    "limiet",
    "bereikt",
    "overschreden",
    "batas",
    "kuota",
    "melebihi",
];
/// Words for a larger plan.
const UPGRADE: &[&str] = &["upgrade", "upgrading"];
/// Words for limits on values and requests, and for other errors of values.
const OTHER_LIMITS: &[&str] = &[
    "character",
    "characters",
    "char",
    "chars",
    "letters",
    "digits",
    "bytes",
    "zeichen",
    "caractères",
    "caracteres",
    "caratteri",
    "tekens",
    "karakter",
    "batch",
    "page",
    "length",
    "long",
    "longer",
    "shorter",
    "size",
    "kb",
    "mb",
    "request",
    "requests",
    "call",
    "calls",
    "api",
    "rate",
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "throttled",
    "throttling",
    "attempts",
    "login",
    "logins",
    "password",
    "must",
    "invalid",
    "valid",
    "blank",
    "format",
    "digit",
    "file",
    "upload",
    "permission",
    "permissions",
    "permitted",
];
/// Words that make `account` or `contact` before them a part of a field's name.
const FIELD_NAMES: &[&str] = &[
    "name",
    "names",
    "number",
    "id",
    "ids",
    "email",
    "code",
    "type",
    "manager",
    "owner",
    "holder",
    "phone",
    "title",
    "address",
    "tags",
    "notes",
    "description",
    "status",
    "credit",
    "balance",
    "key",
    "role",
];
/// Words that make a word for one contact before them a number of contacts.
const COUNTS: &[&str] =
    &["limit", "limits", "quota", "maximum", "max", "allowance", "cap", "capacity", "count", "credits"];

/// Returns whether a message mentions a limit of the account, its plan or its contacts, and no field of the contact. If the message
/// has several field errors, each of them must.
pub(crate) fn suggests_plan_limit(message: &VendorMessage) -> bool {
    let is_plan_limit = |field: &FieldError| is_general(&field.field) && names_plan_limit(&field.message);
    if message.fields.len() > 1 {
        return message.fields.iter().all(is_plan_limit);
    }
    if message.fields.iter().any(|field| !is_general(&field.field)) {
        return false;
    }
    let texts = message.fields.iter().map(|field| &field.message).chain(&message.text).chain(&message.code);
    texts.into_iter().any(|text| names_plan_limit(text))
}

fn is_general(field: &str) -> bool {
    GENERAL_FIELDS.contains(&squeezed(field).as_str())
}

/// Returns whether a text mentions a limit of the account, its plan or its contacts.
pub(crate) fn names_plan_limit(text: &str) -> bool {
    let sentences = || text.split(['.', '!', '?', ';', '\n']);
    let mut is_any_limited = false;
    for sentence in sentences() {
        let spaced = spaced(sentence);
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let holds = |list: &[&str]| words.iter().any(|word| list.contains(word));
        if holds(OTHER_LIMITS) {
            continue;
        }
        let is_limited = holds(LIMIT);
        is_any_limited |= is_limited;
        let names_plan = names(&words, PLAN);
        let names_contacts = names(&words, CONTACTS);
        if (is_limited && (names_plan || names_contacts || names_contact_limit(&words)))
            || (names_plan && names_contacts)
            || (holds(UPGRADE) && (names_plan || names_contacts || is_any_limited))
            || holds(CONTACT_LIMIT)
            || (holds(EXPIRED) && names(&words, EXPIRING))
            || reports_excess(&words, names_contacts)
        {
            return true;
        }
    }
    false
}

/// Returns whether a listed word occurs and is not part of a field's name.
fn names(words: &[&str], list: &[&str]) -> bool {
    words.iter().enumerate().any(|(index, word)| {
        list.contains(word) && words.get(index + 1).is_none_or(|next| !FIELD_NAMES.contains(next))
    })
}

fn names_contact_limit(words: &[&str]) -> bool {
    words.windows(2).any(|pair| CONTACT.contains(&pair[0]) && COUNTS.contains(&pair[1]))
}

/// Returns whether the words report too many contacts or too few credits.
fn reports_excess(words: &[&str], names_contacts: bool) -> bool {
    let has_pair = |first: &[&str], second: &str| {
        words.windows(2).any(|pair| first.contains(&pair[0]) && pair[1] == second)
    };
    (names_contacts && has_pair(&["too"], "many")) || has_pair(&["insufficient", "enough", "no"], "credits")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn suggests(body: &Value) -> bool {
        suggests_plan_limit(&VendorMessage::from_json(body))
    }

    #[test]
    fn a_message_about_a_limit_of_plan_account_or_contacts_suggests_a_full_plan() {
        for message in [
            "You have hit your contact limit",
            "plan limit reached",
            "You have reached the maximum number of contacts for your account.",
            "Please upgrade your plan",
            "Your plan allows only 500 contacts",
            "Contacts limit exceeded. Contact sales.",
            "Limit reached. Please upgrade.",
            "Your account is full",
            "Your subscription does not allow more contacts",
            "Account quota exceeded",
            "You cannot create more contacts on the free tier",
            "You have exceeded the number of records allowed in your edition",
            "Record limit exceeded",
            "STORAGE_LIMIT_EXCEEDED",
            "Your subscription limit has been reached",
            "Maximum number of leads reached",
            "Your list has reached the maximum number of subscribers",
            "Too many contacts",
            "Insufficient credits",
            "Your trial has expired",
            "Sie haben Ihr Kontaktlimit erreicht",
            "Das Limit Ihres Tarifs ist erreicht",
            "Maximale Anzahl an Kontakten erreicht",
            "Vous avez atteint la limite de contacts de votre forfait",
            "Has alcanzado el límite de contactos de tu plan",
            "Limite de contatos atingido",
            "Hai raggiunto il limite di contatti",
            "Contactlimiet bereikt",
            "Batas kontak tercapai",
        ] {
            assert!(suggests(&json!({"message": message})), "{message}");
        }
        for body in [
            json!({"errors": ["Contact limit reached"]}),
            json!({"errors": ["Contact limit reached", "Upgrade your plan"]}),
            json!({"errors": {"base": ["Contact limit reached"]}}),
            json!({"non_field_errors": ["The maximum number of contacts is reached"]}),
            json!({"error": {"code": "CONTACT_LIMIT_EXCEEDED", "message": "No"}}),
            json!({"error_code": "planLimitReached"}),
        ] {
            assert!(suggests(&body), "{body}");
        }
    }

    #[test]
    fn a_message_about_limits_of_values_or_requests_suggests_no_full_plan() {
        for message in [
            "exceeds the limit of 100 characters",
            "Character limit exceeded",
            "account name is limited to 50 characters",
            "The account number exceeds the maximum",
            "The contact name exceeds the limit",
            "You have exceeded the request limit for your account",
            "Too many requests",
            "Your account made more API calls per day than allowed",
            "rate limit of your plan exceeded",
            "The account credit limit must be a number",
            "Contact already exists",
            "Your account is not permitted to create contacts",
            "time limit reached please try again tomorrow at 18:00 - 06:00",
            "Account not found",
            "Custom fields limit reached",
            "Field limit exceeded",
            "Maximum number of tags reached",
            "Too many contacts in one request",
            "You have exceeded the maximum number of contacts per batch",
            "The list of contacts is limited to 100 per page",
            "The name of the person exceeds the limit",
            "record not found",
            "Your session has expired",
            "The token has expired",
            "Der Name darf höchstens 50 Zeichen lang sein",
            "Le nom dépasse la limite de 50 caractères",
            "El nombre ha superado el límite",
            "",
        ] {
            assert!(!suggests(&json!({"message": message})), "{message}");
        }
        for body in [
            json!({"errors": [{"field": "email", "message": "exceeds the contact limit of your plan"}]}),
            json!({"email": ["is invalid"], "base": ["Contact limit reached"]}),
            json!({"errors": ["Email can't be blank", "Contact limit reached"]}),
            json!({"errors": {"notes": ["maximum of your account is 100"]}}),
        ] {
            assert!(!suggests(&body), "{body}");
        }
    }
}
