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
use crate::{output, sources};

/// Runs `unicontact vendors` and its subcommands.
pub(super) async fn run(common: &Common, vendors: &Vendors) -> Result<Exit, Failure> {
    match &vendors.command {
        None => list::run(common),
        Some(VendorsCommand::Show(show)) => show::run(common, show),
        Some(VendorsCommand::Export(export)) => print_description(export),
        Some(VendorsCommand::New(new)) => new::run(new),
        Some(VendorsCommand::Test(test)) => test::run(common, test).await,
    }
}

/// Returns the vendor of this name, or the one that the file at this path describes.
fn vendor(common: &Common, name: &str) -> Result<Vendor, Failure> {
    let is_file = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if is_file || name.contains(['/', '\\']) {
        return from_file(Path::new(name));
    }
    let registry = sources::vendors(common)?;
    registry.by_name(name).ok_or_else(|| unknown(name, &registry.names()))
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
    Failure::new(FailureCode::InvalidConfiguration, message)
}

fn unknown(name: &str, names: &[&str]) -> Failure {
    let message = match nearest_word(name, names.iter().copied()) {
        Some(near) => format!("there is no vendor {name}; did you mean {near}?"),
        None => format!("there is no vendor {name}"),
    };
    Failure::new(FailureCode::Usage, message).with_hint("unicontact vendors")
}

fn print_description(export: &VendorsExport) -> Result<Exit, Failure> {
    let name = &export.name;
    let Some(text) = Description::bundled_text(name) else {
        if Vendor::by_name(name).is_some() {
            let message = format!("{name} has a Rust adapter and no description");
            return Err(Failure::new(FailureCode::Usage, message));
        }
        return Err(unknown(name, &Description::bundled_names().collect::<Vec<_>>()));
    };
    output::data(text.trim_end())?;
    Ok(Exit::Done)
}
