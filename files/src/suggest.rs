//! Writes a mapping for a file, for the user to complete.
//!
//! Invariant: with the mapping as written, the file is read as without a mapping.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::field_path::names;
use crate::layouts::fold;
use crate::plan::{ColumnPlan, ColumnTarget};
use crate::toml_string::toml_string;

/// Returns a plan as the text of a mapping.
pub(crate) fn suggested_map(plan: &ColumnPlan) -> String {
    let mut text = String::new();
    text.push_str("# What each column is. Complete it, and pass it with --map.\n");
    if let Some(layout) = &plan.layout {
        let _ = writeln!(text, "# The header is known: {layout}.");
    }
    text.push_str("#\n# A column goes to one of these fields, to custom.<key>, or to \"ignore\":\n");
    for names in names().collect::<Vec<_>>().chunks(4) {
        let _ = writeln!(text, "#   {}", names.join("  "));
    }
    text.push_str("# [] takes a number, from 0: phones[0].number, phones[1].number.\n");
    text.push_str("# With its kind: { to = \"phones[1].number\", kind = \"work\" }\n");
    text.push_str("# kinds: work, home, mobile, fax, main, other\n\n[columns]\n");
    let mut counts = BTreeMap::<String, usize>::new();
    for column in &plan.columns {
        if column.header.is_empty() {
            let _ = writeln!(text, "# column {} has no header: give it one in the file", column.number);
            continue;
        }
        let count = counts.entry(fold(&column.header)).or_default();
        *count += 1;
        let name = if *count > 1 { format!("{}#{count}", column.header) } else { column.header.clone() };
        let _ = writeln!(text, "{}", line(&name, &column.target));
    }
    text.push_str("\n# The same for every row:\n# [constants]\n# \"tags\" = \"import\"\n");
    text
}

/// Returns the line of a column under `[columns]`.
fn line(header: &str, target: &ColumnTarget) -> String {
    let key = toml_string(header);
    match target {
        ColumnTarget::Field { field, kind: None, label: None } => format!("{key} = {}", toml_string(field)),
        ColumnTarget::Field { field, kind, label } => {
            let mut parts = vec![format!("to = {}", toml_string(field))];
            parts.extend(kind.iter().map(|kind| format!("kind = {}", toml_string(kind))));
            parts.extend(label.iter().map(|label| format!("label = {}", toml_string(label))));
            format!("{key} = {{ {} }}", parts.join(", "))
        }
        ColumnTarget::Unused { reason } => format!("{key} = \"ignore\"  # {}", reason.without_advice()),
    }
}
