//! The screens of `unicontact create` and `unicontact plan` at 80 and 120 columns.

use unicontact_sandbox::{Faults, Options, Rule, Sandbox, Vendor, What};

use crate::command::idle_server::IdleServer;
use crate::program::{Program, without_durations};

const CONTACT: &str = r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com", "king@example.org"],
    "phones": ["+44 20 7946 0123"], "organization": {"department": "Research"},
    "addresses": [{"city": "London", "country": "GB"}], "tags": ["vip"]}"#;
const LEAST: &str = r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"]}"#;

/// Returns the screen of a command on a contact, with the exit code, without times and ports.
async fn screen(command: &str, contact: &str, configuration: &str, columns: u16, options: &[&str]) -> String {
    let arguments = [&[command, "contact.json"], options].concat();
    let program = Program::new(&arguments).columns(columns).configured(configuration);
    let ended = program.file("contact.json", contact).run().await;
    assert_eq!(ended.stderr, "");
    let lines = ended.stdout.lines().map(|line| {
        let line = line.replace("127.0.0.1:", "127.0.0.1:PORT:");
        let (line, rest) = line.split_once("PORT:").map_or((line.as_str(), ""), |(line, rest)| {
            (line, rest.trim_start_matches(|it: char| it.is_ascii_digit()))
        });
        format!("{line}{}{rest}", if rest.is_empty() { "" } else { "PORT" })
    });
    let screen = without_durations(&lines.collect::<Vec<_>>().join("\n"));
    format!("{screen}\nexit code {}", ended.code)
}

async fn create(contact: &str, faults: Faults, columns: u16, options: &[&str]) -> String {
    let sandbox = Sandbox::start(Options { faults, ..Options::default() }).await.unwrap();
    let options = [&["--set", "journal=deliveries.db"], options].concat();
    screen("create", contact, &sandbox.configuration(), columns, &options).await
}

