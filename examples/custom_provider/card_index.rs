//! The adapter for an invented vendor, which takes `POST /people` with a `display_name` and an `email`, and answers 201
//! with `{"person": {"id": …}}`.
//!
//! It is the whole code of a custom vendor. `tests/testkit.rs` tests it with the contract suite.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::http::{Authorization, BaseUrl, Http};
use unicontact::providers::mapping::{Guard, Mapping, ResolvedName};
use unicontact::providers::{
    Capabilities, Connection, ConnectionOptions, ContactId, ContactProvider, Created, Draft, ErrorKind,
    Exchange, MappingRow, Method, Operation, Prepared, ProviderError, ProviderInfo, Secret, UnifiedContact,
};

/// The vendor's field of each field of the contact that it can hold.
const ROWS: &[MappingRow] = &[MappingRow::new("name", "display_name"), MappingRow::new("emails", "email")];

/// A connection to the invented vendor.
#[derive(Debug)]
pub(crate) struct CardIndex {
    pub(crate) connection: Connection,
    pub(crate) token: Secret,
    capabilities: Capabilities,
}

impl CardIndex {
    pub(crate) fn new(options: ConnectionOptions, base_url: BaseUrl, token: Secret, http: Http) -> Self {
        Self {
            connection: Connection::new(options, "cardindex", base_url, http),
            token,
            capabilities: Capabilities { fields: ROWS.into(), ..Capabilities::default() },
        }
    }
}

#[async_trait]
impl ContactProvider for CardIndex {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut mapping = Mapping::new("cardindex", "CardIndex").with_rows(ROWS);
        if mapping.display_name(contact) == ResolvedName::Missing {
            let message =
                "CardIndex requires display_name, and the contact has neither a name nor an organization";
            return Err(self.connection.error(Operation::Draft, ErrorKind::Unmappable, message));
        }
        mapping.one_email(&contact.emails);
        mapping.keep_external_id(contact.external_id.as_deref());
        mapping.merge_vendor(&contact.vendor, |_, value| Guard::Merge(value.clone()));
        mapping.drop_unmapped_fields(contact);
        let (body, fields) = mapping.finish();
        let url = self.connection.base_url.join(&["people"]);
        Ok(Draft::new(Method::Post, url, body)
            .with_secret_header("authorization", "Bearer")
            .with_fields(fields))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone()).with_authorization(Authorization::Bearer(self.token.clone())))
    }

    /// Reads the id of a success. The common table judges every other answer.
    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let body = exchange.success(&self.connection.info)?.unwrap_or(Value::Null);
        let id = body.pointer("/person/id").and_then(Value::as_str).and_then(ContactId::new);
        match id {
            Some(id) => Ok(Created::new(id).with_returned(&body)),
            None => Err(exchange.no_readable_id(&self.connection.info)),
        }
    }
}
