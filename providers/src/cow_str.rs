//! A text that is fixed for most vendors.

use std::borrow::Cow;

/// A text that is fixed for most vendors and owned for the others.
pub type CowStr = Cow<'static, str>;
