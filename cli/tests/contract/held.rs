//! Tests of `unicontact contract hold` with the clients of `examples/hold`, and with commands that break one rule each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::unix::pipe;
use tokio::time::timeout;

use crate::contract::folder::{Folder, of_the_project};
use crate::program::{Ended, Program};

const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A result that is right for the fixture `create_minimal`.
const CREATED: &str = r#"{"created": {"id": "901"}}"#;

fn example(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/hold").join(file);
    path.to_str().unwrap().to_owned()
}

/// Returns a node that runs TypeScript, which `tests/node.sh` finds or installs.
fn node() -> String {
    std::env::var("NODE").unwrap_or_else(|_| "node".to_owned())
}

/// Returns a run with the vendor's fixtures of the project.
fn held(options: &[&str], command: &[&str]) -> Program {
    let fixtures = of_the_project();
    let folder = ["contract", "hold", "--fixtures", fixtures.to_str().unwrap(), "--vendor", "cloverhound"];
    with_programs(&[&folder, options, &["--"], command].concat())
}

/// Returns a run that finds the programs of this machine, the system's own first: they start faster than the shims of a version
/// manager.
fn with_programs(arguments: &[&str]) -> Program {
    let path = std::env::var("PATH").unwrap();
    Program::new(arguments)
        .variable("PATH", format!("/usr/bin:/bin:{path}"))
        .variable("PYTHONDONTWRITEBYTECODE", "1")
}

/// Returns a run of a shell script with one fixture.
fn scripted(options: &[&str], script: &str) -> Program {
    held(&[&["--scenario", "create_minimal", "--format", "json"], options].concat(), &["sh", "-c", script])
}

/// Returns the differences of the only fixture of a run, as `place: actual`.
fn differences(ended: &Ended) -> Vec<String> {
    let report = ended.json();
    let differences = report["fixtures"][0]["differences"].as_array().unwrap();
    differences
        .iter()
        .map(|it| format!("{}: {}", it["place"].as_str().unwrap(), it["actual"].as_str().unwrap()))
        .collect()
}

/// Asserts that a client passes all fixtures of the vendor. Two runs, each well within the longest time of one.
async fn assert_passes_every_fixture(client: &[&str]) {
    let mut count = 0;
    for scenarios in ["b*,c*,d*,e*,f*,g*,h*", "i*,m*,n*,p*,r*,s*,t*,u*,w*"] {
        let run = held(&["--format", "json", "--scenario", scenarios], client).run().await;
        let report = run.expect_code(0).json();
        assert_eq!(report["failed"], 0, "{report}");
        count += report["replayed"].as_u64().unwrap();
    }
    let files = std::fs::read_dir(of_the_project().join("cloverhound")).unwrap();
    assert_eq!(count, files.count() as u64);
}

/// Asserts that a report tells the three mistakes of the careless clients.
#[track_caller]
fn assert_mistakes_are_told(report: &Value) {
    for (scenario, place, actual) in [
        ("create_with_notes", "request 1 body.description", "nothing"),
        ("create_with_notes", "the contact's notes", "dropped without a word"),
        ("hang", "create", "sent twice: a create whose answer was lost may have created a contact"),
        ("reset", "create", "sent twice: a create whose answer was lost may have created a contact"),
        (
            "server_error",
            "create",
            "sent twice: a create that was answered with 500 may have created a contact",
        ),
        ("plan_limit", "kind", "unauthenticated"),
    ] {
        let fixtures = report["fixtures"].as_array().unwrap();
        let fixture = fixtures.iter().find(|it| it["scenario"] == scenario).unwrap();
        let told = fixture["differences"].as_array().unwrap();
        let is_told = told.iter().any(|it| it["place"] == place && it["actual"] == actual);
        assert!(is_told, "{scenario} {place}: {fixture}");
    }
}

const MISTAKEN: &str = "create_minimal,create_with_notes,hang,reset,server_error,plan_limit";

#[tokio::test]
async fn a_correct_client_in_python_passes_every_fixture() {
    assert_passes_every_fixture(&["python3", &example("python/contacts.py")]).await;
}

#[tokio::test]
async fn a_correct_client_in_typescript_passes_every_fixture() {
    assert_passes_every_fixture(&[&node(), &example("typescript/contacts.mts")]).await;
}

