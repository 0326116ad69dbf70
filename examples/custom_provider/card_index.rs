//! The adapter for an invented vendor, which takes `POST /people` with a `display_name` and an `email`, and answers 201
//! with `{"person": {"id": …}}`.
//!
//! It is all that a vendor of your own needs. `tests/testkit.rs` holds it to the contract suite.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::contact::ContactKind;
use unicontact::providers::http::{Authorization, BaseUrl, Http};
use unicontact::providers::mapping::{Guard, Mapping};
use unicontact::providers::{
    Capabilities, Connection, ConnectionOptions, ContactId, ContactProvider, Created, Draft, ErrorKind,
    Exchange, Method, Operation, Prepared, ProviderError, ProviderInfo, Secret, UnifiedContact,
};

/// A connection to the invented vendor.
#[derive(Debug)]
pub(crate) struct CardIndex {
    pub(crate) connection: Connection,
    pub(crate) token: Secret,
    capabilities: Capabilities,
}

impl CardIndex {
    pub(crate) fn new(common: ConnectionOptions, base_url: BaseUrl, token: Secret, http: Http) -> Self {
        Self {
            connection: Connection::new(common, "cardindex", base_url, http),
            token,
            capabilities: Capabilities::default(),
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
        // Destructured without `..`: a new field of the model does not compile until it has a fate here.
        let UnifiedContact {
            external_id,
            kind,
            name,
            emails,
            phones,
            addresses,
            organization,
            title,
            links,
            birthday,
            photo_url,
            notes,
            tags,
            owner_id,
            custom,
            vendor,
        } = contact;
        let mut mapping = Mapping::new("cardindex", "CardIndex");
        mapping.external_id(external_id.as_deref());
        mapping.no_place_for(*kind == ContactKind::Organization, "kind", "kinds of contact");
        let called = mapping.called(*kind, name.as_ref(), organization.as_ref(), "display_name", false);
        let Some(display_name) = called.text else {
            let why =
                "CardIndex requires display_name, and the contact has neither a name nor an organization";
            return Err(self.connection.error(Operation::Draft, ErrorKind::Unmappable, why));
        };
        mapping.set("display_name", display_name);
        mapping.one_email(emails, "email");
        for (index, phone) in phones.iter().enumerate() {
            mapping.no_place_for(true, format!("phones[{index}].number"), "phone numbers");
            mapping.phone_trimmings(index, phone, None, false);
        }
        for (index, address) in addresses.iter().enumerate() {
            mapping.address_dropped(index, address, "CardIndex has no postal addresses");
        }
        if let Some(organization) = organization {
            let unused = organization.name.is_some() && !called.by_organization;
            mapping.no_place_for(unused, "organization.name", "organization");
            mapping.no_place_for(organization.department.is_some(), "organization.department", "department");
        }
        mapping.no_place_for(title.is_some(), "title", "job title");
        for index in 0..links.len() {
            mapping.no_place_for(true, format!("links[{index}].url"), "links");
        }
        mapping.no_place_for(birthday.is_some(), "birthday", "birthday");
        mapping.no_place_for(photo_url.is_some(), "photo_url", "picture");
        mapping.no_place_for(notes.is_some(), "notes", "notes");
        mapping.no_tags(tags);
        mapping.no_place_for(owner_id.is_some(), "owner_id", "owner");
        mapping.no_custom(custom.keys(), "CardIndex has no custom fields");
        mapping.merge_vendor(vendor, |_, _, value| Guard::Merge(value.clone()));
        let (body, fields) = mapping.finish();
        let url = self.connection.base_url.join(&["people"]);
        Ok(Draft::new(Method::Post, url, body)
            .with_secret_header("authorization", "Bearer")
            .with_fields(fields))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone()).with_authorization(Authorization::Bearer(self.token.clone())))
    }

    /// Only the vendor's own success is judged here; the common table judges everything else.
    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let body = exchange.success(&self.connection.info)?.unwrap_or(Value::Null);
        let id = body.pointer("/person/id").and_then(Value::as_str).and_then(ContactId::new);
        match id {
            Some(id) => Ok(Created::new(id).with_returned(&body)),
            None => Err(exchange.no_readable_id(&self.connection.info)),
        }
    }
}
