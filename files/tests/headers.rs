//! Tests of the fields that columns are read into: by headers with remarks and prefixes, and by values.
//!
//! The people are invented. Where version 0.1.0 read another contact, the row holds both.

use unicontact_files::{ColumnTarget, ContactReader, ReadOptions, Row, open};

fn reading(text: &str) -> ContactReader {
    open(std::io::Cursor::new(text.to_owned().into_bytes()), "some.csv", &ReadOptions::default()).unwrap()
}

/// Returns the fields that the columns of a file are read into.
fn fields(text: &str) -> Vec<String> {
    let taken = |column: &unicontact_files::Column| match &column.target {
        ColumnTarget::Field { field, kind, .. } => match kind {
            Some(kind) => format!("{field} {kind}"),
            None => field.clone(),
        },
        _ => "-".to_owned(),
    };
    reading(text).columns().unwrap().columns.iter().map(taken).collect()
}

fn rows(text: &str) -> Vec<Row> {
    reading(text).map(Result::unwrap).collect()
}

fn contact(text: &str) -> serde_json::Value {
    serde_json::to_value(&rows(text)[0].contact).unwrap()
}

fn earlier(text: &str) -> serde_json::Value {
    serde_json::to_value(rows(text)[0].earlier.as_deref()).unwrap()
}

#[test]
fn a_title_column_of_salutations_is_the_name_prefix() {
    for text in [
        "Title,First Name,Last Name,Position,Email\nMrs,Ada,King,Analyst,ada@example.com\n",
        "Title,First Name,Last Name,Function\nDr.,Ada,King,Analyst\nMs,Ann,One,Clerk\n",
        "Titel;Vorname;Nachname;Berufsbezeichnung\nFrau Dr.;Ada;King;Analystin\n",
        "Titre;Prénom;Nom;Fonction\nMme;Ada;King;Analyste\n",
        "Title,First Name,Last Name,Job Title\n,Ada,King,Analyst\n",
    ] {
        assert_eq!(fields(text)[..4], ["name.prefix", "name.given", "name.family", "title"], "{text}");
    }
    let alone = "Title,Name,Email\nMr,Ada King,ada@example.com\n";
    assert_eq!(fields(alone)[0], "name.prefix");
    assert_eq!((&contact(alone)["name"]["prefix"], &earlier(alone)["title"]), (&"Mr".into(), &"Mr".into()));
}

#[test]
fn a_title_column_of_jobs_is_the_job_title() {
    assert_eq!(fields("Title,Name\nCEO,Ada King\n")[0], "title");
    assert_eq!(fields("Titel;Name\nGeschäftsführerin;Ada King\n")[0], "title");
    assert_eq!(fields("Title,Name\n")[0], "title");
    assert_eq!(fields("Salutation,Title,Name\nMr,CEO,Ada King\n")[..2], ["name.prefix", "title"]);
    let two = "Title,Job Title,Name\nChief,Head of Research,Ada King\n";
    assert_eq!(fields(two), ["-", "title", "name.full"]);
    let map = "[columns]\n\"Title\" = \"title\"\n".parse().unwrap();
    let options = ReadOptions { map: Some(map), ..ReadOptions::default() };
    let mapped = open(&b"Title,Name\nMr,Ada King\n"[..], "a.csv", &options).unwrap();
    assert_eq!(mapped.columns().unwrap().columns[0].target.to_string(), "title");
}

#[test]
fn two_columns_of_french_outlook_have_the_same_header() {
    let text = "Titre,Prénom,Nom,Société,Titre,Ville (bureau),Adresse de messagerie\n\
                Mme,Ada,King,Acme,Analyste,Paris,ada@example.com\n";
    let contact = contact(text);
    assert_eq!((&contact["name"]["prefix"], &contact["title"]), (&"Mme".into(), &"Analyste".into()));
}

