//! Reads enums of the configuration by the names of their variants.

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer};

/// Reads a variant by its name only: figment would take a number as the index of a variant.
pub(super) fn by_name<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let name = String::deserialize(deserializer)?;
    T::deserialize(name.into_deserializer()).map(Some)
}
