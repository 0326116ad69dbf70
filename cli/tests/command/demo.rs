//! `unicontact demo`: it needs no configuration and leaves no files.

use crate::command::shape;
use crate::program::Program;

/// Returns the human output in two parts: the first contact, and the rest.
async fn printed() -> (String, String) {
    let ended = Program::new(&["demo"]).run().await.expect_code(0);
    let (first, rest) = ended.stdout.split_once("\n== An organization").unwrap();
    (first.to_owned(), format!("== An organization{rest}"))
}

#[tokio::test]
async fn the_demo_needs_no_configuration_and_leaves_no_files() {
    let ended = Program::new(&["demo"]).run().await.expect_code(0);
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.files, [""; 0]);
}

#[tokio::test]
async fn the_demo_prints_requests_outcomes_and_losses() {
    let (first, _) = printed().await;
    insta::with_settings!({filters => [(r"\d+ ms", "[time]")]}, {
        insta::assert_snapshot!(first, @r#"
        == A person with everything

        acme is sent {"address":"1 Park Lane, Flat 2, W1K 1QA London, United Kingdom","designation":"Countess","emails":[{"email":"ada@example.com"},{"email":"ada@example.org"}],"name":"Dr Ada King","phones":[{"phone_number":"+442079460123"},{"phone_number":"+447700900123"}],"record_sub_type":"person","url_details":{"domain":"example.com","linkedin_url":"https://www.linkedin.com/in/example"}}
        iot is sent {"city":"London","country":{"id":205},"department":"Research","email":"ada@example.com","mobile":"+447700900123","name":"Dr Ada King","phone":"+442079460123","secondary_address":"Flat 2","street":"1 Park Lane","title":"Countess","type":{"id":1},"zipcode":"W1K 1QA"}
        voice is sent {"contact_phones_attributes":[{"number":"+442079460123"},{"number":"+447700900123"}],"description":"Wrote the first program.","email":"ada@example.com","full_name":"Dr Ada King"}
        jakarta is sent {"Email":"ada@example.com","Mobile":"+447700900123","Name":"Dr Ada King","Phone":"+442079460123"}

         provider  vendor       outcome  id                                    attempts  time
         acme      smarttask    created  5a4db0c5-0000-4000-8000-000000000001  1         [time]
         iot       emnify       created  1                                     1         [time]
         voice     cloverhound  created  1                                     1         [time]
         jakarta   onecloud     created  1                                     1         [time]

        acme: dropped organization.name: SmartTask links organizations by record: set vendor.smarttask.parent
        acme: dropped organization.department: SmartTask has no department
        acme: dropped emails[0].kind, emails[1].kind: SmartTask has no kinds of e-mail address
        acme: dropped emails[0].label: SmartTask has no labels of e-mail addresses
        acme: dropped phones[0].kind, phones[1].kind: SmartTask has no field for this kind of phone number
        acme: dropped phones[0].extension: SmartTask has no extensions
        acme: dropped addresses[0].kind: SmartTask has no kinds of postal address
        acme: dropped birthday: SmartTask has no birthday
        acme: dropped notes: SmartTask documents no notes in a create; vendor.smarttask.description would be sent
        acme: dropped tags[0]: SmartTask has no tags
        acme: dropped custom.score: SmartTask wants its own field ids: set vendor.smarttask.custom_field_values
        iot: dropped organization.name: emnify has no organization
        iot: dropped emails[0].kind, emails[1].kind: emnify has no kinds of e-mail address
        iot: dropped emails[0].label: emnify has no labels of e-mail addresses
        iot: dropped emails[1].address: emnify holds one e-mail address
        iot: dropped phones[0].kind: emnify has no field for this kind of phone number
        iot: dropped phones[0].extension: emnify has no extensions
        iot: dropped addresses[0].kind: emnify has no kinds of postal address
        iot: dropped links[0].url, links[1].url: emnify has no links
        iot: dropped birthday: emnify has no birthday
        iot: dropped notes: emnify has no notes
        iot: dropped tags[0]: emnify has no tags
        iot: dropped custom.score: emnify has no custom fields
        iot: dropped vendor.emnify.purchase_order_number: emnify takes it on invoice contacts (type 6) only
        voice: dropped organization.name: Cloverhound has no organization
        voice: dropped organization.department: Cloverhound has no department
        voice: dropped emails[0].kind, emails[1].kind: Cloverhound has no kinds of e-mail address
        voice: dropped emails[0].label: Cloverhound has no labels of e-mail addresses
        voice: dropped emails[1].address: Cloverhound holds one e-mail address
        voice: dropped phones[0].kind, phones[1].kind: Cloverhound has no field for this kind of phone number
        voice: dropped phones[0].extension: Cloverhound has no extensions
        voice: dropped addresses[0].kind, addresses[0].street, addresses[0].street2, addresses[0].city, addresses[0].postal_code, addresses[0].country: Cloverhound has no postal addresses
        voice: dropped title: Cloverhound has no job title
        voice: dropped links[0].url, links[1].url: Cloverhound has no links
        voice: dropped birthday: Cloverhound has no birthday
        voice: dropped tags[0]: Cloverhound has no tags
        voice: dropped custom.score: Cloverhound has no custom fields
        jakarta: dropped organization.name: OneCloud has no organization
        jakarta: dropped organization.department: OneCloud has no department
        jakarta: dropped emails[0].kind, emails[1].kind: OneCloud has no kinds of e-mail address
        jakarta: dropped emails[0].label: OneCloud has no labels of e-mail addresses
        jakarta: dropped emails[1].address: OneCloud holds one e-mail address
        jakarta: dropped phones[0].kind: OneCloud has no field for this kind of phone number
        jakarta: dropped phones[0].extension: OneCloud has no extensions
        jakarta: dropped addresses[0].kind, addresses[0].street, addresses[0].street2, addresses[0].city, addresses[0].postal_code, addresses[0].country: OneCloud has no documented postal addresses
        jakarta: dropped title: OneCloud has no job title
        jakarta: dropped links[0].url, links[1].url: OneCloud has a place for Twitter and Facebook only
        jakarta: dropped birthday: OneCloud has no birthday
        jakarta: dropped notes: OneCloud has no documented notes
        jakarta: dropped tags[0]: OneCloud has no tags
        jakarta: dropped custom.score: OneCloud has no documented custom fields
        "#);
    });
}

#[tokio::test]
async fn the_demo_ends_with_the_contacts_at_the_vendors() {
    let (_, rest) = printed().await;
    insta::with_settings!({filters => [(r"\d+ ms", "[time]")]}, {
        insta::assert_snapshot!(rest, @r#"
        == An organization

        acme is sent {"emails":[{"email":"office@example.com"}],"name":"Analytical Engines","phones":[{"phone_number":"+442079460100"}],"record_sub_type":"organization","url_details":{"domain":"example.com"}}
        iot is sent {"email":"office@example.com","name":"Analytical Engines","phone":"+442079460100","type":{"id":1}}
        voice is sent {"contact_phones_attributes":[{"number":"+442079460100"}],"email":"office@example.com","full_name":"Analytical Engines"}
        jakarta is sent {"Email":"office@example.com","Name":"Analytical Engines","Phone":"+442079460100"}

         provider  vendor       outcome  id                                    attempts  time
         acme      smarttask    created  5a4db0c5-0000-4000-8000-000000000002  1         [time]
         iot       emnify       created  2                                     1         [time]
         voice     cloverhound  created  2                                     1         [time]
         jakarta   onecloud     created  2                                     1         [time]

        iot: dropped kind: emnify has no kinds of contact
        iot: dropped links[0].url: emnify has no links
        voice: dropped kind: Cloverhound has no kinds of contact
        voice: dropped links[0].url: Cloverhound has no links
        jakarta: dropped kind: OneCloud has no documented kind of contact
        jakarta: dropped links[0].url: OneCloud has a place for Twitter and Facebook only

        == A name in another script, with the least a contact can have

        acme is sent {"name":"山田 花子","phones":[{"phone_number":"+81355501234"}],"record_sub_type":"person"}
        iot is sent {"name":"山田 花子","phone":"+81355501234","type":{"id":1}}
        voice is sent {"contact_phones_attributes":[{"number":"+81355501234"}],"full_name":"山田 花子"}
        jakarta is sent {"Name":"山田 花子","Phone":"+81355501234"}

         provider  vendor       outcome  id                                    attempts  time
         acme      smarttask    created  5a4db0c5-0000-4000-8000-000000000003  1         [time]
         iot       emnify       created  3                                     1         [time]
         voice     cloverhound  created  3                                     1         [time]
         jakarta   onecloud     created  3                                     1         [time]

        == A contact without a name, which three of the four cannot hold

        iot is sent {"email":"nobody@example.com","type":{"id":1}}

         provider  vendor       outcome   id  attempts  time
         acme      smarttask    rejected  -   0         [time]
         iot       emnify       created   4   1         [time]
         voice     cloverhound  rejected  -   0         [time]
         jakarta   onecloud     rejected  -   0         [time]

        acme: unmappable: SmartTask requires name, and the contact has neither a name nor an organization (nothing was sent)
        acme:   Change the contact (the vendor's own fields go under `vendor`).
        voice: unmappable: Cloverhound requires full_name, and the contact has neither a name nor an organization (nothing was sent)
        voice:   Change the contact (the vendor's own fields go under `vendor`).
        jakarta: unmappable: OneCloud needs a Name, and the contact has neither a name nor an organization (nothing was sent)
        jakarta:   Change the contact (the vendor's own fields go under `vendor`).

        == A contact that Cloverhound refuses

        acme is sent {"name":"Charles Example","record_sub_type":"person"}
        iot is sent {"name":"Charles Example","type":{"id":1}}
        voice is sent {"contact_phones_attributes":[{"number":"not a number"}],"full_name":"Charles Example"}
        jakarta is sent {"Name":"Charles Example"}

         provider  vendor       outcome   id                                    attempts  time
         acme      smarttask    created   5a4db0c5-0000-4000-8000-000000000004  1         [time]
         iot       emnify       created   5                                     1         [time]
         voice     cloverhound  rejected  -                                     1         [time]
         jakarta   onecloud     created   4                                     1         [time]

        voice: invalid, HTTP 422: contact_phones.number is invalid (nothing was created)
        voice:   contact_phones.number: is invalid
        voice:   Correct the fields that the vendor names, then create it again.

        == In the end

        the reports say: 16 created, 4 rejected
        the vendors hold: smarttask 4, emnify 5, cloverhound 3, onecloud 4
        "#);
    });
}

#[tokio::test]
async fn the_demo_prints_a_report_of_four_deliveries_for_each_of_five_contacts() {
    let ended = Program::new(&["demo", "--format", "json"]).run().await.expect_code(0);
    let reports = ended.json_lines();
    assert_eq!(reports.len(), 5);
    for report in reports {
        shape::is_report(&report);
        assert_eq!(report["deliveries"].as_array().unwrap().len(), 4, "{report:#}");
    }
}

#[tokio::test]
async fn the_demo_ignores_the_users_configuration() {
    let ended = Program::new(&["demo", "--format", "json"]).configured("not = [toml").run().await;
    assert_eq!(ended.expect_code(0).json_lines().len(), 5);
}
