//! Runs a client as a process and reads its cost from the kernel. This program stays small, because a child's peak begins with its
//! parent's.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failure;

/// What a process cost.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    /// User and system time.
    pub(super) cpu: Duration,
    pub(super) elapsed: Duration,
    /// The most memory that it held.
    pub(super) peak_mib: f64,
}

/// This program once more.
pub(super) fn ourselves(arguments: &[String]) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments);
    Ok(command)
}

/// The command, built beside this program.
pub(super) fn unicontact() -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name("unicontact");
    if path.is_file() { Ok(path) } else { Err(format!("{} is not built", path.display()).into()) }
}

/// Runs it to its end.
pub(super) fn run(command: &mut Command) -> Result<Cost, Failure> {
    let begun = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let used = child.wait4()?;
    let elapsed = begun.elapsed();
    if !used.status.success() {
        return Err(format!("{command:?} failed: {}", used.status).into());
    }
    let bytes = u32::try_from(used.rusage.maxrss / 1024)?;
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Cost { cpu, elapsed, peak_mib: f64::from(bytes) / 1024.0 })
}
