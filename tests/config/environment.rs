//! Variables that count as unset or are ignored, and the placeholders of all vendors.

use unicontact::config::{Configuration, SecretPlace, Sources};

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
