//! The `unicontact` command: arguments, output and exit codes. Data goes to stdout, messages to stderr.
//!
//! ```text
//! unicontact sandbox > sandbox.toml
//! unicontact create --config sandbox.toml --name 'Ada King' --email ada@example.com
//! ```

mod arguments;
mod command_line;
mod commands;
mod exit;
mod failure_code;
mod input;
mod logging;
#[cfg(feature = "jetstream")]
mod metrics;
mod output;
mod person_name;
mod private_file;
#[cfg(feature = "jetstream")]
mod queue;
mod signals;
mod sources;
mod summary;
mod usage_error;

use std::process::ExitCode;

use mimalloc::MiMalloc;
use unicontact::providers::background::settled;

use self::arguments::Arguments;
use self::exit::{Exit, Failure};
use self::failure_code::FailureCode;

/// glibc's allocator is slow if one thread allocates and another one frees; `benches/README.md` has the figures.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let (arguments, without_effect) = match Arguments::from_process() {
        Ok(parsed) => parsed,
        Err(error) => return usage_error::print(&error),
    };
    let format = arguments.common.format;
    output::configure(arguments.common.color, arguments.common.detail());
    logging::to_stderr(arguments.common.log_format);
    if let Some(without_effect) = without_effect {
        sources::warn_of_options_without_effect(&without_effect);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let result = commands::run(arguments).await;
            settled().await;
            result
        }),
        Err(error) => {
            Err(Failure::new(FailureCode::System, format!("the async runtime cannot be started: {error}")))
        }
    };
    let exit = result.unwrap_or_else(|failure| {
        failure.print(format);
        Exit::Usage
    });
    ExitCode::from(exit.code())
}
