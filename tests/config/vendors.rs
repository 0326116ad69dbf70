//! The table `[vendors]`: vendors that files describe, and the mistakes in them.

use std::num::NonZeroUsize;

use unicontact::config::{Configuration, ConfiguredProvider};
use unicontact::providers::{Description, Secret, VENDORS, Vendor, VendorSource};
use unicontact::{Concurrency, Settings};

use crate::config::{ACME, Setup, project};

const VENDORS_TABLE: &str = "[vendors]\nacmecrm = \"acmecrm.toml\"\n";
const PROVIDER: &str = "[providers.acmecrm.main]\napi_key = \"TOPSECRET\"\nworkspace = 7\n";

fn description() -> String {
    std::fs::read_to_string(project("fixtures/config/acmecrm.toml")).unwrap()
}

/// Returns a configuration with the table, more text, and a description.
fn described_by(description: &str, text: &str) -> Setup {
    Setup::file(&format!("{VENDORS_TABLE}{text}")).with_file("acmecrm.toml", description)
}

fn described(text: &str) -> Setup {
    described_by(&description(), text)
}

/// Returns a vendor that has a bundled description.
fn bundled() -> &'static str {
    Description::bundled_names().next().unwrap()
}

fn secrets(provider: &ConfiguredProvider) -> Vec<&str> {
    provider.config.secrets().into_iter().filter_map(|(_, secret)| secret).map(Secret::expose).collect()
}

/// Returns the mistakes up to their messages.
fn places(setup: &Setup) -> Vec<String> {
    let place = |line: &str| line.splitn(3, ": ").take(2).collect::<Vec<_>>().join(": ");
    setup.mistakes().lines().map(place).collect()
}

#[test]
fn a_vendor_that_a_file_describes_is_configured_as_every_vendor() {
    let setup = described(&format!("{PROVIDER}timeout = \"5s\"\n"));
    let configuration = setup.load().unwrap();
    let provider = &configuration.providers[0];
    assert_eq!((&*provider.name, &*provider.vendor), ("main", "acmecrm"));
    assert_eq!(provider.settings.timeout.as_secs(), 5);
    assert_eq!(secrets(provider), ["TOPSECRET"]);
    assert_eq!(provider.credentials, ["api_key"]);
    assert_eq!(provider.addresses()[0].to_string(), "https://api.acme.example/v1");
    assert_eq!(provider.description_file, Some(setup.path("acmecrm.toml")));
    let vendor = configuration.vendors.by_name("acmecrm").unwrap();
    assert_eq!(vendor.title(), "Acme CRM");
    assert_eq!(vendor.source(), &VendorSource::File(setup.path("acmecrm.toml")));
    assert!(!format!("{configuration:?}").contains("TOPSECRET"));
}

#[test]
fn a_description_lowers_the_rate_and_the_concurrency_that_a_provider_does_not_set() {
    let limited = format!("{}\n[limits]\nrequests_per_second = 2.5\nconcurrency = 3\n", description());
    let settings = |keys: &str| {
        let configuration = described_by(&limited, &format!("{PROVIDER}{keys}")).load().unwrap();
        let settings = &configuration.providers[0].settings;
        (settings.requests_per_second, settings.concurrency)
    };
    let fixed = |number| Concurrency::Fixed(NonZeroUsize::new(number).unwrap());
    assert_eq!(settings(""), (2, fixed(3)));
    assert_eq!(settings("requests_per_second = 9\nconcurrency = 5\n"), (9, fixed(5)));
    assert_eq!(settings("[defaults]\nrequests_per_second = 1\nconcurrency = 2\n"), (1, fixed(2)));
    assert_eq!(settings("[defaults]\nconcurrency = \"auto\"\n"), (2, fixed(3)));
}

#[test]
fn its_secrets_are_in_files_and_variables_and_its_numbers_in_variables() {
    let in_file = described("[providers.acmecrm.main]\nworkspace = 7\napi_key_file = \"key.txt\"\n");
    assert_eq!(
        secrets(&in_file.with_file("key.txt", "FROM FILE\n").load().unwrap().providers[0]),
        ["FROM FILE"]
    );
    let in_variables = described("")
        .with("PROVIDERS__ACMECRM__MAIN__API_KEY", "00123")
        .with("PROVIDERS__ACMECRM__MAIN__WORKSPACE", "7");
    assert_eq!(secrets(&in_variables.load().unwrap().providers[0]), ["00123"]);
}

