//! Redaction of texts, and of the messages of a refusal.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::VendorMessage;
use super::*;

/// Returns a text redacted after a request with this one value.
fn redacted_after(value: &str, text: &str) -> String {
    Redactor::from_request(&json!({"notes": value})).redact(text)
}

#[test]
fn values_of_the_contact_and_credentials_are_removed() {
    let sent = json!({"name": "Ada King", "email": "ada@example.com", "phones": ["+442071234567"]});
    let redactor = Redactor::from_request(&sent).with_secret("tok_abcd");
    let message =
        "ada@example.com of ADA KING (+442071234567, other 0301234567, x@y.org) via tok_abcd is invalid";
    assert_eq!(
        redactor.redact(message),
        "[removed] of [removed] ([removed], other [removed] [removed] via [removed] is invalid"
    );
}

#[test]
fn a_message_without_sensitive_data_stays_unchanged() {
    let sent = json!({"full_name": "Mira Beispiel", "name": "Mira", "type": {"id": 1}, "siteId": 169,
        "note": "Ask for her by her name, or write; she was met in Berlin in the spring of last year."});
    let redactor = Redactor::from_request(&sent).with_secret("secret-token");
    for message in [
        "full_name can't be blank",
        "Name is required",
        "time limit reached please try again tomorrow at 18:00 - 06:00",
        "Service profile with Id '-1' not found.",
        "you are not authorized to log into this site 1691",
        "100% of \\d+ & more; at C:\\new?",
    ] {
        assert_eq!(redactor.redact(message), message);
    }
}

#[test]
fn a_value_over_several_lines_is_removed() {
    let value = "Q bc\nde\tf";
    for text in ["'Q bc\nde\tf'", "'Q bc\r\n de f'", "'Q bc\\nde\\tf'"] {
        assert_eq!(redacted_after(value, text), "'[removed]'", "{text:?}");
    }
}

#[test]
fn an_escaped_value_is_removed() {
    for text in [
        r#""Nu \"J\" é""#,
        r#""NU \\\"J\\\" \U00E9""#,
        "\"Nu &quot;J&#34; &#xe9;\"",
        "\"Nu &amp;quot;J&amp;quot; &#233;\"",
        "\"nu%20%22J%22%20%C3%A9\"",
        "\"nu+%22J%22+%C3%A9\"",
    ] {
        assert_eq!(redacted_after("Nu \"J\" é", text), "\"[removed]\"", "{text}");
    }
    assert_eq!(
        redacted_after("Müller", "M&uuml;ller is wrong"),
        "[removed] is wrong",
        "not read, and not shown"
    );
}

#[test]
fn a_value_that_looks_escaped_is_removed_in_every_decoding() {
    let value = "q%20\"b";
    for text in [value, "q%20\\\"b", "q%2520%22b", "q \"b"] {
        assert_eq!(redacted_after(value, &format!("<{text}>")), "<[removed]>", "{text:?}");
    }
}

