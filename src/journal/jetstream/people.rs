//! The people of a journal on `JetStream`: a bucket with the key of the journal's hashes, the people, and index entries by which
//! they are found.
//!
//! The servers write one key at a time. A person is registered in three steps: references to it are written to all its index
//! entries, in the order of their keys and each at the revision that was read; then the person's own value is created, which
//! completes the registration. A producer that finds a reference without a person waits for the end of that registration, and
//! after [`UNFINISHED_FOR`] makes it void. A registration that meets another one, or was made void, is begun anew with what is
//! there then. So of two producers with one person, one registers it and the other one finds it.

mod identify;
mod turns;
mod values;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use rusqlite::Connection;

use self::identify::Identifier;
use self::turns::Turns;
pub(super) use self::values::Settings;
use self::values::{Entry, State};
use super::failure::ErrorContext;
use super::records::Records;
use crate::identity::{Identification, IdentifyBy, IdentityKey};
use crate::journal::{IdentifyRequest, JournalError, JournalErrorKind};

const SETTINGS: &str = "settings";
/// How long another producer may take to register a person.
const UNFINISHED_FOR: Duration = Duration::from_secs(1);

/// The people of a journal.
pub(super) struct People {
    store: Store,
    failing: ErrorContext,
    identity_key: IdentityKey,
    knows_everybody: bool,
    turns: Turns,
}

/// The value of a person with its revision, which is 0 where there is none.
#[derive(Clone)]
struct Slot {
    state: State,
    revision: u64,
}

/// What came of a write at a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Done,
    /// Something else was written before.
    Refused,
}

impl People {
    pub(super) fn new(store: Store, failing: ErrorContext, settings: &Settings) -> Self {
        Self {
            store,
            failing,
            identity_key: IdentityKey::from_bytes(settings.identity_key),
            knows_everybody: !settings.has_unknown_people,
            turns: Turns::default(),
        }
    }

    pub(super) fn identity_key(&self) -> &IdentityKey {
        &self.identity_key
    }

    /// Returns the recorded method by which contacts are recognized.
    pub(super) async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        Ok(settings(&self.store, &self.failing).await?.and_then(|settings| settings.identify_by))
    }

    pub(super) async fn set_identify_by(&self, method: IdentifyBy) -> Result<(), JournalError> {
        if self.identify_by().await? == Some(method) {
            return Ok(());
        }
        let change = |settings: &mut Settings| settings.identify_by = Some(method);
        change_settings(&self.store, change, &self.failing).await
    }

    /// Returns who a contact is, and registers it under all its addresses and numbers. Its turn is taken when this returns.
    pub(super) fn identify(
        self: Arc<Self>,
        request: IdentifyRequest,
        records: Arc<Records>,
    ) -> impl Future<Output = Result<Identification, JournalError>> + Send + 'static {
        let number = random_number();
        let keys = values::entry_keys(&request.identity, &self.identity_key);
        let mut turn = self.turns.take(number, keys);
        async move {
            turn.comes().await;
            Identifier::new(&self, &records, &request, number).run().await
        }
    }

    /// Returns who a contact is, and writes nothing.
    pub(super) async fn recognize(
        self: Arc<Self>,
        request: IdentifyRequest,
        records: Arc<Records>,
    ) -> Result<Identification, JournalError> {
        Identifier::new(&self, &records, &request, random_number()).recognize().await
    }

    async fn slot(&self, hash: &str) -> Result<Slot, JournalError> {
        let Some((value, revision)) = self.value(&format!("person.{hash}")).await? else {
            return Ok(Slot { state: State::Empty, revision: 0 });
        };
        let state = State::from_bytes(&value, revision).map_err(|why| self.failing.of_value(why))?;
        Ok(Slot { state, revision })
    }

    async fn entry(&self, key: String) -> Result<Entry, JournalError> {
        let Some((value, revision)) = self.value(&key).await? else {
            return Ok(Entry { key, references: Vec::new(), revision: 0 });
        };
        let references = Entry::references_from_bytes(&value).map_err(|why| self.failing.of_value(why))?;
        Ok(Entry { key, references, revision })
    }

    async fn value(&self, key: &str) -> Result<Option<(bytes::Bytes, u64)>, JournalError> {
        let entry = self.store.entry(key).await.map_err(|error| self.failing.unreachable(&error))?;
        let entry = entry.filter(|entry| entry.operation == Operation::Put);
        Ok(entry.map(|entry| (entry.value, entry.revision)))
    }

    /// Writes a value in the place of that revision; 0 is none.
    async fn write(&self, key: &str, value: Vec<u8>, revision: u64) -> Result<Written, JournalError> {
        write(&self.store, key, value, revision, &self.failing).await
    }
}

