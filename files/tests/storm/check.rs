//! Checks that a file gives all its people back.

use std::fmt;
use std::io::Cursor;

use unicontact_files::{ReadOptions, Reject, Row, open};
use unicontact_model::UnifiedContact;

use crate::storm::people::Person;

/// A file that did not give its people back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The file was not opened. Has the error message.
    NotOpened(String),
    /// A person is lost, changed, doubled or invented. Has the description.
    People(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::NotOpened(message) | Self::People(message)) = self;
        formatter.write_str(message)
    }
}

/// Reads a file, and checks that it holds these people and no others.
pub(crate) fn check(
    people: &[Person],
    bytes: &[u8],
    file_name: &str,
    options: &ReadOptions,
) -> Result<(), Failure> {
    let shown = String::from_utf8_lossy(bytes);
    let reading = open(Cursor::new(bytes.to_vec()), file_name, options)
        .map_err(|error| Failure::NotOpened(format!("{error}\n{shown}")))?;
    let items: Vec<Result<Row, Reject>> = reading.collect();
    compare(people, &items).map_err(|problem| {
        let rejects: Vec<String> =
            items.iter().filter_map(|item| item.as_ref().err()).map(Reject::to_string).collect();
        Failure::People(format!("{problem}\nrejects: {rejects:#?}\n{shown}"))
    })
}

fn compare(people: &[Person], items: &[Result<Row, Reject>]) -> Result<(), String> {
    let (rows, rejects): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.is_ok());
    let contacts: Vec<&UnifiedContact> =
        rows.iter().filter_map(|item| item.as_ref().ok()).map(|row| &row.contact).collect();
    for person in people {
        let matches: Vec<_> = contacts.iter().filter(|contact| has_token(contact, &person.token)).collect();
        match matches.as_slice() {
            [contact] => same(person, contact)?,
            [] if is_rejected(person, rejects.iter().filter_map(|item| item.as_ref().err())) => {}
            found => return Err(format!("{} has {} contacts", person.token, found.len())),
        }
    }
    let strangers =
        contacts.iter().filter(|contact| !people.iter().any(|person| has_token(contact, &person.token)));
    match strangers.count() {
        0 => Ok(()),
        count => Err(format!("{count} contacts are none of the people")),
    }
}

fn has_token(contact: &UnifiedContact, token: &str) -> bool {
    contact.emails.iter().any(|email| email.address.as_str().contains(token))
}

fn is_rejected<'a>(person: &Person, rejects: impl Iterator<Item = &'a Reject>) -> bool {
    // A line may be folded inside the token.
    let text = |reject: &Reject| String::from_utf8_lossy(&reject.original).replace(char::is_whitespace, "");
    rejects
        .filter(|reject| reject.line > 0 && !reject.reason.is_empty())
        .any(|it| text(it).contains(&person.token))
}

fn same(person: &Person, contact: &UnifiedContact) -> Result<(), String> {
    let name = contact.name.clone().unwrap_or_default();
    let parts: Vec<String> = [name.given, name.middle, name.family].into_iter().flatten().collect();
    let name = if parts.is_empty() { name.full.unwrap_or_default() } else { parts.join(" ") };
    if name != person.full_name() {
        return Err(format!("{} is {name:?} instead of {:?}", person.token, person.full_name()));
    }
    let emails: Vec<&str> = contact.emails.iter().map(|email| email.address.as_str()).collect();
    let phones: Vec<&str> = contact.phones.iter().map(|phone| phone.number.as_str()).collect();
    if emails != person.emails || phones != person.phones {
        return Err(format!(
            "{} has {emails:?} and {phones:?} instead of {:?} and {:?}",
            person.token, person.emails, person.phones
        ));
    }
    Ok(())
}

/// Checks the check itself: it must be able to fail.
#[test]
fn a_lost_a_changed_and_an_invented_contact_are_reported() {
    let values = crate::storm::people::Values { emails: 1, phones: 1 };
    let people = crate::storm::people::people(2, crate::storm::people::Alphabet::Ascii, values, 7);
    let line =
        |person: &Person| format!("{},{},{}\n", person.full_name(), person.emails[0], person.phones[0]);
    let file = |lines: &[String]| format!("Name,Email,Phone\n{}", lines.concat());
    let check =
        |lines: &[String]| check(&people, file(lines).as_bytes(), "people.csv", &ReadOptions::default());
    let lines: Vec<String> = people.iter().map(line).collect();
    assert_eq!(check(&lines), Ok(()));
    assert!(check(&lines[..1]).is_err());
    assert!(check(&[lines[0].clone(), lines[1].replace("+44", "+43")]).is_err());
    assert!(check(&[lines[0].clone(), lines[1].replace(&people[1].given, "Nobody")]).is_err());
    assert!(check(&[lines.clone(), vec![lines[0].clone()]].concat()).is_err());
    assert!(check(&[lines.clone(), vec!["Jo Stranger,jo@example.com,\n".to_owned()]].concat()).is_err());
    let rejected = format!("{},{},{},1,2\n", people[1].full_name(), people[1].emails[0], people[1].phones[0]);
    assert_eq!(check(&[lines[0].clone(), rejected]), Ok(()));
}
