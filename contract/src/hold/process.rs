//! Runs the command of an adapter once: its input on stdin, its settings in the environment, its output bounded in size and time.

use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, Command};
use tokio::time::timeout;

/// The most that is read of an output, in bytes.
pub(super) const OUTPUT_LIMIT: usize = 1024 * 1024;
/// The beginning of the variables of an adapter. Those of this process may hold credentials.
pub(super) const VARIABLE_PREFIX: &str = "UNICONTACT_";

/// The command of an adapter in any language.
#[derive(Debug, Clone)]
pub struct HoldCommand {
    /// The program.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The longest time of a run. A command that takes longer is killed.
    pub timeout: Duration,
}

/// The output of a run, and its end.
pub(super) struct Finished {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// `None` if the command was killed because it took too long.
    pub(super) status: Option<ExitStatus>,
}

impl HoldCommand {
    /// Runs the command. `environment` has the only variables with the prefix of this program that the command gets.
    pub(super) async fn run(&self, input: &str, environment: &[(String, String)]) -> io::Result<Finished> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with(VARIABLE_PREFIX) {
                command.env_remove(name);
            }
        }
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        // The vendor is on loopback, which no proxy reaches.
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let mut group = ProcessGroup(child.id());
        let (stdin, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let work = async {
            let ((), (), (), status) = tokio::join!(
                write(stdin, input),
                read(out, &mut stdout),
                read(err, &mut stderr),
                child.wait()
            );
            status
        };
        let status = timeout(self.timeout, work).await.ok().transpose()?;
        if status.is_some() {
            group.0 = None;
        }
        Ok(Finished { stdout, stderr, status })
    }
}

/// Writes the input and closes it. A command that does not read it is no error.
async fn write(stdin: Option<ChildStdin>, input: &str) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input.as_bytes()).await;
    }
}

/// Reads an output up to the limit, and closes it.
async fn read(output: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>) {
    if let Some(output) = output {
        let _ = output.take(OUTPUT_LIMIT as u64 + 1).read_to_end(bytes).await;
    }
}

/// The process group of a command, whose processes are killed on drop.
struct ProcessGroup(Option<u32>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) =
            self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
