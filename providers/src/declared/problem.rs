//! The mistakes of a description. All of a file are collected, each with its line.

use std::cell::RefCell;
use std::fmt;

use thiserror::Error;

/// One mistake in a description.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DescriptionProblem {
    /// The line of the file, from 1.
    pub line: usize,
    /// The key, from the top: `error[2].when.status`.
    pub key: String,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl fmt::Display for DescriptionProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, key, message } = self;
        if key.is_empty() {
            write!(formatter, "line {line}: {message}")
        } else {
            write!(formatter, "line {line}: {key}: {message}")
        }
    }
}

/// The error of a description, with all of its mistakes. Nothing is sent with a description that has one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct DescriptionError {
    /// The mistakes in the order of the file, at least one.
    pub problems: Vec<DescriptionProblem>,
}

/// The mistakes that were found so far.
#[derive(Default)]
pub(super) struct Problems(RefCell<Vec<DescriptionProblem>>);

impl Problems {
    pub(super) fn report(&self, line: usize, key: impl Into<String>, message: impl Into<String>) {
        let problem = DescriptionProblem { line, key: key.into(), message: message.into() };
        let mut problems = self.0.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Returns an error with all mistakes, or `Ok` if there are none.
    pub(super) fn into_result(self) -> Result<(), DescriptionError> {
        let mut problems = self.0.into_inner();
        problems.sort_by_key(|problem| problem.line);
        if problems.is_empty() { Ok(()) } else { Err(DescriptionError { problems }) }
    }
}
