//! A vendor of your own beside two built-in ones, with a journal. `docs/adapters.md` shows this program.
#![allow(
    clippy::print_stdout,
    clippy::wildcard_imports,
    reason = "it is short, so that the page can show it whole"
)]

use async_trait::async_trait;
use serde_json::Value;
use unicontact::providers::http::{Authorization, BaseUrl, Http};
use unicontact::providers::mapping::{Guard, Mapping, ResolvedName};
use unicontact::providers::{cloverhound::CloverhoundConfig, onecloud::OneCloudConfig, *};
use unicontact::{Client, journal::SqliteJournal};

/// The vendor's fields. Dots make objects.
const ROWS: &[MappingRow] =
    &[MappingRow::new("name", "person.name"), MappingRow::new("emails", "person.contact.email")];

/// `PUT /people`, authorized by the header `x-api-key`.
#[derive(Debug)]
pub(crate) struct CardIndex {
    connection: Connection,
    capabilities: Capabilities,
    api_key: Secret,
}

impl CardIndex {
    pub(crate) fn new(options: ConnectionOptions, base_url: BaseUrl, api_key: Secret, http: Http) -> Self {
        let connection = Connection::new(options, "cardindex", base_url, http);
        let capabilities = Capabilities { fields: ROWS.into(), ..Capabilities::default() };
        Self { connection, capabilities, api_key }
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
            return Err(self.connection.error(Operation::Draft, ErrorKind::Unmappable, "a name is required"));
        }
        mapping.one_email(&contact.emails);
        mapping.keep_external_id(contact.external_id.as_deref());
        mapping.merge_vendor(&contact.vendor, |_, value| Guard::Merge(value.clone()));
        mapping.drop_unmapped_fields(contact);
        let ((body, fates), url) = (mapping.finish(), self.connection.base_url.join(&["people"]));
        Ok(Draft::new(Method::Put, url, body).with_secret_header("x-api-key", "").with_fields(fates))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let api_key = Authorization::Header { name: "x-api-key".into(), value: self.api_key.clone() };
        Ok(Prepared::new(draft.clone()).with_authorization(api_key))
    }

    fn interpret(&self, _: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let body = exchange.success(self.info())?.unwrap_or(Value::Null);
        let id = body.pointer("/person/id").and_then(Value::as_str).and_then(ContactId::new);
        id.map(Created::new).ok_or_else(|| exchange.no_readable_id(self.info()))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url: BaseUrl = "https://cards.example/v1".parse()?;
    let client = Client::builder()
        .provider("voice", CloverhoundConfig::new(7, "replace-me", "replace-me"))
        .provider("jakarta", OneCloudConfig::with_token("replace-me"))
        .custom("cards", |options, http| CardIndex::new(options, base_url, "replace-me".into(), http))
        .journal(SqliteJournal::open("unicontact.db".as_ref())?)
        .build()?;
    let contact: UnifiedContact = serde_json::from_str(r#"{"external_id": "42", "name": "Ada King"}"#)?;
    println!("{}", serde_json::to_string(&client.create(contact).await)?);
    Ok(())
}