#[test]
fn id_headers_are_recognized_and_ids_of_other_objects_are_not() {
    for header in [
        "Contact Id",
        "Lead ID",
        "Person - ID",
        "UUID",
        "GUID",
        "External Id",
        "Kd-Nr",
        "Kd.-Nr.",
        "Numéro client",
        "N° client",
        "Código",
        "Codigo",
        "№ клиента",
        "会员编号",
        "会員番号",
        "고객번호",
        "Customer No.",
        "Member ID",
        "_id",
        "customer_id",
        "contact.id",
        "Client #ID",
        "Mitgliedsnummer",
        "Klantnummer",
        "Numer klienta",
    ] {
        let text = format!("{header};Name;Email\nA-17;Ada King;ada@example.com\n");
        assert_eq!(fields(&text)[0], "external_id", "{header}");
        assert_eq!(contact(&text)["external_id"], "A-17");
    }
    for header in [
        "Owner ID",
        "Company ID",
        "Account ID",
        "Contact Owner ID",
        "Company - ID",
        "Campaign ID",
        "Order No",
        "Invoice ID",
    ] {
        let text = format!("{header};Name;Email\nA-17;Ada King;ada@example.com\n");
        assert_eq!(fields(&text)[0], "-", "{header}");
    }
}

#[test]
fn a_newly_recognized_id_keeps_the_contact_of_version_0_1_0() {
    let text = "Kd-Nr;Name;E-Mail\nK7;Ada King;ada@example.com\n";
    assert_eq!(
        earlier(text),
        serde_json::json!({
            "kind": "person", "name": {"full": "Ada King"}, "emails": [{"address": "ada@example.com"}],
        })
    );
    assert_eq!(earlier("Name;E-Mail\nAda King;ada@example.com\n"), serde_json::Value::Null);
}

#[test]
fn row_numbers_are_no_ids() {
    for header in ["No", "Nr.", "№", "No.", "Number"] {
        let text = format!("{header},Name\n1,Ada King\n2,Bob Two\n");
        assert_eq!(fields(&text)[0], "-", "{header}");
        assert_eq!(
            fields(&format!("{header},Name\n4711,Ada King\n17,Bob Two\n"))[0],
            "external_id",
            "{header}"
        );
    }
    let plan = reading("No,Name\n1,Ada King\n").columns().unwrap().to_string();
    assert!(plan.contains("not used: its values are row numbers"), "{plan}");
    assert_eq!(fields("Number,Name\n+44 20 7946 0123,Ada King\n")[0], "phones[0].number");
    assert_eq!(fields("No,Name,Phone\n+44 20 7946 0123,Ada King,\n")[0], "-");
}

#[test]
fn a_column_tells_organizations_from_persons() {
    for (header, company, person) in [
        ("Is a Company", "True", "False"),
        ("Is Company", "1", "0"),
        ("is_company", "yes", ""),
        ("Company type", "Company", "Person"),
        ("company_type", "company", "person"),
        ("Ist Firma", "ja", "nein"),
        ("Est une société", "Oui", "Non"),
        ("Type", "Organization", "Individual"),
    ] {
        let text = format!(
            "{header},Name,Email\n{company},Acme,info@example.com\n{person},Ada King,ada@example.com\n"
        );
        let kinds: Vec<_> =
            rows(&text).iter().map(|row| serde_json::to_value(row.contact.kind).unwrap()).collect();
        assert_eq!(kinds, ["organization", "person"], "{text}");
        assert_eq!(earlier(&text)["kind"], "person");
    }
    for text in [
        "Type,Name\nCustomer,Ada King\n",
        "Company Type,Name\nAgency,Ada King\nGmbH,Bob Two\n",
        "Customer Type,Name\n1,Ada King\n",
        "Is Company,Name\n,Ada King\n",
    ] {
        assert_eq!(fields(text)[0], "-", "{text}");
    }
}

#[test]
fn a_header_may_have_a_remark_or_an_object() {
    let text = "First name *,Last name (optional),Email (required),Phone* (e.g. +44 20 7946 0000),contact.job_title\n\
                Ada,King,ada@example.com,+44 20 7946 0123,Analyst\n";
    assert_eq!(fields(text), ["name.given", "name.family", "emails[0].address", "phones[0].number", "title"]);
    assert_eq!(
        fields("Contact: Email,Lead - Phone,customer_email,clientPhone,E-Mail:\n"),
        [
            "emails[0].address",
            "phones[0].number",
            "emails[1].address",
            "phones[1].number",
            "emails[2].address"
        ]
    );
    assert_eq!(fields("user_name,user_role,lead_title,email\n"), ["-", "-", "-", "emails[0].address"]);
}

#[test]
fn billing_and_shipping_are_two_addresses() {
    let text = "customer_name,billing_street,billing_city,shipping_city,billing_email,shippingCountry\n\
                Ada King,1 Lane,London,Paris,bill@example.com,FR\n";
    let contact = contact(text);
    assert_eq!(
        contact["addresses"],
        serde_json::json!([{"street": "1 Lane", "city": "London"}, {"city": "Paris", "country": "FR"}])
    );
    assert_eq!(contact["emails"][0]["address"], "bill@example.com");
}

