//! NKEYs and the tokens that they sign, generated for each test as an operator's tools do.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};

/// A NATS identity: an NKEY pair.
pub(crate) struct Identity(KeyPair);

/// A NATS operator, an account that may use `JetStream`, and a user of that account.
pub(crate) struct Realm {
    operator: Identity,
    system: Identity,
    account: Identity,
    user: Identity,
}

impl Identity {
    pub(crate) fn user() -> Self {
        Self(KeyPair::new_user())
    }

    pub(crate) fn public(&self) -> String {
        self.0.public_key()
    }

    pub(crate) fn seed(&self) -> String {
        self.0.seed().unwrap()
    }

    /// Returns a JWT with claims about `subject`, signed by this identity.
    fn token(&self, subject: &Self, name: &str, mut claims: Value) -> String {
        claims["version"] = json!(2);
        let content = json!({
            "jti": name, "iat": 1_700_000_000, "iss": self.public(), "sub": subject.public(), "name": name, "nats": claims,
        });
        let header = json!({"typ": "JWT", "alg": "ed25519-nkey"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&content));
        let signature = self.0.sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Realm {
    pub(crate) fn new() -> Self {
        Self {
            operator: Identity(KeyPair::new_operator()),
            system: Identity(KeyPair::new_account()),
            account: Identity(KeyPair::new_account()),
            user: Identity::user(),
        }
    }

    /// Returns the configuration of a server that trusts this operator.
    pub(crate) fn configuration(&self) -> String {
        let Self { operator, system, account, .. } = self;
        let unlimited = json!({
            "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1,
            "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
        });
        let operator_token = operator.token(operator, "operator", json!({"type": "operator"}));
        let system_token = operator.token(system, "system", json!({"type": "account"}));
        let account_token =
            operator.token(account, "account", json!({"type": "account", "limits": unlimited}));
        format!(
            "operator: {operator_token}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {system_token}, {}: {account_token} }}\n",
            system.public(),
            system.public(),
            account.public()
        )
    }

    /// Returns the content of the user's credentials file.
    pub(crate) fn credentials(&self) -> String {
        let unlimited = json!({"type": "user", "subs": -1, "data": -1, "payload": -1});
        let token = self.account.token(&self.user, "user", unlimited);
        let seed = self.user.seed();
        format!(
            "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )
    }
}
