//! Every way to log in, and the messages about refused logins.

use crate::identities::{Identity, Realm};
use crate::nats_server::NatsServer;
use crate::{expect_reached, expect_told, look};

#[tokio::test]
async fn a_token_is_accepted_or_refused() {
    let server = NatsServer::with("authorization { token: \"xksecret-token\" }");
    let url = server.url();
    expect_reached(look(&url, "token = \"xksecret-token\"").run().await);
    let in_file = look(&url, "token_file = \"token\"").file("token", "xksecret-token\n");
    expect_reached(in_file.run().await);
    let by_variable = look(&url, "").variable("UNICONTACT_QUEUE__TOKEN", "xksecret-token");
    expect_reached(by_variable.run().await);
    let wrong = look(&url, "token = \"xksecret-wrong\"").run().await;
    expect_told(wrong, "the servers refused the login; correct token in [queue]");
    expect_told(look(&url, "").run().await, "the servers require a login; set token");
}

#[tokio::test]
async fn a_user_and_a_password_are_accepted_or_refused() {
    let server = NatsServer::with("authorization { user: ada, password: \"xksecret-password\" }");
    let login = |password: &str| format!("user = \"ada\"\npassword = \"{password}\"");
    expect_reached(look(&server.url(), &login("xksecret-password")).run().await);
    let wrong = look(&server.url(), &login("xksecret-wrong")).run().await;
    expect_told(wrong, "correct user and password in [queue]");
}

#[tokio::test]
async fn an_nkey_is_accepted_or_refused() {
    let (known, other) = (Identity::user(), Identity::user());
    let server = NatsServer::with(&format!("authorization {{ users: [ {{ nkey: {} }} ] }}", known.public()));
    let login = |identity: &Identity| format!("nkey_seed = \"{}\"", identity.seed());
    expect_reached(look(&server.url(), &login(&known)).run().await);
    expect_told(look(&server.url(), &login(&other)).run().await, "correct nkey_seed in [queue]");
    let none = look(&server.url(), "nkey_seed = \"xksecret\"").run().await;
    expect_told(none, "is not the seed of a user's NKEY; set one that begins with SU");
}

#[tokio::test]
async fn a_credentials_file_is_accepted_or_refused() {
    let realm = Realm::new();
    let server = NatsServer::with(&realm.configuration());
    let look = |credentials: &str| {
        look(&server.url(), "credentials_file = \"queue.creds\"").file("queue.creds", credentials)
    };
    expect_reached(look(&realm.credentials()).run().await);
    expect_told(look(&Realm::new().credentials()).run().await, "correct credentials_file in [queue]");
    let none = look("xksecret").run().await;
    expect_told(none, "queue.credentials_file: the file holds no credentials of NATS");
}
