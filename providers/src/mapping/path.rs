//! The paths of fields that are numbered.
//!
//! Its rule: the path of one of the first entries, which most contacts have no more of, is a fixed text and costs nothing.

/// The path of a part of an entry: `indexed!("emails", index, ".address")`.
macro_rules! indexed {
    ($list:literal, $index:expr, $part:literal) => {
        match $index {
            0 => std::borrow::Cow::Borrowed(concat!($list, "[0]", $part)),
            1 => std::borrow::Cow::Borrowed(concat!($list, "[1]", $part)),
            2 => std::borrow::Cow::Borrowed(concat!($list, "[2]", $part)),
            index => std::borrow::Cow::Owned(format!(concat!($list, "[{}]", $part), index)),
        }
    };
}
pub(crate) use indexed;
