//! An import into a real server that is killed repeatedly, and the run that finishes it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use unicontact::Verdict;

use super::{Office, cards, client, import};

const PEOPLE: usize = 500;
/// The numbers of cards at which a run is killed.
const KILLS: [usize; 4] = [1, 90, 240, 410];
/// Tells the process that is killed which server it imports into: the origin, the password and the folder.
const SERVER: &str = "CARDDAV_TEST_SERVER";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_creates_everybody_once() {
    // In the process that another test kills.
    if let Ok(server) = std::env::var(SERVER) {
        // The system closes it when the other test ends.
        std::thread::spawn(|| {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            std::process::exit(1);
        });
        let [origin, password, folder] = *server.split('\n').collect::<Vec<_>>() else { panic!("{server}") };
        import(&client(origin, password, Path::new(folder)), PEOPLE).await;
        return;
    }
    let office = Office::start();
    assert_eq!(import(&office.client(), 20).await.verdict(), Verdict::Done);
    office.expect_everybody_once(20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_repeatedly_is_finished_by_the_next_run() {
    let office = Office::start();
    let (folder, server) = (office.folder(), &office.server);
    for kill in KILLS {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["carddav::killed::an_import_creates_everybody_once", "--exact"])
            .env(SERVER, format!("{}\n{}\n{}", server.origin, server.key, folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while cards(folder).len() < kill {
            assert_eq!(process.try_wait().unwrap(), None, "the import ended before it was killed");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let summary = import(&office.client(), PEOPLE).await;
    assert_eq!(summary.verdict(), Verdict::Done, "{summary:?}");
    office.expect_everybody_once(PEOPLE);
}