#[tokio::test]
async fn a_contact_that_every_vendor_holds_is_one_table() {
    let screen = create(LEAST, Faults::default(), 80, &[]).await;
    insta::assert_snapshot!(screen, @r"
    Ada King (42): 4 created

     outcome  provider  vendor       id                                    time
     created  acme      SmartTask    5a4db0c5-0000-4000-8000-000000000001  [time]
     created  iot       emnify       1                                     [time]
     created  voice     Cloverhound  1                                     [time]
     created  jakarta   OneCloud     1                                     [time]
    exit code 0
    ");
}

#[tokio::test]
async fn lost_fields_are_one_table_of_fates() {
    let screen = create(CONTACT, Faults::default(), 80, &[]).await;
    insta::assert_snapshot!(screen, @r"
    Ada King (42): 4 created

     outcome  provider  vendor       id                                    time
     created  acme      SmartTask    5a4db0c5-0000-4000-8000-000000000001  [time]
     created  iot       emnify       1                                     [time]
     created  voice     Cloverhound  1                                     [time]
     created  jakarta   OneCloud     1                                     [time]

     lost fields              acme     iot          voice    jakarta
     organization.department  dropped  sent         dropped  dropped
     emails.address           sent     1 of 2       1 of 2   1 of 2
     addresses.city           merged   sent         dropped  dropped
     addresses.country        merged   reformatted  dropped  dropped
     no provider holds: tags
     To see the reasons: unicontact plan contact.json --verbose
    exit code 0
    ");
}

#[tokio::test]
async fn verbose_output_has_the_reason_of_each_loss() {
    let screen = create(CONTACT, Faults::default(), 120, &["--verbose"]).await;
    insta::assert_snapshot!(screen, @r"
    Ada King (42): 4 created

     outcome  provider  vendor       id                                    time
     created  acme      SmartTask    5a4db0c5-0000-4000-8000-000000000001  [time]
     created  iot       emnify       1                                     [time]
     created  voice     Cloverhound  1                                     [time]
     created  jakarta   OneCloud     1                                     [time]

     lost fields              acme     iot          voice    jakarta
     organization.department  dropped  sent         dropped  dropped
     emails.address           sent     1 of 2       1 of 2   1 of 2
     addresses.city           merged   sent         dropped  dropped
     addresses.country        merged   reformatted  dropped  dropped
     no provider holds: tags

    acme: dropped organization.department: SmartTask has no department
    acme: dropped tags[0]: SmartTask has no tags
    iot: dropped emails[1].address: emnify holds one e-mail address
    iot: dropped tags[0]: emnify has no tags
    voice: dropped organization.department: Cloverhound has no department
    voice: dropped emails[1].address: Cloverhound holds one e-mail address
    voice: dropped addresses[0].city, addresses[0].country: Cloverhound has no postal addresses
    voice: dropped tags[0]: Cloverhound has no tags
    jakarta: dropped organization.department: OneCloud has no department
    jakarta: dropped emails[1].address: OneCloud holds one e-mail address
    jakarta: dropped addresses[0].city, addresses[0].country: OneCloud has no documented postal addresses
    jakarta: dropped tags[0]: OneCloud has no tags
    exit code 0
    ");
}

#[tokio::test]
async fn errors_come_with_what_to_do() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    let options = ["--set", "journal=off", "--to", "acme,iot,voice"];
    let narrow = screen("create", LEAST, &wrong, 80, &options).await;
    let wide = screen("create", LEAST, &wrong, 120, &options).await;
    insta::assert_snapshot!(narrow, @r"
    Ada King (42): 3 failed

     outcome  provider  vendor       id  time
     failed   acme      SmartTask    -   [time]
     failed   iot       emnify       -   [time]
     failed   voice     Cloverhound  -   [time]

    acme: unauthenticated, HTTP 401 (nothing was created)
    iot: unauthenticated while authenticating, HTTP 401 (nothing was created)
    voice: unauthenticated, HTTP 401: HTTP Basic: Access denied. (nothing was
      created)
      Check the credentials: expired, revoked or mistyped?
    exit code 1
    ");
    insta::assert_snapshot!(wide, @r"
    Ada King (42): 3 failed

     outcome  provider  vendor       id  time
     failed   acme      SmartTask    -   [time]
     failed   iot       emnify       -   [time]
     failed   voice     Cloverhound  -   [time]

    acme: unauthenticated, HTTP 401 (nothing was created)
    iot: unauthenticated while authenticating, HTTP 401 (nothing was created)
    voice: unauthenticated, HTTP 401: HTTP Basic: Access denied. (nothing was created)
      Check the credentials: expired, revoked or mistyped?
    exit code 1
    ");
}

#[tokio::test]
async fn doubts_come_with_what_to_look_for_and_the_commands() {
    let lost = || {
        let status = What::Status {
            status: 503,
            retry_after: None,
            body: unicontact_sandbox::ErrorBody::Vendor,
            after_commit: false,
        };
        let resets = Rule::new(What::ResetAfterCommit).at(Vendor::Cloverhound).at(Vendor::OneCloud);
        Faults::new(1, [resets, Rule::new(status).at(Vendor::Emnify)])
    };
    let options = ["--set", "defaults.settle_delay=10ms"];
    let narrow = create(LEAST, lost(), 80, &options).await;
    let wide = create(LEAST, lost(), 120, &options).await;
    insta::with_settings!({filters => [(r"after \d\d:\d\d", "after [time]")]}, {
        insta::assert_snapshot!(narrow, @r"
        Ada King (42): 1 created, 3 in_doubt

         outcome   provider  vendor       id                                    time
         created   acme      SmartTask    5a4db0c5-0000-4000-8000-000000000001  [time]
         in_doubt  iot       emnify       -                                     [time]
         in_doubt  voice     Cloverhound  -                                     [time]
         in_doubt  jakarta   OneCloud     -                                     [time]

        iot: unavailable, HTTP 503: Service Unavailable (it may have been created)
          Run `unicontact deliveries retry` after [time] to look again.
        voice: interrupted: the connection broke before the answer came (it may have
          been created)
          Look for Ada King at Cloverhound now and some minutes later, then record:
          If the vendor has it: unicontact deliveries resolve voice/42 --created ID
          If not: unicontact deliveries resolve voice/42 --not-created
        jakarta: interrupted: the connection broke before the answer came (it may have
          been created)
          Look for Ada King at OneCloud now and some minutes later, then record:
          If the vendor has it: unicontact deliveries resolve jakarta/42 --created ID
          If not: unicontact deliveries resolve jakarta/42 --not-created
        exit code 3
        ");
        insta::assert_snapshot!(wide, @r"
        Ada King (42): 1 created, 3 in_doubt

         outcome   provider  vendor       id                                    time
         created   acme      SmartTask    5a4db0c5-0000-4000-8000-000000000001  [time]
         in_doubt  iot       emnify       -                                     [time]
         in_doubt  voice     Cloverhound  -                                     [time]
         in_doubt  jakarta   OneCloud     -                                     [time]

        iot: unavailable, HTTP 503: Service Unavailable (it may have been created)
          Run `unicontact deliveries retry` after [time] to look again.
        voice: interrupted: the connection broke before the answer came (it may have been created)
          Look for Ada King at Cloverhound now and some minutes later, then record:
          If the vendor has it: unicontact deliveries resolve voice/42 --created ID
          If not: unicontact deliveries resolve voice/42 --not-created
        jakarta: interrupted: the connection broke before the answer came (it may have been created)
          Look for Ada King at OneCloud now and some minutes later, then record:
          If the vendor has it: unicontact deliveries resolve jakarta/42 --created ID
          If not: unicontact deliveries resolve jakarta/42 --not-created
        exit code 3
        ");
    });
}

#[tokio::test]
async fn an_unreachable_vendor_is_named_with_the_cause() {
    let configuration = IdleServer::new().configuration();
    let options = [
        "--to",
        "voice",
        "--set",
        "providers.cloverhound.voice.base_url=https://no-such-host.invalid/secret-path",
        "--set",
        "defaults.max_attempts=1",
    ];
    let screen = screen("create", LEAST, &configuration, 80, &options).await;
    insta::assert_snapshot!(screen, @r"
    Ada King (42): 1 failed

     outcome  provider  vendor       id  time
     failed   voice     Cloverhound  -   [time]

    voice: unreachable: no-such-host.invalid:443: the name of the host was not found
      (nothing was sent)
      Check base_url for a mistyped host, and this machine's name resolution, then
      try again.
    exit code 1
    ");
}

#[tokio::test]
async fn a_plan_opens_with_one_table_of_fates() {
    let configuration = IdleServer::new().configuration();
    let narrow = screen("plan", CONTACT, &configuration, 80, &[]).await;
    let wide = screen("plan", CONTACT, &configuration, 120, &["--to", "acme,iot"]).await;
    insta::assert_snapshot!(narrow, @r#"
    Ada King would be sent to 4 providers. Nothing was sent.

     field                    acme     iot          voice    jakarta
     name.full                sent     sent         sent     sent
     organization.department  dropped  sent         dropped  dropped
     emails.address           sent     1 of 2       1 of 2   1 of 2
     phones.number            sent     sent         sent     sent
     addresses.city           merged   sent         dropped  dropped
     addresses.country        merged   reformatted  dropped  dropped
     no provider holds: tags

    acme (SmartTask): POST http://127.0.0.1:PORT/v1.0/contact/create/38
    {"address":"London, United Kingdom","emails":[{"email":"ada@example.com"},{"email":"king@example.org"}],"name":"Ada King","phones":[{"phone_number":"+442079460123"}],"record_sub_type":"person"}

    iot (emnify): POST http://127.0.0.1:PORT/api/v1/organisation/42/contact
    {"city":"London","country":{"id":"(emnify's id of GB)"},"department":"Research","email":"ada@example.com","name":"Ada King","phone":"+442079460123","type":{"id":1}}
    The country GB is looked up before sending; --online does it now.

    voice (Cloverhound): POST http://127.0.0.1:PORT/7/contacts
    {"contact_phones_attributes":[{"number":"+442079460123"}],"email":"ada@example.com","full_name":"Ada King"}

    jakarta (OneCloud): POST http://127.0.0.1:PORT/api/contactrz
    {"Email":"ada@example.com","Name":"Ada King","Phone":"+442079460123"}
    exit code 0
    "#);
    insta::assert_snapshot!(wide, @r#"
    Ada King would be sent to 2 providers. Nothing was sent.

     field                    acme     iot
     name.full                sent     sent
     organization.department  dropped  sent
     emails.address           sent     1 of 2
     phones.number            sent     sent
     addresses.city           merged   sent
     addresses.country        merged   reformatted
     no provider holds: tags

    acme (SmartTask): POST http://127.0.0.1:PORT/v1.0/contact/create/38
    {"address":"London, United Kingdom","emails":[{"email":"ada@example.com"},{"email":"king@example.org"}],"name":"Ada King","phones":[{"phone_number":"+442079460123"}],"record_sub_type":"person"}

    iot (emnify): POST http://127.0.0.1:PORT/api/v1/organisation/42/contact
    {"city":"London","country":{"id":"(emnify's id of GB)"},"department":"Research","email":"ada@example.com","name":"Ada King","phone":"+442079460123","type":{"id":1}}
    The country GB is looked up before sending; --online does it now.
    exit code 0
    "#);
}

#[tokio::test]
async fn a_plan_shows_which_providers_would_refuse_the_contact() {
    let configuration = IdleServer::new().configuration();
    let screen = screen("plan", r#"{"emails": ["ada@example.com"]}"#, &configuration, 80, &[]).await;
    insta::assert_snapshot!(screen, @r#"
    ada@example.com would be sent to 1 of 4 providers. Nothing was sent.

     field           iot
     emails.address  sent

    acme would not be sent: unmappable: SmartTask requires name, and the contact has
      neither a name nor an organization
    voice would not be sent: unmappable: Cloverhound requires full_name, and the
      contact has neither a name nor an organization
    jakarta would not be sent: unmappable: OneCloud needs a Name, and the contact
      has neither a name nor an organization
      Change the contact (the vendor's own fields go under `vendor`).

    iot (emnify): POST http://127.0.0.1:PORT/api/v1/organisation/42/contact
    {"email":"ada@example.com","type":{"id":1}}
    exit code 1
    "#);
}

#[tokio::test]
async fn colours_are_printed_on_request() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let create = ["create", "contact.json", "--color", "always", "--set", "journal=off"];
    let program = Program::new(&create).configured(&sandbox.configuration()).file("contact.json", CONTACT);
    let ended = program.run().await.expect_code(0);
    for coloured in
        ["\u{1b}[1mAda King\u{1b}[0m", "\u{1b}[32m4 created\u{1b}[0m", "\u{1b}[33mdropped\u{1b}[0m"]
    {
        assert!(ended.stdout.contains(coloured), "{coloured:?}: {:?}", ended.stdout);
    }
}
