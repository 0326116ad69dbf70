//! Tests of requests without an answer: the client sees the system's own error.

use std::io::ErrorKind;

use crate::client::Answer;

/// Whether somewhere below this error lies one of the system's, of this kind.
pub(crate) fn is_caused_by(error: &(dyn std::error::Error + 'static), kind: ErrorKind) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == kind) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The error of a request that has no answer.
#[track_caller]
pub(crate) fn lost(answer: Result<Answer, Box<dyn std::error::Error>>) -> reqwest::Error {
    let error = answer.err().expect("no answer comes");
    *error.downcast::<reqwest::Error>().expect("an error of the client")
}
