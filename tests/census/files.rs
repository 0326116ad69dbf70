//! Checks the files of the fixtures and examples: a test reads each file, each fixture has a provenance, and none holds text that
//! looks like a credential or a real person's data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::{Value, json};
use unicontact::providers::{Description, Vendor};

use crate::support::fixture::{self, Provenance, ProvenanceKind, VENDORS, files_in, folder, stem};
use crate::support::personal;

/// Folders of fixtures that other tests read.
const OTHER_FOLDERS: &[&str] = &["config", "import", "openapi"];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let below = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    files_in(folder).into_iter().flat_map(below).collect()
}

/// Returns whether a test reads the file at this path below the fixtures. `sources` is all code of the project.
fn is_read(path: &str, sources: &str) -> bool {
    match path.split('/').collect::<Vec<&str>>()[..] {
        ["README.md"] => true,
        [folder, name]
            if Vendor::names().any(|vendor| vendor == folder)
                || ["contacts", "providers"].contains(&folder) =>
        {
            name.strip_suffix(".json").is_some_and(|name| !name.is_empty())
        }
        ["untested", name] => {
            name.strip_suffix(".toml").is_some_and(|name| Description::bundled(name).is_some())
        }
        [folder, .., name] if OTHER_FOLDERS.contains(&folder) => {
            let mentions = [format!("/{name}\""), format!("\"{name}\""), format!("fixtures/{folder}\"")];
            mentions.iter().any(|mention| sources.contains(mention))
        }
        _ => false,
    }
}

/// Returns all code of the project except this census, which names files that do not exist.
fn sources() -> String {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders =
        ["src", "tests", "cli/src", "cli/tests", "providers/src"].map(|folder| project.join(folder));
    let files = folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| files_below(folder));
    let files = files.filter(|file| !file.starts_with(project.join("tests/census")));
    let code = files.filter(|file| file.extension().is_some_and(|it| it == "rs"));
    code.map(|file| std::fs::read_to_string(&file).unwrap()).collect()
}

#[test]
fn every_file_below_the_fixtures_is_read() {
    let sources = sources();
    let files = files_below(&folder());
    let paths = files.iter().map(|file| file.strip_prefix(folder()).unwrap().to_string_lossy().into_owned());
    let unread: Vec<String> = paths.filter(|path| !is_read(path, &sources)).collect();
    assert!(unread.is_empty(), "{unread:?}");
    let named = ["contacts", "providers"].map(|name| files_in(&folder().join(name)).len());
    let read = fixture::all().len() + named.iter().sum::<usize>();
    let ours = files.iter().filter(|file| file.extension().is_some_and(|it| it == "json"));
    let ours = ours.filter(|file| !OTHER_FOLDERS.iter().any(|other| file.starts_with(folder().join(other))));
    assert_eq!(read, ours.count(), "every file is read");
}

#[test]
fn an_unread_file_is_reported() {
    let sources = "include_str!(\"../fixtures/config/read.toml\")";
    for read in [
        "README.md",
        "smarttask/create_minimal.json",
        "contacts/full.json",
        "config/read.toml",
        "untested/hubspot.toml",
    ] {
        assert!(is_read(read, sources), "{read}");
    }
    for unread in [
        "NOTES.md",
        "stray.json",
        "smarttask/notes.txt",
        "smarttask/.json",
        "smarttask/create_minimal.json.orig",
        "smarttask/more/create_minimal.json",
        "contacts/full.yaml",
        "untested/another_vendor.toml",
        "another_vendor/create_minimal.json",
        "config/unread.toml",
        "import/deep/unread.csv",
    ] {
        assert!(!is_read(unread, sources), "{unread}");
    }
}

#[test]
fn every_vendor_of_the_build_has_a_folder_of_fixtures() {
    for vendor in VENDORS.iter().copied() {
        assert!(folder().join(vendor).is_dir(), "{vendor}");
    }
}

#[test]
fn every_contact_is_used_by_a_fixture() {
    let used: BTreeSet<String> = fixture::all().into_iter().map(|it| it.contact).collect();
    for file in files_in(&folder().join("contacts")) {
        let name = stem(&file);
        assert!(used.contains(&name), "no fixture uses the contact {name}");
    }
}

