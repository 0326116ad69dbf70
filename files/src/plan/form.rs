//! What holds the columns of a plan.

use super::ColumnPlan;
use super::shown::shown;

/// What holds the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableForm {
    /// A CSV.
    Csv,
    /// The sheet of a workbook that has this name.
    Sheet(String),
    /// JSON objects, whose keys are the columns.
    Objects,
}

/// Returns where the columns of a plan stand, in words.
pub(super) fn place_of_header(plan: &ColumnPlan) -> String {
    let line = plan.header_line;
    match &plan.form {
        TableForm::Csv => {
            let delimiter = char::from(plan.delimiter).escape_default();
            format!("{}, delimiter {delimiter}, header in line {line}", plan.encoding)
        }
        TableForm::Sheet(name) => format!("sheet {}, header in row {line}", shown(name)),
        TableForm::Objects => "the keys of JSON objects".to_owned(),
    }
}
