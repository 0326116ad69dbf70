//! The `unicontact` command.
//!
//! Its rule: arguments, output and exit codes live here, and no logic of its own. Data goes to stdout, messages to stderr.

mod arguments;
mod commands;
mod exit;
mod input;
mod output;
mod signals;
mod sources;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use tracing_subscriber::EnvFilter;
use unicontact::providers::background::settled;

use self::arguments::Arguments;

/// Texts that one thread makes and another one drops cost much with the usual one of Linux; `benches/README.md` has the figures.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let result = commands::run(arguments).await;
            settled().await;
            result
        }),
        Err(error) => Err(exit::Failure::new(format!("the runtime cannot be started: {error}"))),
    };
    let exit = result.unwrap_or_else(|failure| {
        output::message(&format!("error: {failure}"));
        exit::Exit::Usage
    });
    ExitCode::from(exit.code())
}

/// `RUST_LOG`, else `UNICONTACT_LOG`, says what is logged; without them, only what is wrong with the program itself.
fn log_to_stderr() {
    let usual = || EnvFilter::new("error");
    let wanted = ["RUST_LOG", "UNICONTACT_LOG"].into_iter().find_map(|variable| {
        let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
        Some((variable, text))
    });
    let filter = wanted.map_or_else(usual, |(variable, text)| {
        EnvFilter::try_new(text).unwrap_or_else(|_| {
            output::message(&format!("{variable}: not a filter such as info or unicontact=debug"));
            usual()
        })
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(output::colours_stderr())
        .init();
}
