//! How a request shows its credential, and how a token is fetched.

use super::account::Account;
use super::document::NodeValue;
use super::evidence::Sources;
use super::header::read_headers;
use super::json_template::JsonTemplate;
use super::read_path::ReadPath;
use super::table::TableReader;
use super::template::{Template, read_texts};
use super::time_span;
use super::words;
use std::time::Duration;

/// The hole of a fetched token.
pub(super) const TOKEN: &str = "token";
/// The keys that the grants of OAuth 2.0 use.
pub(super) const CLIENT_ID: &str = "client_id";
pub(super) const CLIENT_SECRET: &str = "client_secret";
pub(super) const REFRESH_TOKEN: &str = "refresh_token";

/// One way to show a credential. Of several, the first whose keys are all set is taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Credential {
    pub(super) about: String,
    pub(super) bearer: Option<Template>,
    pub(super) basic: Option<(Template, Template)>,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) query: Vec<(String, Template)>,
    pub(super) token: Option<TokenRequest>,
}

/// How a token is fetched.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TokenRequest {
    pub(super) grant: Grant,
    pub(super) url: Template,
    pub(super) sends_basic: bool,
    pub(super) body: Option<JsonTemplate>,
    pub(super) form: Vec<(String, Template)>,
    /// Whether the body travels as a form.
    pub(super) is_form: bool,
    pub(super) path: ReadPath,
    pub(super) expires: Expiry,
    pub(super) rotates: bool,
    pub(super) scopes: Vec<Template>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    ClientCredentials,
    RefreshToken,
    Login,
}

/// When a token ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expiry {
    /// The answer's `expires_in`, if it has one.
    Usual,
    After(Duration),
    At {
        path: ReadPath,
        is_milliseconds: bool,
    },
    Jwt,
}

impl Credential {
    pub(super) fn read(table: &TableReader<'_>, account: &Account, sources: &Sources) -> Self {
        sources.of(table);
        let token = table.table("token", &words::TOKEN, |token| {
            if token.has("source") {
                sources.of(token);
            }
            TokenRequest::read(token, account)
        });
        let token = token.flatten();
        let credential = Self {
            about: table.text("about").unwrap_or_default().to_owned(),
            bearer: table.text("bearer").map(Template::new),
            basic: read_basic(table),
            headers: read_headers(table),
            query: read_texts(table, "query"),
            token,
        };
        credential.check(table, account);
        credential
    }

    fn check(&self, table: &TableReader<'_>, account: &Account) {
        if self.bearer.is_none() && self.basic.is_none() && self.headers.is_empty() && self.query.is_empty() {
            table.report("", "says no place: add bearer, basic, headers or query");
        }
        if let Some(bearer) = &self.bearer
            && writes_scheme(bearer, "bearer")
        {
            table.report("bearer", "`bearer` writes the word Bearer itself: leave it out");
        }
        let mut places: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        places.extend(
            self.bearer.iter().chain(self.basic.as_ref().map(|(user, _)| user)).map(|_| "authorization"),
        );
        places.sort_unstable();
        if places.windows(2).any(|pair| pair[0] == pair[1]) {
            table.report("", "writes one header twice");
        }
        for template in self.templates() {
            let fetched: &[&str] = if self.token.is_some() { &[TOKEN] } else { &[] };
            check_credential_holes(table, "", template, account, fetched);
        }
        if let Some(_token) = &self.token
            && !self.templates().any(|template| template.holes().any(|hole| hole == TOKEN))
        {
            table.report(
                "",
                "fetches a token and sends it nowhere: put `{token}` into bearer, a header or the query",
            );
        }
    }

