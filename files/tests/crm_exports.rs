//! Tests of the exports that CRMs write: ids, second addresses, properties, and the columns that no new contact can have.
//!
//! The people in the samples are invented. Each layout names the source of its headers.

use std::io::Cursor;

use proptest::prelude::*;
use unicontact_files::{
    ColumnMap, ColumnTarget, ContactReader, ReadOptions, Row, UnusedReason, open, suggest_map,
};

use crate::xlsx::Cell::{Date, Number, Text};
use crate::xlsx::Xlsx;

const HUBSPOT_VIEW: &[u8] = include_bytes!("samples/hubspot_view.csv");
const HUBSPOT_FULL: &[u8] = include_bytes!("samples/hubspot_full.csv");
const HUBSPOT_NAMES: &[u8] = include_bytes!("samples/hubspot_names.csv");
const DATA_LOADER: &[u8] = include_bytes!("samples/salesforce_data_loader.csv");
const REPORT: &[u8] = include_bytes!("samples/salesforce_report.csv");

fn reading(bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> ContactReader {
    open(Cursor::new(bytes.into()), "export.csv", options).unwrap()
}

fn opened(bytes: impl Into<Vec<u8>>) -> ContactReader {
    reading(bytes, &ReadOptions::default())
}

fn rows(bytes: impl Into<Vec<u8>>) -> Vec<Row> {
    opened(bytes).map(Result::unwrap).collect()
}

fn first_contact(bytes: impl Into<Vec<u8>>) -> serde_json::Value {
    serde_json::to_value(&rows(bytes)[0].contact).unwrap()
}

fn layout(bytes: impl Into<Vec<u8>>) -> Option<String> {
    opened(bytes).columns().unwrap().layout.clone()
}

/// Returns the headers of the columns that are not read for a reason.
fn left_out(bytes: impl Into<Vec<u8>>, reason: &UnusedReason) -> Vec<String> {
    let reading = opened(bytes);
    let columns = reading.columns().unwrap().columns.iter();
    let is_left_out =
        |target: &ColumnTarget| matches!(target, ColumnTarget::Unused { reason: it } if it == reason);
    columns.filter(|column| is_left_out(&column.target)).map(|column| column.header.clone()).collect()
}

#[test]
fn a_view_exported_from_hubspot() {
    assert_eq!(layout(HUBSPOT_VIEW).as_deref(), Some("HubSpot"));
    assert_eq!(
        first_contact(HUBSPOT_VIEW),
        serde_json::json!({
            "external_id": "734900000001",
            "kind": "person",
            "name": {"given": "Ada", "family": "King"},
            "emails": [{"address": "ada@example.com"}],
            "phones": [{"number": "+442079460123"}],
            "organization": {"name": "Analytical Engines"},
            "custom": {"hs_lead_status": "ATTEMPTED_TO_CONTACT"},
        })
    );
    assert_eq!(left_out(HUBSPOT_VIEW, &UnusedReason::OtherRecord), ["Contact owner"]);
    assert_eq!(
        left_out(HUBSPOT_VIEW, &UnusedReason::SetByProgram),
        ["Last Activity Date", "Marketing contact status", "Create Date"]
    );
    assert_eq!(rows(HUBSPOT_VIEW).len(), 2);
}

#[test]
fn all_properties_exported_from_hubspot() {
    assert_eq!(
        first_contact(HUBSPOT_FULL),
        serde_json::json!({
            "external_id": "734900000001",
            "kind": "person",
            "name": {"prefix": "Ms", "given": "Ada", "family": "King"},
            "emails": [
                {"address": "ada@example.com"},
                {"address": "king@example.com"},
                {"address": "ada.king@example.org"},
                {"address": "ada@work.example.com", "kind": "work"},
            ],
            "phones": [
                {"number": "+442079460123"},
                {"number": "+447700900123", "kind": "mobile"},
                {"number": "+442079460124", "kind": "fax"},
                {"number": "+447700900124", "kind": "mobile", "label": "WhatsApp"},
            ],
            "addresses": [{
                "street": "1 Example Lane", "city": "London", "region": "England", "postal_code": "EX1 1EX",
                "country": "GB",
            }],
            "organization": {"name": "Analytical Engines"},
            "title": "Analyst",
            "links": [
                {"kind": "website", "url": "https://example.com"},
                {"kind": "linkedin", "url": "https://www.linkedin.com/in/ada-king-example"},
            ],
            "birthday": "1990-12-10",
            "notes": "met at the fair",
            "custom": {
                "annualrevenue": "1200000",
                "hs_lead_status": "IN_PROGRESS",
                "industry": "Software",
                "lifecyclestage": "salesqualifiedlead",
                "numemployees": "25-50",
            },
        })
    );
    assert_eq!(left_out(HUBSPOT_FULL, &UnusedReason::Unknown), ["Preferred language", "Favourite colour"]);
    assert_eq!(
        left_out(HUBSPOT_FULL, &UnusedReason::OtherRecord),
        ["Contact owner", "HubSpot Team", "Associated Company IDs", "Associated Deal IDs"]
    );
    assert_eq!(
        left_out(HUBSPOT_FULL, &UnusedReason::SetByProgram)[5..],
        ["HubSpot Score", "Became a Lead Date", "Date entered \"Lead (Lifecycle Stage Pipeline)\"",]
    );
}

#[test]
fn names_of_properties_as_headers_are_the_keys_of_custom_fields() {
    assert_eq!(layout(HUBSPOT_NAMES).as_deref(), Some("HubSpot"));
    let contact = first_contact(HUBSPOT_NAMES);
    assert_eq!(
        contact["custom"],
        serde_json::json!({
            "billing_city": "Leeds",
            "favourite_colour": "turquoise",
            "hs_language": "en-gb",
            "hs_lead_status": "PROSPECT",
            "lifecyclestage": "marketingqualifiedlead",
        })
    );
    assert_eq!(contact["emails"][1]["address"], "king@example.com");
    assert_eq!(contact["addresses"], first_contact(HUBSPOT_FULL)["addresses"]);
    assert_eq!(left_out(HUBSPOT_NAMES, &UnusedReason::OtherRecord), ["hubspot_owner_id"]);
    assert_eq!(
        left_out(HUBSPOT_NAMES, &UnusedReason::SetByProgram),
        ["createdate", "notes_last_updated", "num_notes", "hs_analytics_source", "hs_email_optout"]
    );
}

#[test]
fn a_workbook_exported_from_hubspot() {
    let header = ["Record ID", "First Name", "Last Name", "Lead Status", "Create Date"].map(Text);
    let book = Xlsx::default().sheet(
        "hubspot-crm-exports",
        &[&header, &[Number("734900000001"), Text("Ada"), Text("King"), Text("Open"), Date(46_093.0)]],
    );
    let mut reading = open(Cursor::new(book.bytes()), "export.xlsx", &ReadOptions::default()).unwrap();
    assert_eq!(reading.columns().unwrap().layout.as_deref(), Some("HubSpot"));
    let contact = reading.next().unwrap().unwrap().contact;
    assert_eq!(contact.external_id.as_deref(), Some("734900000001"));
    assert_eq!((contact.custom.len(), &contact.custom["hs_lead_status"]), (1, &"OPEN".into()));
}

#[test]
fn labels_of_hubspot_in_other_languages() {
    let spanish = "ID de registro,Nombre,Apellidos,Correo,Cargo,País/región,Número de teléfono,Propietario del contacto,\
        Última actividad,Estado del lead,LinkedIn\n1,Ana,Prueba,ana@example.com,Jefa,Argentina,,Beto Prueba,2026-01-15,Nuevo,\
        https://www.linkedin.com/in/ana-prueba\n";
    assert_eq!(layout(spanish).as_deref(), Some("HubSpot (Spanish)"));
    let contact = first_contact(spanish);
    assert_eq!((&contact["external_id"], &contact["name"]["given"]), (&"1".into(), &"Ana".into()));
    assert_eq!(contact["links"][0]["kind"], "linkedin");
    assert_eq!(left_out(spanish, &UnusedReason::Unknown), ["Estado del lead"]);
    let french = "Record ID,Prénom,Nom,E-mail,Numéro de téléphone WhatsApp,Intitulé du poste,Propriétaire du contact\n\
        2,Zoé,Exemple,zoe@example.com,+33 6 12 34 56 78,Directrice,Luc Exemple\n";
    assert_eq!(layout(french).as_deref(), Some("HubSpot (French)"));
    let contact = first_contact(french);
    assert_eq!((&contact["name"]["family"], &contact["title"]), (&"Exemple".into(), &"Directrice".into()));
    assert_eq!(contact["phones"][0]["label"], "WhatsApp");
}

#[test]
fn contacts_exported_with_data_loader() {
    assert_eq!(layout(DATA_LOADER).as_deref(), Some("Salesforce"));
    assert_eq!(
        first_contact(DATA_LOADER),
        serde_json::json!({
            "external_id": "003G000001SUbc4IAD",
            "kind": "person",
            "name": {"full": "Ada King", "prefix": "Ms.", "given": "Ada", "family": "King"},
            "emails": [{"address": "ada@example.com"}],
            "phones": [
                {"number": "+442079460123", "kind": "work"},
                {"number": "+442079460124", "kind": "fax"},
                {"number": "+447700900123", "kind": "mobile"},
                {"number": "+442079460125", "kind": "home"},
                {"number": "+442079460126", "kind": "other"},
                {"number": "+442079460127", "kind": "other", "label": "Assistant"},
            ],
            "addresses": [
                {
                    "street": "1 Example Lane\nFlat 2", "city": "London", "region": "England",
                    "postal_code": "EX1 1EX", "country": "GB",
                },
                {
                    "kind": "other", "street": "2 Other Road", "city": "Leeds", "postal_code": "EX2 2EX",
                    "country": "GB",
                },
            ],
            "organization": {"name": "Analytical Engines", "department": "Research"},
            "title": "Analyst",
            "birthday": "1990-12-10",
            "notes": "met at the fair",
            "custom": {
                "AssistantName": "Grace Example",
                "Favourite_Colour__c": "turquoise",
                "HasOptedOutOfEmail": true,
                "LeadSource": "Partner Referral",
                "acme__Score__c": "7",
            },
        })
    );
    assert_eq!(left_out(DATA_LOADER, &UnusedReason::OtherRecord), ["AccountId", "ReportsToId", "OwnerId"]);
    assert_eq!(
        left_out(DATA_LOADER, &UnusedReason::SetByProgram),
        ["IsDeleted", "CreatedDate", "LastModifiedById", "SystemModstamp", "LastActivityDate", "PhotoUrl"]
    );
    assert_eq!(left_out(DATA_LOADER, &UnusedReason::NoSuchField), ["MailingLatitude"]);
    assert_eq!(left_out(DATA_LOADER, &UnusedReason::Unknown), ["Account.Region__c"]);
}

#[test]
fn a_salesforce_report_in_iso_8859_1_is_read_without_its_footer() {
    let mut opened = opened(REPORT);
    assert_eq!(opened.columns().unwrap().layout.as_deref(), Some("Salesforce"));
    let rows: Vec<Row> = opened.by_ref().map(Result::unwrap).collect();
    let skipped = opened.skipped_rows();
    assert_eq!((skipped.len(), skipped[0].count, skipped[0].first_line), (1, 5, 6));
    assert_eq!(skipped[0].reason.to_string(), "a row of the footer");
    let contacts: Vec<_> = rows.iter().map(|row| serde_json::to_value(&row.contact).unwrap()).collect();
    assert_eq!(
        contacts[0],
        serde_json::json!({
            "external_id": "003G000001SUbc4IAD",
            "kind": "person",
            "name": {"prefix": "Frau", "given": "Änne", "family": "Müller"},
            "emails": [{"address": "aenne@example.com"}],
            "phones": [
                {"number": "+4922123125123", "kind": "work"},
                {"number": "+4922123125124", "kind": "fax"},
                {"number": "+4915123125125", "kind": "mobile"},
                {"number": "+4922123125126", "kind": "home"},
                {"number": "+4922123125127", "kind": "other", "label": "Assistant"},
            ],
            "addresses": [
                {"street": "Hauptstraße 1", "city": "Köln", "postal_code": "50667", "country": "DE"},
                {"kind": "other", "city": "Brühl", "country": "DE"},
            ],
            "organization": {"name": "Müller & Söhne", "department": "Einkauf"},
            "title": "Geschäftsführerin",
            "custom": {"DoNotCall": true, "LeadSource": "Web"},
        })
    );
    assert_eq!((contacts.len(), &contacts[1]["name"]["family"]), (2, &"Groß".into()));
    assert_eq!(left_out(REPORT, &UnusedReason::Unknown), ["Customer Since"]);
}

#[test]
fn an_id_without_check_characters_is_still_found_as_version_0_1_0_recorded_it() {
    let report = &rows(REPORT)[0];
    assert_eq!(report.contact.external_id.as_deref(), Some("003G000001SUbc4IAD"));
    let earlier = report.earlier.as_ref().unwrap();
    assert_eq!(earlier.external_id.as_deref(), Some("003G000001SUbc4"));
    assert!(rows(DATA_LOADER)[0].earlier.is_none());
    let plain = rows("ID,Name\n003G000001SUbc4,Ada King\n");
    assert_eq!(plain[0].contact.external_id.as_deref(), Some("003G000001SUbc4"));
}

#[test]
fn a_footer_begins_below_an_empty_row_and_holds_no_contact() {
    let header = "Contact ID,First Name,Last Name,Account Name\n";
    let contact = "003G000001SUbc4,Ada,King,\n";
    let items = |text: String| opened(text).map(|item| item.is_ok()).collect::<Vec<_>>();
    assert_eq!(items(format!("{header}King\n{contact}")), [false, true]);
    assert_eq!(items(format!("{header}{contact}\nReport\n{contact}Copyright\n")), [true, true]);
    let other = "ID,First Name,Last Name,Company\n1,Ada,King,\n\nReport\n";
    assert_eq!(items(other.to_owned()), [true, false]);
}

#[test]
fn an_export_needs_two_columns_that_other_files_do_not_have() {
    for header in [
        "First Name,Last Name,Email,Phone Number,Company Name,Job Title,City",
        "Record ID,First Name,Last Name,Email,Phone Number,Company Name,Job Title",
        "First Name,Last Name,Email,Lead Status",
        "record id,first name,last name,email,create date,lead status",
        "Record ID,Company name,Create Date,Lifecycle Stage",
        "Id,FirstName,LastName,Email,Phone,MobilePhone,Title,Company",
        "First Name,Last Name,Email,Mailing Street,Mailing City,Mailing State,Mailing Zip",
        "First Name,Last Name,Account Name,Email",
        "First Name,Last Name,Email,Score__c",
        "Contact ID,Email,Account Name",
    ] {
        assert_eq!(layout(format!("{header}\n")), None, "{header}");
    }
    for (header, name) in [
        ("Record ID,First Name,Last Name,Email,Create Date", "HubSpot"),
        ("First Name,Last Name,Email,Lifecycle Stage,Contact owner", "HubSpot"),
        ("Id,FirstName,LastName,Email,Score__c,Rank__c", "Salesforce"),
        ("Id,FirstName,LastName,Email,LeadSource,OwnerId", "Salesforce"),
        ("ID,FIRSTNAME,LASTNAME,EMAIL,LEADSOURCE,SCORE__C", "Salesforce"),
        ("Contact ID,First Name,Last Name,Account Name,Email", "Salesforce"),
        ("Contact ID,Full Name,Account Owner,Email", "Salesforce"),
        ("Contact Owner,First Name,Last Name,Account Name,Email,Lead Source,Lead Status", "Zoho CRM"),
    ] {
        assert_eq!(layout(format!("{header}\n")).as_deref(), Some(name), "{header}");
    }
}

#[test]
fn properties_have_no_meaning_outside_of_exports() {
    let text = "Name,E-mail,Lifecycle Stage,Number of Sessions,LeadSource,Score__c,hs_language\n";
    assert_eq!(layout(text), None);
    let unknown = ["Lifecycle Stage", "Number of Sessions", "LeadSource", "Score__c", "hs_language"];
    assert_eq!(left_out(text, &UnusedReason::Unknown), unknown);
}

#[test]
fn a_mapping_overrules_the_layout_of_an_export() {
    let map = "[columns]\n\"Contact owner\" = \"owner_id\"\n\"Create Date\" = \"custom.since\"\n\"Favourite colour\" = \
        \"custom.favourite_colour\"\n\"Lifecycle Stage\" = \"ignore\"\n\"Lead Status\" = \"custom.status\"\n";
    let options = ReadOptions { map: Some(map.parse().unwrap()), ..ReadOptions::default() };
    let row = reading(HUBSPOT_FULL, &options).next().unwrap().unwrap();
    let contact = serde_json::to_value(row.contact).unwrap();
    assert_eq!(contact["owner_id"], "Grace Example");
    let custom = &contact["custom"];
    assert_eq!(
        (&custom["since"], &custom["favourite_colour"]),
        (&"2026-03-12 07:33".into(), &"turquoise".into())
    );
    assert_eq!(
        (&custom["status"], &custom["lifecyclestage"]),
        (&"In Progress".into(), &serde_json::Value::Null)
    );
}

#[test]
fn a_suggested_mapping_of_an_export_changes_nothing() {
    for sample in [HUBSPOT_VIEW, HUBSPOT_FULL, HUBSPOT_NAMES, DATA_LOADER, REPORT] {
        let suggested = suggest_map(sample, "export.csv", &ReadOptions::default()).unwrap();
        let map: ColumnMap = suggested.parse().unwrap();
        let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
        let contacts = |options| -> Vec<_> {
            reading(sample, options).map(Result::unwrap).map(|row| (row.line, row.contact)).collect()
        };
        assert_eq!(contacts(&options), contacts(&ReadOptions::default()), "{suggested}");
    }
}

#[test]
fn the_first_filled_name_of_a_company_is_used() {
    let text = |own: &str, associated: &str| {
        format!(
            "Record ID,Last Name,Create Date,Company Name,Associated Company\n1,King,,{own},{associated}\n"
        )
    };
    for (own, associated, expected) in
        [("Acme", "", "Acme"), ("", "Engines", "Engines"), ("Acme", "Engines", "Acme")]
    {
        assert_eq!(first_contact(text(own, associated))["organization"]["name"], expected);
    }
    let notes = |own, associated| rows(text(own, associated))[0].notes.len();
    assert_eq!((notes("Acme", "Engines"), notes("Acme", "Acme")), (1, 0));
}

/// Returns a CSV with one row, its columns in another order.
fn shuffled(bytes: &[u8], order: &[usize]) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in reader.records().map(Result::unwrap) {
        let cells: Vec<&str> = record.iter().collect();
        writer.write_record(order.iter().filter_map(|column| cells.get(*column))).unwrap();
    }
    writer.into_inner().unwrap()
}

