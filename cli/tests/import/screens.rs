//! The screens of `unicontact import` on terminals of 80 and 120 columns: the dry run of a small file with mixed trouble, and
//! the summaries of imports with losses, rejects, doubts and a paused provider.

use unicontact_sandbox::{Rule, Vendor, What};

use crate::import::{Office, people};
use crate::program::{Ended, Program};

/// Eleven rows: two are no contacts, one has no name, one loses a cell, one repeats another, and one has the id of another.
const PEOPLE: &str = "Kundennr.;Vorname;Nachname;E-Mail;Mobil;Firma;Geburtstag;Schuhgröße\n\
    C-1;Ada;King;ada@example.com;+44 20 7946 0001;Analytical Engines;1815-12-10;38\n\
    C-2;Bob;Stone;bob@example.com;+44 20 7946 0002;Stone Ltd;;44\n\
    C-3;Cid;Ray;not an address;+44 20 7946 0003;Ray Inc;;41\n\
    C-4;;;;;;;\n\
    C-5;Dora;Hall;dora@example.com;0171 5550005;Hall & Co;;\n\
    C-6;Eve;Moss;eve@example.com;;Moss GmbH;;\n\
    C-7;Finn;Berg;finn@example.com;+44 20 7946 0007;Berg AG;1990-02-30;43\n\
    C-8;Gus;Lane;gus@example.com;+44 20 7946 0008;Lane plc;;\n\
    C-2;Bob;Stone;bob@example.com;+44 20 7946 0002;Stone Ltd;;44\n\
    C-9;;;hall@example.com;;;;\n\
    C-9;Hal;Imre;hal@example.com;+44 20 7946 0009;Imre Kft;;42\n";

/// Runs an import of `people.csv`, and returns what a terminal shows: the messages before the result, the result, and the messages
/// below it.
pub(super) async fn screen(program: Program, width: &str, file: &[u8]) -> String {
    let Ended { code, stdout, stderr, .. } =
        program.variable("COLUMNS", width).file("people.csv", file).run().await;
    let (before, after) = stderr.rsplit_once("\n\n").unwrap_or(("", stderr.trim_start()));
    let before = before.trim_end();
    let gap = |text: &str| if text.is_empty() { "" } else { "\n" };
    format!("{before}{0}{0}{stdout}{1}{after}exit code {code}", gap(before), gap(after))
}

/// Runs an import to two providers, and returns its result and the messages below it.
async fn summary(office: &Office, width: &str, more: &[&str]) -> String {
    let program = office.program(&[&["import", "people.csv", "--to", "acme,voice"], more].concat());
    let screen = screen(program, width, PEOPLE.as_bytes()).await;
    screen.find("11 rows").map_or(screen.clone(), |at| screen[at..].to_owned())
}

/// Returns an office in which all answers of Cloverhound are lost.
async fn with_lost_answers() -> Office {
    Office::with_faults([Rule::new(What::ResetAfterCommit).at(Vendor::Cloverhound)]).await
}

