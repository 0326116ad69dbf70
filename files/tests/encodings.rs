//! Tests of files in encodings other than UTF-8, which are detected, or rejected before a row is read.

use std::io::Cursor;

use encoding_rs::Encoding;
use unicontact_files::{ContactReader, ReadError, ReadOptions, Reject, RejectsWriter, Row, open};

fn opened(bytes: impl Into<Vec<u8>>, name: &str, encoding: Option<&str>) -> Result<ContactReader, ReadError> {
    let encoding = encoding.map(|encoding| encoding.parse().unwrap());
    open(Cursor::new(bytes.into()), name, &ReadOptions { encoding, ..ReadOptions::default() })
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    let (bytes, _, has_unmappable) = Encoding::for_label(encoding.as_bytes()).unwrap().encode(text);
    assert!(!has_unmappable, "{text} in {encoding}");
    bytes.into_owned()
}

fn names(reading: ContactReader) -> Vec<String> {
    reading.map(|row| row.unwrap().contact.display_name().unwrap()).collect()
}

fn csv(names: &[&str]) -> String {
    let row = |(place, name): (usize, &&str)| format!("{name},person{place}@example.com\n");
    let rows: String = names.iter().enumerate().map(row).collect();
    format!("Name,Email\n{rows}")
}

const FILES: [(&str, &[&str]); 12] = [
    ("windows-1250", &["Zuzana Kovářová", "Grzegorz Brzęczyszczykiewicz", "Łucja Żak"]),
    ("windows-1251", &["Екатерина Смирнова", "Павел Морозов"]),
    ("windows-1253", &["Κατερίνα Αγγέλου", "Στέλιος Μαρκάκης"]),
    ("windows-1254", &["Gökçe Yıldırım", "Şebnem Ağaoğlu", "İrem Çiğdem"]),
    ("windows-1255", &["אורי שפירא", "מיכל אברהמי"]),
    ("windows-1256", &["سارة محمود", "يوسف إبراهيم"]),
    ("koi8-r", &["Екатерина Смирнова", "Павел Морозов"]),
    ("shift_jis", &["伊藤 美咲", "ソニア 表", "中村 健太"]),
    ("euc-jp", &["伊藤 美咲", "高木 翔太", "中村 健太"]),
    ("gbk", &["孙悦", "周建国", "吴秀英", "郑晓东"]),
    ("big5", &["吳淑芬", "黃志明", "許雅婷", "蘇功成"]),
    ("euc-kr", &["박민수", "최은영", "한상우"]),
];

#[test]
fn names_are_read_in_the_encoding_of_the_file() {
    for (encoding, people) in FILES {
        let reading = opened(encoded(&csv(people), encoding), "people.csv", None).unwrap();
        let plan = reading.columns().unwrap();
        assert!(plan.encoding.starts_with(&encoding[..3]), "{encoding}: {}", plan.encoding);
        assert_eq!(reading.guessed_encoding().unwrap().samples().len(), people.len().min(3));
        assert_eq!(names(reading), people, "{encoding}");
    }
}

#[test]
fn every_separator_works_in_every_encoding() {
    for (encoding, people) in FILES {
        for separator in [";", "\t", "|"] {
            let text = csv(people).replace(',', separator);
            let reading = opened(encoded(&text, encoding), "people.csv", None).unwrap();
            assert_eq!(names(reading), people, "{encoding} {separator}");
        }
    }
}

#[test]
fn headers_in_the_encoding_of_the_file_are_recognized() {
    let text = "Имя;Фамилия;Телефон\nЕкатерина;Смирнова;+74951234567\nПавел;Морозов;\n";
    let reading = opened(encoded(text, "windows-1251"), "people.csv", None);
    let columns = reading.map(|reading| reading.columns().unwrap().columns[0].header.clone());
    match columns {
        Ok(header) => assert_eq!(header, "Имя"),
        Err(error) => assert!(error.to_string().contains("none of the 3 columns"), "{error}"),
    }
}

#[test]
fn vcards_are_read_in_the_encoding_of_the_file() {
    for (encoding, people) in FILES {
        let card = |name: &&str| format!("BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEND:VCARD\n");
        let text: String = people.iter().map(card).collect();
        let reading = opened(encoded(&text, encoding), "people.vcf", None).unwrap();
        assert_eq!(names(reading), people, "{encoding}");
    }
}

#[test]
fn a_charset_in_one_vcard_applies_to_the_others() {
    let text = "BEGIN:VCARD\nN;CHARSET=SHIFT_JIS:森;\nEND:VCARD\nBEGIN:VCARD\nFN:森\nEND:VCARD\n";
    let reading = opened(encoded(text, "shift_jis"), "people.vcf", None).unwrap();
    assert_eq!(names(reading), ["森", "森"]);
}

