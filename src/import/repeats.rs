//! What an import can tell of contacts that come twice.
//!
//! Its rule: the same contact once more is told from another one under the same id.

use futures_util::stream::{Stream, StreamExt};
use unicontact_providers::{UnifiedContact, fingerprint};

use super::Import;

const NO_FILE: &str = "the temporary file by which contacts are noticed that come twice in the input is not usable: a journal \
                       still keeps them from being sent twice, without one they are";

impl Import {
    /// Hands the contacts on as they are, and compares those that have the same `external_id`: what it finds is
    /// [`Import::repeated_with_other_content`]. For [`Import::run`] and [`Import::plan`].
    pub fn comparing<S: Stream<Item = UnifiedContact>>(
        &self,
        contacts: S,
    ) -> impl Stream<Item = UnifiedContact> + use<S> {
        let import = self.clone();
        contacts.inspect(move |contact| {
            // Without an id, the content is the key.
            if let Some(id) = &contact.external_id {
                import.seen.compare(id, &fingerprint(contact));
            }
        })
    }

    /// How many contacts had an `external_id` that came before with other content. They are among [`Import::repeated`].
    pub fn repeated_with_other_content(&self) -> u64 {
        self.seen.differing()
    }

    /// What does not work as it should in the import itself, for people. It may become more while the import runs.
    pub fn troubles(&self) -> Vec<&'static str> {
        if self.seen.is_unusable() { vec![NO_FILE] } else { Vec::new() }
    }
}
