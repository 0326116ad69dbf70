//! Values of a rule with a narrower range than their types. An error names the valid values.

use std::fmt;

use axum::http::HeaderValue;
use serde::de::value::StrDeserializer;
use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::vendor::Vendor;

/// One vendor's name, or a list of them.
#[derive(Serialize)]
pub(super) struct Vendors(pub(super) Vec<Vendor>);

/// A whole number that is not zero.
#[derive(Serialize, Clone, Copy)]
pub(super) struct Count<N>(N);

/// A probability from 0 to 1.
#[derive(Serialize)]
pub(super) struct Probability(pub(super) f64);

/// A status from 400 to 599.
#[derive(Serialize)]
pub(super) struct ErrorStatus(pub(super) u16);

/// A valid header value.
#[derive(Serialize)]
pub(super) struct ContentType(pub(super) String);

impl<'de> Deserialize<'de> for Vendors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Vendors;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a vendor's name, or a list of them")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Vendors, E> {
                Vendor::deserialize(StrDeserializer::new(name)).map(|vendor| Vendors(vec![vendor]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Vendors, A::Error> {
                let mut vendors = Vec::new();
                while let Some(vendor) = names.next_element()? {
                    vendors.push(vendor);
                }
                if vendors.is_empty() {
                    return Err(A::Error::custom(
                        "an empty list names no vendor; without `vendor` it is for all",
                    ));
                }
                Ok(Vendors(vendors))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

impl<N: Copy + Default + PartialEq> Count<N> {
    pub(super) fn new(number: N) -> Option<Self> {
        Some(Self(number)).filter(|count| count.0 != N::default())
    }

    pub(super) fn get(self) -> N {
        self.0
    }
}

impl<'de, N: TryFrom<u64> + Copy + Default + PartialEq> Deserialize<'de> for Count<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(Whole("a whole number from 1"))?;
        let fitting = N::try_from(number).map_err(|_| D::Error::custom(format!("{number} is too large")))?;
        Self::new(fitting)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Unsigned(number), &"a whole number from 1"))
    }
}

impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(Number)?;
        if (0.0..=1.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(D::Error::custom(format!("{number} is no probability; it is a number from 0 to 1")))
        }
    }
}

impl<'de> Deserialize<'de> for ErrorStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(Whole("a number from 400 to 599"))? {
            status @ 400..=599 => u16::try_from(status).map(Self).map_err(D::Error::custom),
            other => Err(D::Error::custom(format!(
                "{other} is no status of an error; it is a number from 400 to 599"
            ))),
        }
    }
}

/// Reads a seed.
pub(super) fn seed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(Whole("a whole number from 0"))
}

/// Reads a whole number. The text is the expectation in the error.
struct Whole(&'static str);

impl Visitor<'_> for Whole {
    type Value = u64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

/// Reads any number.
struct Number;

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number from 0 to 1")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    #[expect(clippy::cast_precision_loss, reason = "only numbers from 0 to 1 are accepted")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<f64, E> {
        Ok(number as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "only numbers from 0 to 1 are accepted")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }
}

impl<'de> Deserialize<'de> for ContentType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if HeaderValue::from_str(&text).is_ok() {
            Ok(Self(text))
        } else {
            Err(D::Error::custom("this cannot stand in a header; write \"text/html\" or its like"))
        }
    }
}
