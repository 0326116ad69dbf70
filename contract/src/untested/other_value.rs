//! The other values that a word of a description may have.

use serde_json::Value;
use unicontact_providers::DescriptionValue;

use super::document::Step;

/// Returns the words that the format allows at a place, or none if it allows any text.
pub(super) fn words_at(schema: &Value, path: &[Step]) -> Vec<String> {
    let mut places = alternatives(schema, schema);
    for step in path {
        let below = places.into_iter().flat_map(|place| match step {
            Step::Member(name) => {
                let named = place.pointer("/properties").and_then(|properties| properties.get(name));
                named
                    .or_else(|| place.get("additionalProperties").filter(|it| it.is_object()))
                    .into_iter()
                    .collect()
            }
            // A row may stand alone where a list is allowed.
            Step::Entry(_) => place.get("items").into_iter().collect::<Vec<&Value>>(),
        });
        places = below.flat_map(|place| alternatives(schema, place)).collect();
    }
    let words = places.into_iter().filter_map(|place| place.get("enum")?.as_array()).flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the forms that a schema allows, with references resolved.
fn alternatives<'a>(schema: &'a Value, place: &'a Value) -> Vec<&'a Value> {
    if let Some(reference) = place.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| schema.pointer(pointer));
        return target.map(|target| alternatives(schema, target)).unwrap_or_default();
    }
    match place.get("anyOf").and_then(Value::as_array) {
        Some(forms) => forms.iter().flat_map(|form| alternatives(schema, form)).collect(),
        None => vec![place],
    }
}

/// Returns other values of the same type. `words` are all that the format allows, if it allows only some.
pub(super) fn other_values(value: &DescriptionValue, words: &[String]) -> Vec<DescriptionValue> {
    match value {
        DescriptionValue::Text(text) if words.contains(text) => {
            words.iter().filter(|word| *word != text).cloned().map(DescriptionValue::Text).collect()
        }
        DescriptionValue::Text(text) => other_texts(text).into_iter().map(DescriptionValue::Text).collect(),
        DescriptionValue::Integer(number) => vec![DescriptionValue::Integer(number.saturating_add(1))],
        DescriptionValue::Float(number) => vec![DescriptionValue::Float(number + 1.0)],
        DescriptionValue::Boolean(truth) => vec![DescriptionValue::Boolean(!truth)],
        DescriptionValue::Time(_) | DescriptionValue::List(_) | DescriptionValue::Table(_) => Vec::new(),
    }
}

/// Returns a text that ends otherwise, and one whose last word outside of holes does. A time becomes longer.
fn other_texts(text: &str) -> Vec<String> {
    if let Some(longer) = longer_time(text) {
        return vec![longer];
    }
    let mut texts = vec![format!("{text}x")];
    if let Some(end) = end_of_last_word(text) {
        texts.push(format!("{}x{}", &text[..end], &text[end..]));
    }
    texts.dedup();
    texts
}

/// Returns `11s` for `10s`.
fn longer_time(text: &str) -> Option<String> {
    let unit = text.trim_start_matches(|it: char| it.is_ascii_digit());
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    ["ms", "s", "m", "h", "d"].contains(&unit).then(|| format!("{}{unit}", number + 1))
}

fn end_of_last_word(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut end = None;
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && character.is_alphanumeric() => end = Some(index + character.len_utf8()),
            _ => {}
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use unicontact_providers::description_schema;

    use super::*;

    #[test]
    fn a_word_of_the_format_becomes_each_other_one() {
        let schema = description_schema();
        let member = |name: &str| Step::Member(name.to_owned());
        let words = words_at(&schema, &[member("error"), Step::Entry(2), member("effect")]);
        assert_eq!(words, ["refused", "unknown"]);
        let refused = DescriptionValue::Text("refused".to_owned());
        assert_eq!(other_values(&refused, &words), [DescriptionValue::Text("unknown".to_owned())]);
        assert!(words_at(&schema, &[member("create"), member("path")]).is_empty());
    }

    #[test]
    fn another_text_differs_at_its_end_and_in_its_last_word() {
        for (text, others) in [
            ("errors[].code", &["errors[].codex"][..]),
            ("errors[]", &["errors[]x", "errorsx[]"]),
            ("Key {api_key}", &["Key {api_key}x", "Keyx {api_key}"]),
            ("", &["x"]),
            ("10s", &["11s"]),
            ("v2", &["v2x"]),
        ] {
            assert_eq!(other_texts(text), others);
        }
    }
}
