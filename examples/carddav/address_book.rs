//! The adapter for an address book that speaks `CardDAV` (RFC 6352). A contact is a vCard at a name that the client chooses: here the
//! delivery's idempotency key. `PUT` with `If-None-Match: *` creates it at most once, so a lost answer is resolved by sending again.

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::comparison::{ComparedField, ContactList, IdentifyingValues, ValueKind};
use unicontact::providers::http::{Authorization, BaseUrl, End, Http};
use unicontact::providers::mapping::{Guard, Mapping, PhoneSlot, ResolvedName};
use unicontact::providers::*;

use crate::vcard;

const ROWS: &[MappingRow] = &[
    MappingRow::new("name", "FN").required(),
    MappingRow::new("emails", "EMAIL"),
    MappingRow::new("phones", "TEL"),
    MappingRow::new("notes", "NOTE"),
];
const PHONES: &[PhoneSlot] = &[PhoneSlot::new("TEL", PhoneSlot::LANDLINE)];
const COMPARED: &[ComparedField] = &[
    ComparedField::new("/FN", ValueKind::Name),
    ComparedField::new("/EMAIL", ValueKind::EmailAddress),
    ComparedField::new("/TEL", ValueKind::PhoneNumber),
    ComparedField::new("/NOTE", ValueKind::Text),
];

/// One address book, such as `https://dav.example/ada/contacts`, and the login of its owner.
#[derive(Debug)]
pub(crate) struct AddressBook {
    connection: Connection,
    capabilities: Capabilities,
    login: Authorization,
}

impl AddressBook {
    pub(crate) fn new(
        options: ConnectionOptions,
        address: BaseUrl,
        login: Authorization,
        http: Http,
    ) -> Self {
        let connection = Connection::new(options, "carddav", address, http);
        // RFC 9110, 13.1.2: the server does not apply a PUT to a card that is there, in whatever order two of them arrive.
        let dedupe = Dedupe::Serialized;
        let fields = ROWS.into();
        let capabilities =
            Capabilities { dedupe, find: true, check: true, fields, ..Capabilities::default() };
        Self { connection, capabilities, login }
    }

    /// Returns a request to the whole book, or to one card.
    fn request(&self, method: Method, name: &str, content: Value) -> Draft {
        let draft = Draft::new(method, self.connection.base_url.join(&[name]), content);
        draft.with_header("accept", "*/*").with_secret_header("authorization", "Basic")
    }

    /// Sends a request that only reads, and returns its successful answer.
    async fn read(&self, operation: Operation, draft: Draft) -> Result<Exchange, ProviderError> {
        let prepared = Prepared::new(draft).with_authorization(self.login.clone());
        let exchange = self.connection.read_prepared(operation, &prepared).await?;
        exchange.success(self.info())?;
        Ok(exchange)
    }
}

#[async_trait]
impl ContactProvider for AddressBook {
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
        let mut mapping = Mapping::new("carddav", "CardDAV").with_rows(ROWS);
        if mapping.display_name(contact) == ResolvedName::Missing {
            let kind = ErrorKind::Unmappable;
            return Err(self.connection.error(Operation::Draft, kind, "a vCard needs a name"));
        }
        mapping.one_email(&contact.emails);
        mapping.phones_into_slots(&contact.phones, self.connection.default_region, PHONES);
        mapping.text("notes", contact.notes.as_deref());
        mapping.keep_external_id(contact.external_id.as_deref());
        mapping.merge_vendor(&contact.vendor, |_, _| Guard::Refuse("no other property is sent".to_owned()));
        mapping.drop_unmapped_fields(contact);
        let (properties, fates) = mapping.finish();
        let draft = self.request(Method::Put, "{key}.vcf", properties).with_header("if-none-match", "*");
        let draft = draft.with_idempotency_key(KeyPlace::Path, KeyForm::AsIs);
        Ok(draft.with_idempotency_key(KeyPlace::Body("/UID".to_owned()), KeyForm::AsIs).with_fields(fates))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let card = vcard::write(&draft.body).into_bytes();
        Ok(Prepared::new(draft.clone().with_bytes("text/vcard", card)).with_authorization(self.login.clone()))
    }

    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let name = sent.draft().url.path_segments().and_then(Iterator::last).and_then(ContactId::new);
        let body = exchange.answer.text();
        match (exchange.answer.status(), name) {
            (412, Some(name)) => Ok(Created::new(name).with_existing(true)),
            (409, _) if !body.contains("no-uid-conflict") => {
                let error = exchange.error(self.info(), ErrorKind::NotFound, Effect::Refused);
                Err(error.with_message("the address book is not there"))
            }
            (status, name) => {
                exchange.success(self.info())?;
                let name = name.filter(|_| status == 201 && body.trim().is_empty());
                name.map(Created::new).ok_or_else(|| exchange.no_readable_id(self.info()))
            }
        }
    }

    /// Searches for the cards with one of the contact's values, and compares them here.
    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let properties = Value::clone(&self.draft(request.contact)?.body);
        let xml = vcard::query(&properties, &["FN", "EMAIL", "TEL"]).into_bytes();
        let search = self.request(Method::Report, "", properties.clone()).with_header("depth", "1");
        let exchange = self.read(Operation::Find, search.with_bytes("application/xml", xml)).await?;
        let cards = vcard::cards(&exchange.answer.text()).filter(|_| exchange.answer.end() == End::Whole);
        let list = ContactList::new(COMPARED, &["id"], cards.as_deref().unwrap_or_default(), cards.is_some());
        Ok(list.find(&properties, request.except))
    }

    /// Reads a card, to compare the one that refused a create.
    async fn read_contact(&self, id: &ContactId) -> Result<IdentifyingValues, ProviderError> {
        let exchange =
            self.read(Operation::Find, self.request(Method::Get, id.as_str(), Value::Null)).await?;
        let card = vcard::read(&exchange.answer.text()).unwrap_or_default();
        let text = |name: &str| card[name].as_str().unwrap_or_default();
        let values = IdentifyingValues::default().with_name(text("FN"));
        Ok(values.with_email_address(text("EMAIL")).with_phone_number(text("TEL")))
    }

    async fn check(&self) -> Result<(), ProviderError> {
        let request = self.request(Method::Propfind, "", Value::Null).with_header("depth", "0");
        self.read(Operation::Check, request).await.map(drop)
    }
}
