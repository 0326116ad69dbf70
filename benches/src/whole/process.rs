//! Runs a client as a process, and returns its cost as the kernel counts it. This program must stay small, because the peak memory of
//! a child begins with that of its parent.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failure;

/// The time between two looks whether a process has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

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
    let child = spawn(command)?;
    cost(command, child, begun)
}

/// Runs a command to its end, and returns its cost and the bytes that it caused to be written to the disk.
pub(super) fn run_counting_writes(command: &mut Command) -> Result<(Cost, u64), Failure> {
    let begun = Instant::now();
    let child = spawn(command)?;
    let of_process = PathBuf::from(format!("/proc/{}", child.id()));
    // The kernel keeps the counts of an ended process until its parent waits for it.
    while !std::fs::read_to_string(of_process.join("stat"))?.contains(") Z ") {
        thread::sleep(LOOK_EVERY);
    }
    let counts = std::fs::read_to_string(of_process.join("io"))?;
    let bytes = counts.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    let bytes = bytes.ok_or("the kernel does not count the bytes of a process")?.parse()?;
    Ok((cost(command, child, begun)?, bytes))
}

fn spawn(command: &mut Command) -> std::io::Result<Child> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// Waits for a process, and returns its cost.
fn cost(command: &Command, child: Child, begun: Instant) -> Result<Cost, Failure> {
    let used = child.wait4()?;
    let elapsed = begun.elapsed();
    if !used.status.success() {
        return Err(format!("{command:?} failed: {}", used.status).into());
    }
    let bytes = u32::try_from(used.rusage.maxrss / 1024)?;
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Cost { cpu, elapsed, peak_mib: f64::from(bytes) / 1024.0 })
}
