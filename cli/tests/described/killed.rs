//! An import that is killed repeatedly, and the runs that finish it.

use std::time::Duration;

use super::office::{Described, Office};

pub(super) const PEOPLE: usize = 500;
/// The numbers of contacts at the server at which a run is killed.
const KILLS: [usize; 4] = [1, 90, 240, 410];
/// How long an import may take to the next kill.
const PATIENCE: Duration = Duration::from_mins(2);

/// Imports a file of [`PEOPLE`], and kills the command repeatedly.
pub(super) async fn killed_repeatedly(described: &'static Described, people: &str) {
    let office = Office::start(described);
    let file = office.file("people.csv", people);
    for kill in KILLS {
        let running = office.program(&["import", &file]).start().await;
        let reached = async {
            while office.names().len() < kill {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("the import goes on");
        running.kill().await;
    }
    office.import(&file).await;
    office.expect_nobody_twice_and_nobody_lost(PEOPLE).await;
    office.finish(&file, PEOPLE).await;
}
