//! Ids and codes that JSON holds as numbers.
//!
//! A JSON parser turns a number with a fraction, an exponent or too many digits into a 64-bit float. This module recovers every
//! digit from the original text, or reports that they are lost.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use super::problem::Problem;

/// The number of decimal digits that a 64-bit float always holds exactly.
const EXACT_DIGITS: usize = 15;

const ROUNDED: &str = "a program has rounded this number: write the id as a text in quotes";

/// Replaces the numbers at `keys` of `object` by texts with all their digits: `42.0` by `42`, and an integer of any length by
/// its digits in `text`, the JSON that `object` was parsed from.
///
/// # Errors
///
/// For the first number with lost digits: a number with an exponent (`1.5e11`), or with a fraction and more digits than a
/// float holds.
///
/// ```
/// use unicontact_model::contact::exact_ids;
///
/// let text = r#"{"external_id": 12345678901234567890123, "name": "Ada King"}"#;
/// let mut object = serde_json::from_str(text)?;
/// exact_ids(text, &mut object, &["external_id"]).unwrap();
/// assert_eq!(object["external_id"], "12345678901234567890123");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn exact_ids(text: &str, object: &mut Map<String, Value>, keys: &[&str]) -> Result<(), Problem> {
    let is_float = |key: &&str| object.get(*key).and_then(Value::as_number).is_some_and(Number::is_f64);
    // Integers are exact already, so most objects are not parsed a second time.
    if !keys.iter().any(is_float) {
        return Ok(());
    }
    let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else { return Ok(()) };
    for key in keys {
        if let (Some(Value::Number(_)), Some(written)) = (object.get(*key), members.get(*key)) {
            let id = id_of_number(written.get());
            let id =
                id.map_err(|message| Problem { path: (*key).to_owned(), message: message.to_owned() })?;
            object.insert((*key).to_owned(), Value::String(id));
        }
    }
    Ok(())
}

/// Replaces the ids `external_id` and `owner_id` of a contact's JSON as [`exact_ids`] does. Other JSON than an object stays
/// unchanged.
///
/// # Errors
///
/// As for [`exact_ids`].
pub fn exact_contact_ids(text: &str, contact: &mut Value) -> Result<(), Problem> {
    let Value::Object(object) = contact else { return Ok(()) };
    exact_ids(text, object, &["external_id", "owner_id"])
}

/// Returns the text of an id that is written as a JSON number.
pub(super) fn id_of_number(written: &str) -> Result<String, &'static str> {
    if written.contains(['e', 'E']) {
        return Err(ROUNDED);
    }
    let Some((whole, fraction)) = written.split_once('.') else { return Ok(written.to_owned()) };
    let fraction = fraction.trim_end_matches('0');
    if whole.trim_start_matches('-').len() + fraction.len() > EXACT_DIGITS {
        return Err(ROUNDED);
    }
    Ok(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(text: &str) -> Result<Value, String> {
        let mut object = serde_json::from_str(text).unwrap();
        exact_ids(text, &mut object, &["id"]).map_err(|problem| problem.to_string())?;
        Ok(object.remove("id").unwrap_or_default())
    }

    #[test]
    fn a_number_keeps_its_digits_or_is_refused() {
        for (written, id) in [
            ("12345678901234567890123", "12345678901234567890123"),
            ("-98765432109876543210", "-98765432109876543210"),
            ("42.0", "42"),
            ("-42.00", "-42"),
            ("12.50", "12.5"),
            ("123456789012345.0", "123456789012345"),
        ] {
            assert_eq!(exact(&format!("{{\"id\": {written}}}")).unwrap(), id, "{written}");
        }
        for written in ["1.5e11", "1E5", "1e-7", "12345678901234567890.0", "0.12345678901234567"] {
            let refused = exact(&format!("{{\"id\": {written} }}")).unwrap_err();
            assert!(refused.starts_with("id: a program has rounded this number"), "{refused}");
        }
        assert_eq!(exact("{\"id\": 9007199254740993}").unwrap(), 9_007_199_254_740_993_u64);
        assert_eq!(exact("{\"id\": \"1.5e11\"}").unwrap(), "1.5e11");
        assert_eq!(exact("{\"other\": {\"id\": 1.5e11}}").unwrap(), Value::Null);
    }

    proptest! {
        #[test]
        fn an_integer_of_any_length_is_kept(digits in "-?[1-9][0-9]{0,60}") {
            let id = exact(&format!("{{\"a\":1.5, \"id\":{digits}}}")).unwrap();
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            prop_assert_eq!(id, digits);
        }
    }
}
