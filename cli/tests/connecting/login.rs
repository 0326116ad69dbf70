//! Every login method, with accepted and with refused credentials.

use crate::connecting::identities::{Identity, Realm};
use crate::connecting::{expect_error, expect_reached, list_deliveries};
use crate::nats_server::NatsServer;

#[tokio::test]
async fn a_token_is_accepted_or_refused() {
    let server = NatsServer::with("authorization { token: \"xksecret-token\" }");
    let url = server.url();
    expect_reached(list_deliveries(&url, "token = \"xksecret-token\"").run().await);
    let in_file = list_deliveries(&url, "token_file = \"token\"").file("token", "xksecret-token\n");
    expect_reached(in_file.run().await);
    let by_variable = list_deliveries(&url, "").variable("UNICONTACT_QUEUE__TOKEN", "xksecret-token");
    expect_reached(by_variable.run().await);
    let wrong = list_deliveries(&url, "token = \"xksecret-wrong\"").run().await;
    expect_error(wrong, "the servers refused the login; correct token in [queue]");
    expect_error(list_deliveries(&url, "").run().await, "the servers require a login; set token");
}

#[tokio::test]
async fn a_user_and_a_password_are_accepted_or_refused() {
    let server = NatsServer::with("authorization { user: ada, password: \"xksecret-password\" }");
    let login = |password: &str| format!("user = \"ada\"\npassword = \"{password}\"");
    expect_reached(list_deliveries(&server.url(), &login("xksecret-password")).run().await);
    let wrong = list_deliveries(&server.url(), &login("xksecret-wrong")).run().await;
    expect_error(wrong, "correct user and password in [queue]");
}

#[tokio::test]
async fn an_nkey_is_accepted_or_refused() {
    let (user, other) = (Identity::user(), Identity::user());
    let server = NatsServer::with(&format!("authorization {{ users: [ {{ nkey: {} }} ] }}", user.public()));
    let login = |identity: &Identity| format!("nkey_seed = \"{}\"", identity.seed());
    expect_reached(list_deliveries(&server.url(), &login(&user)).run().await);
    expect_error(list_deliveries(&server.url(), &login(&other)).run().await, "correct nkey_seed in [queue]");
    let invalid = list_deliveries(&server.url(), "nkey_seed = \"xksecret\"").run().await;
    expect_error(invalid, "is not the seed of a user's NKEY; set one that begins with SU");
}

#[tokio::test]
async fn a_credentials_file_is_accepted_or_refused() {
    let realm = Realm::new();
    let server = NatsServer::with(&realm.configuration());
    let list_deliveries = |credentials: &str| {
        list_deliveries(&server.url(), "credentials_file = \"queue.creds\"").file("queue.creds", credentials)
    };
    expect_reached(list_deliveries(&realm.credentials()).run().await);
    expect_error(
        list_deliveries(&Realm::new().credentials()).run().await,
        "correct credentials_file in [queue]",
    );
    let invalid = list_deliveries("xksecret").run().await;
    expect_error(invalid, "queue.credentials_file: the file holds no credentials of NATS");
}
