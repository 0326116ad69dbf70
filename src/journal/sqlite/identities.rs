//! The settings of identities, and the people in the records of version 0.1.0.

use rusqlite::Connection;
use unicontact_providers::UnifiedContact;

use super::people::{NoDeliveries, People};
use super::settings::{self, is_set};
use super::{hash_index, in_transaction};
use crate::identity::{IdentifyBy, Identity, IdentityKey};

const IDENTITY_KEY: &str = "identity_key";
const IDENTIFY_BY: &str = "identify_by";
const HAS_RECORDS: &str = "has_records_without_identity";
const HAS_CONTENTS: &str = "has_contents_without_identity";

/// Returns the key of the journal's hashes.
pub(super) fn key(connection: &Connection) -> rusqlite::Result<IdentityKey> {
    let key = settings::value(connection, IDENTITY_KEY)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(IdentityKey::from_bytes(key))
}

/// Returns whether an earlier version recorded deliveries of people that are not registered.
pub(super) fn have_unknown_people(connection: &Connection) -> rusqlite::Result<bool> {
    is_set(connection, HAS_RECORDS)
}

/// Registers the people in the unfinished deliveries of an earlier version, whose contacts are still stored.
pub(super) fn read_contents(connection: &Connection, key: &IdentityKey) -> rusqlite::Result<()> {
    if !is_set(connection, HAS_CONTENTS)? {
        return Ok(());
    }
    in_transaction(connection, |connection| {
        // Another process may have done it meanwhile.
        if is_set(connection, HAS_CONTENTS)? { read_each_content(connection, key) } else { Ok(()) }
    })
}

fn read_each_content(connection: &Connection, key: &IdentityKey) -> rusqlite::Result<()> {
    // A delivery that may be sent again is skipped: its contact may be corrected before it is sent.
    let select = "SELECT contact, content FROM deliveries WHERE content IS NOT NULL \
         AND (standing NOT IN ('failed', 'rejected', 'pending') OR id IS NOT NULL) ORDER BY number";
    let mut people = People::new(key.clone());
    people.refresh(connection)?;
    let mut statement = connection.prepare(select)?;
    let mut contents = statement.query([])?;
    while let Some(row) = contents.next()? {
        let (recorded_as, content): (String, String) = (row.get(0)?, row.get(1)?);
        let contact: Option<UnifiedContact> = serde_json::from_str(&content).ok();
        let identity = contact.and_then(|contact| Identity::new(&contact, IdentifyBy::Identity, key));
        if let Some(identity) = identity {
            let identity = Identity { new_key: recorded_as, ..identity };
            people.identify(connection, identity, &mut NoDeliveries)?;
        }
    }
    let transaction = hash_index::last_transaction(connection)? + 1;
    people.finish(connection, transaction)?;
    settings::delete(connection, HAS_CONTENTS)
}

/// Returns the recorded method by which contacts are recognized. A value of a later version counts as none.
pub(super) fn method(connection: &Connection) -> rusqlite::Result<Option<IdentifyBy>> {
    let word: Option<String> = settings::value(connection, IDENTIFY_BY)?;
    Ok(word.and_then(|word| word.parse().ok()))
}

/// Records the method by which contacts are recognized.
pub(super) fn set_method(connection: &Connection, method: IdentifyBy) -> rusqlite::Result<()> {
    if self::method(connection)? == Some(IdentifyBy::Content) && method != IdentifyBy::Content {
        // The method `content` has registered nobody until now.
        settings::set(connection, HAS_RECORDS, 1)?;
    }
    settings::set(connection, IDENTIFY_BY, method.as_str())
}
