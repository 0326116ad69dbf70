//! Runs a client as a process, and returns its cost as the kernel counts it. This program must stay small, because the peak memory of
//! a child begins with that of its parent.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failure;

/// The cost of a process.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    /// User and system time.
    pub(super) cpu: Duration,
    pub(super) elapsed: Duration,
    /// The peak memory.
    pub(super) peak_mib: f64,
}

/// Returns a command that starts this program again.
pub(super) fn ourselves(arguments: &[String]) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments);
    Ok(command)
}

/// Returns the path of the `unicontact` command, which is built beside this program.
pub(super) fn unicontact() -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name("unicontact");
    if path.is_file() { Ok(path) } else { Err(format!("{} is not built", path.display()).into()) }
}

/// Runs a command to its end, and returns its cost.
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
