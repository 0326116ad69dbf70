//! Writes strings of TOML.

use std::fmt::Write as _;

/// Returns a text as a basic string of TOML, in quotes.
///
/// ```
/// assert_eq!(unicontact_files::toml_string("a \"b\"\n"), r#""a \"b\"\u000A""#);
/// ```
pub fn toml_string(text: &str) -> String {
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