    /// Returns the texts that hold the credential.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let basic = self.basic.iter().flat_map(|(user, password)| [user, password]);
        let named = self.headers.iter().chain(&self.query).map(|(_, template)| template);
        self.bearer.iter().chain(basic).chain(named)
    }

    /// Returns the keys of the account that it needs.
    pub(super) fn keys(&self) -> Vec<String> {
        let fetched = if self.token.is_some() { TOKEN } else { "" };
        let mut keys: Vec<String> = self
            .templates()
            .flat_map(Template::holes)
            .filter(|hole| *hole != fetched)
            .map(str::to_owned)
            .collect();
        if let Some(token) = &self.token {
            keys.extend(token.keys());
        }
        for key in &mut keys {
            key.truncate(key.find('.').unwrap_or(key.len()));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

impl TokenRequest {
    fn read(table: &TableReader<'_>, account: &Account) -> Option<Self> {
        let grants = [
            ("client_credentials", Grant::ClientCredentials),
            ("refresh_token", Grant::RefreshToken),
            ("login", Grant::Login),
        ];
        if !table.has("grant") {
            table.report("grant", "is missing: say client_credentials, refresh_token or login");
        }
        let grant = table.choice("grant", &grants)?;
        let url = Template::new(table.required_text("url")?);
        check_holes(table, "url", &url, account, &[]);
        if !is_form(table) {
            table.only_one_of(&["body", "form"]);
        }
        let path = ReadPath::parse(table.text("path").unwrap_or("access_token"));
        let path = path.map_err(|message| table.report("path", message)).ok()?;
        let body =
            table.node("body").map(|node| JsonTemplate::read(node, &table.key("body"), table.problems()));
        let request = Self {
            grant,
            url,
            sends_basic: table.choice("sends", &[("body", false), ("basic", true)]).unwrap_or_default(),
            body,
            form: read_form(table),
            is_form: is_form(table),
            path,
            expires: read_expiry(table),
            rotates: table.boolean("rotates"),
            scopes: table.texts("scopes").into_iter().map(|(scope, _)| Template::new(scope)).collect(),
        };
        request.check(table, account);
        Some(request)
    }

    fn check(&self, table: &TableReader<'_>, account: &Account) {
        for hole in self.body.iter().flat_map(JsonTemplate::holes) {
            if account.key_of_hole(&hole).is_none() {
                table.report("body", account.unknown_credential_hole(&hole, &[]));
            }
        }
        for (_, template) in &self.form {
            check_credential_holes(table, "form", template, account, &[]);
        }
        for scope in &self.scopes {
            check_holes(table, "scopes", scope, account, &[]);
        }
        let missing = self.grant_keys().iter().filter(|key| account.key(key).is_none());
        for key in missing.filter(|_| self.grant != Grant::Login) {
            table.report("grant", format!("needs [account.{key}]"));
        }
        if self.grant == Grant::Login && self.body.is_none() && self.form.is_empty() {
            table.report("grant", "a login sends a body or a form: add one");
        }
        if self.grant == Grant::RefreshToken && self.body.is_some() {
            table.report("body", "a refresh token is sent as a form: say its further members in `form`");
        }
        if self.body.is_some() && !self.is_form && !self.scopes.is_empty() {
            table.report("scopes", "are sent in a form: write them into `body`");
        }
        let has_client = [CLIENT_ID, CLIENT_SECRET].iter().all(|key| account.key(key).is_some());
        if self.sends_basic && !has_client {
            table.report("sends", format!("needs [account.{CLIENT_ID}] and [account.{CLIENT_SECRET}]"));
        }
        if self.rotates && self.grant != Grant::RefreshToken {
            table.report("rotates", "only a refresh token rotates");
        }
    }

    fn grant_keys(&self) -> &'static [&'static str] {
        match self.grant {
            // A body of the description's own names the client itself.
            Grant::ClientCredentials if self.body.is_some() && !self.sends_basic => &[],
            Grant::ClientCredentials => &[CLIENT_ID, CLIENT_SECRET],
            Grant::RefreshToken => &[CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN],
            Grant::Login if self.sends_basic => &[CLIENT_ID, CLIENT_SECRET],
            Grant::Login => &[],
        }
    }

    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.grant_keys().iter().map(|key| (*key).to_owned()).collect();
        keys.extend(self.url.holes().map(str::to_owned));
        keys.extend(self.body.iter().flat_map(JsonTemplate::holes));
        let texts = self.form.iter().map(|(_, template)| template).chain(&self.scopes);
        keys.extend(texts.flat_map(Template::holes).map(str::to_owned));
        keys
    }
}

