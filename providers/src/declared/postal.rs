//! How a postal address is written.

use super::document::NodeValue;
use super::table::TableReader;

/// The parts of a postal address.
pub(super) const PARTS: &[(&str, Part)] = &[
    ("street", Part::Street),
    ("street2", Part::Street2),
    ("city", Part::City),
    ("region", Part::Region),
    ("postal_code", Part::PostalCode),
    ("country", Part::Country),
    ("kind", Part::Kind),
];

/// How a postal address is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AddressForm {
    pub(super) join: Option<String>,
    pub(super) country: CountryForm,
    /// What the whole address needs.
    pub(super) needs: Vec<Part>,
    /// What one part needs.
    pub(super) part_needs: Vec<(Part, Vec<Part>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CountryForm {
    Code,
    Code3,
    Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Street,
    Street2,
    City,
    Region,
    PostalCode,
    Country,
    Kind,
}

impl Default for AddressForm {
    fn default() -> Self {
        Self { join: None, country: CountryForm::Code, needs: Vec::new(), part_needs: Vec::new() }
    }
}

impl AddressForm {
    pub(super) fn read(table: &TableReader<'_>) -> Self {
        let countries =
            [("code", CountryForm::Code), ("code3", CountryForm::Code3), ("name", CountryForm::Name)];
        let mut form = Self {
            join: table.any_text("join").map(str::to_owned),
            country: table.choice("country", &countries).unwrap_or(CountryForm::Code),
            ..Self::default()
        };
        for (name, node) in table.members("needs") {
            let key = table.key(&format!("needs.{name}"));
            let entries = match &node.value {
                NodeValue::List(entries) => entries.as_slice(),
                NodeValue::Text(_) => std::slice::from_ref(node),
                _ => {
                    table.problems().report(node.line, key, "expected a list of parts");
                    continue;
                }
            };
            let mut parts = Vec::new();
            for entry in entries {
                match &entry.value {
                    NodeValue::Text(text) if part(text).is_some() => parts.extend(part(text)),
                    _ => table.problems().report(
                        entry.line,
                        &key,
                        "expected names of parts, such as street and city",
                    ),
                }
            }
            match (name.as_str(), part(name)) {
                ("*", _) => form.needs = parts,
                (_, Some(part)) => form.part_needs.push((part, parts)),
                _ => table.problems().report(node.line, key, "is neither `*` nor a part of an address"),
            }
        }
        form
    }
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        PARTS.iter().find(|(_, part)| *part == self).map_or("", |(name, _)| name)
    }
}

/// Returns the part of this name.
pub(super) fn part(name: &str) -> Option<Part> {
    PARTS.iter().find(|(word, _)| *word == name).map(|(_, part)| *part)
}
