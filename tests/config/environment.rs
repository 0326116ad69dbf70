//! Variables that count as unset or are ignored, and the placeholders of all vendors.

use unicontact::config::{Configuration, SecretPlace, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::{FanOut, Policy};

use crate::config::{ACME, Setup};

#[test]
fn an_empty_variable_counts_as_unset() {
    let text = format!("{ACME}access_token = \"t\"\ntimeout = \"1s\"\n");
    let configuration = Setup::file(&text)
        .with("PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN", "")
        .with("PROVIDERS__SMARTTASK__ACME__TIMEOUT", " ")
        .with("JURNAL", "")
        .load()
        .unwrap();
    assert_eq!(configuration.providers[0].settings.timeout.as_secs(), 1);
}

#[test]
fn the_environment_sets_every_key_above_the_tables() {
    let configuration = Setup::file(&format!("{ACME}access_token = \"t\"\n"))
        .with("RETENTION", "90d")
        .with("IDENTIFY_BY", "email")
        .load()
        .unwrap();
    assert_eq!(configuration.retention.unwrap().as_secs(), 90 * 24 * 3600);
    assert_eq!(configuration.identify_by, "email".parse().unwrap());
}

#[test]
fn variables_of_an_orchestrator_are_named_and_ignored() {
    let configuration = Setup::file(&format!("{ACME}access_token = \"t\"\n"))
        .with("SERVICE_HOST", "10.0.0.1")
        .with("PORT", "tcp://10.0.0.1:80")
        .load()
        .unwrap();
    assert_eq!(configuration.ignored_variables, ["UNICONTACT_SERVICE_HOST", "UNICONTACT_PORT"]);
}

#[test]
fn secrets_for_other_machines_have_sources() {
    let text = format!(
        "{ACME}access_token = \"t\"\nclient_id = \"replace-me\"\nclient_secret_file = \"secret.txt\"\n"
    );
    let setup = Setup::file(&text)
        .with_file("secret.txt", "s")
        .with("PROVIDERS__SMARTTASK__ACME__REFRESH_TOKEN", "r");
    let places = |setup: &Setup| {
        let sources = setup.load().unwrap().secret_sources;
        sources.into_iter().map(|source| (source.key, source.place)).collect::<Vec<_>>()
    };
    let key = |name: &str| format!("providers.smarttask.acme.{name}");
    let token = (key("access_token"), SecretPlace::File(setup.path("unicontact.toml")));
    let secret = (key("client_secret_file"), SecretPlace::File(setup.path("secret.txt")));
    assert_eq!(places(&setup), [token, secret.clone()]);
    let flag = (key("access_token"), SecretPlace::Flag);
    let setup = setup.with_flag(&key("access_token"), "u");
    assert_eq!(places(&setup), [flag.clone(), secret]);
    let local = setup
        .with_flag(&key("base_url"), "http://127.0.0.1:9")
        .with_flag(&key("token_url"), "http://127.0.0.1:9");
    assert_eq!(places(&local), [flag]);
}

#[test]
fn all_vendors_have_placeholders_for_a_plan() {
    let sources =
        Sources { text: Some("[defaults]\ndefault_region = \"GB\"\n".to_owned()), ..Sources::default() };
    assert!(Configuration::load(&sources).unwrap_err().has_no_provider);
    let configuration = Configuration::with_all_vendors(&sources).unwrap();
    let names: Vec<&str> = configuration.providers.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(names, ["cloverhound", "emnify", "onecloud", "smarttask"]);
    assert!(configuration.providers.iter().all(|provider| provider.settings.default_region.is_some()));
    let broken = Sources { text: Some("jurnal = \"off\"\n".to_owned()), ..Sources::default() };
    assert!(!Configuration::load(&broken).unwrap_err().has_no_provider);
    assert!(Configuration::with_all_vendors(&broken).is_err());
}

#[tokio::test]
async fn nothing_can_be_sent_to_the_vendors_of_a_plan() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let flag = |vendor: &str| (format!("providers.{vendor}.{vendor}.base_url"), address.clone());
    let vendors = ["cloverhound", "emnify", "onecloud", "smarttask"];
    let sources = Sources { flags: vendors.map(flag).to_vec(), ..Sources::default() };
    let configuration = Configuration::with_all_vendors(&sources).unwrap();
    assert!(configuration.providers.iter().all(|it| it.addresses()[0].to_string().starts_with(&address)));
    let fan_out = FanOut::from_configuration(&configuration, Policy::All).unwrap();
    let contact = serde_json::json!({"name": "Ada King", "emails": ["ada@example.com"]});
    let report = fan_out.deliver(UnifiedContact::from_json(contact).unwrap()).await;
    assert_eq!(report.deliveries.len(), 4);
    for delivery in &report.deliveries {
        let json = serde_json::to_value(delivery).unwrap();
        assert_eq!(json["outcome"], "failed", "{json:#}");
        assert_eq!(json["error"]["effect"], "not_sent", "{json:#}");
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_mistake_beside_the_missing_provider_is_a_mistake() {
    let missing = Sources { file: Some("none.toml".into()), ..Sources::default() };
    let mistyped = vec![("UNICONTACT_JURNAL".to_owned(), "x".to_owned())];
    for (sources, has_no_provider) in [
        (Sources::default(), true),
        (missing.clone(), true),
        (Sources { environment: mistyped.clone(), ..Sources::default() }, false),
        (Sources { environment: mistyped, ..missing }, false),
    ] {
        assert_eq!(Configuration::load(&sources).unwrap_err().has_no_provider, has_no_provider);
    }
    let error = Configuration::load(&Sources {
        environment: vec![("UNICONTACT_PORT".to_owned(), "x".to_owned())],
        ..Sources::default()
    });
    let message = error.unwrap_err().to_string();
    for name in ["UNICONTACT_JOURNAL, ", "UNICONTACT_RETENTION, ", "UNICONTACT_IDENTIFY_BY, "] {
        assert!(message.contains(name), "{message}");
    }
}
