//! `OneCloud`'s prospects: `GET /api/prospectrz`.
//!
//! Documented: the path, `sinceId`, `limit` (20 without it), `offset`, the list's five keys, the nine keys of a prospect
//! with nulls among them, `limit` as a string where it was given.
//!
//! Choices where the pages are silent: the prospects, which no created contact becomes; `sinceId` leaves out ids up to and
//! including its own (the page says only "Last date"), and `total` counts what is left; `offset` is always a number;
//! a value that is no number is a 400 envelope, and an empty one is as good as none; `paging` is ignored.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::envelope::bad_request;
use crate::received_request::ReceivedRequest;

const DEFAULT_LIMIT: usize = 20;

struct Prospect {
    id: usize,
    name: &'static str,
    phone: Option<&'static str>,
    email: &'static str,
}

const PROSPECTS: [Prospect; 3] = [
    Prospect { id: 31, name: "Sandbox Prospect", phone: Some("0215550100"), email: "prospect@example.com" },
    Prospect { id: 34, name: "Silent Prospect", phone: None, email: "silent@example.com" },
    Prospect { id: 35, name: "Late Prospect", phone: Some("0215550101"), email: "late@example.com" },
];

impl Prospect {
    fn shown(&self) -> Value {
        let absent = self.phone.map(|_| "");
        json!({
            "Id": self.id.to_string(),
            "Name": self.name,
            "Phone": self.phone,
            "Fax": absent,
            "Email": self.email,
            "Mobile": self.phone,
            "TwitterId": absent,
            "FacebookId": absent,
            "Media": "",
        })
    }
}

/// Answers a request with a good token.
pub(super) fn list(request: &ReceivedRequest) -> Response {
    match listed(request) {
        Ok(list) => Json(list).into_response(),
        Err(parameter) => bad_request(&format!("{parameter} must be a number")),
    }
}

fn listed(request: &ReceivedRequest) -> Result<Value, &'static str> {
    let since = number(request, "sinceId")?.unwrap_or(0);
    let offset = number(request, "offset")?.unwrap_or(0);
    let limit = number(request, "limit")?;
    let prospects: Vec<Value> =
        PROSPECTS.iter().filter(|prospect| prospect.id > since).map(Prospect::shown).collect();
    let total = prospects.len();
    let data: Vec<Value> = prospects.into_iter().skip(offset).take(limit.unwrap_or(DEFAULT_LIMIT)).collect();
    let shown_limit = limit.map_or(json!(DEFAULT_LIMIT), |limit| json!(limit.to_string()));
    Ok(json!({
        "limit": shown_limit,
        "offset": offset,
        "count": data.len(),
        "total": total,
        "data": data,
    }))
}

fn number(request: &ReceivedRequest, parameter: &'static str) -> Result<Option<usize>, &'static str> {
    match request.query_value(parameter) {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| parameter),
    }
}
