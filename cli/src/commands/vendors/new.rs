//! Writes the description of another vendor, to be filled in.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use unicontact::providers::{Description, VENDORS, is_vendor_name};

use super::unknown;
use crate::arguments::VendorsNew;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Line, Style};

/// A description with comments, which loads as it is.
const TEMPLATE: &str = include_str!("template.toml");
/// The name that the template has.
const TEMPLATE_NAME: &str = "acmecrm";

pub(super) fn run(new: &VendorsNew) -> Result<Exit, Failure> {
    let name = new.name.as_str();
    check_name(name)?;
    let text = match &new.like {
        None => TEMPLATE.replace(TEMPLATE_NAME, name),
        Some(like) => {
            let text = Description::bundled_text(like)
                .ok_or_else(|| unknown(like, &Description::bundled_names().collect::<Vec<_>>()))?;
            text.replacen(&format!("vendor = \"{like}\""), &format!("vendor = \"{name}\""), 1)
        }
    };
    let path = new.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
    write_new(&path, &text)?;
    let written = format!("Wrote {}", path.display());
    output::styled_message(&Line::default().styled(Style::Good, &written), 2);
    let entry = format!("[vendors] {name} = \"{}\"", path.display());
    output::styled_message(&Line::new("Name it in unicontact.toml: ").styled(Style::Command, &entry), 2);
    let next = format!("unicontact vendors test {}", path.display());
    output::styled_message(&Line::new("Try it: ").styled(Style::Command, &next), 2);
    Ok(Exit::Done)
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
