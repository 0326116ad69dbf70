//! The users of `examples/operations/nats-permissions.conf`, on a server that enforces their permissions.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use unicontact::journal::async_nats::{Client, ConnectOptions};
use unicontact_sandbox::{Rule, Vendor, What, When};

use crate::program::Ended;
use crate::queue::ports::free_port;
use crate::queue::server::Server;
use crate::queue::vendors::{DEAD_LETTERS, DELIVERIES, Office, QUEUE, left};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/operations/nats-permissions.conf");
const USERS: [&str; 3] = ["importer", "worker", "operator"];
const PEOPLE: usize = 3;
const RETENTION: Duration = Duration::from_secs(1);
/// A provider without search: a person resolves its doubts.
const PROVIDER: &str = "voice";

fn password(user: &str) -> String {
    format!("password of the {user}")
}

/// Starts a server with the users of the file, whose names of subjects are replaced as its head says.
fn start(folder: &Path) -> Server {
    let users = std::fs::read_to_string(FILE).unwrap().replace("unicontact", QUEUE);
    std::fs::write(folder.join("users.conf"), users).unwrap();
    let (port, store) = (free_port(), folder.join("store").display().to_string());
    let text = format!(
        "listen: \"127.0.0.1:{port}\"\n\
         jetstream {{ store_dir: \"{store}\", sync_interval: always }}\n\
         include \"users.conf\"\n"
    );
    let configuration = folder.join("server.conf");
    std::fs::write(&configuration, text).unwrap();
    let mut server = Server::new("server", port, configuration);
    for user in USERS {
        let variable = format!("UNICONTACT_{}_PASSWORD", user.to_uppercase());
        server = server.with_variable(&variable, &format!("\"{}\"", password(user)));
    }
    server.start().unwrap();
    server
}

fn log_in(office: Office, user: &str) -> Office {
    let office = office.queue(&format!("user = \"{user}\""));
    office.queue(&format!("password = \"{}\"", password(user)))
}

async fn run(office: &Office, arguments: &[&str]) -> Ended {
    office.program(&[arguments, &["--queue"]].concat()).run().await
}

/// Fails if the server refused something that a command needs.
#[track_caller]
fn assert_no_violation(server: &Server) {
    let log = server.log();
    let violations: Vec<&str> = log.lines().filter(|line| line.contains("Violation")).collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_user_can_run_its_commands() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let once = When { times: Some(1), ..When::default() };
    let lost_answer = Rule::new(What::ResetAfterCommit).at(Vendor::Cloverhound).when(once);
    let office = Office::new(&server.url(), [lost_answer]).await.queue("retention = \"1s\"");

    // It creates the streams and buckets.
    let office = log_in(office, "operator");
    office.import(&office.people(1)).await.expect_code(0);
    let office = log_in(office, "importer");
    for _ in 0..2 {
        office.import(&office.people(PEOPLE)).await.expect_code(0);
    }
    let importer = connect(&server, "importer", "import").await;
    importer.publish(format!("{QUEUE}.deliveries.acme"), "rubbish".into()).await.unwrap();
    importer.flush().await.unwrap();
    let office = log_in(office, "worker");
    Worker::start(&office, "first", &["--until-empty"]).end().await.expect_code(3);

    let office = log_in(office, "operator");
    let status = office.status().await;
    assert_eq!((left(&status), &status["dead_letters"]), (0, &1.into()), "{status}");
    let listed = office.listed().await;
    assert_eq!(listed.len(), 4 * PEOPLE, "{listed:?}");
    let doubts = Office::with_outcome(&listed, PROVIDER, "in_doubt");
    let doubt = format!("{PROVIDER}/{}", doubts.first().unwrap());
    run(&office, &["deliveries", "show", &doubt]).await.expect_code(0);
    run(&office, &["deliveries", "resolve", &doubt, "--not-created", "--yes"]).await.expect_code(0);
    run(&office, &["deliveries", "retry", "--outcome", "pending"]).await.expect_code(0);
    run(&office, &["verify", "--to", "iot"]).await.expect_code(0);
    run(&office, &["migrate"]).await.expect_code(0);
    let letters: [&[&str]; 2] = [&["list"], &["purge", "--all", "--yes"]];
    for arguments in letters {
        run(&office, &[&["queue", "letters"], arguments].concat()).await.expect_code(0);
    }
    run(&office, &["queue", "repair"]).await.expect_code(0);
    run(&office, &["queue", "pause", PROVIDER, "--reason", "a test"]).await.expect_code(0);
    run(&office, &["queue", "purge", PROVIDER, "--reason", "a test", "--yes"]).await.expect_code(0);
    run(&office, &["queue", "resume", PROVIDER]).await.expect_code(0);
    run(&office, &["queue", "history"]).await.expect_code(0);
    run(&office, &["deliveries", "retry", "--outcome", "pending"]).await.expect_code(0);
    assert_eq!(left(&office.status().await), 1);

    // The retention, which a worker applies when it starts.
    tokio::time::sleep(RETENTION).await;
    let office = log_in(office, "worker");
    let second = Worker::start(&office, "second", &[]);
    let office = log_in(office, "operator");
    office.wait_until_empty().await;
    until("old records are deleted", async || (office.listed().await.len() < 4 * PEOPLE).then_some(())).await;
    second.terminate();
    second.end().await.expect_code(0);
    assert_no_violation(&server);
}