#[test]
fn a_line_fold_inside_a_utf_8_character_needs_no_guess() {
    let card = b"BEGIN:VCARD\r\nFN:M\xc3\r\n \xbcller\r\nEND:VCARD\r\n";
    let reading = opened(&card[..], "people.vcf", None).unwrap();
    assert!(reading.guessed_encoding().is_none());
    assert_eq!(names(reading), ["Müller"]);
}

#[test]
fn json_is_read_in_the_encoding_of_the_file() {
    let text = "{\"name\":\"ソニア 表\"}\n{\"name\":\"伊藤 美咲\"}\n";
    let reading = opened(encoded(text, "shift_jis"), "people.ndjson", None).unwrap();
    assert_eq!(names(reading), ["ソニア 表", "伊藤 美咲"]);
}

#[test]
fn iso_2022_jp_is_detected_by_its_escape_sequences() {
    let reading = opened(encoded(&csv(&["伊藤 美咲"]), "iso-2022-jp"), "people.csv", None).unwrap();
    assert_eq!(names(reading), ["伊藤 美咲"]);
}

#[test]
fn an_unclear_encoding_is_an_error_that_names_the_option() {
    // Code page 850: "Jörg", "Jürgen", "Käthe".
    let bytes = b"Name,Email\nJ\x94rg,a@example.com\nJ\x81rgen,b@example.com\nK\x84the,c@example.com\n";
    let error = opened(&bytes[..], "people.csv", None).err().unwrap();
    assert!(error.to_string().contains("--encoding") && !error.to_string().contains("rgen"), "{error}");
    assert!(!format!("{error:?}").contains("rgen"));
    assert!(error.candidates().len() > 1);
    assert!(error.candidates().iter().all(|candidate| candidate.samples().len() == 3));
    assert_eq!(opened(&bytes[..], "people.csv", Some("macintosh")).unwrap().count(), 3);
}

#[test]
fn one_western_name_is_enough_to_detect_the_encoding() {
    for name in ["Jörg Müller", "Zoë", "Iñaki", "Øystein", "Conceição", "Besançon", "Niccolò", "Sjöström"]
    {
        let reading = opened(encoded(&csv(&[name]), "windows-1252"), "people.csv", None).unwrap();
        assert_eq!(reading.columns().unwrap().encoding, "windows-1252");
        assert_eq!(names(reading), [name]);
    }
}

#[test]
fn one_name_of_another_region_is_read_correctly_or_not_at_all() {
    let names_of = [
        ("windows-1250", "Čapek,Łoś,Wójtowicz,Erdős,Pavlović,Dvořák,Ľuboš,Bălan,Řezníček,Świątek"),
        ("windows-1254", "Şener,Yıldız,İnönü,Ağca"),
        ("windows-1257", "Žydrė,Bērziņa,Jūrmala,Ąžuolas"),
        ("windows-1251", "Олег,Юля,Щукин,ООО,Їжак"),
        ("koi8-r", "Олег,Юля,Щукин,ООО"),
        ("windows-1253", "Άρης,Νίκη,Ζωή"),
        ("gbk", "李,王明,张小龙"),
        ("shift_jis", "森,田中,ｱｷﾗ"),
    ];
    for (encoding, names_in_it) in names_of {
        for name in names_in_it.split(',') {
            match opened(encoded(&csv(&[name]), encoding), "people.csv", None) {
                Ok(reading) => assert_eq!(names(reading), [name], "{encoding}"),
                Err(error) => assert!(matches!(error, ReadError::UnclearEncoding { .. }), "{error}"),
            }
        }
    }
}

fn row(bytes: &[u8], encoding: Option<&str>) -> Row {
    opened(bytes, "people.csv", encoding).unwrap().next().unwrap().unwrap()
}

fn earlier_name(row: &Row) -> Option<String> {
    row.earlier.as_ref()?.display_name()
}

#[test]
fn the_contact_of_version_0_1_0_is_kept() {
    let text = csv(&["Павел Морозов", "Екатерина Смирнова"]);
    let bytes = encoded(&text, "windows-1251");
    let mojibake = Some("Ïàâåë Ìîðîçîâ".to_owned());
    assert_eq!(earlier_name(&row(&bytes, None)), mojibake);
    assert_eq!(earlier_name(&row(&bytes, Some("windows-1251"))), mojibake);
    let bytes = encoded(&csv(&["伊藤 美咲"]), "iso-2022-jp");
    assert!(earlier_name(&row(&bytes, None)).is_some_and(|name| name.starts_with('\u{1b}')));
    let bytes = encoded(&csv(&["Jörg"]), "windows-1252");
    assert_eq!(earlier_name(&row(&bytes, None)), None);
}

