//! The fields that a success says it did not take.

use serde_json::Value;
use unicontact_model::id_text;

use super::answer::AnswerContext;
use crate::created::IgnoredField;
use crate::declared::answers::Ignored;

/// The names of the sent fields.
#[derive(Debug, Default)]
struct SentNames {
    /// The paths of values: `name.first`, `phones[0].number`.
    paths: Vec<String>,
    /// The members that hold values.
    members: Vec<String>,
    /// The members that hold other members.
    containers: Vec<String>,
}

/// Returns the fields of `sent` that the texts of an answer name, each with the vendor's words. `entries` is the member that holds
/// the name of a field where the fields are a list of pairs.
pub(super) fn fields(
    ignored: &Ignored,
    answer: &AnswerContext<'_>,
    sent: &Value,
    entries: Option<&str>,
) -> Vec<IgnoredField> {
    let texts: Vec<String> =
        ignored.path.entries(answer.document()).values.into_iter().filter_map(id_text).collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let mut names = SentNames::default();
    names.add(sent, "", entries);
    let redactor = answer.exchange.redactor();
    let mut fields: Vec<IgnoredField> = Vec::new();
    for text in texts {
        let lower = text.to_lowercase();
        if !ignored.says.is_empty() && !ignored.says.iter().any(|said| lower.contains(said)) {
            continue;
        }
        for name in names.named_in(&lower) {
            if !fields.iter().any(|field| field.name == *name) {
                fields.push(IgnoredField { name: name.clone(), words: redactor.redact(&text) });
            }
        }
    }
    fields
}

impl SentNames {
    fn add(&mut self, value: &Value, path: &str, entries: Option<&str>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    let names = if is_container(member) { &mut self.containers } else { &mut self.members };
                    names.push(name.clone());
                    self.add(member, &inner, entries);
                    if entries == Some(name.as_str()) {
                        self.members.extend(member.as_str().map(str::to_owned));
                    }
                }
            }
            Value::Array(list) => {
                for (index, entry) in list.iter().enumerate() {
                    self.add(entry, &format!("{path}[{index}]"), entries);
                }
            }
            _ => self.paths.push(path.to_owned()),
        }
    }

    /// Returns the names that stand in a text in lower case: the longest kind of name counts.
    fn named_in(&self, text: &str) -> Vec<&String> {
        let in_text = |names: &'_ [String]| -> Vec<usize> {
            let is_named = |name: &String| has_word(text, &name.to_lowercase());
            names.iter().enumerate().filter(|(_, name)| is_named(name)).map(|(index, _)| index).collect()
        };
        for names in [&self.paths, &self.members, &self.containers] {
            let found = in_text(names);
            if !found.is_empty() {
                return found.into_iter().filter_map(|index| names.get(index)).collect();
            }
        }
        Vec::new()
    }
}

fn is_container(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(entries) => entries.iter().any(is_container),
        _ => false,
    }
}

/// Returns whether a text has the name as a whole word, and not as the beginning of a longer path.
fn has_word(text: &str, name: &str) -> bool {
    if name.trim().is_empty() {
        return false;
    }
    let is_of_word = |it: char| it.is_alphanumeric() || it == '_' || it == '-';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + name.len()..].chars();
        let next = after.next();
        let continues = next == Some('[') || (next == Some('.') && after.next().is_some_and(is_of_word));
        !before.is_some_and(is_of_word) && !next.is_some_and(is_of_word) && !continues
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word_of_its_own() {
        for (text, name, is_there) in [
            ("email could not be set", "email", true),
            ("the field \"email\".", "email", true),
            ("email_2 could not be set", "email", false),
            ("work-email could not be set", "email", false),
            ("properties.email", "email", true),
            ("name.first was left out", "name", false),
            ("phones[0].number", "phones", false),
            ("the last name is unknown", "last name", true),
            ("", "email", false),
        ] {
            assert_eq!(has_word(text, name), is_there, "{name} in {text}");
        }
    }
}
