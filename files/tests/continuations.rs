//! Tests of rows that continue the contact above them, as in exports of records with lists.

use std::io::Cursor;

use proptest::prelude::*;
use unicontact_files::{ContactReader, OnBadCell, ReadOptions, Reject, RejectsWriter, Row, open};

fn opened(text: &str, options: &ReadOptions) -> ContactReader {
    open(Cursor::new(text.to_owned()), "people.csv", options).unwrap()
}

fn items(text: &str) -> Vec<Result<Row, Reject>> {
    opened(text, &ReadOptions::default()).collect()
}

/// Returns the name, the organization and the channels of each contact, one line each.
fn people(text: &str) -> Vec<String> {
    let person = |item: Result<Row, Reject>| match item {
        Ok(row) => {
            let contact = &row.contact;
            let emails = contact.emails.iter().map(|email| email.address.as_str().to_owned());
            let phones = contact.phones.iter().map(|phone| phone.number.as_str().to_owned());
            let all: Vec<String> = emails.chain(phones).chain(contact.tags.iter().cloned()).collect();
            let name = contact.name.as_ref().and_then(name_of).unwrap_or_default();
            format!("{}: {name}: {}", row.line, all.join(" "))
        }
        Err(reject) => reject.to_string(),
    };
    items(text).into_iter().map(person).collect()
}

fn name_of(name: &unicontact_model::contact::Name) -> Option<String> {
    name.full.clone().or_else(|| name.given.clone())
}

const ODOO: &str = "External ID,Name,Is a Company,Email,Tags,Contacts/Name,Contacts/Email,Contacts/Phone\n";

#[test]
fn rows_below_an_odoo_company_continue_it() {
    let text = format!(
        "{ODOO}__export__.1,Acme,True,info@acme.example,VIP,Ada King,ada@acme.example,+44 20 7946 0002\n\
         ,,,,News,,bo@acme.example,\n,,,,,,,\n,,,,,,,+44 20 7946 0003\n\
         __export__.2,Bo Li,False,bo@example.com,,,,\n"
    );
    let items = items(&text);
    assert_eq!(items.len(), 2);
    let acme = items[0].as_ref().unwrap();
    let emails: Vec<String> =
        acme.contact.emails.iter().map(|email| email.address.as_str().to_owned()).collect();
    assert_eq!(emails, ["info@acme.example", "ada@acme.example", "bo@acme.example"]);
    assert_eq!((acme.contact.phones.len(), acme.line), (2, 2));
    assert_eq!(acme.contact.tags, ["VIP", "News"]);
    assert!(acme.notes.iter().any(|note| note.message.contains("continue the contact")));
    assert_eq!(acme.original.split_inclusive(|byte| *byte == b'\n').count(), 3);
    assert!(acme.earlier.is_none(), "a delivery with an id is recorded under that");
    let bo = items[1].as_ref().unwrap();
    assert_eq!((bo.line, bo.contact.emails.len()), (6, 1));
}

#[test]
fn the_contact_that_version_0_1_0_read_from_the_first_row_is_kept() {
    let text = "Name,Email,Tags\nAda King,ada@example.com,VIP\n,ada.king@work.example,\n,,News\nBo Li,bo@example.com,\n";
    let items = items(text);
    let ada = items[0].as_ref().unwrap();
    assert_eq!((ada.contact.emails.len(), ada.contact.tags.len()), (2, 2));
    let earlier = ada.earlier.as_ref().unwrap();
    assert_eq!((earlier.emails.len(), &earlier.tags[..]), (1, &["VIP".to_owned()][..]));
    assert!(items[1].as_ref().unwrap().earlier.is_none());
}

#[test]
fn an_unused_value_in_a_continuation_gets_a_note() {
    let text =
        format!("{ODOO}__export__.1,Acme,True,,,Ada King,ada@acme.example,\n,,,,,Bo Li,bo@acme.example,\n");
    let items = items(&text);
    let notes = &items[0].as_ref().unwrap().notes;
    assert!(notes.iter().any(|note| note.field == "Contacts/Name" && note.message.contains("not used")));
}

