//! The sources of a configuration: a file, variables and flags.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::overrides::PREFIX;

/// The name of the file that is read when the user names none.
pub const FILE_NAME: &str = "unicontact.toml";
/// The variable by which the command finds the file. Its value is a path, which need not be text.
const FILE_VARIABLE: &str = "UNICONTACT_CONFIG";

/// The sources of a configuration. Nothing else is read, not even the process's own environment.
#[derive(Clone, Default)]
pub struct Sources {
    /// The file that the user named. It must exist.
    pub file: Option<PathBuf>,
    /// The text of a file, which is read instead of a file. Relative paths start from `search`.
    pub text: Option<String>,
    /// The directory of [`FILE_NAME`] when no file is named. The file may be absent if the environment sets everything. Empty
    /// is the current directory.
    pub search: PathBuf,
    /// Names and values of variables. Empty ones, and those that do not start with `UNICONTACT_`, are ignored.
    pub environment: Vec<(String, String)>,
    /// Names of variables whose value is not UTF-8 text. Each is a mistake.
    pub unreadable: Vec<String>,
    /// Keys that flags set, the strongest layer: a path such as `defaults.timeout`, and its value as text.
    pub flags: Vec<(String, String)>,
}

impl Sources {
    /// Returns the variables of the process that start with `UNICONTACT_`, with neither a file nor flags.
    pub fn from_environment() -> Self {
        Self::from_variables(std::env::vars_os())
    }

    fn from_variables(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut sources = Self::default();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            match value.into_string() {
                Ok(value) => sources.environment.push((name.to_owned(), value)),
                Err(_) if name == FILE_VARIABLE => {}
                Err(_) => sources.unreadable.push(name.to_owned()),
            }
        }
        sources
    }
}

impl fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| {
            let names: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
            names
        };
        formatter
            .debug_struct("Sources")
            .field("file", &self.file)
            .field("text", &self.text.is_some())
            .field("search", &self.search)
            .field("environment", &names(&self.environment))
            .field("unreadable", &self.unreadable)
            .field("flags", &names(&self.flags))
            .finish()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn only_variables_of_ours_must_be_text() {
        let broken = || OsString::from_vec(vec![b'x', 0xFF]);
        let variables = [
            ("PATH".into(), broken()),
            ("UNICONTACT_CONFIG".into(), broken()),
            ("UNICONTACT_JOURNAL".into(), broken()),
            ("UNICONTACT_RETENTION".into(), "90d".into()),
            ("HOME".into(), "/root".into()),
        ];
        let sources = Sources::from_variables(variables.into_iter());
        assert_eq!(sources.environment, [("UNICONTACT_RETENTION".to_owned(), "90d".to_owned())]);
        assert_eq!(sources.unreadable, ["UNICONTACT_JOURNAL"]);
    }
}
