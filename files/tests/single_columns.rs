//! Tests of columns of known layouts in files that do not have the whole layout.
//!
//! Invariant: such a column has the meaning of its own program, and never completes an entry of other columns.

use insta::assert_snapshot;
use unicontact_files::{ReadOptions, open};

/// Returns the plan of a header.
fn plan(header: &'static str) -> String {
    open(header.as_bytes(), "some.csv", &ReadOptions::default()).unwrap().columns().unwrap().to_string()
}

fn contact(text: &'static str) -> serde_json::Value {
    let mut reading = open(text.as_bytes(), "some.csv", &ReadOptions::default()).unwrap();
    serde_json::to_value(reading.next().unwrap().unwrap().contact).unwrap()
}

#[test]
fn numbered_google_columns_are_recognized_without_the_rest_of_the_export() {
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
fn values_and_labels_of_numbered_columns_stay_together() {
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
fn single_columns_of_other_programs_are_recognized() {
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
fn columns_of_a_layout_follow_plain_names_and_complete_no_address() {
    assert_snapshot!(plan("E-mail 1 - Value,Email,City,Home City,Home ZipCode,Address 1 - Street,MailingStreet,Organization 1 - Name,Company\n"), @"
    no known layout, columns are known by their names; utf-8, delimiter ,, header in line 1
        1  E-mail 1 - Value  ->  emails[1].address
        2  Email  ->  emails[0].address
        3  City  ->  addresses[0].city
        4  Home City  ->  addresses[1].city (home)
        5  Home ZipCode  ->  addresses[1].postal_code (home)
        6  Address 1 - Street  ->  addresses[2].street
        7  MailingStreet  ->  addresses[3].street
        8  Organization 1 - Name  ->  not used: another column is already read into organization.name
        9  Company  ->  organization.name
    ");
}

#[test]
fn columns_of_other_layouts_join_entries_with_the_same_number() {
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
fn a_mapped_column_keeps_the_other_columns_of_its_group() {
    let map = "[columns]\n\"Phone 2 - Value\" = \"phones[4].number\"\n".parse().unwrap();
    let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
    let header = "Name,Phone 2 - Type,Phone 2 - Value,Phone 3 - Value\n";
    let reading = open(header.as_bytes(), "some.csv", &options).unwrap();
    let taken: Vec<String> =
        reading.columns().unwrap().columns.iter().map(|column| column.target.to_string()).collect();
    assert_eq!(taken, ["name.full", "phones[4].label", "phones[4].number", "phones[5].number"]);
}

#[test]
fn a_header_of_layout_columns_only_is_found_below_other_lines() {
    let plan =
        plan("Exported for Ada\n\nE-mail 1 - Value;Phone 1 - Value\nada@example.com;+44 20 7946 0123\n");
    assert!(plan.contains("header in line 3"), "{plan}");
}

#[test]
fn birthday_parts_and_ignored_columns_have_no_meaning_outside_their_layout() {
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
