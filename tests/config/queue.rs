//! The table `[queue]`: its values and its messages. No server is contacted.

use unicontact::config::{QueueConfig, QueueLogin, QueueStorage, QueueTls};

use super::*;

fn with_provider(queue: &str) -> Setup {
    Setup::file(&format!("{queue}\n{ACME}access_token = \"t\"\n"))
}

fn queue(setup: &Setup) -> QueueConfig {
    setup.load().unwrap().queue.unwrap()
}

fn login(keys: &str) -> Option<QueueLogin> {
    queue(&with_provider(&format!("[queue]\n{keys}")).with_file("secret", "from a file\n")).login
}

#[test]
fn an_empty_table_is_a_queue_with_the_defaults() {
    assert_eq!(with_provider("").load().unwrap().queue, None);
    let queue = queue(&with_provider("[queue]"));
    assert_eq!(queue, QueueConfig::default());
    assert_eq!(queue.urls, Vec::<String>::new());
    assert_eq!((queue.name.as_str(), queue.replicas, queue.storage), ("unicontact", 1, QueueStorage::File));
    let minutes = Duration::from_mins;
    assert_eq!((queue.duplicate_window, queue.lease, queue.retention), (minutes(10), minutes(2), None));
}

#[test]
fn every_key_is_read() {
    let setup = with_provider(
        "[queue]\nurl = \"nats://a:4222,tls://b\"\nname = \"crm-2\"\nreplicas = 3\nstorage = \"memory\"\nmost_messages = 7\n\
         most_bytes = 10737418240\nduplicate_window = \"1h\"\nlease = \"3m\"\nretention = \"90d\"\ntoken = \"t\"\n\
         tls_ca_file = \"ca.pem\"\ntls_certificate_file = \"client.pem\"\ntls_key_file = \"client.key\"\n",
    )
    .with_file("ca.pem", "authority")
    .with_file("client.pem", "certificate")
    .with_file("client.key", "key");
    let expected = QueueConfig {
        urls: vec!["nats://a:4222".to_owned(), "tls://b".to_owned()],
        name: "crm-2".to_owned(),
        replicas: 3,
        storage: QueueStorage::Memory,
        most_messages: Some(7),
        most_bytes: Some(10_737_418_240),
        duplicate_window: Duration::from_hours(1),
        lease: Duration::from_mins(3),
        retention: Some(Duration::from_hours(24 * 90)),
        login: Some(QueueLogin::Token("t".into())),
        tls: QueueTls {
            authority: Some("authority".to_owned()),
            client: Some(("certificate".to_owned(), "key".into())),
        },
        placeholders: Vec::new(),
    };
    assert_eq!(queue(&setup), expected);
}

#[test]
fn the_environment_and_flags_set_every_key() {
    let setup = with_provider("[queue]\nname = \"file\"\nreplicas = 1\n")
        .with("QUEUE__URL", "nats://a")
        .with("QUEUE__REPLICAS", "5")
        .with("QUEUE__MOST_MESSAGES", "10")
        .with("QUEUE__TOKEN", "00123")
        .with("LOG_FORMAT", "json")
        .with_flag("queue.url", "tls://b")
        .with_flag("queue.lease", "150s");
    let queue = queue(&setup);
    assert_eq!((queue.name.as_str(), queue.replicas, queue.most_messages), ("file", 5, Some(10)));
    assert_eq!((queue.urls, queue.lease), (vec!["tls://b".to_owned()], Duration::from_secs(150)));
    assert_eq!(queue.login, Some(QueueLogin::Token("00123".into())));
}

#[test]
fn each_of_the_four_logins_is_read_from_the_table_or_from_files() {
    let token = |text: &str| Some(QueueLogin::Token(text.into()));
    let seed = |text: &str| Some(QueueLogin::Nkey(text.into()));
    let password = |text: &str| Some(QueueLogin::Password { user: "u".to_owned(), password: text.into() });
    assert_eq!(login(""), None);
    assert_eq!(login("token = \"t\""), token("t"));
    assert_eq!(login("token_file = \"secret\""), token("from a file"));
    assert_eq!(login("nkey_seed = \"s\""), seed("s"));
    assert_eq!(login("nkey_seed_file = \"secret\""), seed("from a file"));
    assert_eq!(login("user = \"u\"\npassword = \"p\""), password("p"));
    assert_eq!(login("user = \"u\"\npassword_file = \"secret\""), password("from a file"));
    assert_eq!(login("credentials_file = \"secret\""), Some(QueueLogin::Credentials("from a file\n".into())));
}

