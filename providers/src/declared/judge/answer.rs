//! An answer as the rows of a description read it.

use std::cell::OnceCell;

use serde_json::Value;

use crate::declared::answers::{ErrorFields, ErrorWords};
use crate::declared::read_path::{ReadPath, first_text_of};
use crate::error::{FieldError, VendorMessage, http_status};
use crate::exchange::Exchange;

static NOTHING: Value = Value::Null;

/// An answer with its body, and its messages once they are read.
#[derive(Debug)]
pub(super) struct AnswerContext<'a> {
    pub(super) exchange: &'a Exchange,
    /// The body, if it is JSON.
    pub(super) body: Option<&'a Value>,
    words: &'a ErrorWords,
    message: OnceCell<VendorMessage>,
    described_message: OnceCell<VendorMessage>,
}

impl<'a> AnswerContext<'a> {
    pub(super) fn new(exchange: &'a Exchange, body: Option<&'a Value>, words: &'a ErrorWords) -> Self {
        Self { exchange, body, words, message: OnceCell::new(), described_message: OnceCell::new() }
    }

    pub(super) fn status(&self) -> u16 {
        self.exchange.answer.status()
    }

    pub(super) fn is_success(&self) -> bool {
        self.exchange.answer.is_success()
    }

    /// Returns whether the status leaves open what the vendor did.
    pub(super) fn is_server_error(&self) -> bool {
        self.status() >= 500
    }

    /// Returns the body, or null if it is not JSON.
    pub(super) fn document(&self) -> &'a Value {
        self.body.unwrap_or(&NOTHING)
    }

    /// Returns whether the whole body was read: it is JSON, or there is none.
    pub(super) fn is_readable(&self) -> bool {
        self.body.is_some() || self.exchange.answer.text().trim().is_empty()
    }

    /// Returns the message, before redaction: at the paths of the description, or in the shapes that many vendors share.
    pub(super) fn message(&self) -> &VendorMessage {
        self.message.get_or_init(|| {
            let usual = match self.body {
                Some(body) => VendorMessage::from_json(body),
                None => VendorMessage { text: self.exchange.answer.headline(), ..VendorMessage::default() },
            };
            self.described(usual)
        })
    }

    /// Returns the message of a success that reports no error in a usual shape: only the paths of the description can tell such a
    /// message from the contact.
    pub(super) fn described_message(&self) -> &VendorMessage {
        self.described_message.get_or_init(|| self.described(VendorMessage::default()))
    }

    /// Returns whether a body is that of an error, or may be.
    pub(super) fn is_error(&self) -> bool {
        !self.is_success() || self.body.is_some_and(|body| self.exchange.is_error(body))
    }

    fn described(&self, usual: VendorMessage) -> VendorMessage {
        let Some(body) = self.body else { return usual };
        let mut message = usual;
        if let Some(fields) = self.words.fields.as_ref().map(|fields| read_fields(fields, body))
            && !fields.is_empty()
        {
            message = message.with_fields(fields);
        }
        if let Some(text) = first_text_of(&self.words.message, body) {
            // An entry that names no field and only says the message is about none.
            message.fields.retain(|error| !error.field.is_empty() || error.message != text);
            message.text = Some(text);
        }
        if let Some(code) = first_text_of(&self.words.code, body) {
            message.code = Some(code);
        }
        message
    }

    /// Returns the status of an error that the body has at the paths of the description.
    pub(super) fn status_in_body(&self) -> Option<u16> {
        let body = self.body?;
        self.words.status.iter().find_map(|path| path.first(body).and_then(http_status))
    }
}

fn read_fields(fields: &ErrorFields, body: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    match fields {
        ErrorFields::List { list, field, message } => {
            for entry in list.entries(body).values {
                let name = field.as_ref().and_then(|path| path.first_text(entry)).unwrap_or_default();
                push(&name, entry, message, &mut errors);
            }
        }
        ErrorFields::Object { object, message } => {
            let members = object.reach(body).values.into_iter().filter_map(Value::as_object).flatten();
            for (name, value) in members {
                match value {
                    Value::Array(entries) => {
                        for entry in entries {
                            push(name, entry, message, &mut errors);
                        }
                    }
                    entry => push(name, entry, message, &mut errors),
                }
            }
        }
    }
    errors
}

/// Adds the message of an entry, which may be the entry itself.
fn push(field: &str, entry: &Value, message: &ReadPath, errors: &mut Vec<FieldError>) {
    let text = match entry {
        Value::String(text) => Some(text.clone()),
        entry => message.first_text(entry),
    };
    if let Some(message) = text.filter(|text| !text.trim().is_empty()) {
        errors.push(FieldError { field: field.to_owned(), message });
    }
}