#[test]
fn repeated_headers_are_several_values() {
    assert_eq!(
        fields("Email,Email,Phone,Phone,Street,City,Street,City,Name\n"),
        [
            "emails[0].address",
            "emails[1].address",
            "phones[0].number",
            "phones[1].number",
            "addresses[0].street",
            "addresses[0].city",
            "addresses[1].street",
            "addresses[1].city",
            "name.full"
        ]
    );
    assert_eq!(
        fields("Email 7,Telefono 4,Mobile 3\n"),
        ["emails[0].address", "phones[0].number", "phones[1].number mobile"]
    );
}

#[test]
fn a_house_number_belongs_to_its_street() {
    let text = "Nachname;Straße;Hausnummer;PLZ;Ort\nKing;Beispielweg;5;12345;Köln\n";
    assert_eq!(contact(text)["addresses"][0]["street"], "Beispielweg 5");
    assert_eq!(contact("Name,House Number,Street\nAda King,5,Lane\n")["addresses"][0]["street"], "5 Lane");
}

#[test]
fn an_unused_column_is_shown_with_a_sample() {
    let text = format!("Name,Shoe,Hat\nAda King,,\nBob Two,{},\n", "38 ".repeat(30));
    let reading = reading(&text);
    let plan = reading.columns().unwrap();
    let sample = plan.columns[1].sample().unwrap();
    assert_eq!((sample.chars().count(), sample.ends_with('…'), plan.columns[2].sample()), (41, true, None));
    assert!(!plan.to_string().contains("38") && !format!("{plan:?}").contains("38"));
}

#[test]
fn a_column_of_emails_or_phones_is_read_by_its_cells() {
    for header in
        ["Email / Phone", "Phone or Email", "E-Mail/Telefon", "Téléphone / E-mail", "Correo o teléfono"]
    {
        let text = format!(
            "ID,Name,{header}\n1,Ada King,ada@example.com\n2,Bo Ek,+44 20 7946 0001\n3,Cy Ek,cy@example.com / +44 20 7946 0002\n"
        );
        let rows = rows(&text);
        let counts = |row: &Row| (row.contact.emails.len(), row.contact.phones.len());
        assert_eq!(rows.iter().map(counts).collect::<Vec<_>>(), [(1, 0), (0, 1), (1, 1)], "{header}");
    }
    let earlier = earlier("Name,Email / Phone\nAda King,ada@example.com\n");
    assert!(earlier["name"]["full"] == "Ada King" && earlier["emails"].is_null(), "{earlier}");
}

#[test]
fn the_id_of_a_document_database_is_the_external_id() {
    for header in ["_id", "_id.$oid"] {
        let text = format!("{header},Name,Email\n5f43a1b2c3d4e5f6a7b8c9d0,Ada King,ada@example.com\n");
        assert_eq!(contact(&text)["external_id"], "5f43a1b2c3d4e5f6a7b8c9d0", "{header}");
    }
}

#[test]
fn family_names_are_recognized_beside_given_and_middle_names() {
    assert_eq!(fields("Име;Презиме;Фамилия\n"), ["name.given", "name.middle", "name.family"]);
    assert_eq!(fields("Họ và tên;Điện thoại;Địa chỉ\n")[0], "name.full");
    for text in ["Ime;Telefon\nAda King;1\n", "Име;Телефон\nAda King;1\n", "ชื่อ;โทรศัพท์\nAda King;1\n"]
    {
        assert_eq!(fields(text), ["name.full", "phones[0].number"], "{text}");
    }
}

#[test]
fn headers_in_the_plural_are_lists_of_values() {
    for header in [
        "Emails",
        "E-Mails",
        "E-mails",
        "Mails",
        "Courriels",
        "Correos",
        "Correos electrónicos",
        "Adresses e-mail",
        "Work Emails",
    ] {
        assert!(fields(&format!("Name;{header}\n"))[1].starts_with("emails[0].address"), "{header}");
    }
    for header in [
        "Phones",
        "Telephones",
        "Telefone",
        "Téléphones",
        "Teléfonos",
        "Numéros de téléphone",
        "Números de teléfono",
        "Mobiles",
        "Cell Phones",
        "Telefonnummern",
        "Telefoni",
    ] {
        assert!(fields(&format!("Name;{header}\n"))[1].starts_with("phones[0].number"), "{header}");
    }
    assert_eq!(fields("Websites;Names;Contacts;Services;Pass\n")[0], "links[0].url website");
    let text = "Name;Emails;Phones\nAda King;ada@example.com, a.king@example.com;+44 20 7946 0001 / +44 20 7946 0002\n";
    let contact = contact(text);
    assert_eq!(contact["emails"].as_array().unwrap().len(), 2);
    assert_eq!(contact["phones"].as_array().unwrap().len(), 2);
    assert!(earlier(text)["emails"].is_null());
}

