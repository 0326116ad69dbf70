//! Loads configurations from files, variables and flags, and checks the providers or the messages.

mod environment;
mod look_first;
mod presume_lost;
mod queue;
mod secrets;
mod vendors;

use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use unicontact::config::{Configuration, ConfigurationError, Sources};
use unicontact::providers::ContactProvider;
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::Http;
use unicontact::providers::smarttask::SmartTaskConfig;
use unicontact::{Concurrency, OnLoss, Settings};

const ACME: &str = "[providers.smarttask.acme]\norganization_id = 38\n";

/// A directory with a configuration file, and an environment.
struct Setup {
    directory: TempDir,
    environment: Vec<(String, String)>,
    flags: Vec<(String, String)>,
}

impl Setup {
    fn file(text: &str) -> Self {
        let setup = Self::empty();
        setup.with_file("unicontact.toml", text)
    }

    fn empty() -> Self {
        Self { directory: TempDir::new().unwrap(), environment: Vec::new(), flags: Vec::new() }
    }

    fn with_file(self, name: &str, content: &str) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    fn with(mut self, variable: &str, value: &str) -> Self {
        let variable = format!("UNICONTACT_{variable}");
        self.environment.push((variable, value.to_owned()));
        self
    }

    fn with_flag(mut self, path: &str, value: &str) -> Self {
        self.flags.push((path.to_owned(), value.to_owned()));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn sources(&self) -> Sources {
        Sources {
            text: None,
            file: None,
            search: self.directory.path().to_owned(),
            environment: self.environment.clone(),
            flags: self.flags.clone(),
            ..Sources::default()
        }
    }

    fn load(&self) -> Result<Configuration, ConfigurationError> {
        Configuration::load(&self.sources())
    }

    /// Returns the error as text, without the name of the directory.
    fn mistakes(&self) -> String {
        let text = self.load().unwrap_err().to_string();
        let directory = format!("{}/", self.directory.path().display());
        text.replace(&directory, "")
    }
}

fn smarttask(configuration: &Configuration) -> &SmartTaskConfig {
    let config: &dyn Any = &*configuration.providers[0].config;
    config.downcast_ref().unwrap()
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn example() -> Configuration {
    Configuration::load(&Sources { file: Some(project("examples/unicontact.toml")), ..Sources::default() })
        .unwrap()
}

#[test]
fn the_example_loads_and_every_provider_connects() {
    let configuration = example();
    let http = Http::new(Arc::new(SystemClock)).unwrap();
    let connected: Vec<String> = configuration
        .providers
        .iter()
        .map(|provider| provider.connect(&http).unwrap().info().name().to_owned())
        .collect();
    assert_eq!(connected, ["acme", "iot", "voice", "jakarta"]);
    assert_eq!(configuration.journal, Some(project("examples/unicontact.db")));
}

#[test]
fn mistakes_of_all_layers_are_reported_at_once_without_values() {
    let text = fs::read_to_string(project("fixtures/config/many-mistakes.toml")).unwrap();
    let setup = Setup::file(&text)
        .with("PROVIDERS__EMNIFY__ACME__AUTH_TOKN", "TOPSECRET")
        .with("PROVIDERS__EMNIFY__IOT__ORGANISATION_ID", "TOPSECRET")
        .with("PROVIDER__EMNIFY__IOT__AUTH_TOKEN", "TOPSECRET");
    let mistakes = setup.mistakes();
    for value in ["TOPSECRET", "topsecret", "99887766"] {
        assert!(!mistakes.contains(value), "{mistakes}");
    }
    insta::assert_snapshot!(mistakes, @r#"
    unicontact.toml:1: jurnal: unknown key, did you mean `journal`?
    unicontact.toml:4: defaults.timeout: the duration has no unit: add ms, s, m, h or d, as in 500ms or 20s
    unicontact.toml:5: defaults.deadline: the duration is zero: set a longer one, such as 20s
    unicontact.toml:6: defaults.max_attempts: expected a whole number from 1 to 4294967295
    unicontact.toml:7: defaults.on_loss: expected allow, warn or reject
    unicontact.toml:8: defaults.concurency: unknown key, did you mean `concurrency`?
    unicontact.toml:11: providers.smarttask.acme.organization_id: expected a whole number
    unicontact.toml:12: providers.smarttask.acme.acess_token: unknown key, did you mean `access_token`?
    unicontact.toml:13: providers.smarttask.acme.access_token: expected text
    unicontact.toml:14: providers.smarttask.acme.base_url: plain http is refused except to this machine (127.0.0.1, [::1], localhost): use https
    unicontact.toml:15: providers.smarttask.acme.requests_per_second: expected a whole number from 1 to 4294967295
    unicontact.toml:17: providers.emnify.acme: the name is taken by [providers.smarttask.acme]: choose another, since names are unique across vendors
    unicontact.toml:17: providers.emnify.acme.application_token: is missing: set application_token, or an auth_token
    unicontact.toml:19: providers.emnify.acme.contact_type: expected commercial, technical, finance, shipping_address, company_address, invoice_address, or their number 1 to 6
    unicontact.toml:21: providers.cloverhound.Voice: the name has other characters than a-z, 0-9 and _: rename the provider
    unicontact.toml:21: providers.cloverhound.Voice.api_key_secret: is missing: set it
    unicontact.toml:23: providers.cloverhound.Voice.api_key_id: is empty, expected text
    unicontact.toml:26: providers.onecloud.token: expected a table for each provider, with a name of your choice: [providers.onecloud.<name>]
    unicontact.toml:28: providers.onecloud.jakarta.site_id: is missing: set email, password and site_id, or a token alone
    unicontact.toml:30: providers.onecloud.jakarta.password_file: the file does not exist: check its path
    unicontact.toml:31: providers.onecloud.jakarta.time_zone: not a time zone (expected an IANA name such as Asia/Jakarta)
    unicontact.toml:32: providers.onecloud.jakarta.on_loss: expected allow, warn or reject
    unicontact.toml:33: providers.onecloud.jakarta.default_region: not a country (expected an ISO 3166-1 code such as GB)
    unicontact.toml:35: providers.smartask: unknown vendor, did you mean `smarttask`? Or describe it in a file: vendors.smartask = "FILE"
    UNICONTACT_PROVIDERS__EMNIFY__ACME__AUTH_TOKN: unknown key, did you mean `auth_token`?
    UNICONTACT_PROVIDERS__EMNIFY__IOT__APPLICATION_TOKEN: is missing: set application_token, or an auth_token
    UNICONTACT_PROVIDERS__EMNIFY__IOT__CONTACT_TYPE: is missing: set it
    UNICONTACT_PROVIDERS__EMNIFY__IOT__ORGANISATION_ID: expected a whole number
    UNICONTACT_PROVIDER__EMNIFY__IOT__AUTH_TOKEN: unknown variable, did you mean `UNICONTACT_PROVIDERS__EMNIFY__IOT__AUTH_TOKEN`?
    "#);
}

#[test]
fn a_token_that_looks_like_a_number_stays_text() {
    for token in ["00123", "12345678", "true", "[abc]", "1e5", "{a=1}", "\"x\""] {
        let setup = Setup::file(ACME).with("PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN", token);
        let configuration = setup.load().unwrap();
        let secret = smarttask(&configuration).access_token.clone().unwrap();
        assert_eq!(secret.expose(), token);
    }
}

#[test]
fn the_environment_sets_numbers_and_booleans() {
    let configuration = Setup::empty()
        .with("PROVIDERS__SMARTTASK__MY__CRM__ORGANIZATION_ID", "38")
        .with("PROVIDERS__SMARTTASK__MY__CRM__ACCESS_TOKEN", "t")
        .with("PROVIDERS__SMARTTASK__MY__CRM__USE_CREATED", "true")
        .with("PROVIDERS__SMARTTASK__MY__CRM__MAX_ATTEMPTS", "2")
        .with("JOURNAL", "off")
        .with("CONFIG", "elsewhere.toml")
        .with("LOG", "debug")
        .load()
        .unwrap();
    let config = smarttask(&configuration);
    assert_eq!((config.organization_id, config.use_created), (38, true));
    assert_eq!(configuration.providers[0].name, "my__crm");
    assert_eq!(configuration.providers[0].settings.max_attempts, 2);
    assert_eq!(configuration.journal, None);
}

#[test]
fn the_environment_overrides_the_file_and_a_flag_overrides_both() {
    let text = format!("{ACME}access_token = \"file\"\ntimeout = \"1s\"\non_loss = \"reject\"\n");
    let configuration = Setup::file(&text)
        .with("PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN", "environment")
        .with("PROVIDERS__SMARTTASK__ACME__TIMEOUT", "2s")
        .with("DEFAULTS__DEADLINE", "5m")
        .with_flag("providers.smarttask.acme.timeout", "3s")
        .load()
        .unwrap();
    let secret = smarttask(&configuration).access_token.clone().unwrap();
    assert_eq!(secret.expose(), "environment");
    let expected = Settings {
        timeout: Duration::from_secs(3),
        deadline: Duration::from_mins(5),
        on_loss: OnLoss::Reject,
        ..Settings::default()
    };
    assert_eq!(configuration.providers[0].settings, expected);
}

#[test]
fn a_mistake_in_the_environment_is_reported_by_its_variable_although_the_file_has_the_key() {
    let text = format!("{ACME}access_token = \"t\"\nmax_attempts = 2\n");
    let setup = Setup::file(&text)
        .with("PROVIDERS__SMARTTASK__ACME__MAX_ATTEMPTS", "many")
        .with("PROVIDERS__SMARTTASK__ACME__ACESS_TOKEN", "t")
        .with("DEFAULTS__TIMEOUT", "20")
        .with("defaults__timeout", "20s")
        .with_flag("defaults.on_loss", "maybe");
    insta::assert_snapshot!(setup.mistakes(), @r"
    --set defaults.on_loss: expected allow, warn or reject
    UNICONTACT_DEFAULTS__TIMEOUT: the duration has no unit: add ms, s, m, h or d, as in 500ms or 20s
    UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACESS_TOKEN: unknown key, did you mean `access_token`?
    UNICONTACT_PROVIDERS__SMARTTASK__ACME__MAX_ATTEMPTS: expected a whole number from 1 to 4294967295
    UNICONTACT_defaults__timeout: sets the same key as UNICONTACT_DEFAULTS__TIMEOUT: remove one of the two
    ");
}

#[test]
fn a_provider_overrides_the_defaults() {
    let text = format!(
        "[defaults]\ntimeout = \"500ms\"\nconcurrency = 3\ndefault_region = \"DE\"\n{ACME}access_token = \"t\"\ntimeout = \"1m\"\ndefault_region = \"GB\"\n"
    );
    let configuration = Setup::file(&text).load().unwrap();
    let expected = Settings {
        timeout: Duration::from_mins(1),
        concurrency: Concurrency::fixed(3),
        default_region: Some("GB".parse().unwrap()),
        ..Settings::default()
    };
    assert_eq!(configuration.providers[0].settings, expected);
}

#[test]
fn a_concurrency_is_a_number_or_auto() {
    let provider = format!("{ACME}access_token = \"t\"\n");
    let concurrency = |setup: Setup| setup.load().unwrap().providers[0].settings.concurrency;
    let in_file = |value: &str| concurrency(Setup::file(&format!("{provider}concurrency = {value}\n")));
    assert_eq!(in_file("12"), Concurrency::fixed(12));
    assert_eq!(in_file("\"auto\""), Concurrency::Auto);
    for (text, expected) in [("12", Concurrency::fixed(12)), ("auto", Concurrency::Auto)] {
        assert_eq!(concurrency(Setup::file(&provider).with("DEFAULTS__CONCURRENCY", text)), expected);
    }
    for value in ["0", "-1", "1.5", "true", "\"automatic\"", "\"\"", "[8]"] {
        let mistakes = Setup::file(&format!("{provider}concurrency = {value}\n")).mistakes();
        let names_both = mistakes.ends_with("expected a whole number from 1 or auto");
        assert!(names_both, "{value}: {mistakes}");
    }
}

#[test]
fn a_timeout_is_not_longer_than_the_deadline() {
    let own = Setup::file(&format!("{ACME}access_token = \"t\"\ntimeout = \"3m\"\n"));
    insta::assert_snapshot!(own.mistakes(), @"unicontact.toml:4: providers.smarttask.acme.timeout: is longer than the deadline, which bounds all attempts of a delivery: shorten it or lengthen the deadline");
    let alone = Setup::file(&format!("[defaults]\ndeadline = \"10s\"\n{ACME}access_token = \"t\"\n"));
    assert_eq!(alone.load().unwrap().providers[0].settings.timeout, Duration::from_secs(10));
}

#[test]
fn a_syntax_error_has_its_line_and_shows_nothing_of_it() {
    for (text, line) in [
        ("journal = \"x\"\naccess_token = tok_secret\n", 2),
        ("[providers\n", 1),
        ("a = 1\n\na = tok_secret\n", 3),
        ("token = \"tok_secret\n", 1),
        ("token = tok_secret = 1\n", 1),
        ("tok_secret\n", 1),
    ] {
        let error = Setup::file(text).load().unwrap_err();
        assert_eq!(error.mistakes[0].line, Some(line), "{error}");
        assert!(!error.to_string().contains("tok_secret"), "{error}");
    }
    let setup = Setup::file("journal = \"x\"\naccess_token = tok_secret\n");
    insta::assert_snapshot!(setup.mistakes(), @"unicontact.toml:2: not TOML: invalid boolean, expected `true`: put text in quotes");
}

#[test]
fn a_named_file_must_exist_and_the_default_one_need_not() {
    let setup = Setup::empty();
    let mut sources = setup.sources();
    sources.file = Some(setup.path("nope.toml"));
    let error = Configuration::load(&sources).unwrap_err();
    assert!(error.to_string().ends_with("nope.toml: the file does not exist: check its path"));
    insta::assert_snapshot!(setup.mistakes(), @"providers: none is configured, and there is no unicontact.toml: write one with a table such as [providers.smarttask.acme], or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>");
    insta::assert_snapshot!(Setup::file("").mistakes(), @"unicontact.toml: providers: none is configured: add a table such as [providers.smarttask.acme], or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>");
}

#[test]
fn a_repeated_key_and_a_file_that_is_not_utf_8_are_reported_with_what_to_do() {
    insta::assert_snapshot!(Setup::file("journal = \"x\"\n\njournal = \"TOPSECRET\"\n").mistakes(), @"unicontact.toml:3: not TOML: the key `journal` is set twice: remove one of the two");
    let setup = Setup::empty();
    fs::write(setup.path("unicontact.toml"), b"journal = \"Jos\xe9\"").unwrap();
    insta::assert_snapshot!(setup.mistakes(), @"unicontact.toml: the file is not UTF-8 text: save it as UTF-8");
}

#[test]
fn the_journal_is_beside_the_configuration_unless_absolute_or_off() {
    let journal = |line: &str| {
        let setup = Setup::file(&format!("{line}\n{ACME}access_token = \"t\"\n"));
        let journal = setup.load().unwrap().journal;
        let beside = |path: PathBuf| match path.strip_prefix(setup.directory.path()) {
            Ok(path) => format!("beside: {}", path.display()),
            Err(_) => path.display().to_string(),
        };
        journal.map(beside)
    };
    assert_eq!(journal("").as_deref(), Some("beside: unicontact.db"));
    assert_eq!(journal("journal = \"a/b.db\"").as_deref(), Some("beside: a/b.db"));
    assert_eq!(journal("journal = \"/var/x.db\"").as_deref(), Some("/var/x.db"));
    assert_eq!(journal("journal = \"off\""), None);
}

#[test]
fn providers_keep_the_order_of_the_file() {
    let configuration = Setup::file(
        "[providers.emnify.zoo]\norganisation_id = 1\ncontact_type = 1\nauth_token = \"t\"\n\
         [providers.smarttask.acme]\norganization_id = 1\naccess_token = \"t\"\n\
         [providers.emnify.iot]\norganisation_id = 1\ncontact_type = \"finance\"\nauth_token = \"t\"\n",
    )
    .with("PROVIDERS__ONECLOUD__ALPHA__TOKEN", "t")
    .load()
    .unwrap();
    let names: Vec<&str> = configuration.providers.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(names, ["zoo", "acme", "iot", "alpha"]);
}

#[test]
fn providers_are_selected_by_name() {
    let names = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        example().select(&names)
    };
    let selected = names(&["jakarta", "acme"]).unwrap();
    let selected: Vec<&str> = selected.providers.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(selected, ["acme", "jakarta"]);
    assert_eq!(names(&[]).unwrap().providers.len(), 4);
    insta::assert_snapshot!(names(&["acem", "iot", "hubspot"]).unwrap_err(), @r"
    --to: no provider is named `acem`: did you mean `acme`?
    --to: no provider is named `hubspot`: choose from acme, iot, voice, jakarta
    ");
}

#[test]
fn no_message_shows_a_value_of_any_key_or_type() {
    let schema = Configuration::json_schema();
    let vendors = &schema["properties"]["providers"]["properties"];
    for value in [
        "\"TOPSECRET\"",
        "77665544332211",
        "7766.5544",
        "[\"TOPSECRET\"]",
        "{ a = \"TOPSECRET\" }",
        "7766-05-04",
    ] {
        let vendor_table = |(vendor, provider): (&String, &Value)| {
            let keys = provider["additionalProperties"]["properties"].clone();
            (format!("providers.{vendor}.main"), keys)
        };
        let queue = ("queue".to_owned(), schema["properties"]["queue"]["properties"].clone());
        for (table, keys) in vendors.as_object().unwrap().iter().map(vendor_table).chain([queue]) {
            let lines: Vec<String> =
                keys.as_object().unwrap().keys().map(|key| format!("{key} = {value}\n")).collect();
            let setup = Setup::file(&format!("[{table}]\n{}", lines.concat()));
            let error = setup.load().unwrap_err();
            for shown in [error.to_string(), format!("{error:?}")] {
                assert!(!shown.contains("TOPSECRET"), "{shown}");
                assert!(!shown.contains("7766"), "{shown}");
            }
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    let setup = Setup::file(&format!("{ACME}access_token = \"TOPSECRET\"\n"))
        .with_file("password.txt", "TOPSECRET")
        .with("PROVIDERS__ONECLOUD__JAKARTA__EMAIL", "TOPSECRET")
        .with("PROVIDERS__ONECLOUD__JAKARTA__SITE_ID", "169")
        .with("PROVIDERS__ONECLOUD__JAKARTA__PASSWORD_FILE", "password.txt")
        .with_flag("providers.smarttask.acme.client_id", "TOPSECRET")
        .with_flag("providers.smarttask.acme.client_secret", "TOPSECRET")
        .with_flag("providers.smarttask.acme.refresh_token", "TOPSECRET");
    let configuration = setup.load().unwrap();
    for text in
        [format!("{:?}", setup.sources()), format!("{configuration:?}"), format!("{configuration:#?}")]
    {
        assert!(!text.contains("TOPSECRET"), "{text}");
    }
}
