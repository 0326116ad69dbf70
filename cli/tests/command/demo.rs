//! `unicontact demo`: it needs no configuration and leaves no files.

use crate::command::shape;
use crate::program::{Program, without_durations};

#[tokio::test]
async fn the_demo_needs_no_configuration_and_leaves_no_files() {
    let ended = Program::new(&["demo"]).run().await.expect_code(0);
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.files, [""; 0]);
}

/// Returns the screen without times.
async fn screen(columns: u16) -> String {
    let ended = Program::new(&["demo"]).columns(columns).run().await.expect_code(0);
    without_durations(&ended.stdout)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "it is one screen")]
async fn the_demo_fits_five_screens_of_80_columns() {
    let screen = screen(80).await;
    assert!(screen.lines().count() <= 115, "{} lines", screen.lines().count());
    insta::assert_snapshot!(screen, @r"
    One contact, many CRMs. Stand-ins of the vendors run in this process; nothing
    leaves this machine.
    All of them hold name, e-mails and phones. Beside that:

      one contact ─┬─ acme       SmartTask    organization, addresses, title, links
                   ├─ iot        emnify       organization, addresses, title
                   ├─ voice      Cloverhound  notes
                   ├─ jakarta    OneCloud     links
                   ├─ marketing  HubSpot      organization, addresses, title, links
                   └─ sales      Salesforce   organization, addresses, title, notes

    1. A person with everything: each field has a fate at each vendor
    Dr Ada King (demo-1): 6 created

     outcome  provider   vendor       id                                    time
     created  acme       SmartTask    5a4db0c5-0000-4000-8000-000000000001  [time]
     created  iot        emnify       1                                     [time]
     created  voice      Cloverhound  1                                     [time]
     created  jakarta    OneCloud     1                                     [time]
     created  marketing  HubSpot      734900000001                          [time]
     created  sales      Salesforce   003000000000001AAA                    [time]

     field                    acme         iot          voice    jakarta
     name.full                sent         sent         sent     sent
     name.prefix, given,      merged       merged       merged   merged
       family
     organization.name        dropped      dropped      dropped  dropped
     organization.department  dropped      sent         dropped  dropped
     emails.address           sent         1 of 2       1 of 2   1 of 2
     emails.primary           merged       merged       merged   merged
     phones.number            sent         sent         sent     sent
     phones.kind              dropped      1 of 2       dropped  1 of 2
     addresses.street and 2   merged       sent         dropped  dropped
       more
     addresses.street2        merged       sent         dropped  dropped
     addresses.country        merged       reformatted  dropped  dropped
     title                    sent         sent         dropped  dropped
     links.url                reformatted  dropped      dropped  dropped
     birthday                 dropped      dropped      dropped  dropped
     notes                    dropped      dropped      sent     dropped
     vendor.emnify.           -            dropped      -        -
       purchase_order_number
     vendor.hubspot.          -            -            -        -
       lifecyclestage

     field                    marketing    sales
     name.full                merged       merged
     name.prefix, given,      sent         sent
       family
     organization.name        sent         dropped
     organization.department  dropped      sent
     emails.address           1 of 2       1 of 2
     emails.primary           merged       merged
     phones.number            sent         sent
     phones.kind              1 of 2       1 of 2
     addresses.street and 2   sent         sent
       more
     addresses.street2        merged       merged
     addresses.country        reformatted  reformatted
     title                    sent         sent
     links.url                1 of 2       dropped
     birthday                 dropped      sent
     notes                    dropped      sent
     vendor.emnify.           -            -
       purchase_order_number
     vendor.hubspot.          sent         -
       lifecyclestage
     no provider holds: emails.kind, emails.label, phones.extension, addresses.kind,
       tags

    2. An organization
    Analytical Engines (demo-2): 6 created

    3. A name in another script
    山田 花子 (demo-3): 6 created

    4. A contact without a name: four of the six cannot hold it
    nobody@example.com (demo-4): 2 created, 4 rejected
    acme: unmappable: SmartTask requires name, and the contact has neither a name
      nor an organization (nothing was sent)
    voice: unmappable: Cloverhound requires full_name, and the contact has neither a
      name nor an organization (nothing was sent)
    jakarta: unmappable: OneCloud needs a Name, and the contact has neither a name
      nor an organization (nothing was sent)
    sales: unmappable: Salesforce requires LastName, and the contact has neither a
      name nor an organization (nothing was sent)
      Change the contact (the vendor's own fields go under `vendor`).

    5. A contact that one vendor refuses
    Charles Example (demo-5): 5 created, 1 rejected
    voice: invalid, HTTP 422: contact_phones.number is invalid (nothing was created)
      contact_phones.number: is invalid
      Correct the fields that the vendor names, then create it again.

    6. A lost answer: two vendors create the contact, and the connection breaks
    Grace Example (demo-6): 5 created, 1 in_doubt
    iot: the answer was lost; such a contact was found at the vendor, this one or an
      equal older one
    voice: interrupted: the connection broke before the answer came (it may have
      been created)
      Check at the vendor whether the contact exists before you send it again. Check
      once more some minutes later: the vendor may still create it.
    A person finds it at Cloverhound and records that:
      unicontact deliveries resolve voice/demo-6 --created 4
    The same command again sends nothing: Grace Example (demo-6): 6 skipped

    The end: reports and vendors agree, and no contact is there twice
     provider   reported as created  at the vendor  there twice
     acme       5                    5              0
     iot        6                    6              0
     voice      4                    4              0
     jakarta    5                    5              0
     marketing  6                    6              0
     sales      5                    5              0
    ");
}

#[tokio::test]
async fn the_demo_uses_120_columns() {
    let screen = screen(120).await;
    let end = screen.find("4. A contact").unwrap();
    insta::assert_snapshot!(&screen[end..], @r"
    4. A contact without a name: four of the six cannot hold it
    nobody@example.com (demo-4): 2 created, 4 rejected
    acme: unmappable: SmartTask requires name, and the contact has neither a name nor an organization (nothing was sent)
    voice: unmappable: Cloverhound requires full_name, and the contact has neither a name nor an organization (nothing was
      sent)
    jakarta: unmappable: OneCloud needs a Name, and the contact has neither a name nor an organization (nothing was sent)
    sales: unmappable: Salesforce requires LastName, and the contact has neither a name nor an organization (nothing was
      sent)
      Change the contact (the vendor's own fields go under `vendor`).

    5. A contact that one vendor refuses
    Charles Example (demo-5): 5 created, 1 rejected
    voice: invalid, HTTP 422: contact_phones.number is invalid (nothing was created)
      contact_phones.number: is invalid
      Correct the fields that the vendor names, then create it again.

    6. A lost answer: two vendors create the contact, and the connection breaks
    Grace Example (demo-6): 5 created, 1 in_doubt
    iot: the answer was lost; such a contact was found at the vendor, this one or an equal older one
    voice: interrupted: the connection broke before the answer came (it may have been created)
      Check at the vendor whether the contact exists before you send it again. Check once more some minutes later: the
      vendor may still create it.
    A person finds it at Cloverhound and records that:
      unicontact deliveries resolve voice/demo-6 --created 4
    The same command again sends nothing: Grace Example (demo-6): 6 skipped

    The end: reports and vendors agree, and no contact is there twice
     provider   reported as created  at the vendor  there twice
     acme       5                    5              0
     iot        6                    6              0
     voice      4                    4              0
     jakarta    5                    5              0
     marketing  6                    6              0
     sales      5                    5              0
    ");
}

#[tokio::test]
async fn a_lost_answer_leaves_a_doubt_that_is_settled_and_not_sent_again() {
    let ended = Program::new(&["demo", "--format", "json"]).run().await.expect_code(0);
    let reports = ended.json_lines();
    let outcomes = |report: &serde_json::Value| -> Vec<String> {
        let deliveries = report["deliveries"].as_array().unwrap().iter();
        deliveries.map(|it| it["outcome"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(outcomes(&reports[5]), ["created", "created", "in_doubt", "created", "created", "created"]);
    assert_eq!(outcomes(&reports[6]), ["skipped"; 6]);
    let ids = |report: &serde_json::Value| report["deliveries"][1]["id"].clone();
    assert_eq!(ids(&reports[5]), ids(&reports[6]));
}

#[tokio::test]
async fn the_demo_prints_a_report_of_six_deliveries_for_each_run() {
    let ended = Program::new(&["demo", "--format", "json"]).run().await.expect_code(0);
    let reports = ended.json_lines();
    assert_eq!(reports.len(), 7);
    for report in reports {
        shape::is_report(&report);
        assert_eq!(report["deliveries"].as_array().unwrap().len(), 6, "{report:#}");
    }
}

#[tokio::test]
async fn the_demo_ignores_the_users_configuration() {
    let ended = Program::new(&["demo", "--format", "json"]).configured("not = [toml").run().await;
    assert_eq!(ended.expect_code(0).json_lines().len(), 7);
}
