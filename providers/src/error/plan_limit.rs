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
];
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
/// What makes `contact` before it a count of contacts.
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
        let names_contacts = names(&words, &["contacts"]);
        if (is_limited && (names_plan || names_contacts || names_contact_limit(&words)))
            || (names_plan && names_contacts)
            || (holds(UPGRADE) && (names_plan || names_contacts || is_any_limited))
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
    words.windows(2).any(|pair| pair[0] == "contact" && COUNTS.contains(&pair[1]))
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