async fn connect(server: &Server, user: &str, inbox: &str) -> Client {
    let options = ConnectOptions::with_user_and_password(user.to_owned(), password(user))
        .custom_inbox_prefix(format!("_INBOX.{inbox}"));
    options.connect(server.url()).await.unwrap()
}

/// Fails unless the server refuses that a user publishes on a subject.
async fn assert_cannot_publish(server: &Server, client: &Client, user: &str, subject: &str) {
    client.publish(subject.to_owned(), "".into()).await.unwrap();
    assert_refused(server, &format!("Publish Violation - User \"{user}\", Subject \"{subject}\"")).await;
}

/// Fails unless the server refuses that a user subscribes to a subject.
async fn assert_cannot_subscribe(server: &Server, client: &Client, user: &str, subject: &str) {
    let _subscriber = client.subscribe(subject.to_owned()).await.unwrap();
    assert_refused(server, &format!("Subscription Violation - User \"{user}\", Subject \"{subject}\"")).await;
}

async fn assert_refused(server: &Server, violation: &str) {
    let is_logged = until(violation, async || server.log().contains(violation).then_some(()));
    assert!(tokio::time::timeout(Duration::from_secs(10), is_logged).await.is_ok(), "{violation}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_user_can_do_what_its_commands_do_not_need() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    let office = log_in(Office::new(&server.url(), []).await, "operator");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let streams: Vec<String> = ["", "_holders", "_people", "_shared"]
        .iter()
        .map(|bucket| format!("KV_{QUEUE}{bucket}"))
        .chain([DELIVERIES.to_owned(), DEAD_LETTERS.to_owned()])
        .collect();

    for (user, inbox) in [("importer", "import"), ("worker", "worker"), ("operator", "operator")] {
        let client = connect(&server, user, inbox).await;
        for stream in &streams {
            let mut actions = vec!["DELETE", "RESTORE", "SNAPSHOT"];
            if (user, stream.as_str()) != ("worker", "KV_office") {
                actions.push("PURGE");
            }
            if user != "operator" {
                actions.extend(["CREATE", "UPDATE", "MSG.DELETE"]);
            }
            for action in actions {
                let subject = format!("$JS.API.STREAM.{action}.{stream}");
                assert_cannot_publish(&server, &client, user, &subject).await;
            }
        }
        for subject in [">", "office.deliveries.*", "_INBOX.>", "$KV.office.>"] {
            assert_cannot_subscribe(&server, &client, user, subject).await;
        }
    }

    let importer = connect(&server, "importer", "import").await;
    for subject in [
        "$JS.API.CONSUMER.CREATE.office_deliveries.acme.office.deliveries.acme",
        "$JS.API.CONSUMER.MSG.NEXT.office_deliveries.acme",
        "$JS.API.CONSUMER.DELETE.office_deliveries.acme",
        "$JS.ACK.office_deliveries.acme.1.1.1.1.1",
        "$JS.API.CONSUMER.CREATE.KV_office",
        "$KV.office.acme.1",
        "$KV.office_shared.pause.acme",
        "office.dead_letters.acme",
    ] {
        assert_cannot_publish(&server, &importer, "importer", subject).await;
    }
    assert_cannot_subscribe(&server, &importer, "importer", "_INBOX.worker.>").await;
    let worker = connect(&server, "worker", "worker").await;
    for subject in [
        "$JS.API.CONSUMER.DELETE.office_deliveries.acme",
        "$JS.API.CONSUMER.CREATE.office_deliveries",
        "$JS.API.CONSUMER.CREATE.office_dead_letters",
        "$KV.office_people.settings",
    ] {
        assert_cannot_publish(&server, &worker, "worker", subject).await;
    }
    let operator = connect(&server, "operator", "operator").await;
    for subject in [
        "$JS.API.CONSUMER.MSG.NEXT.office_deliveries.acme",
        "$JS.ACK.office_deliveries.acme.1.1.1.1.1",
        "$KV.office_shared.moment.acme",
    ] {
        assert_cannot_publish(&server, &operator, "operator", subject).await;
    }
    assert_eq!(left(&office.status().await), 4 * PEOPLE as u64, "nothing was lost");
}
