//! Replays a custom vendor's fixtures against its adapter. This file is all that a user has to write.

use std::path::Path;

use serde_json::{Map, Value};
use unicontact::providers::http::Http;
use unicontact::providers::{ConnectionOptions, Provider, Secret};
use unicontact_contract::{Adapters, ConnectError, Fixtures, replay};

use crate::card_index::CardIndex;

struct Cards;

impl Adapters for Cards {
    fn vendors(&self) -> Vec<String> {
        vec!["cardindex".to_owned()]
    }

    fn connect(
        &self,
        _vendor: &str,
        keys: Map<String, Value>,
        common: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let key = |name: &str| {
            let value = keys.get(name).and_then(Value::as_str);
            value.ok_or_else(|| ConnectError(format!("{name} is missing")))
        };
        let base_url =
            key("base_url")?.parse().map_err(|_| ConnectError("base_url is no address".to_owned()))?;
        let token = Secret::from(key("token")?);
        Ok(Provider::Custom(Box::new(CardIndex::new(common, base_url, token, http))))
    }
}

#[tokio::test]
async fn the_adapter_of_the_example_keeps_to_its_fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/custom_provider/fixtures");
    let fixtures = Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"));
    assert_eq!(fixtures.all().len(), 4);
    for fixture in fixtures.all() {
        let replayed = replay(fixture, &fixtures, &Cards).await.unwrap();
        assert!(replayed.passed(), "{replayed}");
    }
}