#[tokio::test]
async fn a_dry_run_fits_one_screen() {
    let office = Office::new().await;
    let program = || office.program(&["import", "people.csv", "--dry-run"]);
    insta::assert_snapshot!(screen(program(), "80", PEOPLE.as_bytes()).await, @r"
    people.csv: utf-8, delimiter ;, header in line 1
      Kundennr.  → external_id
      Vorname    → name.given
      Nachname   → name.family
      E-Mail     → emails[0].address
      Mobil      → phones[0].number (mobile)
      Firma      → organization.name
      Geburtstag → birthday
      not used: Schuhgröße (why: --verbose)

     lost field         acme       iot        voice      jakarta
     organization.name  6 dropped  6 dropped  6 dropped  6 dropped
     phones[].kind      5 dropped  -          5 dropped  -
     birthday           1 dropped  1 dropped  1 dropped  1 dropped
     phones[].number    -          -          1 dropped  -

    1 number is not in E.164 (line 6 Dora Hall): no country code: write it as +44…,
      or set default_region
    To set the country: --set defaults.default_region=DE

     row      name       needs a look (whole reasons: --verbose)
     line 4   Cid Ray    E-Mail: not an e-mail address
     line 5   -          a contact needs a name, an organization, an e-mail or a p…
     line 8   Finn Berg  Geburtstag: not a date; the cell is dropped
     line 11  -          refused by acme: unmappable: SmartTask requires name, and…
                         refused by voice: unmappable: Cloverhound requires full_n…
                         refused by jakarta: unmappable: OneCloud needs a Name, an…
     line 12  Hal Imre   its id came before for another person: no name, e-mail ad…

    11 rows: 7 would be sent, 3 are no contacts, 1 is repeated; 5 need a look
    Nothing was sent. To send: unicontact import people.csv
    exit code 1
    ");
    insta::assert_snapshot!(screen(program(), "120", PEOPLE.as_bytes()).await, @r"
    people.csv: utf-8, delimiter ;, header in line 1
      Kundennr.  → external_id
      Vorname    → name.given
      Nachname   → name.family
      E-Mail     → emails[0].address
      Mobil      → phones[0].number (mobile)
      Firma      → organization.name
      Geburtstag → birthday
      not used: Schuhgröße (why: --verbose)

     lost field         acme       iot        voice      jakarta
     organization.name  6 dropped  6 dropped  6 dropped  6 dropped
     phones[].kind      5 dropped  -          5 dropped  -
     birthday           1 dropped  1 dropped  1 dropped  1 dropped
     phones[].number    -          -          1 dropped  -

    1 number is not in E.164 (line 6 Dora Hall): no country code: write it as +44…, or set default_region
    To set the country: --set defaults.default_region=DE

     row      name       needs a look (whole reasons: --verbose)
     line 4   Cid Ray    E-Mail: not an e-mail address
     line 5   -          a contact needs a name, an organization, an e-mail or a phone
     line 8   Finn Berg  Geburtstag: not a date; the cell is dropped
     line 11  -          refused by acme: unmappable: SmartTask requires name, and the contact has neither a name nor an o…
                         refused by voice: unmappable: Cloverhound requires full_name, and the contact has neither a name…
                         refused by jakarta: unmappable: OneCloud needs a Name, and the contact has neither a name nor an…
     line 12  Hal Imre   its id came before for another person: no name, e-mail address or number agrees; it clashes with…

    11 rows: 7 would be sent, 3 are no contacts, 1 is repeated; 5 need a look
    Nothing was sent. To send: unicontact import people.csv
    exit code 1
    ");
}

#[tokio::test]
async fn a_quiet_dry_run_has_only_the_result() {
    let office = Office::new().await;
    let program = office.program(&["import", "people.csv", "--dry-run", "--quiet"]);
    insta::assert_snapshot!(screen(program, "80", PEOPLE.as_bytes()).await, @r"
    11 rows: 7 would be sent, 3 are no contacts, 1 is repeated; 5 need a look
    exit code 1
    ");
}

#[tokio::test]
async fn a_verbose_dry_run_has_every_column_row_and_reason() {
    let office = Office::new().await;
    let program = office.program(&["import", "people.csv", "--dry-run", "--verbose"]);
    let screen = screen(program, "120", PEOPLE.as_bytes()).await;
    for text in [
        "Schuhgröße → not used: not a known column; name it in a mapping\n",
        "not an e-mail address (expected something like name@example.com)",
        "refused by acme: unmappable",
        "refused by jakarta: unmappable",
        "jakarta would refuse 1 row: unmappable",
    ] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
}

#[tokio::test]
async fn an_import_with_losses_rejects_and_doubts() {
    let office = with_lost_answers().await;
    insta::assert_snapshot!(summary(&office, "80", &[]).await, @r#"
    11 rows: 8 contacts, 3 are no contacts

     provider  created  rejected  in_doubt  skipped
     acme            6         1         0        1
     voice           0         1         6        1

     lost field         acme       voice
     organization.name  6 dropped  -
     phones[].kind      5 dropped  -
     birthday           1 dropped  -
    The vendor did not get the lost fields. Set on_loss = "reject" to send no such
    contact, or "allow" to hide this table.

    acme: 1 rejected: line 11
      unmappable: SmartTask requires name, and the contact has neither a name nor an
      organization
    voice: 1 rejected: line 11
      unmappable: Cloverhound requires full_name, and the contact has neither a name
      nor an organization
      Change the contact (the vendor's own fields go under `vendor`).
    voice: 6 in_doubt: line 2 Ada King, line 3 Bob Stone, line 6 Dora Hall and 3
      more
      interrupted: the connection broke before the answer came
      Check at the vendor whether the contact exists before you send it again. Check
      once more some minutes later: the vendor may still create it.
    To see all of them, import with --report FILE, or:
      unicontact deliveries list --outcome rejected,in_doubt
    1 number is not in E.164 (line 6 Dora Hall): no country code: write it as +44…,
      or set default_region; sent as written to acme
    To set the country: --set defaults.default_region=DE
    6 deliveries in doubt need a person: look each up at the vendor, then record
      what is there:
      voice: line 2 Ada King
        unicontact deliveries resolve voice/C-1 --created ID|--not-created
      voice: line 3 Bob Stone
        unicontact deliveries resolve voice/C-2 --created ID|--not-created
      voice: line 6 Dora Hall
        unicontact deliveries resolve voice/C-5 --created ID|--not-created
      voice: line 7 Eve Moss
        unicontact deliveries resolve voice/C-6 --created ID|--not-created
      voice: line 8 Finn Berg
        unicontact deliveries resolve voice/C-7 --created ID|--not-created
      and 1 more: unicontact deliveries list --outcome in_doubt

    people.csv:4 (Cid Ray): column 4 (E-Mail): not an e-mail address (expected
      something like name@example.com)
    people.csv:5: a contact needs a name, an organization, an e-mail or a phone
    people.csv:12 (Hal Imre): its id came before for another person: no name, e-mail
      address or number agrees; it clashes with line 11. Give each person an id of
      their own (`external_id`).
    people.csv: 3 rows are no contacts; they are in people.csv.rejects.csv
    To import after correction:
      unicontact import people.csv.rejects.csv --to acme,voice
    people.csv: 1 cell is dropped in 1 row; its other cells are kept
      once: column 7 (Geburtstag): not a date (write it as YYYY-MM-DD)
      add --notes FILE to list their lines and values, or --on-bad-cell reject to
      reject such rows
    1 row repeats an earlier row of the input and was not sent again: it is the same.
    exit code 3
    "#);
}

#[tokio::test]
async fn an_import_with_losses_rejects_and_doubts_on_a_wide_terminal() {
    let office = with_lost_answers().await;
    insta::assert_snapshot!(summary(&office, "120", &[]).await, @r#"
    11 rows: 8 contacts, 3 are no contacts

     provider  created  rejected  in_doubt  skipped
     acme            6         1         0        1
     voice           0         1         6        1

     lost field         acme       voice
     organization.name  6 dropped  -
     phones[].kind      5 dropped  -
     birthday           1 dropped  -
    The vendor did not get the lost fields. Set on_loss = "reject" to send no such contact, or "allow" to hide this table.

    acme: 1 rejected: line 11
      unmappable: SmartTask requires name, and the contact has neither a name nor an organization
    voice: 1 rejected: line 11
      unmappable: Cloverhound requires full_name, and the contact has neither a name nor an organization
      Change the contact (the vendor's own fields go under `vendor`).
    voice: 6 in_doubt: line 2 Ada King, line 3 Bob Stone, line 6 Dora Hall and 3 more
      interrupted: the connection broke before the answer came
      Check at the vendor whether the contact exists before you send it again. Check once more some minutes later: the
      vendor may still create it.
    To see all of them, import with --report FILE, or: unicontact deliveries list --outcome rejected,in_doubt
    1 number is not in E.164 (line 6 Dora Hall): no country code: write it as +44…, or set default_region; sent as written
      to acme
    To set the country: --set defaults.default_region=DE
    6 deliveries in doubt need a person: look each up at the vendor, then record what is there:
      voice: line 2 Ada King
        unicontact deliveries resolve voice/C-1 --created ID|--not-created
      voice: line 3 Bob Stone
        unicontact deliveries resolve voice/C-2 --created ID|--not-created
      voice: line 6 Dora Hall
        unicontact deliveries resolve voice/C-5 --created ID|--not-created
      voice: line 7 Eve Moss
        unicontact deliveries resolve voice/C-6 --created ID|--not-created
      voice: line 8 Finn Berg
        unicontact deliveries resolve voice/C-7 --created ID|--not-created
      and 1 more: unicontact deliveries list --outcome in_doubt

    people.csv:4 (Cid Ray): column 4 (E-Mail): not an e-mail address (expected something like name@example.com)
    people.csv:5: a contact needs a name, an organization, an e-mail or a phone
    people.csv:12 (Hal Imre): its id came before for another person: no name, e-mail address or number agrees; it clashes
      with line 11. Give each person an id of their own (`external_id`).
    people.csv: 3 rows are no contacts; they are in people.csv.rejects.csv
    To import after correction: unicontact import people.csv.rejects.csv --to acme,voice
    people.csv: 1 cell is dropped in 1 row; its other cells are kept
      once: column 7 (Geburtstag): not a date (write it as YYYY-MM-DD)
      add --notes FILE to list their lines and values, or --on-bad-cell reject to reject such rows
    1 row repeats an earlier row of the input and was not sent again: it is the same.
    exit code 3
    "#);
}

#[tokio::test]
async fn a_quiet_import_has_the_outcomes_the_errors_and_the_doubts() {
    let office = with_lost_answers().await;
    insta::assert_snapshot!(summary(&office, "80", &["--quiet"]).await, @r"
    11 rows: 8 contacts, 3 are no contacts

     provider  created  rejected  in_doubt  skipped
     acme            6         1         0        1
     voice           0         1         6        1

    acme: 1 rejected: line 11
      unmappable: SmartTask requires name, and the contact has neither a name nor an
      organization
    voice: 1 rejected: line 11
      unmappable: Cloverhound requires full_name, and the contact has neither a name
      nor an organization
      Change the contact (the vendor's own fields go under `vendor`).
    voice: 6 in_doubt: line 2 Ada King, line 3 Bob Stone, line 6 Dora Hall and 3
      more
      interrupted: the connection broke before the answer came
      Check at the vendor whether the contact exists before you send it again. Check
      once more some minutes later: the vendor may still create it.
    To see all of them, import with --report FILE, or:
      unicontact deliveries list --outcome rejected,in_doubt
    1 number is not in E.164 (line 6 Dora Hall): no country code: write it as +44…,
      or set default_region; sent as written to acme
    To set the country: --set defaults.default_region=DE
    6 deliveries in doubt need a person: look each up at the vendor, then record
      what is there:
      voice: line 2 Ada King
        unicontact deliveries resolve voice/C-1 --created ID|--not-created
      voice: line 3 Bob Stone
        unicontact deliveries resolve voice/C-2 --created ID|--not-created
      voice: line 6 Dora Hall
        unicontact deliveries resolve voice/C-5 --created ID|--not-created
      voice: line 7 Eve Moss
        unicontact deliveries resolve voice/C-6 --created ID|--not-created
      voice: line 8 Finn Berg
        unicontact deliveries resolve voice/C-7 --created ID|--not-created
      and 1 more: unicontact deliveries list --outcome in_doubt

    people.csv:4 (Cid Ray): column 4 (E-Mail): not an e-mail address (expected
      something like name@example.com)
    people.csv:5: a contact needs a name, an organization, an e-mail or a phone
    people.csv:12 (Hal Imre): its id came before for another person: no name, e-mail
      address or number agrees; it clashes with line 11. Give each person an id of
      their own (`external_id`).
    people.csv: 3 rows are no contacts; they are in people.csv.rejects.csv
    To import after correction:
      unicontact import people.csv.rejects.csv --to acme,voice --quiet
    exit code 3
    ");
}

/// Replaces the rows below the table: the contact that is sent first is any of those that are ready.
fn any_first(screen: &str) -> String {
    let (table, rows) = screen.split_once("voice: 1 failed: ").unwrap();
    let row = |line: &str| match line.split_once("line ") {
        Some((before, _)) => format!("{before}line …"),
        None => line.to_owned(),
    };
    let rows: Vec<String> = format!("voice: 1 failed: {rows}").lines().map(row).collect();
    format!("{table}{}", rows.join("\n"))
}

#[tokio::test]
async fn an_import_in_which_a_provider_is_paused() {
    let run = async |width: &str| {
        let office = Office::new().await.setting("concurrency = 1");
        let configuration = office.configuration().replace("sandbox-key-secret", "wrong");
        let program = Program::new(&["import", "people.csv", "--to", "acme,voice"]);
        screen(program.configured(&configuration), width, people(30).as_bytes()).await
    };
    insta::assert_snapshot!(any_first(&run("80").await), @r"
    people.csv: utf-8, delimiter ,, header in line 1
      External ID → external_id
      Name        → name.full
      E-mail      → emails[0].address
      Phone       → phones[0].number

    voice is paused: unauthenticated while creating, HTTP 401: HTTP Basic: Access
      denied. (nothing was created)

    30 rows: 30 contacts

     provider  created  failed  pending
     acme           30       0        0
     voice           0       1       29

    voice: 1 failed: line …
      unauthenticated, HTTP 401: HTTP Basic: Access denied.
      Check the credentials: expired, revoked or mistyped?
    voice: 29 pending: line …
      not sent: the provider is paused
    To see all of them, import with --report FILE, or:
      unicontact deliveries list --outcome failed,pending
    To send the pending contacts, run the same command again:
      unicontact import people.csv --to acme,voice

    people.csv: once, in line …
      is not an id; it is taken as empty
    voice is paused: 1 failed, 29 pending. Check the credentials: expired, revoked
      or mistyped? Then run the same command again: delivered contacts are not sent
      again.
    exit code 1
    ");
    insta::assert_snapshot!(any_first(&run("120").await), @r"
    people.csv: utf-8, delimiter ,, header in line 1
      External ID → external_id
      Name        → name.full
      E-mail      → emails[0].address
      Phone       → phones[0].number

    voice is paused: unauthenticated while creating, HTTP 401: HTTP Basic: Access denied. (nothing was created)

    30 rows: 30 contacts

     provider  created  failed  pending
     acme           30       0        0
     voice           0       1       29

    voice: 1 failed: line …
      unauthenticated, HTTP 401: HTTP Basic: Access denied.
      Check the credentials: expired, revoked or mistyped?
    voice: 29 pending: line …
      not sent: the provider is paused
    To see all of them, import with --report FILE, or: unicontact deliveries list --outcome failed,pending
    To send the pending contacts, run the same command again: unicontact import people.csv --to acme,voice

    people.csv: once, in line …
    voice is paused: 1 failed, 29 pending. Check the credentials: expired, revoked or mistyped? Then run the same command
      again: delivered contacts are not sent again.
    exit code 1
    ");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn values_are_shown_only_where_the_messages_go_to_a_terminal() {
    let office = Office::new().await;
    let program = || office.program(&["import", "people.csv", "--dry-run"]).file("people.csv", PEOPLE);
    let on_terminal = program().on_terminal("80").variable("NO_COLOR", "1").run().await.expect_code(1);
    assert!(
        on_terminal.stdout.contains("E-Mail     → emails[0].address          ada@example.com\r\n"),
        "{on_terminal:?}"
    );
    // The messages go to a file, and the result to a terminal.
    let log = program();
    let path = log.folder().join("err.log");
    let log = log.on_terminal_except_messages("80", &path);
    let (messages, _) = log.start().await.end_with(|_| std::fs::read_to_string(&path).unwrap()).await;
    assert!(messages.contains("E-Mail     → emails[0].address\n"), "{messages}");
    assert!(!messages.contains("ada@example.com"), "{messages}");
}