/// Returns a contact with its lists sorted.
fn sorted(mut contact: serde_json::Value) -> serde_json::Value {
    for list in ["emails", "phones", "links", "addresses"] {
        if let Some(list) = contact[list].as_array_mut() {
            list.sort_by_key(ToString::to_string);
        }
    }
    contact
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn the_order_of_columns_changes_nothing(order in Just((0..43).collect::<Vec<usize>>()).prop_shuffle()) {
        for sample in [HUBSPOT_NAMES, DATA_LOADER] {
            let contact = sorted(first_contact(shuffled(sample, &order)));
            prop_assert_eq!(contact, sorted(first_contact(sample)));
        }
    }

    #[test]
    fn custom_fields_of_salesforce_keep_their_names_and_cells(
        name in "[A-Za-z][A-Za-z0-9]{0,8}(_[A-Za-z0-9]{1,8}){0,2}__c",
        cell in "[a-zA-Z]{1,3} [0-9]{1,5}",
    ) {
        let text = format!("Id,LastName,AccountId,OwnerId,{name}\n003G000001SUbc4IAD,King,,,{cell}\n");
        let expected = serde_json::json!({name.as_str(): cell});
        prop_assert_eq!(&first_contact(text)["custom"], &expected);
    }

    #[test]
    fn every_property_of_hubspot_is_read_or_has_a_reason(name in "(hs_)?[a-z]{3,8}(_[a-z0-9]{2,6}){1,2}") {
        let text = format!("hs_object_id,lastname,createdate,{name}\n1,King,,blue\n");
        let reading = opened(text);
        let target = &reading.columns().unwrap().columns[3].target;
        let expected = match target {
            ColumnTarget::Field { field, .. } => !name.starts_with("hs_") && *field == format!("custom.{name}"),
            ColumnTarget::Unused { reason } => name.starts_with("hs_") && *reason == UnusedReason::SetByProgram,
            _ => false,
        };
        prop_assert!(expected, "{} -> {}", name, target);
    }
}
