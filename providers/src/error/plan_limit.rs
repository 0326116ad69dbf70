//! Limits of the account's plan, as a vendor's words name them.
//!
//! Words are no proof: they only raise the suspicion that the next contact would be refused as well.

use super::phrases::{spaced, squeezed};
use super::{FieldError, Words};

/// The names of fields that stand for the whole contact or account; without case and punctuation.
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
/// Words of what a plan belongs to.
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
/// What vendors call many contacts.
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
/// What vendors call one contact.
const CONTACT: &[&str] =
    &["contact", "record", "lead", "person", "customer", "subscriber", "profile", "prospect", "recipient"];
/// A contact and its limit in one word.
const CONTACT_LIMIT: &[&str] = &["kontaktlimit", "kontaktkontingent", "contactlimiet", "contactenlimiet"];
/// What runs out with time.
const EXPIRING: &[&str] = &["plan", "subscription", "trial", "licence", "license"];
const EXPIRED: &[&str] = &["expired", "ended"];
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
const UPGRADE: &[&str] = &["upgrade", "upgrading"];
/// Words of limits on a value or on requests, and of other demands on a value.
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
/// What makes `account` or `contact` before it part of a field's name.
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
/// What makes one contact before it a count of contacts.
const COUNTS: &[&str] =
    &["limit", "limits", "quota", "maximum", "max", "allowance", "cap", "capacity", "count", "credits"];

/// Returns whether the words name the account's plan, the account or its contacts beside a limit, and no field. Of several
/// complaints each must.
pub(crate) fn suggest_plan_limit(words: &Words) -> bool {
    let is_of_plan = |field: &FieldError| is_general(&field.field) && names_plan_limit(&field.message);
    if words.fields.len() > 1 {
        return words.fields.iter().all(is_of_plan);
    }
    if words.fields.iter().any(|field| !is_general(&field.field)) {
        return false;
    }
    let texts = words.fields.iter().map(|field| &field.message).chain(&words.message).chain(&words.code);
    texts.into_iter().any(|text| names_plan_limit(text))
}

fn is_general(field: &str) -> bool {
    GENERAL_FIELDS.contains(&squeezed(field).as_str())
}

/// Returns whether a text names the account's plan, the account or its contacts beside a limit.
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
            || is_too_much(&words, names_contacts)
        {
            return true;
        }
    }
    false
}

/// Returns whether one of these words stands there and is no part of a field's name.
fn names(words: &[&str], list: &[&str]) -> bool {
    words.iter().enumerate().any(|(index, word)| {
        list.contains(word) && words.get(index + 1).is_none_or(|next| !FIELD_NAMES.contains(next))
    })
}

fn names_contact_limit(words: &[&str]) -> bool {
    words.windows(2).any(|pair| CONTACT.contains(&pair[0]) && COUNTS.contains(&pair[1]))
}

/// Returns whether the words say that there are too many contacts, or too few credits.
fn is_too_much(words: &[&str], names_contacts: bool) -> bool {
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
        suggest_plan_limit(&Words::of(body))
    }

    #[test]
    fn a_limit_of_the_plan_the_account_or_its_contacts_is_suggested() {
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
    fn limits_of_values_and_of_requests_are_no_limits_of_the_plan() {
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
