//! The codes of failures in JSON. Scripts rely on them: codes are added, never renamed.

/// The kind of a failure that ends the command early, or that it reports instead of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailureCode {
    /// The command line is wrong, or its options do not go together.
    Usage,
    /// Nothing configures a provider, or the configuration file that was named does not exist.
    NoConfiguration,
    /// The configuration has mistakes.
    InvalidConfiguration,
    /// The contact or the file of contacts cannot be read or understood.
    InvalidInput,
    /// The journal has no such delivery or person.
    NotFound,
    /// The state of the delivery does not permit the action.
    Conflict,
    /// The action was not confirmed.
    NotConfirmed,
    /// The journal cannot be opened, read or written, or there is none.
    Journal,
    /// The servers of the queue cannot be used.
    #[cfg_attr(
        not(feature = "jetstream"),
        expect(dead_code, reason = "only the commands of the queue fail so")
    )]
    Queue,
    /// A vendor failed or refused.
    Provider,
    /// The output cannot be written.
    Output,
    /// The system refused what the command needs, such as a thread or a port.
    System,
}

impl FailureCode {
    /// Returns the code in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::NoConfiguration => "no_configuration",
            Self::InvalidConfiguration => "invalid_configuration",
            Self::InvalidInput => "invalid_input",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::NotConfirmed => "not_confirmed",
            Self::Journal => "journal",
            Self::Queue => "queue",
            Self::Provider => "provider",
            Self::Output => "output",
            Self::System => "system",
        }
    }
}
