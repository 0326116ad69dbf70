//! The forms that the value of an account key can have, and the check of a value against its form.

use serde_json::Value;

use crate::http::{BaseUrl, BaseUrlError};

/// The form of an account key's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AccountKind {
    Text,
    Integer,
    Integers,
    /// The choices, each with the values that belong to it.
    Choice(Vec<Choice>),
    Table,
    HostLabel,
    /// An https origin, whose host must match one of the patterns if there are any.
    Origin(Vec<String>),
    Segment,
}

/// One value of a choice. Its parts are holes of their own: `{region.api}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) parts: Vec<(String, String)>,
}

/// The value of a key. `Debug` shows none.
#[derive(Clone, PartialEq)]
pub(super) enum AccountValue {
    Text(String),
    Integer(i64),
    Integers(Vec<i64>),
    Table(Vec<(String, String)>),
}

impl std::fmt::Debug for AccountValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccountValue(..)")
    }
}

impl AccountKind {
    /// Reads a value. Numbers may be texts, as environment variables write them.
    ///
    /// # Errors
    ///
    /// What was expected. The message does not repeat the value.
    pub(super) fn read(&self, value: &Value) -> Result<AccountValue, String> {
        let text = match value {
            Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        match self {
            Self::Integer => {
                let number = value.as_i64().or_else(|| text.and_then(|text| text.parse().ok()));
                number.map(AccountValue::Integer).ok_or_else(|| "expected a whole number".to_owned())
            }
            Self::Integers => integers(value)
                .map(AccountValue::Integers)
                .ok_or_else(|| "expected whole numbers, as a list or separated by commas".to_owned()),
            Self::Table => {
                table(value).map(AccountValue::Table).ok_or_else(|| "expected a table of texts".to_owned())
            }
            Self::Choice(choices) => {
                let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
                text.filter(|text| names.contains(&text.as_str()))
                    .map(AccountValue::Text)
                    .ok_or_else(|| format!("expected one of {}", names.join(", ")))
            }
            Self::HostLabel => host_label(text),
            Self::Origin(hosts) => {
                let text =
                    text.ok_or_else(|| "expected an address such as https://crm.example.com".to_owned())?;
                origin(&text, hosts).map(AccountValue::Text)
            }
            Self::Text | Self::Segment => {
                let text = text.ok_or_else(|| "expected text".to_owned())?;
                self.check_text(&text)?;
                Ok(AccountValue::Text(text))
            }
        }
    }

    /// Refuses a text that would break a header, or make another path.
    fn check_text(&self, text: &str) -> Result<(), String> {
        if text.chars().any(char::is_control) {
            return Err("expected text of one line, without control characters".to_owned());
        }
        if *self == Self::Segment && is_dots(text) {
            return Err("expected one part of a path, which is never `.` or `..`".to_owned());
        }
        Ok(())
    }
}

/// Returns whether a part of a path leads to another path.
pub(super) fn is_dots(part: &str) -> bool {
    matches!(part, "." | "..")
}

fn integers(value: &Value) -> Option<Vec<i64>> {
    let numbers: Vec<i64> = match value {
        Value::Array(entries) => entries.iter().map(Value::as_i64).collect::<Option<_>>()?,
        Value::Number(number) => vec![number.as_i64()?],
        Value::String(text) => text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?,
        _ => return None,
    };
    (!numbers.is_empty()).then_some(numbers)
}

fn table(value: &Value) -> Option<Vec<(String, String)>> {
    let members = value.as_object()?.iter();
    members
        .map(|(name, value)| match value {
            Value::String(text) if !text.trim().is_empty() => Some((name.clone(), text.trim().to_owned())),
            Value::Number(number) => Some((name.clone(), number.to_string())),
            _ => None,
        })
        .collect()
}

fn host_label(text: Option<String>) -> Result<AccountValue, String> {
    let is_label = |text: &String| {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        text.len() <= 63 && !text.starts_with('-') && !text.ends_with('-') && text.bytes().all(is_plain)
    };
    let label = text.map(|text| text.to_ascii_lowercase()).filter(is_label);
    label
        .map(AccountValue::Text)
        .ok_or_else(|| "expected one part of a host's name, such as acme: letters, digits and `-`".to_owned())
}

/// Returns the scheme, host and port of an address. Its host must match one of the patterns, if there are any; an address of this
/// machine always does.
fn origin(text: &str, hosts: &[String]) -> Result<String, String> {
    let address: BaseUrl = text.parse().map_err(|error: BaseUrlError| error.to_string())?;
    if !matches!(address.join(&[]).path(), "/" | "") {
        return Err(
            "expected scheme and host alone, such as https://crm.example.com, without a path".to_owned()
        );
    }
    let host = address.host();
    let matches = |pattern: &String| match pattern.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => host == pattern,
    };
    if !hosts.is_empty() && !address.is_this_machine() && !hosts.iter().any(matches) {
        return Err(format!("the host is none of {}", hosts.join(", ")));
    }
    Ok(address.to_string().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn choice() -> AccountKind {
        let named = |name: &str| Choice { name: name.to_owned(), parts: Vec::new() };
        AccountKind::Choice(vec![named("eu"), named("us")])
    }

    fn crm_origin() -> AccountKind {
        AccountKind::Origin(vec!["*.crm.example".to_owned()])
    }

    #[test]
    fn a_value_in_another_form_is_refused_with_what_is_expected() {
        for (kind, value, expected) in [
            (AccountKind::Text, json!(true), "expected text"),
            (AccountKind::Text, json!(" "), "expected text"),
            (AccountKind::Text, json!("a\nb"), "expected text of one line, without control characters"),
            (AccountKind::Segment, json!(".."), "expected one part of a path, which is never `.` or `..`"),
            (AccountKind::Segment, json!(["a"]), "expected text"),
            (AccountKind::Integer, json!("4x"), "expected a whole number"),
            (AccountKind::Integer, json!(4.5), "expected a whole number"),
            (AccountKind::Integer, json!(u64::MAX), "expected a whole number"),
            (AccountKind::Integers, json!([]), "expected whole numbers, as a list or separated by commas"),
            (
                AccountKind::Integers,
                json!("1,,2"),
                "expected whole numbers, as a list or separated by commas",
            ),
            (
                AccountKind::Integers,
                json!([1, "b"]),
                "expected whole numbers, as a list or separated by commas",
            ),
            (AccountKind::Table, json!({"a": ""}), "expected a table of texts"),
            (AccountKind::Table, json!({"a": " "}), "expected a table of texts"),
            (AccountKind::Table, json!({"a": {"b": "c"}}), "expected a table of texts"),
            (choice(), json!("EU"), "expected one of eu, us"),
            (
                AccountKind::HostLabel,
                json!("acme.crm"),
                "expected one part of a host's name, such as acme: letters, digits and `-`",
            ),
            (crm_origin(), json!("https://acme.other.example"), "the host is none of *.crm.example"),
            (
                crm_origin(),
                json!("https://acme.crm.example/x"),
                "expected scheme and host alone, such as https://crm.example.com, without a path",
            ),
        ] {
            assert_eq!(kind.read(&value).err().as_deref(), Some(expected), "{kind:?}: {value}");
        }
    }

    #[test]
    fn an_origin_has_neither_a_query_nor_a_user() {
        for address in
            ["https://acme.crm.example?a=1", "https://acme.crm.example#a", "https://ada@acme.crm.example"]
        {
            assert!(crm_origin().read(&json!(address)).is_err(), "{address}");
        }
    }

    #[test]
    fn a_value_in_its_form_is_read() {
        for (kind, value, expected) in [
            (AccountKind::Text, json!(" a b "), AccountValue::Text("a b".to_owned())),
            (AccountKind::Text, json!(7), AccountValue::Text("7".to_owned())),
            (AccountKind::Segment, json!("..."), AccountValue::Text("...".to_owned())),
            (AccountKind::Integer, json!("-4"), AccountValue::Integer(-4)),
            (AccountKind::Integers, json!("1, 2"), AccountValue::Integers(vec![1, 2])),
            (AccountKind::Integers, json!(3), AccountValue::Integers(vec![3])),
            (choice(), json!("us"), AccountValue::Text("us".to_owned())),
            (AccountKind::HostLabel, json!("Acme-2"), AccountValue::Text("acme-2".to_owned())),
            (
                crm_origin(),
                json!("https://acme.crm.example/"),
                AccountValue::Text("https://acme.crm.example".to_owned()),
            ),
        ] {
            assert!(kind.read(&value) == Ok(expected), "{kind:?}: {value}");
        }
    }

    proptest! {
        #[test]
        fn a_message_does_not_repeat_the_value(text in "[A-Z]{6,12}\n[A-Z]{6,12}") {
            for kind in [AccountKind::Text, AccountKind::Integer, choice(), AccountKind::HostLabel, crm_origin()] {
                let message = kind.read(&Value::String(text.clone())).err().unwrap();
                prop_assert!(!message.contains(&text[..6]), "{kind:?}: {message}");
            }
        }
    }
}
