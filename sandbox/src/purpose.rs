//! The purpose of a request.

/// The purpose of a request, which selects the faults that apply to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Create,
    Login,
    /// A list of contacts, or one of them.
    ReadContacts,
    Read,
}
