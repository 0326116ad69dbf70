//! Lines of CSV that are safe to open in a spreadsheet.

/// Returns the cells as a line, without a line end.
pub(crate) fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",")
}

/// Returns a cell. A text that begins like a formula gets an apostrophe, so that no spreadsheet evaluates it.
fn cell(text: &str) -> String {
    let guard = if unicontact_files::is_formula(text) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r', ';', '\t']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_escaped_and_separators_are_quoted() {
        let cells = ["=1+1", "+44", "-1", "@a", "a,b", "say \"hi\"", "", "ä b", "=a,\"b\""];
        assert_eq!(csv_line(cells), r#"'=1+1,'+44,'-1,'@a,"a,b","say ""hi""",,ä b,"'=a,""b""""#);
    }
}