#[test]
fn an_address_in_a_continuation_gets_the_constants_of_the_mapping() {
    let map = "[columns]\n\"City\" = \"addresses[0].city\"\n[constants]\n\"addresses[0].country\" = \"GB\"\n\"tags\" = \"import\"\n";
    let options = ReadOptions { map: Some(map.parse().unwrap()), ..ReadOptions::default() };
    let text = "ID,Name,Email,City\n1,Ada King,ada@example.com,London\n,,,York\n,,ada.king@work.example,\n";
    let rows: Vec<Row> = opened(text, &options).map(Result::unwrap).collect();
    let [ada] = &rows[..] else { panic!("{rows:?}") };
    let cities: Vec<_> = ada.contact.addresses.iter().map(|address| address.city.as_deref()).collect();
    assert_eq!(cities, [Some("London"), Some("York")]);
    assert!(ada.contact.addresses.iter().all(|address| address.country.is_some()));
    assert_eq!((ada.contact.emails.len(), &ada.contact.tags[..]), (2, &["import".to_owned()][..]));
}

#[test]
fn rows_without_contact_data_or_with_the_contacts_name_continue_it_in_any_file() {
    let text = "ID;Vorname;Nachname;E-Mail;Telefon;Schlagwörter\n\
        7;Ada;King;ada@example.com;+44 20 7946 0001;Kunde\n;;;king.a@work.example;;\n;;;;+44 20 7946 0002;\n;;;;;Presse\n\
        8;Bo;Li;bo@example.com;;\n;;;;+44 20 7946 0003;\n9;Cy;Ek;;;\n";
    assert_eq!(
        people(text),
        [
            "2: Ada: ada@example.com king.a@work.example +442079460001 +442079460002 Kunde Presse",
            "6: Bo: bo@example.com +442079460003",
            "8: Cy: ",
        ]
    );
}

#[test]
fn rows_that_fill_only_list_columns_continue_the_contact() {
    let text =
        "id,name,child_ids/email\n1,Acme,info@acme.example\n,,sales@acme.example\n2,Bee,x@bee.example\n";
    assert_eq!(people(text), ["2: Acme: info@acme.example sales@acme.example", "4: Bee: x@bee.example"]);
}

#[test]
fn rows_that_may_be_people_without_names_are_contacts() {
    for text in [
        // Customers with ids, and people who only left their address.
        "ID,Name,Email\n1,Ada King,ada@example.com\n,,info@shop.example\n2,Bo Li,bo@example.com\n,,cy@web.example\n",
        "Name,Email\nAda King,ada@example.com\n,info@shop.example\nBo Li,bo@example.com\n",
        "Name,Email,Phone\nAda King,ada@example.com,+44 20 7946 0001\n,cy@web.example,+44 20 7946 0002\n,di@web.example,+44 20 7946 0003\n",
        // A row with a job title is a person.
        "Name,Email,Title\nAda King,ada@example.com,CEO\n,ada.king@work.example,\n,bo@example.com,CTO\n",
        // A row with a value under an unknown column is a record.
        "Name,Email,Shoe\nAda King,ada@example.com,38\n,ada.king@work.example,\n,bo@example.com,40\n",
        "Email,Name\nada@example.com,Ada King\nada.king@work.example,\n",
        "Email,Phone\nada@example.com,\n,+44 20 7946 0001\n",
        "Name,Phone\nAda King,+44 20 7946 0001\n,+44 20 7946 0002\n",
    ] {
        let rows = text.lines().count() - 1;
        assert_eq!(items(text).iter().filter(|item| item.is_ok()).count(), rows, "{text}");
    }
}

#[test]
fn a_row_below_an_empty_row_continues_nothing() {
    let text = "Name,Email\nAda King,ada@example.com\n,ada.king@work.example\n\n,ada.k@web.example\n";
    assert_eq!(people(text)[0], "2: Ada King: ada@example.com ada.king@work.example");
    assert_eq!(people(text)[1], "5: : ada.k@web.example");
}

