//! The data model of unicontact: one contact in the terms of no particular vendor, and what can be computed from it without
//! asking a vendor. Nothing in this crate does I/O.
//!
//! | item | content |
//! |---|---|
//! | [`UnifiedContact`] | the contact, read from JSON with every mistake reported |
//! | [`DeliveryKey`] | the key under which one contact is delivered to one provider |
//! | [`identity`] | the traits by which two records of one person are recognized |
//! | [`comparison`] | the comparison of a vendor's contacts with one that was sent |
//! | [`FindRequest`], [`FindOutcome`] | a search for a contact at a vendor, and its answer |
//!
//! ```
//! use unicontact_model::{DeliveryKey, UnifiedContact};
//!
//! let contact: UnifiedContact = serde_json::from_str(
//!     r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"]}"#,
//! )?;
//! assert_eq!(contact.display_name().as_deref(), Some("Ada King"));
//! assert_eq!(DeliveryKey::new("acme", &contact).to_string(), "acme/42");
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod comparison;
pub mod contact;
mod contact_id;
mod delivery_key;
mod find;
mod fold;
pub mod hex;
mod honorifics;
pub mod identity;
mod spelling;

pub use contact::UnifiedContact;
pub use contact_id::{ContactId, id_text, scalar_text};
pub use delivery_key::{DeliveryKey, contact_key, json_fingerprint};
pub use find::{FindOutcome, FindRequest};
pub use spelling::nearest_word;