/// Returns the problem with a fixture's provenance.
fn complaint(provenance: &Provenance) -> Option<&'static str> {
    let is_vendors_own = matches!(provenance.kind, ProvenanceKind::Documented | ProvenanceKind::Recorded);
    let names_no_page =
        provenance.source.contains("no page of the vendor") || provenance.source.starts_with("Conventions");
    if provenance.source.len() <= 10 || provenance.note.len() <= 10 {
        Some("the source or the note is too short")
    } else if !is_day_or_month(&provenance.date) {
        Some("a date is a month, as 2026-08, or a day")
    } else if provenance.stand_in
        || (provenance.kind == ProvenanceKind::Recorded && names_a_sandbox(provenance))
    {
        Some("an answer of a sandbox is not recorded from the vendor")
    } else if is_vendors_own && names_no_page {
        Some("a documented or recorded answer needs a page of the vendor as its source")
    } else if provenance.kind == ProvenanceKind::ThirdParty && !provenance.source.contains("://") {
        Some("third-party evidence needs an address as its source")
    } else {
        None
    }
}

fn is_day_or_month(text: &str) -> bool {
    let has_form = text.len() == "2026-08".len() || text.len() == "2026-08-14".len();
    let day = if text.len() == "2026-08".len() { format!("{text}-01") } else { text.to_owned() };
    has_form && day.parse::<Date>().is_ok_and(|date| date.to_string() == day)
}

fn names_a_sandbox(provenance: &Provenance) -> bool {
    let words = format!("{} {}", provenance.source, provenance.note).to_lowercase();
    ["sandbox", "no evidence", "no traffic of the vendor"].iter().any(|mark| words.contains(mark))
}

#[test]
fn every_fixture_has_a_valid_provenance() {
    let all = fixture::all();
    let wrong =
        all.iter().filter_map(|it| complaint(&it.provenance).map(|why| format!("{}: {why}", it.name())));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_invalid_provenance_is_reported() {
    let problem = |change: &Value| {
        let mut document = json!({
            "kind": "documented", "source": "docs.example.com: contacts", "date": "2026-08", "note": "The values are ours.",
        });
        document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        complaint(&serde_json::from_value(document).unwrap())
    };
    for change in
        [json!({}), json!({"date": "2026-08-14"}), json!({"kind": "recorded", "date": "2027-01-31"})]
    {
        assert_eq!(problem(&change), None, "{change}");
    }
    for change in [
        json!({"source": ""}),
        json!({"note": "ours"}),
        json!({"date": "2026"}),
        json!({"date": "2026-13"}),
        json!({"date": "2026-02-30"}),
        json!({"date": "14.08.2026"}),
        json!({"date": "2026-08-14T10:00:00Z"}),
        json!({"kind": "recorded", "source": "unicontact's sandbox"}),
        json!({"kind": "recorded", "stand_in": true}),
        json!({"kind": "recorded", "note": "It is no traffic of the vendor, and no evidence about it."}),
        json!({"source": "Conventions of HTTP; no page of the vendor"}),
        json!({"kind": "recorded", "source": "What any network may do; no page of the vendor"}),
        json!({"kind": "third_party"}),
    ] {
        assert!(problem(&change).is_some(), "{change}");
    }
}

#[test]
fn every_vendor_has_documented_or_recorded_fixtures() {
    use ProvenanceKind::{Documented, Recorded};
    let mut counts = BTreeMap::new();
    for fixture in fixture::all() {
        *counts.entry((fixture.vendor, fixture.provenance.kind)).or_insert(0_usize) += 1;
    }
    for vendor in VENDORS.iter() {
        let known = [Documented, Recorded].map(|kind| counts.get(&((*vendor).to_owned(), kind)).copied());
        assert!(known.into_iter().flatten().sum::<usize>() >= 5, "{vendor}: {counts:?}");
    }
}

/// Returns the parts of a file that look like a credential or a real person's data.
fn offences(text: &str) -> Vec<String> {
    // Separates the values of query parameters into words, also those of a query in a language.
    let words = text.replace(['=', '&'], " ").replace("%20", " ").replace("%22", " ").replace("%27", " ");
    let words = personal::suspicious_words(&words);
    let documents = serde_json::from_str(text).map(|document| with_documents_in_texts(&document));
    let numbers = documents.iter().flatten().flat_map(personal::telephone_numbers);
    words.into_iter().chain(numbers).collect()
}

/// Returns a document and those that its texts hold as JSON.
fn with_documents_in_texts(document: &Value) -> Vec<Value> {
    let inside = match document {
        Value::String(text) => {
            serde_json::from_str(text.trim_start_matches('\u{feff}')).into_iter().collect()
        }
        Value::Array(entries) => entries.iter().flat_map(with_documents_in_texts).collect(),
        Value::Object(map) => map.values().flat_map(with_documents_in_texts).collect(),
        _ => Vec::new(),
    };
    inside.into_iter().chain([document.clone()]).collect()
}

/// Returns the fixtures, the fixtures of the examples, and the examples' configurations.
fn published_files() -> Vec<PathBuf> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let configurations =
        files_in(&examples).into_iter().filter(|it| it.extension().is_some_and(|it| it == "toml"));
    let folders = [folder(), examples.join("custom_provider/fixtures")];
    folders.iter().flat_map(|folder| files_below(folder)).chain(configurations).collect()
}

