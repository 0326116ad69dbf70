//! `unicontact contract fixtures`: writes the fixtures that the command carries in itself as files.
//!
//! An existing file with other content is never overwritten; then no file is written. Each file is written completely or not at
//! all.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use unicontact_contract::Fixtures;
use unicontact_contract::replaced_file::ReplacedFile;

use super::built_in;
use super::fixtures::selected_vendors;
use crate::arguments::{Common, ContractFixtures, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::{self, Page};

/// A file to write.
struct Unpacked {
    path: PathBuf,
    text: String,
}

pub(super) fn run(common: &Common, arguments: &ContractFixtures) -> Result<Exit, Failure> {
    let archive = built_in::archive()?;
    let fixtures = built_in::fixtures()?;
    let vendors = selected_vendors(&arguments.vendor, &fixtures, built_in::NAME)?;
    let selected = paths(&fixtures, &vendors);
    let files: Vec<Unpacked> = archive
        .files()
        .filter(|(path, _)| selected.contains(*path))
        .map(|(path, text)| Unpacked { path: arguments.out.join(path), text: text.to_owned() })
        .collect();
    require_no_conflicts(&files)?;
    for file in &files {
        file.write().map_err(|error| {
            let path = file.path.display();
            Failure::new(FailureCode::Output, format!("{path} cannot be written: {error}"))
        })?;
    }
    report(common.format, &arguments.out, &vendors, files.len())?;
    Ok(Exit::Done)
}

/// Returns the relative paths of all documents of these vendors, and of the contacts that they use.
fn paths(fixtures: &Fixtures, vendors: &[String]) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for vendor in vendors {
        paths.insert(format!("providers/{vendor}.json"));
        for fixture in fixtures.of_vendor(vendor) {
            paths.insert(format!("{}.json", fixture.name()));
            paths.insert(format!("contacts/{}.json", fixture.contact));
        }
    }
    paths
}

fn require_no_conflicts(files: &[Unpacked]) -> Result<(), Failure> {
    let mut conflicts = files.iter().filter(|file| file.is_in_conflict());
    let Some(first) = conflicts.next() else { return Ok(()) };
    let path = first.path.display();
    let message = match conflicts.count() {
        0 => format!("{path} exists already with other content"),
        more => format!("{path} and {more} more exist already with other content"),
    };
    let message = format!("{message}, and nothing was written; name another folder with --out");
    Err(Failure::new(FailureCode::Output, message))
}

fn report(format: Format, folder: &Path, vendors: &[String], count: usize) -> Result<(), Failure> {
    match format {
        Format::Json => output::json(&json!({"folder": folder, "vendors": vendors, "files": count}))?,
        Format::Human => {
            let mut page = Page::default();
            let files = output::counted(count as u64, "file", "files");
            let vendors = output::counted(vendors.len() as u64, "vendor", "vendors");
            page.line(&format!("{files} of {vendors} written to {}", folder.display()));
            output::page(&page)?;
        }
    }
    Ok(())
}

impl Unpacked {
    fn is_in_conflict(&self) -> bool {
        self.path.exists() && fs::read_to_string(&self.path).ok().as_ref() != Some(&self.text)
    }

    fn write(&self) -> io::Result<()> {
        if self.path.exists() {
            // It has this content already.
            return Ok(());
        }
        self.path.parent().map_or(Ok(()), fs::create_dir_all)?;
        ReplacedFile::open_with_temporary_above(&self.path)?.replace(&self.text)
    }
}
