//! The tags of a contact.

use super::multi_value::{WIDE_SEPARATORS, tags};
use super::value::Origin;
use super::{ContactBuilder, v0_1};
use crate::cell_text::TextKind;
use crate::placeholders::{TAKEN_AS_EMPTY, is_placeholder};
use crate::version::Version;

impl ContactBuilder {
    /// Adds one or more tags. Google's group of all contacts is not a tag.
    pub(crate) fn tags(&mut self, origin: Origin<'_>, text: &str) {
        if self.version == Version::V0_1 {
            return v0_1::tags(text).into_iter().for_each(|tag| self.push_tag(origin, tag));
        }
        let text = self.cleaned(text, TextKind::Line);
        if text.contains(WIDE_SEPARATORS) {
            self.mark_v0_1_difference();
        }
        for tag in tags(&text) {
            if is_placeholder(tag) {
                self.note(origin, TAKEN_AS_EMPTY);
                self.mark_v0_1_difference();
            } else {
                self.push_tag(origin, tag);
            }
        }
    }

    fn push_tag(&mut self, origin: Origin<'_>, text: &str) {
        let is_new = !self.contact.tags.iter().any(|tag| tag == text);
        if is_new && !self.is_full(origin, self.contact.tags.len()) {
            self.contact.tags.push(text.to_owned());
        }
    }
}
