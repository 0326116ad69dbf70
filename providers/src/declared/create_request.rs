//! The request of a create, apart from its body: it is the same for every contact of a provider.

use std::sync::Arc;

use serde_json::{Map, Value};

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
    /// The pair that holds the key, where the fields are a list of pairs.
    pair: Option<KeyPair>,
}

/// The pair that holds an idempotency key in a list of pairs.
struct KeyPair {
    /// The list, as a JSON pointer.
    list: String,
    name_member: String,
    value_member: String,
    name: String,
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
        let pair = key.and_then(|key| KeyPair::new(&key.place, create, account));
        let key = match key {
            Some(key) => Some((place_of(&key.place, create, account)?, form_of(key))),
            None => None,
        };
        Some(Self { empty: credentials.name_in(draft), key, pair })
    }

    /// Returns the draft of one contact.
    pub(super) fn draft(&self, body: Value, fields: Vec<FieldFate>) -> Draft {
        let mut body = body;
        let place_in_pair = self.pair.as_ref().and_then(|pair| pair.add_to(&mut body));
        let mut draft = self.empty.clone();
        draft.body = Arc::new(body);
        draft.fields = fields;
        match &self.key {
            Some((place, form)) => {
                draft.with_idempotency_key(place_in_pair.unwrap_or_else(|| place.clone()), *form)
            }
            None => draft,
        }
    }
}

impl KeyPair {
    /// Returns the pair of a key in the body. `None` where the key or the fields stand elsewhere.
    fn new(place: &DescribedPlace, create: &Create, account: &AccountValues) -> Option<Self> {
        let (DescribedPlace::Body(path), Some((name_member, value_member))) = (place, &create.entries) else {
            return None;
        };
        let name = path.fill(|hole| account.text(hole))?.as_str().to_owned();
        let (name_member, value_member) = (name_member.clone(), value_member.clone());
        Some(Self { list: pointer_of_fields(create), name_member, value_member, name })
    }

    /// Adds the pair without its value, and returns the place of that. `None` if the body has no such list.
    fn add_to(&self, body: &mut Value) -> Option<KeyPlace> {
        let list = body.pointer_mut(&self.list)?.as_array_mut()?;
        let pair = Map::from_iter([(self.name_member.clone(), Value::from(self.name.as_str()))]);
        list.push(pair.into());
        let index = list.len() - 1;
        Some(KeyPlace::Body(format!("{}/{index}/{}", self.list, pointer_part(&self.value_member))))
    }
}

/// Returns where the fields stand in the body, as a JSON pointer.
fn pointer_of_fields(create: &Create) -> String {
    create.envelope.as_ref().and_then(|envelope| pointer_of(envelope, FIELDS)).unwrap_or_default()
}

fn form_of(key: &IdempotencyKey) -> KeyForm {
    if key.is_uuid { KeyForm::Uuid } else { KeyForm::AsIs }
}

fn place_of(place: &DescribedPlace, create: &Create, account: &AccountValues) -> Option<KeyPlace> {
    Some(match place {
        DescribedPlace::Header(name) => KeyPlace::Header(name.clone().into()),
        DescribedPlace::Path => KeyPlace::Path,
        DescribedPlace::Body(path) => {
            let path = path.fill(|hole| account.text(hole))?;
            KeyPlace::Body(format!("{}{}", pointer_of_fields(create), pointer(&path)))
        }
    })
}

/// Returns a path as a JSON pointer.
fn pointer(path: &WritePath) -> String {
    let parts: Vec<String> = path.parts().map(|part| pointer_part(&part)).collect();
    format!("/{}", parts.join("/"))
}