#[tokio::test]
async fn a_blind_retry_a_dropped_field_and_a_quota_taken_for_a_bad_token_are_told() {
    let (python, typescript) = (example("python/careless.py"), example("typescript/careless.mts"));
    let node = node();
    let commands: [[&str; 2]; 2] = [["python3", &python], [&node, &typescript]];
    for command in commands {
        let run = held(&["--format", "json", "--scenario", MISTAKEN], &command);
        let report = run.run().await.expect_code(1).json();
        assert_mistakes_are_told(&report);
        assert_eq!((&report["replayed"], &report["failed"]), (&json!(6), &json!(5)), "{report}");
    }
}

#[tokio::test]
async fn differences_are_shown_as_those_of_an_adapter() {
    let scenarios = "create_with_notes,plan_limit";
    let run = held(&["--scenario", scenarios], &["python3", &example("python/careless.py")]);
    let ended = run.run().await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r#"
    cloverhound/create_with_notes (documented)
      request 1 body.description
        - "Met at the sample fair"
        + nothing
      the contact's notes
        - sent
        + dropped without a word

    cloverhound/plan_limit (inferred)
      kind
        - quota_exhausted
        + unauthenticated

     vendor       fixtures  recorded  documented  third_party  inferred  failed
     cloverhound  2         0         1           0            1         2
    "#);
}

#[tokio::test]
async fn a_command_that_does_not_print_one_result_is_told_what_it_printed() {
    for (script, expected) in [
        ("true", "result: nothing on stdout"),
        ("echo created", "result: no JSON on line 1, column 1 of stdout"),
        (&*format!("echo '{CREATED}'; echo '{CREATED}'"), "result: 2 results on stdout"),
        ("yes ' ' | head -c 2000000; true", "result: more than 1024 KiB on stdout"),
        ("echo '{\"created\": {\"id\": 901}}'", "result: created.id: invalid type: integer `901`"),
        (
            "echo '{\"error\": {\"kind\": \"quota\", \"effect\": \"refused\"}}'",
            "result: error.kind: unknown variant `quota`",
        ),
        ("echo '{\"found\": null}'", "result: nothing found"),
        (&*format!("echo '{CREATED}'; exit 3"), "exit code: 3"),
        ("echo 'no such key' >&2; exit 1", "exit code: 1; its last message: no such key"),
        ("kill -9 $$", "exit code: none: a signal ended the command"),
        ("exec sleep 100", "result: none within 1 s; the command was killed"),
    ] {
        let ended = scripted(&["--timeout", "1s"], script).run().await.expect_code(1);
        let told = differences(&ended);
        assert!(told[0].starts_with(expected), "{script}: {told:?}");
        assert_eq!(told.last().unwrap(), "number of requests: 0", "{script}: {told:?}");
        assert_eq!(told.len(), 2, "{script}: {told:?}");
    }
}

#[tokio::test]
async fn credentials_and_contact_data_in_the_output_are_told_and_not_shown() {
    for (script, place) in [
        ("cat >&2; echo \"$UNICONTACT_API_KEY_SECRET\" >&2; exit 1", "what stderr shows"),
        ("cat; echo \"$UNICONTACT_API_KEY_SECRET\"", "what stdout shows"),
        (
            "echo '{\"error\": {\"kind\": \"invalid\", \"effect\": \"refused\", \"message\": \"Nell Nobody '$UNICONTACT_API_KEY_SECRET'\"}}'",
            "what stdout shows",
        ),
    ] {
        let ended = scripted(&[], script).run().await.expect_code(1);
        let told = differences(&ended);
        for leak in ["the credential api_key_secret", "the contact's name.full"] {
            assert!(told.contains(&format!("{place}: {leak}")), "{script}: {told:?}");
        }
        assert!(!ended.stdout.contains("fake-api-key-secret"), "{}", ended.stdout);
    }
}

#[tokio::test]
async fn a_command_gets_the_keys_of_its_provider_and_no_other_variable_of_the_program() {
    let script = "test -z \"$UNICONTACT_LOG\" && test \"$UNICONTACT_ORGANIZATION_ID\" = 7 \
        && test \"$UNICONTACT_API_KEY_ID\" = fake-api-key-id && test \"$HELD\" = yes \
        && case $UNICONTACT_BASE_URL in http://127.0.0.1:*) echo '{\"checked\": true}' ;; esac";
    let run = scripted(&[], script).variable("UNICONTACT_LOG", "error").variable("HELD", "yes");
    let told = differences(&run.run().await.expect_code(1));
    assert_eq!(told, ["result: checked", "number of requests: 0"]);
}