fn read_basic(table: &TableReader<'_>) -> Option<(Template, Template)> {
    // A password may be empty.
    let node = table.node("basic")?;
    let NodeValue::List(entries) = &node.value else {
        table.report("basic", "expected a list of user and password");
        return None;
    };
    let texts: Vec<&String> = entries
        .iter()
        .filter_map(|entry| match &entry.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    match texts.as_slice() {
        [user, password] if entries.len() == 2 => Some((Template::new(user), Template::new(password))),
        _ => {
            table.report("basic", "expected a list of user and password");
            None
        }
    }
}

/// Returns whether `form = true` says that the body travels as a form.
fn is_form(table: &TableReader<'_>) -> bool {
    matches!(table.node("form").map(|node| &node.value), Some(NodeValue::Boolean(true)))
}

fn read_form(table: &TableReader<'_>) -> Vec<(String, Template)> {
    match table.node("form").map(|node| &node.value) {
        Some(NodeValue::Boolean(_)) => Vec::new(),
        _ => read_texts(table, "form"),
    }
}

fn read_expiry(table: &TableReader<'_>) -> Expiry {
    let path_of = |table: &TableReader<'_>, name: &str, text: &str| {
        ReadPath::parse(text).map_err(|message| table.report(name, message)).ok()
    };
    match table.node("expires").map(|node| &node.value) {
        None => Expiry::Usual,
        Some(NodeValue::Text(text)) if text == "jwt" => Expiry::Jwt,
        Some(NodeValue::Text(text)) => match time_span::parse(text) {
            Some(span) => Expiry::After(span),
            None if text.starts_with(|it: char| it.is_ascii_digit()) => {
                table.report("expires", "expected a time such as `30m`, `2h` or `1d`");
                Expiry::Usual
            }
            None => path_of(table, "expires", text)
                .map_or(Expiry::Usual, |path| Expiry::At { path, is_milliseconds: false }),
        },
        Some(NodeValue::Table(_)) => table
            .table("expires", &words::EXPIRES, |table| {
                let path = path_of(table, "path", table.required_text("path")?)?;
                let units = [("seconds", false), ("ms", true)];
                Some(Expiry::At { path, is_milliseconds: table.choice("unit", &units).unwrap_or_default() })
            })
            .flatten()
            .unwrap_or(Expiry::Usual),
        Some(_) => {
            table.report(
                "expires",
                "expected a time such as `2h`, a path, `jwt`, or a table with path and unit",
            );
            Expiry::Usual
        }
    }
}

/// Returns whether a text begins with the word of a scheme that is written anyway.
fn writes_scheme(template: &Template, scheme: &str) -> bool {
    let first = template.as_str().split_whitespace().next().unwrap_or_default();
    first.eq_ignore_ascii_case(scheme) && template.holes().next().is_some()
}

/// Reports the holes of a credential that neither a key of the account nor one of `others` fills.
fn check_credential_holes(
    table: &TableReader<'_>,
    name: &str,
    template: &Template,
    account: &Account,
    others: &[&str],
) {
    for hole in template.holes() {
        if !others.contains(&hole) && account.key_of_hole(hole).is_none() {
            table.report(name, account.unknown_credential_hole(hole, others));
        }
    }
}

/// Reports the holes of a text that neither a key of the account nor one of `others` fills.
pub(super) fn check_holes(
    table: &TableReader<'_>,
    name: &str,
    template: &Template,
    account: &Account,
    others: &[&str],
) {
    for hole in template.holes() {
        if !others.contains(&hole) && account.key_of_hole(hole).is_none() {
            table.report(name, account.unknown_hole(hole, others));
        }
    }
}
