//! `unicontact contract record`: what a vendor that is there answered, as fixtures.
//!
//! Its rule: whether everything can be written is settled before anything is sent, and what was not recorded is told with the
//! reason.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use unicontact_contract::{
    BuiltIn, Fixture, Fixtures, Live, NotRun, Origin, Questions, Recorded, obstacles, record, write_fixtures,
};

use super::asking::{Answered, Told, ask};
use super::compared_page;
use super::plan::Login;
use super::target::{Target, Targets};
use crate::arguments::{Common, ContractRecord, Format};
use crate::exit::{Exit, Failure};
use crate::output;

/// A file that is there for a moment only.
const TRIED: &str = ".unicontact-tried";

pub(super) async fn run(common: &Common, arguments: &ContractRecord) -> Result<Exit, Failure> {
    let (fixtures, vendors) = super::read_for_adapters(&arguments.live.source)?;
    let targets = Targets::of(common, &arguments.live, &fixtures, &vendors).await?;
    refuse_two_of_a_vendor(&targets.all)?;
    if !arguments.force {
        refuse_what_is_in_the_way(arguments, &fixtures, &targets.all)?;
    }
    make_folders(&arguments.out, &targets.all)?;
    let mut told = ask(&fixtures, &targets.all, Login::EachTime).await?;
    let (recorded, not_recorded) = recorded(&told, &fixtures).await;
    let is_complete = not_recorded.is_empty();
    told.not_run.extend(not_recorded);
    let files = write_fixtures(&recorded, &fixtures, &arguments.out, arguments.force);
    let files = files.map_err(|error| output::message(&format!("error: {error}")));
    let is_written = files.is_ok();
    let files = files.unwrap_or_default();
    let written = match common.format {
        Format::Json => output::json_text(&as_json(&told, &files)).and_then(|text| output::final_data(&text)),
        Format::Human => output::final_data(compared_page::recorded(&told, &files, &arguments.out).text()),
    };
    let exit = match told.exit() {
        Exit::Done if !is_complete || !is_written => Exit::Incomplete,
        exit => exit,
    };
    targets.stop().await;
    Ok(if super::is_told(&written) { exit } else { exit.after_write_error() })
}

/// Two providers of a vendor would write the same files.
fn refuse_two_of_a_vendor(targets: &[Target]) -> Result<(), Failure> {
    for (index, target) in targets.iter().enumerate() {
        if let Some(other) = targets[..index].iter().find(|other| other.vendor() == target.vendor()) {
            let (one, other) = (other.provider(), target.provider());
            return Err(Failure::new(format!(
                "{one} and {other} are of the same vendor, and so would their fixtures be: name one of them"
            )));
        }
    }
    Ok(())
}

fn refuse_what_is_in_the_way(
    arguments: &ContractRecord,
    fixtures: &Fixtures,
    targets: &[Target],
) -> Result<(), Failure> {
    for target in targets {
        let questions = Questions::of(fixtures, target).asked;
        if let Some(path) = obstacles(&questions, fixtures, &arguments.out).first() {
            let path = path.display();
            return Err(Failure::new(format!(
                "{path} is there already, and nothing was sent; name another folder, or overwrite with --force"
            )));
        }
    }
    Ok(())
}

/// Makes every folder that is written to, and tries whether it can be written to.
fn make_folders(folder: &Path, targets: &[Target]) -> Result<(), Failure> {
    let vendors = targets.iter().map(Live::vendor);
    for name in ["contacts", "providers"].into_iter().chain(vendors) {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).and_then(|()| try_to_write(&folder)).map_err(|error| {
            let folder = folder.display();
            Failure::new(format!("{folder} cannot be written to, and nothing was sent: {error}"))
        })?;
    }
    Ok(())
}

fn try_to_write(folder: &Path) -> io::Result<()> {
    let file = folder.join(TRIED);
    fs::write(&file, "").and_then(|()| fs::remove_file(&file))
}

/// The fixtures, and every run that does not become one.
async fn recorded(told: &Told<'_>, fixtures: &Fixtures) -> (Vec<Fixture>, Vec<NotRun>) {
    let (mut recorded, mut not_recorded) = (Vec::new(), Vec::new());
    for Answered { target, question, ran } in &told.answered {
        let origin = Origin { source: target.source(), is_the_vendor: !target.is_on_this_machine() };
        match record(question, ran, fixtures, *target, &origin, &BuiltIn).await {
            Ok(fixture) => recorded.push(fixture),
            Err(error) => {
                let reason = format!("not recorded: {error}");
                let fixture = question.fixtures.first();
                not_recorded.extend(fixture.map(|fixture| NotRun::new(*target, fixture, reason)));
            }
        }
    }
    (recorded, not_recorded)
}

fn as_json(told: &Told<'_>, recorded: &Recorded) -> Value {
    json!({
        "recorded": recorded.files,
        "created": told.created,
        "in_doubt": told.in_doubt,
        "not_run": told.not_run,
    })
}
