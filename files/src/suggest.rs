//! A mapping for a file, written for its owner to complete.
//!
//! Unchanged, the mapping changes nothing: it says what is done without it.

use std::fmt::Write as _;

use crate::field_path::names;
use crate::plan::{ColumnPlan, Taken, reason_in_a_mapping};

/// The plan as the text of a mapping.
pub(crate) fn suggestion(plan: &ColumnPlan) -> String {
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
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for column in &plan.columns {
        if column.header.is_empty() {
            let _ = writeln!(text, "# column {} has no header: give it one in the file", column.number);
            continue;
        }
        let count = seen.entry(crate::layouts::fold(&column.header)).or_default();
        *count += 1;
        let name = if *count > 1 { format!("{}#{count}", column.header) } else { column.header.clone() };
        let _ = writeln!(text, "{}", line(&name, &column.taken));
    }
    text.push_str("\n# The same for every row:\n# [constants]\n# \"tags\" = \"import\"\n");
    text
}

fn line(header: &str, taken: &Taken) -> String {
    let key = quoted(header);
    match taken {
        Taken::For { field, kind: None, label: None } => format!("{key} = {}", quoted(field)),
        Taken::For { field, kind, label } => {
            let mut parts = vec![format!("to = {}", quoted(field))];
            parts.extend(kind.iter().map(|kind| format!("kind = {}", quoted(kind))));
            parts.extend(label.iter().map(|label| format!("label = {}", quoted(label))));
            format!("{key} = {{ {} }}", parts.join(", "))
        }
        Taken::Not { reason } => format!("{key} = \"ignore\"  # {}", reason_in_a_mapping(reason)),
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
