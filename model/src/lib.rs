//! The contact that is created, and all that is known of it without a vendor: the key of its delivery, the traits by which it
//! is recognized, and its comparison with a contact that a vendor holds.
//!
//! Nothing here reads a file, waits or uses the network.
//!
//! ```
//! use unicontact_model::{DeliveryKey, UnifiedContact};
//!
//! let contact: UnifiedContact = serde_json::from_str(r#"{"name": "Ada King", "emails": ["ada@example.com"]}"#)?;
//! assert_eq!(DeliveryKey::of(&contact), DeliveryKey::of(&contact.clone()));
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod comparison;
pub mod contact;
mod contact_id;
mod delivery_key;
mod find;
pub mod identity;
mod spelling;

pub use contact::UnifiedContact;
pub use contact_id::{ContactId, id_text};
pub use delivery_key::{
    DeliveryKey, bytes_of_hexadecimal, contact_key, fingerprint, fingerprint_of_json, hexadecimal,
};
pub use find::{FindOutcome, FindRequest};
pub use spelling::nearest as nearest_word;
