//! Columns of the known layouts in files that are not whole exports of them.
//!
//! Rule: such a column is read as its own program means it, and is never mixed with what other columns say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use unicontact_files::{ReadOptions, open};

/// What the columns of a header were taken for.
fn plan(header: &'static str) -> String {
    open(header.as_bytes(), "some.csv", &ReadOptions::default()).unwrap().columns().unwrap().to_string()
}

fn contact(text: &'static str) -> serde_json::Value {
    let mut reading = open(text.as_bytes(), "some.csv", &ReadOptions::default()).unwrap();
    serde_json::to_value(reading.next().unwrap().unwrap().contact).unwrap()
}

#[test]
fn numbered_columns_of_google_are_known_without_the_rest_of_its_export() {
    assert_snapshot!(plan("Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - City,Organization 1 - Name,Website 1 - Value\n"), @"
    no known layout, columns are known by their names; utf-8, delimiter ,, header in line 1
        1  Name  ->  name.full
        2  E-mail 1 - Value  ->  emails[0].address
        3  E-mail 2 - Value  ->  emails[1].address
        4  Phone 1 - Type  ->  phones[0].label
        5  Phone 1 - Value  ->  phones[0].number
        6  Address 1 - City  ->  addresses[0].city
        7  Organization 1 - Name  ->  organization.name
        8  Website 1 - Value  ->  links[0].url
    ");
}

#[test]
fn their_values_and_labels_stay_together() {
    let text = "Phone 2 - Type,Phone 1 - Value,Name,Phone 2 - Value,Address 2 - City,Address 2 - Country\n\
                Work,+44 20 7946 0123,Ada King,+44 7700 900123,London,UK\n";
    assert_eq!(
        contact(text),
        serde_json::json!({
            "kind": "person",
            "name": {"full": "Ada King"},
            "phones": [{"number": "+447700900123", "kind": "work"}, {"number": "+442079460123"}],
            "addresses": [{"city": "London", "country": "GB"}],
        })
    );
}

#[test]
fn columns_of_other_programs_are_known_one_by_one() {
    assert_snapshot!(plan("Name;E-mail Address;E-mail 2 Address;Other Phone;Associated Company;Message;Mailing City;Company Main Phone;Phone : iPhone\n"), @"
    no known layout, columns are known by their names; utf-8, delimiter ;, header in line 1
        1  Name  ->  name.full
        2  E-mail Address  ->  emails[0].address
        3  E-mail 2 Address  ->  emails[1].address
        4  Other Phone  ->  phones[0].number (other)
        5  Associated Company  ->  organization.name
        6  Message  ->  notes
        7  Mailing City  ->  addresses[0].city
        8  Company Main Phone  ->  phones[1].number (main, Company)
        9  Phone : iPhone  ->  phones[2].number (mobile, iPhone)
    ");
}

#[test]
fn they_come_behind_the_plain_names_and_complete_no_address_of_theirs() {
    assert_snapshot!(plan("E-mail 1 - Value,Email,City,Home City,Home ZipCode,Address 1 - Street,MailingStreet,Organization 1 - Name,Company\n"), @"
    no known layout, columns are known by their names; utf-8, delimiter ,, header in line 1
        1  E-mail 1 - Value  ->  emails[1].address
        2  Email  ->  emails[0].address
        3  City  ->  addresses[0].city
        4  Home City  ->  addresses[1].city (home)
        5  Home ZipCode  ->  addresses[1].postal_code (home)
        6  Address 1 - Street  ->  addresses[2].street
        7  MailingStreet  ->  addresses[3].street
        8  Organization 1 - Name  ->  not used: another column is taken for organization.name already
        9  Company  ->  organization.name
    ");
}

#[test]
fn beside_a_known_layout_they_join_what_it_numbers_alike() {
    assert_snapshot!(plan("First Name,Last Name,Phone 1 - Value,Phone 1 - Type,Phone 2 - Type,Address 1 - City,Business Phone,Assistant's Phone\n"), @"
    Google Contacts; utf-8, delimiter ,, header in line 1
        1  First Name  ->  name.given
        2  Last Name  ->  name.family
        3  Phone 1 - Value  ->  phones[0].number
        4  Phone 1 - Type  ->  phones[0].label
        5  Phone 2 - Type  ->  phones[2].label
        6  Address 1 - City  ->  addresses[0].city
        7  Business Phone  ->  phones[1].number (work)
        8  Assistant's Phone  ->  phones[3].number (other, Assistant)
    ");
}

#[test]
fn a_mapped_column_takes_its_neighbours_along() {
    let map = "[columns]\n\"Phone 2 - Value\" = \"phones[4].number\"\n".parse().unwrap();
    let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
    let header = "Name,Phone 2 - Type,Phone 2 - Value,Phone 3 - Value\n";
    let reading = open(header.as_bytes(), "some.csv", &options).unwrap();
    let taken: Vec<String> =
        reading.columns().unwrap().columns.iter().map(|column| column.target.to_string()).collect();
    assert_eq!(taken, ["name.full", "phones[4].label", "phones[4].number", "phones[5].number"]);
}

#[test]
fn a_header_of_nothing_else_is_found_behind_other_lines() {
    let plan =
        plan("Exported for Ada\n\nE-mail 1 - Value;Phone 1 - Value\nada@example.com;+44 20 7946 0123\n");
    assert!(plan.contains("header in line 3"), "{plan}");
}

#[test]
fn parts_of_a_birthday_and_what_a_layout_leaves_out_are_not_known_alone() {
    let plan = plan("Name,Birth Year,Birth Month,E-mail Display Name,Address 1 - Formatted\n");
    assert_eq!(plan.matches("not a known column").count(), 4, "{plan}");
}

#[test]
fn an_extension_belongs_to_the_first_number() {
    assert_eq!(
        contact("Name,Ext,Phone 1 - Value\nAda King,12,+44 20 7946 0123\n")["phones"],
        serde_json::json!([{"number": "+442079460123", "extension": "12"}])
    );
}
