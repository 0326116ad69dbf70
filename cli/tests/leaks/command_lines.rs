//! Commands that the output names for the user to run: none repeats a credential of the command line.

use crate::hostile::{Reply, Script, StandIn, Vendor};
use crate::leaks::markers::secrets_in;
use crate::program::{CONFIGURATION, Ended, Program};

const KEY: &str = "providers.emnify.emnify.application_token";
const PEOPLE: &str =
    "External ID,Name,E-mail\n1,Ada King,ada@example.com\n2,Bo Ek,no address\n3,Di Fox,di@example.com\n";

/// Runs a command whose command line has a secret, in the folder of a journal if there is one.
async fn run(arguments: &[&str], base_url: &str, journal: &str) -> Ended {
    let secret = format!("{KEY}=xksecret");
    let keys = Vendor::Emnify.configuration(base_url, "max_attempts = 1\nsettle_delay = \"10ms\"\n");
    let ended = Program::new(&[arguments, &["--set", &secret]].concat())
        .configured(&format!("journal = \"{journal}\"\n{keys}"))
        .file("people.csv", PEOPLE)
        .file("contact.json", r#"{"name": "Cy Low", "emails": ["cy@example.com"]}"#)
        .run()
        .await;
    for text in [&ended.stdout, &ended.stderr] {
        assert_eq!(secrets_in(text), [""; 0], "{arguments:?}: {ended:#?}");
    }
    assert!(ended.files.iter().any(|name| name == CONFIGURATION), "{ended:#?}");
    ended
}

#[tokio::test]
async fn commands_to_run_have_a_mark_in_place_of_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("unicontact.db").display().to_string();
    let vendor = StandIn::start(Vendor::Emnify, Script::always(Reply::Good)).await;
    let shown = format!("--set '{KEY}=…'");
    let planned = run(&["import", "people.csv", "--dry-run"], &vendor.url(), &journal).await.expect_code(1);
    assert!(
        planned.stdout.contains(&format!("To send: unicontact import people.csv {shown}\n")),
        "{planned:#?}"
    );
    let imported = run(&["import", "people.csv"], &vendor.url(), &journal).await.expect_code(1);
    let rejects = format!("unicontact import people.csv.rejects.csv {shown}\n");
    assert!(imported.stderr.contains(&rejects), "{imported:#?}");
    let again = run(&["import", "people.csv", "--again"], &vendor.url(), &journal).await.expect_code(1);
    assert!(again.stderr.contains(&rejects.replace(" --set", " --again --set")), "{again:#?}");
    run(&["create", "contact.json"], &vendor.url(), &journal).await.expect_code(0);
    let listed = run(&["deliveries", "list", "--limit", "1"], &vendor.url(), &journal).await.expect_code(0);
    assert!(
        listed.stdout.contains(&format!("unicontact deliveries list --limit 1 {shown} --after ")),
        "{listed:#?}"
    );
    run(&["deliveries", "retry"], &vendor.url(), &journal).await;
}
