//! `unicontact vendors`: lists the vendors, shows what one description says, and begins another.

mod list;
mod new;
mod show;
mod test;

use std::path::Path;
use std::sync::Arc;

use unicontact::config::description_text;
use unicontact::providers::{Description, DescriptionError, Vendor, nearest_word};

use crate::arguments::{Common, Vendors, VendorsCommand, VendorsExport};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::Mistake;
use crate::{output, sources};

/// Runs `unicontact vendors` and its subcommands.
pub(super) async fn run(common: &Common, vendors: &Vendors) -> Result<Exit, Failure> {
    match &vendors.command {
        None => list::run(common),
        Some(VendorsCommand::Show(show)) => show::run(common, show),
        Some(VendorsCommand::Export(export)) => print_description(common, export),
        Some(VendorsCommand::New(new)) => new::run(common, new),
        Some(VendorsCommand::Test(test)) => test::run(common, test).await,
    }
}

/// Returns the vendor of this name, or the one that the file at this path describes. Mistakes in descriptions of other vendors
/// become a warning.
fn vendor(common: &Common, name: &str) -> Result<Vendor, Failure> {
    if is_file(name) {
        return from_file(Path::new(name));
    }
    let readable = sources::readable_vendors(common)?;
    if let Some(error) = readable.error {
        if readable.rejected.contains(name) {
            return Err(error.into());
        }
        output::message(&format!("warning: {}", Failure::from(error)));
    }
    readable.vendors.by_name(name).ok_or_else(|| unknown(name, &readable.vendors.names()))
}

/// Returns whether an argument is the path of a file, and not the name of a vendor.
fn is_file(name: &str) -> bool {
    let is_toml = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    is_toml || name.contains(['/', '\\'])
}

/// Returns the vendor that a file describes.
fn from_file(path: &Path) -> Result<Vendor, Failure> {
    let text = read(path)?;
    let description = Description::parse(&text).map_err(|error| mistakes(path, &error))?;
    Ok(Vendor::from_file(Arc::new(description), path))
}

/// Returns the text of a description's file.
fn read(path: &Path) -> Result<String, Failure> {
    description_text(path)
        .map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{}: {error}", path.display())))
}

/// Returns the failure of a description, with each mistake on a line of its own.
fn mistakes(path: &Path, error: &DescriptionError) -> Failure {
    let count = output::counted(error.problems.len() as u64, "mistake", "mistakes");
    let problems: Vec<String> = error.problems.iter().map(|problem| format!("\n  {problem}")).collect();
    let message = format!("{} has {count}:{}", path.display(), problems.concat());
    let mistakes = error.problems.iter().map(|problem| Mistake {
        file: Some(path.display().to_string()),
        line: Some(problem.line),
        key: problem.key.clone(),
        message: problem.message.clone(),
    });
    Failure::new(FailureCode::InvalidConfiguration, message).with_mistakes(mistakes.collect())
}

fn unknown(name: &str, names: &[&str]) -> Failure {
    let message = match nearest_word(name, names.iter().copied()) {
        Some(near) => format!("there is no vendor {name}; did you mean {near}?"),
        None => format!("there is no vendor {name}"),
    };
    Failure::new(FailureCode::Usage, message).with_hint("unicontact vendors")
}

fn print_description(common: &Common, export: &VendorsExport) -> Result<Exit, Failure> {
    let name = &export.name;
    let Some(text) = Description::bundled_text(name) else {
        let vendor = vendor(common, name)?;
        let file = vendor.source().file();
        return Err(file.map_or_else(|| without_description(name), |file| described_in(name, file)));
    };
    output::data(text.trim_end())?;
    Ok(Exit::Done)
}

/// Returns the failure of a vendor with a Rust adapter, of which there is nothing to copy.
fn without_description(name: &str) -> Failure {
    let message = format!("{name} has a Rust adapter and no description");
    Failure::new(FailureCode::Usage, message).with_hint("unicontact vendors lists the descriptions")
}

/// Returns the failure of a vendor whose description does not ship with unicontact.
fn described_in(name: &str, file: &Path) -> Failure {
    let message = format!("{name} does not ship with unicontact: {} describes it", file.display());
    Failure::new(FailureCode::Usage, message).with_hint("copy that file")
}
