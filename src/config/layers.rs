//! Merges the layers (file, environment, flags) and remembers the location of each value.

use std::path::{Path, PathBuf};

use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider, Source};

use super::diagnostic::{ConfigurationError, Diagnostic, SourceLocation};
use super::document::Document;
use super::overrides::{Environment, FLAG, Override, variable_for};
use super::sources::{FILE_NAME, Sources};

/// The merged layers.
pub(super) struct Layers {
    document: Option<Document>,
    figment: Figment,
    /// Relative paths start from here.
    directory: PathBuf,
    /// The file that was read or, without one, the file that was looked for.
    file: PathBuf,
    /// The variables of an orchestrator.
    ignored_variables: Vec<String>,
}

/// A layer, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    File,
    Environment,
    Flag,
}

impl Layers {
    /// Reads all sources. The mistakes of the environment come back beside the layers, so that the rest is still checked.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not TOML.
    pub(super) fn load(sources: &Sources) -> Result<(Self, Vec<Diagnostic>), ConfigurationError> {
        let Environment { overrides, mut mistakes, ignored } = Environment::new(&sources.environment);
        mistakes.extend(sources.unreadable.iter().map(|variable| Diagnostic {
            variable: Some(variable.clone()),
            message: "is not UTF-8 text: set it as UTF-8".to_owned(),
            ..Diagnostic::default()
        }));
        let file = match &sources.file {
            Some(file) => file.clone(),
            None => sources.search.join(FILE_NAME).components().collect(),
        };
        let document = match (&sources.text, &sources.file) {
            (Some(text), _) => Document::parse(&file, text).map(Some),
            (None, _) => Document::find(&file),
        };
        let document = match document {
            Ok(None) if sources.file.is_some() => {
                return Err(ConfigurationError::no_provider(mistakes, Document::missing(&file)));
            }
            Ok(document) => document,
            Err(mistake) => {
                mistakes.push(mistake);
                return Err(ConfigurationError::new(mistakes));
            }
        };
        let mut figment = Figment::new();
        if let Some(document) = &document {
            figment = figment.merge(document);
        }
        let overrides = overrides.into_iter().chain(Override::from_flags(&sources.flags));
        let layers = Self {
            figment: overrides.fold(figment, Figment::merge),
            document,
            directory: file.parent().map(Path::to_owned).unwrap_or_default(),
            file,
            ignored_variables: ignored,
        };
        Ok((layers, mistakes))
    }

    /// Returns the variables that an orchestrator sets, which are ignored.
    pub(super) fn ignored_variables(&self) -> &[String] {
        &self.ignored_variables
    }

    /// Returns the merged values.
    pub(super) fn values(&self) -> Dict {
        self.figment
            .data()
            .ok()
            .and_then(|mut profiles| profiles.remove(&Profile::Default))
            .unwrap_or_default()
    }

    /// Returns the directory that relative paths start from.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns a path of the configuration, which may be relative to the file.
    pub(super) fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }

    /// Returns the file that was read.
    pub(super) fn file(&self) -> Option<&Path> {
        self.document.as_ref().map(Document::path)
    }

    /// Returns the file that was read or, without one, the file that was looked for.
    pub(super) fn expected_file(&self) -> &Path {
        &self.file
    }

    /// Returns the file that was looked for and does not exist.
    pub(super) fn missing_file(&self) -> Option<PathBuf> {
        self.document.is_none().then(|| self.file.clone())
    }

    /// Returns the line of a key in the file.
    pub(super) fn line(&self, path: &[String]) -> Option<usize> {
        self.document.as_ref()?.line(path)
    }

    /// Returns the layer that a value comes from.
    pub(super) fn layer(&self, value: &Value) -> Layer {
        match self.figment.get_metadata(value.tag()) {
            Some(metadata) if metadata.name == FLAG => Layer::Flag,
            Some(metadata) if metadata.source.as_ref().and_then(Source::custom).is_some() => {
                Layer::Environment
            }
            _ => Layer::File,
        }
    }

    /// Returns the location of a value. For a table outside of the file, it is that of its first value.
    pub(super) fn location(&self, path: &[String], value: &Value) -> SourceLocation {
        let in_file = self.line(path).map(|line| self.location_in_file(line));
        match value {
            Value::Dict(_, inner) => in_file.unwrap_or_else(|| {
                let first = inner.values().next();
                first.map_or_else(SourceLocation::default, |value| self.location(&[], value))
            }),
            leaf => {
                let metadata = self.figment.get_metadata(leaf.tag());
                let source = metadata.and_then(|metadata| metadata.source.as_ref());
                match (source.and_then(Source::custom), metadata) {
                    (Some(variable), _) => SourceLocation::from_variable(variable),
                    (None, Some(metadata)) if metadata.name == FLAG => SourceLocation::from_flag(),
                    _ => in_file.unwrap_or_default(),
                }
            }
        }
    }

    /// Returns where a user would add a key that is missing from `table`.
    pub(super) fn location_for_missing(&self, table: &[String], key: &str) -> SourceLocation {
        match self.line(table) {
            Some(line) => self.location_in_file(line),
            None => SourceLocation::from_variable(variable_for(&[table, &[key.to_owned()]].concat())),
        }
    }

    fn location_in_file(&self, line: usize) -> SourceLocation {
        SourceLocation::from_file(self.file().map(Path::to_owned), Some(line))
    }
}
