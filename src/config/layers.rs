//! All layers laid over each other, and where each value came from.
//!
//! Its rule: a mistake is told at the place that the user would change.

use std::path::{Path, PathBuf};

use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider, Source};

use super::diagnostic::{ConfigurationError, Diagnostic, Place};
use super::document::Document;
use super::overriding::{FLAG, Override, variable_for};
use super::{FILE_NAME, Sources};

/// The merged layers.
pub(super) struct Layers {
    document: Option<Document>,
    figment: Figment,
    /// What relative paths start from.
    directory: PathBuf,
    /// The file that was read, or would have been.
    file: PathBuf,
}

/// How strong a layer is, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    File,
    Environment,
    Flag,
}

impl Layers {
    /// Reads all sources. The mistakes of the environment do not keep the rest from being checked.
    pub(super) fn gather(sources: &Sources) -> Result<(Self, Vec<Diagnostic>), ConfigurationError> {
        let (given, mut mistakes) = Override::from_environment(&sources.environment);
        let file = match &sources.file {
            Some(file) => file.clone(),
            None => sources.search.join(FILE_NAME).components().collect(),
        };
        let document = match (&sources.text, &sources.file) {
            (Some(text), _) => Document::parse(&file, text).map(Some),
            (None, Some(_)) => Document::read(&file).map(Some),
            (None, None) => Document::find(&file),
        };
        let document = match document {
            Ok(document) => document,
            Err(mistake) => {
                mistakes.push(mistake);
                return Err(ConfigurationError::of(mistakes));
            }
        };
        let mut figment = Figment::new();
        if let Some(document) = &document {
            figment = figment.merge(document);
        }
        let layers = Self {
            figment: given
                .into_iter()
                .chain(Override::from_flags(&sources.flags))
                .fold(figment, Figment::merge),
            document,
            directory: file.parent().map(Path::to_owned).unwrap_or_default(),
            file,
        };
        Ok((layers, mistakes))
    }

    /// The values of all layers.
    pub(super) fn values(&self) -> Dict {
        self.figment
            .data()
            .ok()
            .and_then(|mut profiles| profiles.remove(&Profile::Default))
            .unwrap_or_default()
    }

    /// The directory that relative paths start from.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// A path that the user wrote, which is relative to the file.
    pub(super) fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }

    /// The file that was read.
    pub(super) fn file(&self) -> Option<&Path> {
        self.document.as_ref().map(Document::path)
    }

    /// The file that was read, or would have been.
    pub(super) fn expected_file(&self) -> &Path {
        &self.file
    }

    /// The file that was looked for in vain, when none was named.
    pub(super) fn missing_file(&self) -> Option<PathBuf> {
        self.document.is_none().then(|| self.file.clone())
    }

    /// The line of that key in the file.
    pub(super) fn line(&self, path: &[String]) -> Option<usize> {
        self.document.as_ref()?.line(path)
    }

    /// Of two values, the one with the greater strength comes from the stronger layer.
    pub(super) fn strength(&self, value: &Value) -> Strength {
        match self.figment.get_metadata(value.tag()) {
            Some(metadata) if metadata.name == FLAG => Strength::Flag,
            Some(metadata) if metadata.source.as_ref().and_then(Source::custom).is_some() => {
                Strength::Environment
            }
            _ => Strength::File,
        }
    }

    /// The place of a value that is there.
    pub(super) fn place_of(&self, path: &[String], value: &Value) -> Place {
        let in_the_file = self.line(path).map(|line| self.in_the_file(line));
        match value {
            Value::Dict(_, inner) => in_the_file.unwrap_or_else(|| self.place_of_first(inner)),
            leaf => {
                let metadata = self.figment.get_metadata(leaf.tag());
                let source = metadata.and_then(|metadata| metadata.source.as_ref());
                match (source.and_then(Source::custom), metadata) {
                    (Some(variable), _) => Place::variable(variable),
                    (None, Some(metadata)) if metadata.name == FLAG => Place::flag(),
                    _ => in_the_file.unwrap_or_default(),
                }
            }
        }
    }

    /// Where a key that is missing from `table` would belong.
    pub(super) fn place_for(&self, table: &[String], key: &str) -> Place {
        match self.line(table) {
            Some(line) => self.in_the_file(line),
            None => Place::variable(variable_for(&[table, &[key.to_owned()]].concat())),
        }
    }

    fn in_the_file(&self, line: usize) -> Place {
        Place { file: self.file().map(Path::to_owned), line: Some(line), ..Place::default() }
    }

    fn place_of_first(&self, table: &Dict) -> Place {
        let first = table.values().next();
        first.map_or_else(Place::default, |value| self.place_of(&[], value))
    }
}
