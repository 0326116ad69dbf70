//! Finds the operation of a request, and reads its parameters, bodies and answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::OpenApi;
use super::path_template::{Fit, fit, server_path};

/// An operation of a description.
#[derive(Clone, Copy)]
pub(super) struct OpenApiOperation<'a> {
    pub(super) api: &'a OpenApi,
    /// The path as the description writes it, such as `/contacts/{id}`.
    pub(super) template: &'a str,
    item: &'a Map<String, Value>,
    object: &'a Map<String, Value>,
    /// The operation as a value.
    value: &'a Value,
}

/// A parameter outside of the body.
#[derive(Clone, Copy)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) location: &'a str,
    pub(super) is_required: bool,
    pub(super) schema: Option<&'a Value>,
}

/// What an operation says of the answer with a status.
pub(super) enum Response<'a> {
    /// The status, its class or a default is listed.
    Listed(&'a Map<String, Value>),
    /// The status is a success, and only another success is listed.
    OtherSuccess(&'a str, &'a Map<String, Value>),
    Unlisted,
}

impl OpenApi {
    /// Returns the operation whose path fits best.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<OpenApiOperation<'_>> {
        let paths = self.document["paths"].as_object()?;
        let found = paths.iter().filter_map(|(template, item)| {
            let item = self.object(item)?;
            let value = item.get(&method.to_lowercase())?;
            let operation = OpenApiOperation { api: self, template, item, object: value.as_object()?, value };
            Some((operation.fit(path)?, operation))
        });
        found.max_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, operation)| operation)
    }

    /// Returns a value of the whole description.
    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }
}

impl<'a> OpenApiOperation<'a> {
    fn fit(&self, path: &str) -> Option<Fit> {
        let servers = [self.object.get("servers"), self.item.get("servers"), self.api.member("servers")];
        let servers = servers.into_iter().flatten().next().and_then(Value::as_array);
        let servers = servers.filter(|servers| !servers.is_empty());
        let bases: Option<Vec<String>> =
            servers.map(|servers| servers.iter().filter_map(server_path).collect());
        fit(self.template, bases.as_deref(), path)
    }

    /// Returns the references of the operation, and of the parameters of its path, that lead nowhere.
    pub(super) fn dangling_references(&self) -> BTreeSet<&'a str> {
        let mut found = self.api.dangling_references(self.value);
        let parameters = self.item.get("parameters").map(|it| self.api.dangling_references(it));
        found.extend(parameters.into_iter().flatten());
        found
    }

    pub(super) fn is_deprecated(&self) -> bool {
        self.object.get("deprecated") == Some(&Value::Bool(true))
    }

    /// Returns the alternatives of security schemes, if the description states any.
    pub(super) fn security(&self) -> Option<&'a Vec<Value>> {
        let stated = self.object.get("security").or_else(|| self.api.member("security"));
        stated.and_then(Value::as_array).filter(|it| !it.is_empty())
    }

    /// Returns the parameters of the operation, and those of its path that it does not replace.
    pub(super) fn parameters(&self) -> Vec<Parameter<'a>> {
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        for listed in [self.object.get("parameters"), self.item.get("parameters")] {
            for parameter in listed.and_then(Value::as_array).into_iter().flatten() {
                let Some(parameter) = self.api.object(parameter).and_then(self::parameter) else {
                    continue;
                };
                let is_same =
                    |it: &Parameter<'_>| it.name == parameter.name && it.location == parameter.location;
                if !parameters.iter().any(is_same) {
                    parameters.push(parameter);
                }
            }
        }
        parameters
    }

    /// Returns the description of the request's body.
    pub(super) fn request_body(&self) -> Option<&'a Map<String, Value>> {
        self.object.get("requestBody").and_then(|body| self.api.object(body))
    }

    /// Returns what the operation says of an answer.
    pub(super) fn response(&self, status: u16) -> Response<'a> {
        let listed = |key: &str| {
            let entry = self.responses().find(|(known, _)| known.eq_ignore_ascii_case(key));
            entry.and_then(|(_, response)| self.api.object(response))
        };
        let exact = listed(&status.to_string()).or_else(|| listed(&format!("{}XX", status / 100)));
        if let Some(response) = exact {
            return Response::Listed(response);
        }
        let is_success = |key: &str| key.starts_with('2');
        let other = self.responses().find(|(key, _)| status / 100 == 2 && is_success(key));
        if let Some((key, response)) = other {
            // A default beside a success describes the errors.
            let response = self.api.object(response);
            return response.map_or(Response::Unlisted, |response| Response::OtherSuccess(key, response));
        }
        listed("default").map_or(Response::Unlisted, Response::Listed)
    }

    /// Returns the statuses that the operation lists, and their descriptions.
    pub(super) fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let responses = self.object.get("responses").and_then(Value::as_object);
        responses.into_iter().flatten().map(|(key, response)| (key.as_str(), response))
    }
}

/// Returns a parameter, if it has a name and a place.
fn parameter(object: &Map<String, Value>) -> Option<Parameter<'_>> {
    let text = |key: &str| object.get(key)?.as_str();
    Some(Parameter {
        name: text("name")?,
        location: text("in")?,
        is_required: object.get("required") == Some(&Value::Bool(true)),
        schema: object.get("schema"),
    })
}

/// Returns the media types and what is said of each, of a request or an answer.
pub(super) fn content(object: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    object
        .get("content")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

/// Returns whether a media type of a description, which may be a range such as `application/*`, covers another.
pub(super) fn covers(range: &str, media_type: &str) -> bool {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_lowercase();
    let (range, media_type) = (essence(range), essence(media_type));
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(beginning) => media_type.starts_with(beginning),
        None => range == media_type,
    }
}