#[test]
fn a_credential_that_ends_with_an_accidental_escape_is_removed() {
    let redactor = Redactor::from_request(&json!({})).with_secret(r#"t"ok"n%A"#);
    for text in [r#"'t\"ok\"n%A0' refused"#, "'t&quot;ok&quot;n%A0' refused", "'t%22ok%22n%25A0' refused"] {
        assert_eq!(redactor.redact(text), "'[removed]' refused", "{text}");
    }
}

#[test]
fn any_part_of_a_long_value_is_removed() {
    let value = "Met in Weimar, where she had lived for years";
    assert_eq!(
        redacted_after(value, "'Met in Wei...' is too long"),
        "'[removed] in [removed]...' is too long"
    );
    assert_eq!(redacted_after(value, "xHAD LIVEDx"), "[removed]");
    assert_eq!(redacted_after(value, "...re she h... is wrong"), "...[removed]... is wrong");
}

#[test]
fn a_short_value_is_removed_only_as_a_whole_word() {
    assert_eq!(redacted_after("Bo", "Bo, not Bob or about"), "[removed], not Bob or about");
}

#[test]
fn numbers_are_removed() {
    let redactor = Redactor::from_request(&json!({"a": 662_607, "b": 4711, "c": [42], "d": 7}));
    assert_eq!(
        redactor.redact("x662607, 4711 and 42, not 14711, 422 or 7"),
        "[removed], [removed] and [removed], not 14711, 422 or 7"
    );
}

#[test]
fn words_of_a_long_text_are_removed_only_as_whole_words() {
    let notes = "She is valid as a contact of (Weimar), and of Jena, and of many other towns around here.";
    assert_eq!(redacted_after(notes, "'Weimar', 'jena' is invalid"), "'[removed]', '[removed]' is invalid");
}

#[test]
fn a_query_is_removed() {
    let text = "Cannot GET /contact?q=x%20y of https://a.example/b?c or Why?";
    assert_eq!(redacted_after("x", text), "Cannot GET [removed] of [removed] or Why?");
}

#[test]
fn a_value_that_is_cut_at_the_search_limit_is_not_shown() {
    let value = "long value ".repeat(10 * MAX_SEARCHED / 11);
    for lead in 0..12 {
        let text = format!("{}{}Adaline", " ".repeat(lead), &value[..MAX_SEARCHED - 4]);
        let redactor = Redactor::from_request(&json!([value, "Adaline"]));
        assert_eq!(redactor.redact(&text), "[removed]…", "{lead}");
    }
}

#[test]
fn a_text_with_too_many_levels_of_escapes_is_removed() {
    assert_eq!(redacted_after("x", &format!("a %{}41", "25".repeat(2000))), "[removed]");
}

/// Returns the redacted message of a refusal of a contact.
fn redacted(contact: &Value, refusal: &Value) -> VendorMessage {
    VendorMessage::from_json(refusal).redacted(&Redactor::from_request(contact))
}

#[test]
fn common_words_of_a_validation_message_stay_even_if_the_contact_contains_them() {
    let notes = json!({"notes": "Her number must be a valid one; is invalid for now",
        "contact_phones": [{"number": "1"}], "email": "x"});
    for (contact, field, message, shown) in [
        (&notes, "contact_phones.number", "is invalid", "contact_phones.number is invalid"),
        (&notes, "contact_phones[0].number", "phone is invalid", "contact_phones[0].number phone is invalid"),
        (&notes, "email", "is invalid", "email is invalid"),
        (&notes, "email", "must be a valid one", "email must be a valid [removed]"),
        (
            &json!({"full_name": "Ann Name", "organization": "Name"}),
            "full_name",
            "name must be a valid name",
            "full_name name must be a valid name",
        ),
        (&json!({"name": "Max Long"}), "name", "is too long (max 20)", "name is too long (max 20)"),
        (
            &json!({"name": "Max Long"}),
            "name",
            "'Max Long' can't be an e-mail",
            "name '[removed] Long' can't be an e-mail",
        ),
    ] {
        let message = redacted(contact, &json!({"errors": {field: [message]}}));
        assert_eq!(message.text.as_deref(), Some(shown), "{contact}");
        assert_eq!(message.fields[0].field, field, "{contact}");
    }
}

#[test]
fn short_codes_and_ids_stay_even_if_a_value_equals_them() {
    let contact = json!({"postal_code": "1405", "line": 1000, "phone": "555-0123", "zip": 12_345_678});
    for code in ["1405", "1000"] {
        let message = redacted(&contact, &json!({"error_code": code, "message": format!("error {code}")}));
        assert_eq!(message.code.as_deref(), Some(code));
        assert_eq!(message.text.as_deref(), Some("error [removed]"), "a text is no code");
    }
    let redactor = Redactor::from_request(&contact).with_secret("4711");
    for (id, is_kept) in
        [("1405", true), ("1000", true), ("5550123", false), ("12345678", false), ("4711", false)]
    {
        assert_eq!(redactor.allows_id(id), is_kept, "{id}");
    }
    assert_eq!(redactor.redact_code("4711"), "[removed]");
}

#[test]
fn whole_words_are_removed() {
    let contact = json!({"notes": "Ask her neighbours or friends", "name": "見本"});
    for (text, shown) in [
        ("the xneighboursphone is wrong", "the [removed] is wrong"),
        ("neighbours phone", "[removed] phone"),
        ("\"neighbours\\nor friends\" invalid", "\"[removed]\\nor [removed]\" invalid"),
        ("名称見本無効", "名称[removed]無効"),
    ] {
        assert_eq!(Redactor::from_request(&contact).redact(text), shown, "{text}");
    }
}

#[test]
fn a_common_word_inside_personal_data_or_a_credential_is_removed() {
    let contact = json!({"email": "info@name.address", "notes": "ada_king_1985"});
    let redactor = Redactor::from_request(&contact).with_secret("a valid contact");
    for (text, shown) in [
        ("info@name.address is taken", "[removed] is taken"),
        ("no 'VALID contact' of the state", "no '[removed]' of the state"),
        ("\\u0069\\u006e\\u0066\\u006f\\u0040\\u006e\\u0061\\u006d\\u0065 is", "[removed] is"),
    ] {
        assert_eq!(redactor.redact(text), shown, "{text}");
    }
    for (field, shown) in [
        ("ada_king_1985", "[removed]"),
        ("valid contact", "[removed]"),
        ("record_type_id", "record_type_id"),
        ("notes[1].king", "notes[1].king"),
    ] {
        assert_eq!(redactor.redact_field(field), shown, "{field}");
    }
}

#[test]
fn every_value_of_a_login_is_a_credential() {
    for login in [json!({"email": "a", "password": "invalid name"}), json!(["invalid name"])] {
        assert_eq!(Redactor::from_request(&login).redact("'invalid name' refused"), "'[removed]' refused");
    }
}

#[test]
fn a_word_of_the_contact_inside_an_identifier_of_the_vendor_stays() {
    let contact = json!({"stage": "Lead", "name": "Plan King", "type": "Client", "email": "ada_k@example.com",
        "born": "Lovelace Byron"});
    let redactor = Redactor::from_request(&contact).with_secret("secret_status_token");
    for (text, shown) in [
        ("No such column 'hs_lead_status' of Lead", "No such column 'hs_lead_status' of [removed]"),
        ("Plan: the_plan_limit is reached", "[removed]: the_plan_limit is reached"),
        ("Plan: plan_limit is reached", "[removed]: [removed]_limit is reached"),
        ("unknown: ClientPriorityLevel__c, clientTypeId", "unknown: ClientPriorityLevel__c, clientTypeId"),
        ("HS_LEAD_STATUS.lead (HS_LEAD)", "HS_LEAD_STATUS.[removed] (HS_[removed])"),
        ("the_lovelace_color_field", "the_[removed]_color_field"),
        ("plan_king of ada_k, LovelaceByron", "[removed]_[removed] of [removed], [removed]"),
        ("plan_king_email, lead_k, lead_4711", "[removed]_[removed]_email, [removed]_k, [removed]_4711"),
        ("at secret_status_token", "at [removed]"),
        ("the_plan_limit@other.example", "[removed]"),
    ] {
        assert_eq!(redactor.redact(text), shown, "{text}");
    }
}

#[test]
fn a_code_that_is_an_identifier_of_the_vendor_stays() {
    let contact = json!({"name": "Bad Plan", "type": "Client", "phone": "55501", "nick": "anna-lena"});
    let redactor = Redactor::from_request(&contact).with_secret("secret_code");
    for code in ["bad_token", "plan_limit", "BAD_PLAN_TOKEN", "BadToken", "client.duplicate", "client-exists"]
    {
        assert_eq!(redactor.redact_code(code), code);
    }
    for (code, shown) in [
        ("bad", "[removed]"),
        ("bad_plan", "[removed]_[removed]"),
        ("x_55501", "x_[removed]"),
        ("anna-lena", "[removed]"),
        ("secret_code", "[removed]"),
    ] {
        assert_eq!(redactor.redact_code(code), shown, "{code}");
    }
}

proptest! {
    #[test]
    fn a_name_is_removed_in_a_sentence_and_stays_in_an_identifier(
        name in "[A-Z][bcdfgjkqvxz]{2,6}",
        before in "(The |\\(|'|\"|: |, |- |/)?",
        after in "( is wrong| \\.|\\.|,|'|\"|\\)|:|!|\\?|;)?",
        case in 0..3_usize,
    ) {
        let redactor = Redactor::from_request(&json!({"name": name}));
        let written = [name.clone(), name.to_lowercase(), name.to_uppercase()][case].clone();
        let sentence = format!("{before}{written}{after}");
        let shown = redactor.redact(&sentence).to_lowercase();
        prop_assert!(!shown.contains(&name.to_lowercase()), "{sentence}: {shown}");
        prop_assert!(shown.contains(REMOVED), "{sentence}: {shown}");
        let lower = name.to_lowercase();
        for (identifier, stays) in [
            (format!("hs_{lower}_status"), true),
            (format!("{lower}_status"), false),
            (format!("{name}StatusCode__c"), true),
        ] {
            let message = format!("No such column '{identifier}'");
            prop_assert_eq!(redactor.redact(&message) == message, stays);
            prop_assert_eq!(redactor.redact_code(&identifier), identifier.clone());
            let address = format!("to {identifier}@example.com");
            prop_assert_eq!(redactor.redact(&address), "to [removed]");
        }
    }
}