/// A pipe whose reading end closes when every process that wrote to it has ended.
struct Witness {
    path: PathBuf,
    reader: BufReader<pipe::Receiver>,
    _folder: tempfile::TempDir,
}

impl Witness {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reader = BufReader::new(pipe::OpenOptions::new().open_receiver(&path).unwrap());
        Self { path, reader, _folder: folder }
    }

    /// Returns a script that hangs with a child of its own, both of which have the pipe open.
    fn script(&self) -> String {
        format!("exec 3>'{}'; echo started >&3; sleep 100 & wait", self.path.display())
    }

    async fn started(&mut self) {
        let mut line = String::new();
        timeout(LONGEST_WAIT, self.reader.read_line(&mut line)).await.unwrap().unwrap();
        assert_eq!(line, "started\n");
    }

    async fn has_ended(&mut self) {
        let mut rest = Vec::new();
        timeout(LONGEST_WAIT, self.reader.read_to_end(&mut rest))
            .await
            .expect("its processes have ended")
            .unwrap();
    }
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_killed_with_its_processes() {
    let mut witness = Witness::new();
    let running = scripted(&["--timeout", "1s"], &witness.script()).start().await;
    witness.started().await;
    let told = differences(&running.end().await.expect_code(1));
    assert_eq!(told[0], "result: none within 1 s; the command was killed");
    witness.has_ended().await;
}

#[tokio::test]
async fn ctrl_c_stops_the_commands_and_reports_the_scenarios_that_have_run() {
    let mut witness = Witness::new();
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("report.xml");
    let running = scripted(&["--junit", junit.to_str().unwrap()], &witness.script()).start().await;
    witness.started().await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    assert_eq!(ended.json(), json!({"replayed": 0, "failed": 0, "fixtures": []}));
    assert_eq!(ended.stderr, "stopped: 0 of 1 scenarios have run\n");
    let junit = std::fs::read_to_string(junit).unwrap();
    assert!(junit.contains("<skipped message=\"stopped before it ran\"/>"), "{junit}");
    witness.has_ended().await;
}

#[tokio::test]
async fn a_vendor_without_an_adapter_of_this_program_can_be_held() {
    let folder = Folder::with("cloverhound", "create_minimal");
    let fixture = folder.document("cloverhound/create_minimal.json").to_string();
    folder.write("acme/create_minimal.json", &fixture);
    folder.write(
        "providers/acme.json",
        r#"{"keys": {"organization_id": 7}, "credentials": ["api_key_id", "api_key_secret"]}"#,
    );
    let client = example("python/contacts.py");
    let arguments =
        ["contract", "hold", "--fixtures", folder.path(), "--vendor", "acme", "--", "python3", &client];
    with_programs(&arguments).run().await.expect_code(0);
}

#[tokio::test]
async fn a_command_line_that_cannot_be_run_is_refused_with_what_to_do() {
    let folder = Folder::with("cloverhound", "create_minimal");
    let of_all = of_the_project();
    let of_all = of_all.to_str().unwrap();
    let hold = ["contract", "hold", "--fixtures"];
    let cases: [(&[&str], &str); 6] = [
        (
            &[folder.path(), "--", "no-such-program"],
            "error: cloverhound/create_minimal: no-such-program cannot be started: ",
        ),
        (
            &[folder.path(), "--scenario", "create_minimall", "--", "true"],
            "error: cloverhound has no scenario create_minimall; did you mean create_minimal?",
        ),
        (&[of_all, "--", "true"], "error: the fixtures are of "),
        (&[folder.path()], "error: the following required arguments were not provided:\n  <COMMAND>..."),
        (&[folder.path(), "--to", "acme", "--", "true"], "error: --to selects providers"),
        (
            &[folder.path(), "--timeout", "soon", "--", "true"],
            "error: invalid value 'soon' for '--timeout <TIME>'",
        ),
    ];
    for (arguments, expected) in cases {
        let ended = with_programs(&[&hold, arguments].concat()).run().await.expect_usage_error();
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn the_schema_of_the_form_has_the_input_and_the_output() {
    let schema = Program::new(&["schema", "hold"]).run().await.expect_code(0).json();
    assert_eq!(schema["required"], json!(["input", "output"]));
    let results = schema["$defs"]["HoldOutput"]["oneOf"].as_array().unwrap();
    let names: Vec<&str> = results.iter().map(|it| it["required"][0].as_str().unwrap()).collect();
    assert_eq!(names, ["created", "found", "unclear", "checked", "error"]);
}
