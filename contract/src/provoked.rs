//! The refusals that a call to a live vendor may provoke, and the made-up credentials of one of them.

mod made_up;

pub use self::made_up::made_up_credentials;

/// A refusal that a call provokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvokedRefusal {
    /// The vendor refuses the contact. A vendor that now accepts it creates it.
    Contact,
    /// The vendor refuses the credentials, which are made up.
    WrongCredentials,
}
