//! The accounts of the stand-ins. All values are fixed, public and fake.

/// The account at the `SmartTask` stand-in.
pub mod smarttask {
    /// The only organization that the tokens may write to.
    pub const ORGANIZATION_ID: u64 = 38;
    /// The user who is shown as the creator of every contact.
    pub const USER_ID: u64 = 1;
    /// An access token that never expires, unless [`TokenExpiry`](crate::What::TokenExpiry) limits its uses. Tokens from
    /// `POST /connect/token` expire.
    pub const ACCESS_TOKEN: &str = "sandbox-access-token";
    /// The first refresh token; using it once replaces it.
    pub const REFRESH_TOKEN: &str = "sandbox-refresh-token";
    /// The client's id for `POST /connect/token`.
    pub const CLIENT_ID: &str = "sandbox-client";
    /// The client's secret for `POST /connect/token`.
    pub const CLIENT_SECRET: &str = "sandbox-client-secret";
}

/// The account at the emnify stand-in.
pub mod emnify {
    /// The only organisation that the tokens see.
    pub const ORGANISATION_ID: u64 = 42;
    /// The organisation's name, as shown in contacts.
    pub const ORGANISATION_NAME: &str = "Sandbox";
    /// An application token without expiry date.
    pub const APPLICATION_TOKEN: &str = "sandbox-application-token";
    /// A user's name, for the other way to authenticate.
    pub const USERNAME: &str = "sandbox@example.com";
    /// That user's password. Clients send [`PASSWORD_SHA1`].
    pub const PASSWORD: &str = "sandbox-password";
    /// The SHA-1 of [`PASSWORD`] in lower-case hexadecimal digits.
    pub const PASSWORD_SHA1: &str = "5a865b283355bd440b4efeb674bb731e75dd56f8";
}

/// The account at the Cloverhound stand-in.
pub mod cloverhound {
    /// The organization that the key belongs to.
    pub const ORGANIZATION_ID: u64 = 7;
    /// The key's id: the user name of HTTP Basic.
    pub const API_KEY_ID: &str = "sandbox-key-id";
    /// The key's secret: the password of HTTP Basic.
    pub const API_KEY_SECRET: &str = "sandbox-key-secret";
}

/// The account at the `OneCloud` stand-in.
pub mod onecloud {
    /// The user's e-mail address.
    pub const EMAIL: &str = "sandbox@example.com";
    /// The user's password.
    pub const PASSWORD: &str = "sandbox-password";
    /// The site that the user may log into.
    pub const SITE_ID: u64 = 169;
}

/// The account at the `HubSpot` stand-in.
pub mod hubspot {
    /// A private app's access token with the scopes to read and write contacts. It never expires, unless
    /// [`TokenExpiry`](crate::What::TokenExpiry) limits its uses.
    pub const ACCESS_TOKEN: &str = "sandbox-access-token";
    /// An access token with the scope to read contacts alone.
    pub const READ_ONLY_TOKEN: &str = "sandbox-read-only-token";
    /// The account's id, shown in addresses.
    pub const PORTAL_ID: u64 = 1;
    /// What the names of the account's own properties begin with. All of them hold texts.
    pub const CUSTOM_PREFIX: &str = "sandbox_";
}

/// The organization at the Salesforce stand-in.
pub mod salesforce {
    /// The id of a client that may read and create contacts.
    pub const CLIENT_ID: &str = "sandbox-client";
    /// The id of a client that may only read.
    pub const READ_ONLY_CLIENT_ID: &str = "sandbox-read-only-client";
    /// The secret of both clients.
    pub const CLIENT_SECRET: &str = "sandbox-client-secret";
    /// The organization's id.
    pub const ORGANIZATION_ID: &str = "00D000000000001AAA";
    /// The id of the user in whose name the clients work.
    pub const USER_ID: &str = "005000000000001AAA";
    /// The e-mail address of a lead, which is no contact.
    pub const LEAD_EMAIL: &str = "lead@example.com";
    /// The id of that lead.
    pub const LEAD_ID: &str = "00Q000000000001AAA";
    /// What the names of the organization's own fields begin with; they end with `__c`. All of them hold texts.
    pub const CUSTOM_PREFIX: &str = "Sandbox_";
    /// An own field that no two contacts may have the same value of, with or without a duplicate rule.
    pub const UNIQUE_FIELD: &str = "Sandbox_Key__c";
}

/// The company at the Pipedrive stand-in.
pub mod pipedrive {
    /// The company's domain: the first label of its host at the vendor.
    pub const COMPANY: &str = "sandbox";
    /// The token of a user who may read and create persons.
    pub const API_TOKEN: &str = "sandbox-api-token";
    /// The token of a user who may only read.
    pub const READ_ONLY_TOKEN: &str = "sandbox-read-only-token";
    /// The id of both users, who own their persons.
    pub const USER_ID: u64 = 1;
}
