//! The command that an import prints for its rejects: run as printed, it sends the corrected rows.

use unicontact_sandbox::Vendor;

use crate::import::Office;
use crate::import::xlsx::Cell::Text;
use crate::import::xlsx::{Cell, Xlsx};

const PRINTED: &str = "To import after correction: unicontact ";
const IN_WINDOWS_1252: &[u8] = b"External ID,Name,E-mail\n1,J\xfcrgen Gro\xdf,no address\n";

/// Imports a file, corrects its rejects, runs the printed command, and returns that command.
async fn correct_and_import_again(office: &Office, file: &str, content: &[u8], options: &[&str]) -> String {
    let import = [&["import", file], options].concat();
    let running = office.program(&import).file(file, content).start().await;
    let rejects = format!("{file}.rejects.csv");
    let read = running.end_with(|folder| std::fs::read_to_string(folder.join(&rejects)).unwrap());
    let (rows, ended) = read.await;
    let printed = ended.stderr.lines().find_map(|line| line.strip_prefix(PRINTED));
    let printed = printed.unwrap_or_else(|| panic!("{ended:#?}")).to_owned();
    let words: Vec<&str> = printed.split(' ').collect();
    let corrected = rows.replace("no address", "j@example.com");
    office.program(&words).file(&rejects, corrected).run().await.expect_code(0);
    printed
}

#[tokio::test]
async fn names_in_another_encoding_are_sent_as_they_are() {
    let office = Office::new().await;
    let options = ["--encoding", "windows-1252", "--to", "iot"];
    // The file has the name of the subcommand.
    let printed = correct_and_import_again(&office, "import", IN_WINDOWS_1252, &options).await;
    assert_eq!(printed, "import import.rejects.csv --to iot");
    assert_eq!(office.names(Vendor::Emnify), ["Jürgen Groß"]);
}

#[tokio::test]
async fn a_file_with_the_name_of_a_provider_is_replaced_and_the_provider_is_not() {
    let office = Office::new().await;
    let file = "External ID,Name,E-mail\n1,Ada King,no address\n";
    let printed = correct_and_import_again(&office, "iot", file.as_bytes(), &["--to", "iot"]).await;
    assert_eq!(printed, "import iot.rejects.csv --to iot");
    assert_eq!(office.held(), [0, 1, 0, 0]);
}

#[tokio::test]
async fn rejects_of_a_workbook_are_imported_without_the_options_of_a_workbook() {
    let office = Office::new().await;
    let rows: [&[Cell<'_>]; 2] = [
        &[Text("External ID"), Text("Name"), Text("E-mail")],
        &[Text("1"), Text("Ada King"), Text("no address")],
    ];
    let file = Xlsx::default().sheet("People", &rows).bytes();
    let options = ["--sheet", "People", "--input-format", "workbook", "--to", "acme,iot"];
    let printed = correct_and_import_again(&office, "people.xlsx", &file, &options).await;
    assert_eq!(printed, "import people.xlsx.rejects.csv --to acme,iot");
    assert_eq!(office.held(), [1, 1, 0, 0]);
}
