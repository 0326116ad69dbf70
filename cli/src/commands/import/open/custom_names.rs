//! Warns about custom fields that keep the names of the program that exported them at a provider of another vendor.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use unicontact::Pipeline;
use unicontact::providers::{ContactProvider, FieldFate, UnifiedContact};
use unicontact_files::{ColumnMap, ColumnPlan, ColumnTarget};

/// A limit on the names in one warning.
const MAX_NAMES: usize = 6;

/// Returns a warning for each provider that gets custom fields under names of the program that exported the file, though its
/// vendor is another one. Columns of `map`, the user's own mapping, are left out.
pub(super) fn foreign_names(
    plan: &ColumnPlan,
    map: Option<&ColumnMap>,
    pipelines: &[Arc<Pipeline>],
) -> Vec<String> {
    let Some(program) = &plan.layout else { return Vec::new() };
    let keys = layout_keys(plan, map);
    if keys.is_empty() {
        return Vec::new();
    }
    let providers = pipelines.iter().map(|pipeline| pipeline.provider());
    let others = providers.filter(|provider| !program.eq_ignore_ascii_case(provider.info().vendor()));
    others.filter_map(|provider| warning(program, provider, &unchanged(provider, &keys))).collect()
}

/// Returns the keys of the custom fields that the layout gives columns, each once.
fn layout_keys<'p>(plan: &'p ColumnPlan, map: Option<&ColumnMap>) -> Vec<&'p str> {
    let mut keys = Vec::new();
    for column in &plan.columns {
        let ColumnTarget::Field { field, .. } = &column.target else { continue };
        if let Some(key) = field.strip_prefix("custom.")
            && !map.is_some_and(|map| map.has_field(field))
            && !keys.contains(&key)
        {
            keys.push(key);
        }
    }
    keys
}

/// Returns those of the keys under which the provider sends a custom field as it is, or in capitals.
fn unchanged<'k>(provider: &impl ContactProvider, keys: &[&'k str]) -> Vec<&'k str> {
    let custom: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), json!("x"))).collect();
    let contact = json!({
        "name": {"given": "Ada", "family": "King"}, "external_id": "1",
        "emails": ["ada@example.com"], "phones": ["+442079460123"], "custom": custom,
    });
    let draft = UnifiedContact::from_json(contact).ok().and_then(|contact| provider.draft(&contact).ok());
    let fates = draft.map(|draft| draft.fields).unwrap_or_default();
    keys.iter().copied().filter(|key| fates.iter().any(|fate| keeps_name(fate, key))).collect()
}

/// Returns whether the field is sent under its own key, in any letter case.
fn keeps_name(fate: &FieldFate, key: &str) -> bool {
    let to = fate.to.as_deref().unwrap_or_default().to_lowercase();
    let before = to.strip_suffix(&key.to_lowercase());
    fate.field.strip_prefix("custom.") == Some(key)
        && before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Returns the warning. `None` if no name is unchanged.
fn warning(program: &str, provider: &impl ContactProvider, names: &[&str]) -> Option<String> {
    let first = names.first()?;
    let (name, vendor) = (provider.info().name(), provider.info().vendor());
    let first_names = names[..names.len().min(MAX_NAMES)].join(", ");
    let listed = match names.len().saturating_sub(MAX_NAMES) {
        0 => first_names,
        more => format!("{first_names} and {more} more"),
    };
    Some(format!(
        "warning: {name} gets custom fields under {program}'s names, which {vendor} may refuse: {listed}; set {vendor}'s names in \
         [providers.{vendor}.{name}.custom_fields], such as {first} = \"…\", or leave the columns out with --map"
    ))
}
