//! `SmartTask`'s users: `POST /v1.0/organization-user/filter-users/{organization_id}`.
//!
//! Documented: the path, `query`, `page_no`, `list_size` of at most 100, the body as an array of user ids to leave out,
//! the answer as a bare array, the five keys of a user, the roles.
//!
//! Inferences: every status but 200 and every error body, as for the create.
//!
//! Choices where the pages are silent: the users; `query` is looked for in names and e-mail addresses, with letter case
//! ignored, and without it everybody matches; pages count from 1; without `page_no` and `list_size`, page 1 and 100 users;
//! an array has to be sent, and an empty one leaves nobody out.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::problem::{self, Errors};
use crate::accounts::smarttask::USER_ID;
use crate::received_request::ReceivedRequest;

const LARGEST_LIST: usize = 100;

struct User {
    id: u64,
    full_name: &'static str,
    email: &'static str,
    role: &'static str,
}

const USERS: [User; 3] = [
    User { id: USER_ID, full_name: "Sandbox Admin", email: "admin@example.com", role: "admin" },
    User { id: 2, full_name: "Sandbox Member", email: "member@example.com", role: "core" },
    User { id: 3, full_name: "Sandbox Guest", email: "guest@example.com", role: "guest_user" },
];

impl User {
    fn matches(&self, query: &str) -> bool {
        self.full_name.to_lowercase().contains(query) || self.email.contains(query)
    }

    fn shown(&self) -> Value {
        json!({
            "full_name": self.full_name,
            "email": self.email,
            "user_id": self.id,
            "role": self.role,
            "avatar_url": format!("https://example.com/{}.png", self.id),
        })
    }
}

/// Answers a request of somebody who may see the users.
pub(super) fn answer(request: &ReceivedRequest) -> Response {
    if !request.is_json() {
        return problem::unsupported_media_type();
    }
    match found(request) {
        Ok(users) => Json(users).into_response(),
        Err(errors) => problem::invalid(&errors),
    }
}

fn found(request: &ReceivedRequest) -> Result<Vec<Value>, Errors> {
    let page = number(request, "page_no")?.unwrap_or(1);
    let size = number(request, "list_size")?.unwrap_or(LARGEST_LIST);
    if size > LARGEST_LIST {
        let message = format!("The field must be between 1 and {LARGEST_LIST}.");
        return Err(problem::one("list_size", &message));
    }
    let except = except_user_ids(request)?;
    let query = request.query_value("query").unwrap_or_default();
    let query = query.to_lowercase();
    Ok(USERS
        .iter()
        .filter(|user| user.matches(&query) && !except.contains(&user.id))
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(User::shown)
        .collect())
}

/// A number of the query, from 1.
fn number(request: &ReceivedRequest, parameter: &str) -> Result<Option<usize>, Errors> {
    match request.query_value(parameter) {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => match text.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(problem::not_valid(parameter, &text)),
        },
    }
}

fn except_user_ids(request: &ReceivedRequest) -> Result<Vec<u64>, Errors> {
    let body = request.json();
    let ids = body.as_ref().and_then(Value::as_array).map(|items| {
        let ids = items.iter().map(Value::as_u64);
        ids.collect::<Option<Vec<_>>>()
    });
    ids.flatten().ok_or_else(|| {
        let message = "The JSON value could not be converted to an array of user ids.";
        problem::one("$", message)
    })
}
