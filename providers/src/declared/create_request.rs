//! The request of a create, apart from its body: it is the same for every contact of a provider.

use std::sync::Arc;

use serde_json::Value;

use super::account_values::AccountValues;
use super::auth::Credentials;
use super::create::{Create, FIELDS, KEY};
use super::request::{address, pointer_of, pointer_part, texts};
use super::search::{IdempotencyKey, KeyPlace as DescribedPlace};
use super::write_path::WritePath;
use crate::draft::Draft;
use crate::field_fate::FieldFate;
use crate::http::BaseUrl;
use crate::idempotency_key::{KeyForm, KeyPlace};

/// The request of a create without a contact.
pub(super) struct CreateRequest {
    empty: Draft,
    key: Option<(KeyPlace, KeyForm)>,
}

impl CreateRequest {
    /// Returns the request. `None` if its address needs a key that the account does not set.
    pub(super) fn new(
        create: &Create,
        key: Option<&IdempotencyKey>,
        base: &BaseUrl,
        account: &AccountValues,
        credentials: &Credentials,
    ) -> Option<Self> {
        let has_key = key.is_some_and(|key| key.place == DescribedPlace::Path);
        let value = |name: &str, _: &str| {
            if has_key && name == KEY { Some(format!("{{{KEY}}}")) } else { account.text(name) }
        };
        let url = address(base, &create.path, &create.query, &value)?;
        let mut draft = Draft::new(create.method, url, Value::Null);
        if let Some(content_type) = &create.content_type {
            draft = draft.with_header("content-type", content_type.clone());
        }
        for (name, text) in texts(&create.headers, &value) {
            draft = draft.with_header(name, text);
        }
        let key = match key {
            Some(key) => Some((place_of(&key.place, create, account)?, form_of(key))),
            None => None,
        };
        Some(Self { empty: credentials.name_in(draft), key })
    }

    /// Returns the draft of one contact.
    pub(super) fn draft(&self, body: Value, fields: Vec<FieldFate>) -> Draft {
        let mut draft = self.empty.clone();
        draft.body = Arc::new(body);
        draft.fields = fields;
        match &self.key {
            Some((place, form)) => draft.with_idempotency_key(place.clone(), *form),
            None => draft,
        }
    }
}

fn form_of(key: &IdempotencyKey) -> KeyForm {
    if key.is_uuid { KeyForm::Uuid } else { KeyForm::AsIs }
}

fn place_of(place: &DescribedPlace, create: &Create, account: &AccountValues) -> Option<KeyPlace> {
    Some(match place {
        DescribedPlace::Header(name) => KeyPlace::Header(name.clone().into()),
        DescribedPlace::Path => KeyPlace::Path,
        DescribedPlace::Body(path) => {
            let fields = create.envelope.as_ref().and_then(|envelope| pointer_of(envelope, FIELDS));
            let path = path.fill(|hole| account.text(hole))?;
            KeyPlace::Body(format!("{}{}", fields.unwrap_or_default(), pointer(&path)))
        }
    })
}

/// Returns a path as a JSON pointer.
fn pointer(path: &WritePath) -> String {
    let parts: Vec<String> = path.parts().map(|part| pointer_part(&part)).collect();
    format!("/{}", parts.join("/"))
}