#[test]
fn a_variable_and_a_flag_name_a_description() {
    let provider = |setup: Setup| setup.with_file("other.toml", &description()).load();
    let by_variable = provider(Setup::file(PROVIDER).with("VENDORS__ACMECRM", "other.toml")).unwrap();
    assert_eq!(by_variable.providers[0].vendor, "acmecrm");
    let setup = described_by("format = 2\n", PROVIDER).with_flag("vendors.acmecrm", "other.toml");
    assert_eq!(provider(setup).unwrap().vendors.by_name("acmecrm").unwrap().title(), "Acme CRM");
    let missing = Setup::file(PROVIDER).with("VENDORS__ACMECRM", "none.toml");
    insta::assert_snapshot!(missing.mistakes(), @"UNICONTACT_VENDORS__ACMECRM: none.toml: the file does not exist: check its path");
    let mistyped = Setup::file(PROVIDER).with("VENDOR__ACMECRM", "acmecrm.toml").mistakes();
    assert!(mistyped.contains("unknown variable, did you mean `UNICONTACT_VENDORS__ACMECRM`?"), "{mistyped}");
}

#[test]
fn mistakes_in_its_account_are_reported_as_those_of_every_vendor() {
    let setup = described(
        "[providers.acmecrm.main]\napi_kee = \"TOPSECRET\"\nworkspace = \"TOPSECRET\"\ntimout = \"5s\"\n",
    );
    let mistakes = setup.mistakes();
    assert!(!mistakes.contains("TOPSECRET"), "{mistakes}");
    insta::assert_snapshot!(mistakes, @r"
    unicontact.toml:3: providers.acmecrm.main.api_key: is missing: set it
    unicontact.toml:4: providers.acmecrm.main.api_kee: unknown key, did you mean `api_key`?
    unicontact.toml:5: providers.acmecrm.main.workspace: expected a whole number
    unicontact.toml:6: providers.acmecrm.main.timout: unknown key, did you mean `timeout`?
    ");
}

#[test]
fn mistakes_in_a_description_have_its_file_and_line_beside_all_others() {
    let broken = description().replace("title =", "titel =").replace("[success]", "[sucess]");
    let setup = described_by(&broken, &format!("{PROVIDER}jurnal = 1\n[defaults]\ntimout = \"5s\"\n"));
    let places = places(&setup);
    assert!(places.contains(&"acmecrm.toml:3: titel".to_owned()), "{places:?}");
    assert!(places.contains(&"acmecrm.toml:45: sucess".to_owned()), "{places:?}");
    assert_eq!(places.last().unwrap(), "unicontact.toml:8: defaults.timout");
    let providers: Vec<&String> = places.iter().filter(|place| place.contains("providers")).collect();
    assert!(providers.is_empty(), "of a description with mistakes, no provider is read: {providers:?}");
    let no_toml = described_by("format = 1\nvendor = acmecrm\n", "").load().unwrap_err();
    assert_eq!(places_of_first(&no_toml.to_string()), "acmecrm.toml:2");
}

fn places_of_first(mistakes: &str) -> &str {
    let name = mistakes.split(": ").next().unwrap();
    name.rsplit('/').next().unwrap()
}

#[test]
fn an_entry_that_names_no_usable_description_is_a_mistake_of_the_table() {
    let setup = Setup::file(
        "[vendors]\nmissing = \"missing.toml\"\nfolder = \".\"\nlarge = \"large.toml\"\nnumber = 7\nempty = \"\"\n\
         other = \"acmecrm.toml\"\nsmarttask = \"acmecrm.toml\"\nAcme = \"acmecrm.toml\"\nacme__crm = \"acmecrm.toml\"\n",
    );
    let setup =
        setup.with_file("large.toml", &"# filler\n".repeat(30_000)).with_file("acmecrm.toml", &description());
    let directory = setup.path("");
    let mistakes = setup.mistakes().replace(directory.to_str().unwrap().trim_end_matches('/'), "DIRECTORY");
    insta::assert_snapshot!(mistakes, @r"
    unicontact.toml:2: vendors.missing: missing.toml: the file does not exist: check its path
    unicontact.toml:3: vendors.folder: .: this is a directory: name a file
    unicontact.toml:4: vendors.large: large.toml: the file is larger than 256 KiB: check its path
    unicontact.toml:5: vendors.number: expected the path of a file
    unicontact.toml:6: vendors.empty: expected the path of a file
    unicontact.toml:7: vendors.other: acmecrm.toml: it describes the vendor `acmecrm`, not `other`: give both the same name
    unicontact.toml:8: vendors.smarttask: this vendor is built in, and no file replaces it: choose another name, here and in the file
    unicontact.toml:9: vendors.Acme: a vendor's name has only the characters a-z and 0-9, and single underscores between them: rename the vendor
    unicontact.toml:10: vendors.acme__crm: a vendor's name has only the characters a-z and 0-9, and single underscores between them: rename the vendor
    unicontact.toml: providers: none is configured: add a table such as [providers.smarttask.acme], or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>
    ");
    insta::assert_snapshot!(Setup::file("vendors = \"acmecrm.toml\"\n").mistakes().lines().next().unwrap(), @r#"unicontact.toml:1: vendors: expected a table with lines such as NAME = "FILE""#);
}

#[test]
fn a_broken_replacement_hides_the_bundled_description_and_no_adapter() {
    let name = bundled();
    let setup = Setup::file(&format!(
        "[vendors]\n{name} = \"none.toml\"\nsmarttask = \"none.toml\"\n[providers.{name}.main]\nunknown = 1\n{ACME}unknown = 1\n"
    ));
    let expected = [
        format!("unicontact.toml:2: vendors.{name}"),
        "unicontact.toml:3: vendors.smarttask".to_owned(),
        "unicontact.toml:6: providers.smarttask.acme.access_token".to_owned(),
        "unicontact.toml:8: providers.smarttask.acme.unknown".to_owned(),
    ];
    assert_eq!(places(&setup), expected);
}

#[test]
fn a_file_without_a_provider_suggests_one_of_its_vendors() {
    insta::assert_snapshot!(described("").mistakes(), @"unicontact.toml: providers: none is configured: add a table such as [providers.acmecrm.acme], or set UNICONTACT_PROVIDERS__<VENDOR>__<NAME>__<KEY>");
}

#[test]
fn an_account_has_no_key_that_every_provider_has() {
    for key in ["timeout", "on_loss", "api_key_file"] {
        let description = description().replace("[account.workspace]", &format!("[account.{key}]"));
        let description = description.replace("{workspace}", &format!("{{{key}}}"));
        let places = places(&described_by(&description, PROVIDER));
        assert_eq!(places, [format!("acmecrm.toml:14: account.{key}")]);
    }
}

#[test]
fn a_bundled_description_needs_no_entry_and_a_file_replaces_it() {
    let name = bundled();
    let keys = "base_url = \"http://127.0.0.1:9\"\n";
    let table = format!("[providers.{name}.main]\n{keys}");
    let mistakes = Setup::file(&table).mistakes();
    assert!(!mistakes.contains("unknown vendor"), "{mistakes}");
    assert_eq!(Vendor::by_name(name).unwrap().source(), &VendorSource::Bundled);
    let text = Description::bundled_text(name).unwrap().replacen("title = \"", "title = \"Our ", 1);
    let setup = Setup::file(&format!("[vendors]\n{name} = \"our.toml\"\n{ACME}access_token = \"t\"\n"));
    let setup = setup.with_file("our.toml", &text);
    let replaced = setup.load().unwrap().vendors.by_name(name).unwrap();
    assert_eq!(replaced.source(), &VendorSource::File(setup.path("our.toml")));
    assert!(replaced.title().starts_with("Our "), "{}", replaced.title());
}

#[test]
fn an_unknown_vendor_has_the_nearest_name_of_all_and_may_be_described() {
    let mistakes = described("[providers.acmecmr.main]\napi_key = \"TOPSECRET\"\n").mistakes();
    insta::assert_snapshot!(mistakes, @r#"unicontact.toml:3: providers.acmecmr: unknown vendor, did you mean `acmecrm`? Or describe it in a file: vendors.acmecmr = "FILE""#);
    let near_bundled = format!("{}x", bundled());
    let mistakes = Setup::file(&format!("[providers.{near_bundled}.main]\n")).mistakes();
    assert!(mistakes.contains(&format!("did you mean `{}`?", bundled())), "{mistakes}");
    let mistakes = described("[providers.zzzzzzzzzz.main]\n").mistakes();
    for name in Vendor::names().chain(["acmecrm"]) {
        assert!(mistakes.contains(name), "{name}: {mistakes}");
    }
    assert!(mistakes.ends_with("Or describe it in a file: vendors.zzzzzzzzzz = \"FILE\""), "{mistakes}");
}

#[test]
fn creates_that_overwrite_must_be_accepted() {
    let overwriting =
        description().replace("path = \"/contacts\"", "path = \"/contacts\"\noverwrites = [\"email\"]");
    let setup = described_by(&overwriting, PROVIDER);
    assert_eq!(places(&setup), ["unicontact.toml:3: providers.acmecrm.main.accept_overwrite"]);
    let refused = described_by(&overwriting, &format!("{PROVIDER}accept_overwrite = false\n"));
    assert_eq!(places(&refused), ["unicontact.toml:6: providers.acmecrm.main.accept_overwrite"]);
    described_by(&overwriting, &format!("{PROVIDER}accept_overwrite = true\n")).load().unwrap();
    let unknown = described(&format!("{PROVIDER}accept_overwrite = true\n"));
    assert_eq!(places(&unknown), ["unicontact.toml:6: providers.acmecrm.main.accept_overwrite"]);
}

#[test]
fn a_plan_without_providers_has_the_built_in_vendors_and_those_of_files() {
    for accepts in ["", "\noverwrites = [\"email\"]"] {
        let text = description().replace("path = \"/contacts\"", &format!("path = \"/contacts\"{accepts}"));
        let setup = described_by(&text, "[defaults]\ntimeout = \"5s\"\n");
        assert!(setup.load().unwrap_err().has_no_provider);
        let configuration = Configuration::with_all_vendors(&setup.sources()).unwrap();
        let mut names: Vec<&str> = VENDORS.iter().map(|vendor| vendor.name()).chain(["acmecrm"]).collect();
        names.sort_unstable();
        let found: Vec<&str> = configuration.providers.iter().map(|provider| &*provider.vendor).collect();
        assert_eq!(found, names);
        let settings = Settings { timeout: std::time::Duration::from_secs(5), ..Settings::default() };
        assert!(configuration.providers.iter().all(|it| it.is_for_plans && it.settings == settings));
    }
    let broken = described_by("format = 1\n", "");
    assert!(Configuration::with_all_vendors(&broken.sources()).is_err());
}

#[test]
fn the_schema_has_the_bundled_vendors_and_permits_those_of_files() {
    let schema = Configuration::json_schema();
    let providers = &schema["properties"]["providers"];
    for name in Vendor::names() {
        assert!(providers["properties"][name]["additionalProperties"]["properties"].is_object(), "{name}");
    }
    let of_file = &providers["additionalProperties"]["additionalProperties"];
    assert_eq!(of_file["properties"]["timeout"]["type"], "string");
    assert!(of_file.get("additionalProperties").is_none(), "the keys of its account: {of_file:#}");
    assert_eq!(schema["properties"]["vendors"]["additionalProperties"]["type"], "string");
    assert!(Configuration::key_schema("providers.acmecrm.main.api_key").is_none());
    assert_eq!(Configuration::key_schema("providers.acmecrm.main.timeout").unwrap()["type"], "string");
    assert_eq!(Configuration::key_schema("vendors.acmecrm").unwrap()["type"], "string");
}
