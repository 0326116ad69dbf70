//! Rule 5 for what an adapter prints. A test cannot read the output of its own process, so its binary runs that one test again in a
//! child process.

use std::env;
use std::io;
use std::process::{Command, Output, Stdio};

use super::leaks::Forbidden;
use super::remedy::Remedy;
use super::report::Report;
use super::subject::Subject;

/// Set in the child process.
const CHILD: &str = "UNICONTACT_TESTKIT_CHILD";
/// The output of a test binary that has no test of the name.
const NO_TEST: &str = "running 0 tests";
const PRINT_NOTHING: Remedy = Remedy::of_adapter(
    "print nothing: remove println!, eprintln! and dbg! from the adapter, and log without the contact, the answer and the credential.",
);

/// Tests an adapter as [`run`](super::run) does, and searches everything that it prints for credentials and contact data.
///
/// `test` is the test that calls this function, by the name that `cargo test -- --list` prints. The test runs a second time in a
/// child process, with its output captured.
///
/// ```no_run
/// # use unicontact_providers::testkit::{self, Subject};
/// # async fn example(voice: &dyn Subject) {
/// // In `#[tokio::test] async fn voice_keeps_the_rules()` of the module `voice`:
/// let report = testkit::run_and_read_output(voice, "voice::voice_keeps_the_rules").await.unwrap();
/// report.assert_kept();
/// # }
/// ```
///
/// # Errors
///
/// When no server can be started on loopback, the test binary cannot be started again, or it has no test of this name.
pub async fn run_and_read_output(subject: &dyn Subject, test: &str) -> io::Result<Report> {
    let mut report = super::run(subject).await?;
    if env::var_os(CHILD).is_some() {
        return Ok(report);
    }
    let name = test.to_owned();
    let output = tokio::task::spawn_blocking(move || run_again(&name)).await.map_err(io::Error::other)??;
    let forbidden = Forbidden::new(&subject.secrets(), &subject.contact());
    for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let printed = String::from_utf8_lossy(bytes);
        let found = forbidden.found_in(&printed);
        if !found.is_empty() {
            report.add(5, format!("what it prints on {stream} shows {}", found.join(", ")), PRINT_NOTHING);
        }
    }
    Ok(report)
}

/// Runs one test of this binary in a child process. Whether it passes does not count: its report is that of this process.
fn run_again(test: &str) -> io::Result<Output> {
    let output = Command::new(env::current_exe()?)
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .stdin(Stdio::null())
        .output()?;
    if String::from_utf8_lossy(&output.stdout).contains(NO_TEST) {
        let message =
            format!("the test binary has no test {test}: take the name that `cargo test -- --list` prints");
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    Ok(output)
}
