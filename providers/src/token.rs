//! Access tokens: they are fetched once, shared, discarded when refused, and renewed with a refresh token that is stored between runs.

mod cache;
mod grant;
mod refresh;
mod refresh_store;
mod renewal;

pub use self::cache::{Token, TokenCache};
pub(crate) use self::grant::{GrantReader, GrantedTokens};
pub use self::refresh::RefreshTokens;
pub(crate) use self::refresh_store::NoStore;
pub use self::refresh_store::{RefreshTokenFile, RefreshTokenStore};
pub use self::renewal::Renewal;
