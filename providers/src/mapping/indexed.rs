//! The paths of parts of list entries, such as `emails[0].address`.

/// Returns the path of a part of an entry: `indexed!("emails", index, ".address")`. The paths of the first three entries are
/// fixed texts, so that a usual contact allocates none.
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