#[test]
fn lists_in_a_table_of_objects_are_several_values() {
    let text = r#"[{"id":1,"full_name":"Ada King","emails":["ada@example.com","a.king@example.com"],"phones":["+44 20 7946 0001"]}]"#;
    let rows: Vec<Row> =
        open(text.as_bytes(), "a.json", &ReadOptions::default()).unwrap().map(Result::unwrap).collect();
    assert_eq!((rows[0].contact.emails.len(), rows[0].contact.phones.len()), (2, 1));
}

#[test]
fn headers_of_shop_exports_are_recognized() {
    assert_eq!(
        fields("Name;E-Mail (alternative);E-Mail (gesch.);Tel. (gesch.);Tel. (priv.);Landesvorwahl\n")[1..],
        [
            "emails[0].address",
            "emails[1].address work",
            "phones[0].number work",
            "phones[1].number home",
            "phones[0].dial_code"
        ]
    );
    assert_eq!(
        fields("billing_first_name;billing_address_1;billing_address_2;billing_city;billing_postcode\n"),
        [
            "name.given",
            "addresses[0].street",
            "addresses[0].street2",
            "addresses[0].city",
            "addresses[0].postal_code"
        ]
    );
    assert_eq!(
        fields(
            "First Name,Default Address Address1,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip\n"
        )[1..],
        [
            "addresses[0].street",
            "addresses[0].city",
            "addresses[0].region",
            "addresses[0].country",
            "addresses[0].postal_code"
        ]
    );
}

#[test]
fn a_postal_code_and_a_city_in_one_cell_are_two_values() {
    for header in [
        "PLZ/Ort",
        "PLZ, Ort",
        "Zip / City",
        "Postcode/City",
        "CP / Ville",
        "CAP - Città",
        "Postcode en plaats",
    ] {
        let text = format!(
            "Name;Straße;{header}\nAda King;Lane 5;12345 Köln\nBo Ek;Lane 6;Köln\nCy Ek;Lane 7;54321\n"
        );
        let rows = rows(&text);
        let address =
            |row: &Row| (row.contact.addresses[0].postal_code.clone(), row.contact.addresses[0].city.clone());
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows.iter().map(address).collect::<Vec<_>>(),
            [(some("12345"), some("Köln")), (None, some("Köln")), (some("54321"), None)],
            "{header}"
        );
        let notes: Vec<_> = rows.iter().map(|row| row.notes.len()).collect();
        assert_eq!(notes, [0, 1, 0], "{header}");
        let earlier = rows[0].earlier.as_deref().unwrap();
        assert_eq!(earlier.addresses[0].city, None);
    }
}

#[test]
fn an_unused_column_of_emails_or_phones_is_reported() {
    let unused = |text: &str| -> Vec<u64> {
        reading(text).columns().unwrap().unused_channels().map(|column| column.number).collect()
    };
    let text = "Name,Hail,Ring\nAda King,ada@example.com,+44 20 7946 0001\nBo Ek,,020 7946 0002\nCy Ek,no,\n";
    assert_eq!(unused(text), [2, 3]);
    let plan = reading(text).columns().unwrap().to_string();
    assert!(
        plan.contains("Hail  ->  not used: it holds e-mail addresses and is not a known column"),
        "{plan}"
    );
    let map = reading(text).suggest_map().unwrap();
    assert!(map.contains("\"ignore\"  # it holds telephone numbers and is not a known column\n"), "{map}");
    assert!(unused("Name,Email,Manager Email\nAda King,ada@example.com,boss@example.com\n").is_empty());
    for value in ["01/02/1990", "2024-01-15", "4711", "00123456", "12345678901", "+44 maybe", "Ada"] {
        assert!(unused(&format!("Name,Hail\nAda King,{value}\n")).is_empty(), "{value}");
    }
}
