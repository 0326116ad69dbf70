//! Writes the description of another vendor, to be filled in.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact::providers::{Description, VENDORS, is_vendor_name};

use super::{read, vendor, without_description};
use crate::arguments::{Common, VendorsNew};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line, Style};

/// A description with comments, which loads as it is.
const TEMPLATE: &str = include_str!("template.toml");
/// The name that the template has.
const TEMPLATE_NAME: &str = "acmecrm";

pub(super) fn run(common: &Common, new: &VendorsNew) -> Result<Exit, Failure> {
    let name = new.name.as_str();
    check_name(name)?;
    let text = match &new.like {
        None => TEMPLATE.replace(TEMPLATE_NAME, name),
        Some(like) => text_like(common, like)?,
    };
    let path = new.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
    write_new(&path, &renamed(&text, name))?;
    let written = format!("Wrote {}", path.display());
    output::styled_message(&Line::default().styled(Style::Good, &written), 2);
    if Description::bundled_text(name).is_some() {
        let text = format!(
            "A description of {name} ships with unicontact: once it is named, this file replaces it."
        );
        output::styled_message(&Line::default().styled(Style::Warning, &text), 2);
    }
    let entry = format!("[vendors] {name} = \"{}\"", path.display());
    output::styled_message(&Line::new("Name it in unicontact.toml: ").styled(Style::Command, &entry), 2);
    let next = format!("unicontact vendors test {}", path.display());
    output::styled_message(&Line::new("Try it: ").styled(Style::Command, &next), 2);
    Ok(Exit::Done)
}

/// Returns the description of a vendor, or the file at this path.
fn text_like(common: &Common, like: &str) -> Result<String, Failure> {
    let vendor = vendor(common, like)?;
    match vendor.source().file() {
        Some(file) => read(file),
        None => Description::bundled_text(like).map(str::to_owned).ok_or_else(|| without_description(like)),
    }
}

/// Returns a description with this name of the vendor, and a title made of it.
fn renamed(text: &str, name: &str) -> String {
    let title: Vec<String> = name.split('_').map(capitalized).collect();
    let text = with_text(text, "vendor", name);
    with_text(&text, "title", &title.join(" "))
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Returns a description with another text at a key of its first lines, before any table.
fn with_text(text: &str, key: &str, value: &str) -> String {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let assigned = line.strip_prefix(key).and_then(|rest| rest.trim_start().strip_prefix('='));
        if let Some(quoted) = assigned.map(str::trim_start)
            && let Some(quote) = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))
            && let Some((_, after)) = quoted[1..].split_once(quote)
        {
            let end = start + line.len() - after.len();
            return format!("{}{key} = \"{value}\"{}", &text[..start], &text[end..]);
        }
        if line.starts_with('[') {
            break;
        }
        start += line.len();
    }
    text.to_owned()
}

fn check_name(name: &str) -> Result<(), Failure> {
    if !is_vendor_name(name) {
        let message = format!(
            "{name}: a vendor's name has only the characters a-z and 0-9, and single underscores between them"
        );
        return Err(Failure::new(FailureCode::Usage, message));
    }
    if VENDORS.iter().any(|vendor| vendor.name() == name) {
        let message =
            format!("{name} has a Rust adapter, which a description cannot replace: choose another name");
        return Err(Failure::new(FailureCode::Usage, message));
    }
    Ok(())
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written = OpenOptions::new().write(true).create_new(true).open(path);
    written.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let message = if error.kind() == io::ErrorKind::AlreadyExists {
            format!("{} exists already: choose another file with --output", path.display())
        } else {
            format!("{} cannot be written: {error}", path.display())
        };
        Failure::new(FailureCode::Output, message)
    })
}