#[test]
fn the_files_of_the_examples_are_checked_too() {
    let files = published_files();
    for name in [
        "fixtures/smarttask/create_minimal.json",
        "cardindex/create_minimal.json",
        "examples/unicontact.toml",
    ] {
        assert!(files.iter().any(|file| file.ends_with(name)), "{name}");
    }
}

#[test]
fn no_fixture_or_example_holds_credentials_or_personal_data() {
    let mut found = Vec::new();
    for path in published_files() {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        found.extend(offences(&text).iter().map(|offence| format!("{}: {offence}", path.display())));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Texts that a fixture must not hold.
const OFFENCES: &[&str] = &[
    "someone@gmail.com",
    "+49 171 5555555",
    "+4917155555555",
    "030 12345678",
    "eyJhbGciOiJIUzI1NiJ9",
    "tok_live_12345",
    "Bearer sk_live_12345",
    "https://example.com/?key=AKIA1234567890",
    "0123456789abcdef0123456789abcdef",
];

#[test]
fn a_telephone_number_is_found_as_a_json_number() {
    let path = folder().join("emnify/create_minimal.json");
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    document["request"]["body"]["phone"] = json!(4_917_155_555_555_u64);
    assert!(!offences(&document.to_string()).is_empty());
}

#[test]
fn personal_data_is_found_and_invented_data_is_not() {
    for text in OFFENCES {
        assert!(!offences(&json!([text]).to_string()).is_empty(), "{text}");
    }
    for text in ["someone@mail.example.com", "+442079460123", "2026-11-20T10:00:00.000+0000", "time:18:00"] {
        assert_eq!(offences(&json!([text]).to_string()), Vec::<String>::new());
    }
}

/// A function that puts a text into a fixture.
type Planting = fn(&mut Value, &str);

#[test]
fn personal_data_is_found_anywhere_in_a_fixture() {
    let locations: [(&str, Planting); 5] = [
        ("the note", |document, text| document["provenance"]["note"] = json!(text)),
        ("a header", |document, text| document["request"]["headers"]["authorization"] = json!(text)),
        ("the request", |document, text| document["request"]["body"]["extra"] = json!([{"deep": text}])),
        ("the answer", |document, text| document["answer"]["body"] = json!({"extra": text})),
        ("a text", |document, text| document["answer"]["text"] = json!(json!({"extra": text}).to_string())),
    ];
    for vendor in VENDORS.iter().copied() {
        let path = folder().join(vendor).join("create_minimal.json");
        let document: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for (location, plant) in &locations {
            for offence in OFFENCES {
                let mut planted = document.clone();
                plant(&mut planted, offence);
                assert!(!offences(&planted.to_string()).is_empty(), "{vendor}: {offence} in {location}");
            }
        }
    }
}