/// Returns the settings of the journal, if it has any. The server that leads is asked: others may not have them yet.
pub(super) async fn settings(
    store: &Store,
    failing: &ErrorContext,
) -> Result<Option<Settings>, JournalError> {
    Ok(settings_with_revision(store, failing).await?.map(|(settings, _)| settings))
}

async fn settings_with_revision(
    store: &Store,
    failing: &ErrorContext,
) -> Result<Option<(Settings, u64)>, JournalError> {
    let subject = format!("{}{SETTINGS}", store.prefix);
    match store.stream.get_last_raw_message_by_subject(&subject).await {
        Ok(message) => {
            let settings = Settings::from_bytes(&message.payload).map_err(|why| failing.of_value(why))?;
            Ok(Some((settings, message.sequence)))
        }
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(failing.unreachable(&error)),
    }
}

/// Makes the settings of a journal with a key of its own, unless another process made some before. Returns those that are there.
pub(super) async fn settings_or_new(
    store: &Store,
    is_being_migrated: bool,
    failing: &ErrorContext,
) -> Result<Settings, JournalError> {
    if let Some(settings) = settings(store, failing).await? {
        return Ok(settings);
    }
    let settings = Settings {
        identity_key: random_bytes().ok_or_else(|| failing.of(JournalErrorKind::Broken))?,
        has_unknown_people: is_being_migrated,
        is_being_migrated,
        // Version 0.1.0 recognized people by their content.
        identify_by: is_being_migrated.then_some(IdentifyBy::Content),
    };
    match write(store, SETTINGS, settings.to_bytes(), 0, failing).await? {
        Written::Done => Ok(settings),
        Written::Refused => {
            self::settings(store, failing).await?.ok_or_else(|| failing.of(JournalErrorKind::Unreachable))
        }
    }
}

/// Changes the settings that are there.
pub(super) async fn change_settings(
    store: &Store,
    change: impl Fn(&mut Settings),
    failing: &ErrorContext,
) -> Result<(), JournalError> {
    loop {
        let Some((mut settings, revision)) = settings_with_revision(store, failing).await? else {
            return Err(failing.of(JournalErrorKind::Outdated));
        };
        change(&mut settings);
        // Where it is refused another process changed them: both changes are to hold.
        if write(store, SETTINGS, settings.to_bytes(), revision, failing).await? == Written::Done {
            return Ok(());
        }
    }
}

/// Writes a value in the place of that revision; 0 is none.
async fn write(
    store: &Store,
    key: &str,
    value: Vec<u8>,
    revision: u64,
    failing: &ErrorContext,
) -> Result<Written, JournalError> {
    match store.update(key, value.into(), revision).await {
        Ok(_) => Ok(Written::Done),
        Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(Written::Refused),
        Err(error) => Err(failing.unreachable(&error)),
    }
}

fn random_number() -> u64 {
    RandomState::new().hash_one(())
}

/// Returns random bytes of the same generator that makes the key of a journal in a file.
fn random_bytes() -> Option<[u8; IdentityKey::LENGTH]> {
    let connection = Connection::open_in_memory().ok()?;
    connection.query_row("SELECT randomblob(32)", [], |row| row.get(0)).ok()
}
