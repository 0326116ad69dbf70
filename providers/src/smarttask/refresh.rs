//! Renewing the access token.
//!
//! Its rule: the vendor's refresh tokens are presumably good for one use (an inference), so a new one is on disk before the
//! access token that came with it is used, and none is spent unless the place for the next proved writable.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use url::form_urlencoded::Serializer;

use super::config::SmartTaskConfig;
use super::error;
use crate::adapter::Connection;
use crate::delivery_key::hexadecimal;
use crate::draft::Method;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::http::Body;
use crate::secret::Secret;
use crate::token::Token;

/// Where the newest refresh token is kept between runs.
///
/// It is written rarely (once per renewal) and from one task at a time. A platform puts its own vault behind it.
pub trait RefreshTokenStore: fmt::Debug + Send + Sync {
    /// The newest token that came in place of `configured`, if any did.
    ///
    /// # Errors
    ///
    /// When the place cannot be read. Then nothing is sent.
    fn load(&self, configured: &Secret) -> io::Result<Option<Secret>>;

    /// Keeps `newest`, which came in place of `configured`. It must be durable when this returns.
    ///
    /// # Errors
    ///
    /// When the place cannot be written. The caller then still has the token in memory.
    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()>;
}

/// Keeps the newest refresh token in a file that only its owner can read.
///
/// The file also holds a fingerprint of the configured token, so that a newly configured one wins over it.
#[derive(Debug, Clone)]
pub struct RefreshTokenFile {
    path: PathBuf,
}

impl RefreshTokenFile {
    /// Keeps it at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl RefreshTokenStore for RefreshTokenFile {
    fn load(&self, configured: &Secret) -> io::Result<Option<Secret>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let kept: Value = serde_json::from_str(&text)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a file of ours"))?;
        let is_successor = kept["replaces"] == fingerprint(configured);
        let token = kept["refresh_token"].as_str().filter(|_| is_successor);
        Ok(token.map(Secret::from))
    }

    fn save(&self, configured: &Secret, newest: &Secret) -> io::Result<()> {
        let kept = json!({
            "replaces": fingerprint(configured),
            "refresh_token": newest.expose(),
        });
        let beside = self.path.with_extension("new");
        write_privately(&beside, kept.to_string().as_bytes())?;
        std::fs::rename(&beside, &self.path)?;
        match self.path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            Some(parent) => File::open(parent)?.sync_all(),
            None => File::open(".")?.sync_all(),
        }
    }
}

fn write_privately(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn fingerprint(secret: &Secret) -> String {
    hexadecimal(&Sha256::digest(secret.expose().as_bytes()))
}

/// What renewing needs.
#[derive(Debug)]
pub(super) struct Refresh {
    url: Url,
    configured: Secret,
    client_id: Secret,
    client_secret: Secret,
    store: Arc<dyn RefreshTokenStore>,
}

impl Refresh {
    /// Renewing as configured, if it is.
    pub(super) fn of(config: &SmartTaskConfig, store: Option<Arc<dyn RefreshTokenStore>>) -> Option<Self> {
        let from_path = || {
            let path = config.refresh_token_store.as_ref()?;
            Some(Arc::new(RefreshTokenFile::new(path)) as Arc<dyn RefreshTokenStore>)
        };
        Some(Self {
            url: config.token_url(),
            configured: config.refresh_token.clone()?,
            client_id: config.client_id.clone()?,
            client_secret: config.client_secret.clone()?,
            store: store.or_else(from_path)?,
        })
    }

    /// Fetches an access token, and keeps the refresh token that comes with it.
    pub(super) async fn renew(&self, connection: &Connection) -> Result<Token, ProviderError> {
        let current = self.current(connection)?;
        self.keep(connection, &current)?;
        match self.renew_with(connection, &current).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                // Another process may have spent the token in the meantime, and kept the next.
                let newer = self.current(connection)?;
                if newer == current { Err(error) } else { self.renew_with(connection, &newer).await }
            }
            result => result,
        }
    }

    async fn renew_with(
        &self,
        connection: &Connection,
        refresh_token: &Secret,
    ) -> Result<Token, ProviderError> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "refresh_token")
            .append_pair("client_id", self.client_id.expose())
            .append_pair("client_secret", self.client_secret.expose())
            .append_pair("refresh_token", refresh_token.expose())
            .finish();
        let secrets = json!([self.client_id.expose(), self.client_secret.expose(), refresh_token.expose()]);
        let exchange = connection
            .send(
                Operation::Authenticate,
                Method::Post,
                self.url.clone(),
                Body::Form(Secret::from(form)),
                secrets,
                None,
            )
            .await?;
        let grant = error::grant(&connection.info, &exchange)?;
        if let Some(next) = &grant.refresh_token {
            self.keep(connection, next)?;
            tracing::info!(provider = connection.info.name(), "The refresh token was rotated and kept");
        }
        let life = grant.expires_in.map(Duration::from_secs);
        Ok(Token {
            secret: grant.access_token,
            expires_at: life.and_then(|life| exchange.answered_at.checked_add(life).ok()),
        })
    }

    fn current(&self, connection: &Connection) -> Result<Secret, ProviderError> {
        let kept = self
            .store
            .load(&self.configured)
            .map_err(|error| cannot(connection, "the kept refresh token cannot be read", error))?;
        Ok(kept.unwrap_or_else(|| self.configured.clone()))
    }

    fn keep(&self, connection: &Connection, token: &Secret) -> Result<(), ProviderError> {
        self.store
            .save(&self.configured, token)
            .map_err(|error| cannot(connection, "the refresh token cannot be kept", error))
    }
}

fn cannot(connection: &Connection, what: &str, error: io::Error) -> ProviderError {
    let message = format!("{what}: {}", error.kind());
    connection.error(Operation::Authenticate, ErrorKind::Config, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("unicontact-refresh-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_kept_token_is_read_back_by_its_owner_only() {
        let folder = scratch("kept");
        let store = RefreshTokenFile::new(folder.join("token"));
        let configured = Secret::from("first");
        assert_eq!(store.load(&configured).unwrap(), None);
        store.save(&configured, &Secret::from("second")).unwrap();
        assert_eq!(store.load(&configured).unwrap(), Some(Secret::from("second")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.join("token")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_newly_configured_token_wins_over_the_kept_one() {
        let folder = scratch("wins");
        let store = RefreshTokenFile::new(folder.join("token"));
        store.save(&Secret::from("first"), &Secret::from("second")).unwrap();
        assert_eq!(store.load(&Secret::from("replacement")).unwrap(), None);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