#[test]
fn a_bad_cell_in_a_continuation_has_its_own_line() {
    let text = format!(
        "{ODOO}__export__.1,Acme,True,info@acme.example,VIP,Ada King,ada@acme.example,\n\
         ,,,,News,,ada.example.com,\n__export__.2,Bo Li,False,bo@example.com,,,,\n"
    );
    let items = items(&text);
    let cell = &items[0].as_ref().unwrap().dropped[0];
    assert_eq!((cell.line, cell.column), (Some(3), Some(7)));

    let options = ReadOptions { on_bad_cell: OnBadCell::Reject, ..ReadOptions::default() };
    let mut reading = opened(&text, &options);
    let mut writer = RejectsWriter::new(Vec::new(), &reading);
    let reject = reading.next().unwrap().unwrap_err();
    assert!(reject.to_string().starts_with("line 3, column 7 (Contacts/Email)"), "{reject}");
    writer.write(&reject).unwrap();
    assert_eq!(reading.next().unwrap().unwrap().line, 4);
    let rejects = String::from_utf8(writer.finish().unwrap()).unwrap();
    insta::assert_snapshot!(rejects, @r"
    External ID,Name,Is a Company,Email,Tags,Contacts/Name,Contacts/Email,Contacts/Phone,_reason,_line,_original,_guarded
    __export__.1,Acme,True,info@acme.example,VIP,Ada King,ada@acme.example,,Contacts/Email: not an e-mail address (expected something like name@example.com),3,,
    ,,,,News,,ada.example.com,,,,,
    ");
    let mended = rejects.replace("ada.example.com", "bo@acme.example");
    let again: Vec<Row> = opened(&mended, &options).map(Result::unwrap).collect();
    assert_eq!((again.len(), again[0].contact.emails.len()), (1, 3));
}

#[test]
fn a_failing_source_returns_the_contact_before_the_failure() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    let rows = "__export__.1,Acme,True,info@acme.example,VIP,,,\n".repeat(2000);
    let source = std::io::Read::chain(Cursor::new(format!("{ODOO}{rows}")), Broken);
    let items: Vec<_> = open(source, "people.csv", &ReadOptions::default()).unwrap().collect();
    assert_eq!(items.len(), 2001);
    assert!(items[1999].is_ok() && items[2000].as_ref().is_err_and(|reject| reject.reading_ended));
}

#[test]
fn rows_after_the_first_64_kib_continue_their_contacts() {
    let people = "7,Bo Li,bo@example.com\n".repeat(5000);
    let first = "ID,Name,Email\n1,Ada King,ada@example.com\n,,ada.king@work.example\n";
    let text = format!("{first}{people},,other@example.com\n");
    let items = items(&text);
    assert_eq!(items.len(), 5001);
    assert_eq!(items[5000].as_ref().unwrap().contact.emails.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_address_below_an_odoo_record_belongs_to_it(below in prop::collection::vec(0_usize..4, 1..8)) {
        let mut text = ODOO.to_owned();
        for (person, count) in below.iter().enumerate() {
            text.push_str(&["x.", &person.to_string(), ",Bo Ek,False,bo@example.com,,,,\n"].concat());
            for other in 0..*count {
                text.push_str(&[",,,,,,bo", &other.to_string(), "@example.com,\n"].concat());
            }
        }
        let counts: Vec<usize> = items(&text).iter().map(|item| item.as_ref().unwrap().contact.emails.len()).collect();
        prop_assert_eq!(counts, below.iter().map(|count| count + 1).collect::<Vec<_>>());
    }

    #[test]
    fn addresses_of_different_people_are_never_joined(has_name in prop::collection::vec(any::<bool>(), 1..40)) {
        let mut text = "ID,Name,Email,Phone\n".to_owned();
        for (person, has_name) in has_name.iter().enumerate() {
            let number = person.to_string();
            let name = if *has_name { [&number, ",Ada King"].concat() } else { ",".to_owned() };
            text.push_str(&[&name, ",lead", &number, "@example.com,\n"].concat());
        }
        let items = items(&text);
        prop_assert_eq!(items.len(), has_name.len());
        prop_assert!(items.iter().all(|item| item.as_ref().is_ok_and(|row| row.contact.emails.len() == 1)));
    }
}