#[test]
fn the_contact_that_version_0_1_0_read_from_a_card_is_kept() {
    let text = "BEGIN:VCARD\nFN:Павел Морозов\nEND:VCARD\n";
    let mut reading = opened(encoded(text, "windows-1251"), "people.vcf", None).unwrap();
    assert_eq!(earlier_name(&reading.next().unwrap().unwrap()).as_deref(), Some("Ïàâåë Ìîðîçîâ"));
}

#[test]
fn rejects_are_written_in_utf_8() {
    let text = "Name,Email\nПавел Морозов,none of it\nЕкатерина Смирнова,a@example.com\nИван,b,c,d\n";
    let mut reading = opened(encoded(text, "windows-1251"), "people.csv", None).unwrap();
    let mut writer = RejectsWriter::new(Vec::new(), &reading);
    let rejects: Vec<Reject> = reading.by_ref().filter_map(Result::err).collect();
    for reject in &rejects {
        writer.write(reject).unwrap();
    }
    let written = String::from_utf8(writer.finish().unwrap()).unwrap();
    assert!(written.contains("Павел Морозов,none of it,") && written.contains("Иван"), "{written}");
}

#[test]
fn each_row_of_a_file_in_two_encodings_is_decoded_from_its_own() {
    let rows = [csv(&["Jürgen Groß"]).into_bytes(), b"J\xfcrgen Klein,b@example.com\n".to_vec()].concat();
    let reading = opened(rows, "people.csv", None).unwrap();
    let rows: Vec<Row> = reading.map(Result::unwrap).collect();
    assert!(rows[0].notes.is_empty());
    assert_eq!(rows[1].contact.display_name().as_deref(), Some("Jürgen Klein"));
    assert_eq!(rows[1].notes[0].to_string(), "not UTF-8: it was read as windows-1252");
}

#[test]
fn rows_after_the_first_64_kib_are_read_correctly_or_rejected() {
    let many = "Person,\n".repeat(20_000);
    let late = encoded("Павел Морозов,\nЕкатерина Смирнова,\n", "windows-1251");
    let dos = b"J\x94rg,\n".to_vec();
    let bytes = [format!("Name,Email\n{many}").into_bytes(), dos, late].concat();
    let items: Vec<_> = opened(bytes, "people.csv", None).unwrap().skip(20_000).collect();
    let reject = items[0].as_ref().unwrap_err();
    assert!(reject.reason.contains("--encoding") && !reject.complete, "{reject}");
    for (item, name) in items[1..].iter().zip(["Павел Морозов", "Екатерина Смирнова"])
    {
        match item {
            Ok(row) => assert_eq!(row.contact.display_name().as_deref(), Some(name)),
            Err(reject) => assert!(reject.reason.contains("--encoding"), "{reject}"),
        }
    }
}

#[test]
fn utf_16_without_a_byte_order_mark_is_read_and_utf_32_is_rejected() {
    let utf_16: Vec<u8> = csv(&["张伟", "李娜"]).encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(names(opened(utf_16, "people.csv", None).unwrap()), ["张伟", "李娜"]);
    let utf_32 = opened(b"\xff\xfe\0\0N\0\0\0".to_vec(), "people.csv", None).err().unwrap();
    assert!(utf_32.to_string().contains("UTF-32"), "{utf_32}");
}

#[test]
fn text_that_was_encoded_twice_gets_a_suggestion() {
    let text = "Name,Email,Shoe\nJosÃ© MÃ¼ller,a@example.com,Ã¼\nJürgen,b@example.com,\n";
    let rows: Vec<Row> = opened(text, "people.csv", None).unwrap().map(Result::unwrap).collect();
    let [suggestion] = &rows[0].suggestions[..] else { panic!("{:?}", rows[0]) };
    assert_eq!((suggestion.column, &*suggestion.field), (Some(1), "Name"));
    assert_eq!(suggestion.suggestion, "José Müller");
    assert_eq!(rows[0].contact.display_name().as_deref(), Some("JosÃ© MÃ¼ller"));
    let note = rows[0].notes[0].to_string();
    assert_eq!(note, "Name: the text seems to be encoded twice; it is kept unchanged");
    assert!(!format!("{:?}", rows[0]).contains("Müller"));
    assert!(rows[1].suggestions.is_empty() && rows[1].notes.is_empty());
    let card = "BEGIN:VCARD\nFN;X=1:JosÃ©\nEND:VCARD\n";
    let row = opened(card, "people.vcf", None).unwrap().next().unwrap().unwrap();
    assert_eq!((&*row.suggestions[0].field, &*row.suggestions[0].suggestion), ("FN", "José"));
}