#[test]
fn all_mistakes_of_the_table_are_reported_at_once_without_values() {
    let setup = with_provider(
        "[queue]\nurl = \"nats://TOPSECRET@a\"\nname = \"top.secret\"\nreplicas = 2\nstorage = \"tape\"\nmost_messages = 0\n\
         most_bytes = \"much\"\nduplicate_window = \"50ms\"\nlease = \"500ms\"\nretention = \"0d\"\nlaese = \"1s\"\n\
         credentials_file = \"missing.creds\"\ntoken_file = \"missing\"\nnkey_seed = \"TOPSECRET\"\npassword = \"TOPSECRET\"\n\
         tls_ca_file = \"missing.pem\"\ntls_key_file = \"missing.key\"\n",
    )
    .with("QUEUE__USR", "TOPSECRET");
    let mistakes = setup.mistakes();
    assert!(!mistakes.contains("TOPSECRET"), "{mistakes}");
    insta::assert_snapshot!(mistakes, @r#"
    unicontact.toml:1: queue.tls_certificate_file: is missing: set it beside `tls_key_file`
    unicontact.toml:1: queue.user: is missing: set it beside `password`
    unicontact.toml:1: queue.token: `credentials_file` is set too: keep one login
    unicontact.toml:2: queue.url: the address has credentials: remove them and use token, user and password, nkey_seed or credentials_file
    unicontact.toml:3: queue.name: the name has other characters than letters, digits, - and _: choose another
    unicontact.toml:4: queue.replicas: expected 1, 3 or 5
    unicontact.toml:5: queue.storage: expected file or memory
    unicontact.toml:6: queue.most_messages: expected a whole number from 1 to 9223372036854775807
    unicontact.toml:7: queue.most_bytes: expected a whole number from 1 to 9223372036854775807
    unicontact.toml:8: queue.duplicate_window: is shorter than the servers allow: set at least 100ms
    unicontact.toml:9: queue.lease: is too short for heartbeats: set at least 1s
    unicontact.toml:10: queue.retention: the duration is zero: set a longer one, such as 20s
    unicontact.toml:11: queue.laese: unknown key, did you mean `lease`?
    unicontact.toml:12: queue.credentials_file: the file does not exist: check its path
    unicontact.toml:13: queue.token_file: the file does not exist: check its path
    unicontact.toml:16: queue.tls_ca_file: the file does not exist: check its path
    unicontact.toml:17: queue.tls_key_file: the file does not exist: check its path
    UNICONTACT_QUEUE__USR: unknown key, did you mean `user`?
    "#);
}

#[test]
fn credentials_in_the_address_are_rejected_in_every_layer() {
    let setup = with_provider("").with_flag("queue.url", "nats://user:TOPSECRET@a");
    insta::assert_snapshot!(setup.mistakes(), @"--set queue.url: the address has credentials: remove them and use token, user and password, nkey_seed or credentials_file");
    let setup = with_provider("").with("QUEUE__URL", "http://a");
    insta::assert_snapshot!(setup.mistakes(), @"UNICONTACT_QUEUE__URL: expected nats://HOST:PORT or tls://HOST:PORT, several separated by commas");
}

#[test]
fn a_lease_shorter_than_six_timeouts_is_rejected() {
    let setup = with_provider("[defaults]\ntimeout = \"15s\"\n[queue]\nlease = \"89s\"\n");
    insta::assert_snapshot!(setup.mistakes(), @"unicontact.toml:4: queue.lease: is shorter than six times the timeout of provider acme: lengthen it or shorten that timeout");
    let setup = with_provider("[defaults]\ntimeout = \"1m\"\n[queue]\nname = \"a\"\n");
    insta::assert_snapshot!(setup.mistakes(), @"unicontact.toml:3: queue.lease: is shorter than six times the timeout of provider acme: lengthen it or shorten that timeout");
    assert!(with_provider("[defaults]\ntimeout = \"15s\"\n[queue]\nlease = \"90s\"\n").load().is_ok());
}

#[test]
fn a_queue_without_providers_is_rejected() {
    let setup = Setup::file("[queue]\nurl = \"nats://a\"\n");
    assert!(setup.mistakes().contains("none is configured"), "{}", setup.mistakes());
}

#[test]
fn debug_shows_no_secret_of_the_queue_and_placeholders_are_listed() {
    let keys = "[queue]\ntoken = \"replace-me\"\ntls_certificate_file = \"pem\"\ntls_key_file = \"pem\"\n";
    let queue = queue(&with_provider(keys).with_file("pem", "TOPSECRET"));
    assert_eq!(queue.placeholders, ["token"]);
    let client = queue.tls.client.as_ref().unwrap();
    assert!(client.1.expose() == "TOPSECRET" && !format!("{:?}", client.1).contains("TOPSECRET"));
    for login in
        ["token = \"TOPSECRET\"", "user = \"u\"\npassword = \"TOPSECRET\"", "credentials_file = \"pem\""]
    {
        let setup = with_provider(&format!("[queue]\n{login}\n")).with_file("pem", "TOPSECRET");
        let shown = format!("{:?}", setup.load().unwrap());
        assert!(!shown.contains("TOPSECRET"), "{shown}");
    }
}
