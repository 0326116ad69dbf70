//! The refusals of each vendor: the documented or recorded body, or else the usual body of the vendor's framework.

use serde_json::{Value, json};

use super::answer::Answer;
use super::vendor::Vendor;

/// Returns the vendor's refusal with this status.
pub(crate) fn refusal(vendor: Vendor, status: u16) -> Answer {
    match vendor {
        Vendor::SmartTask => smarttask(status),
        Vendor::Emnify => emnify(status),
        Vendor::Cloverhound => cloverhound(status),
        Vendor::OneCloud => Answer::json(status, &onecloud(status)),
    }
}

/// The body of ASP.NET, which the vendor seems to use.
fn smarttask(status: u16) -> Answer {
    let problem = |title: &str| {
        let body = json!({"type": "https://tools.ietf.org/html/rfc9110", "title": title, "status": status,
            "traceId": "00-aa-bb-00"});
        Answer::text(status, "application/problem+json", body.to_string())
    };
    match status {
        401 => Answer::empty(401).header("www-authenticate", "Bearer error=\"invalid_token\""),
        403 => Answer::empty(403),
        400 | 422 => {
            let body = json!({"title": "One or more validation errors occurred.", "status": status,
                "errors": {"Name": ["The field Name must be a string with a maximum length of 100."]}});
            Answer::text(status, "application/problem+json", body.to_string())
        }
        _ => problem("An error occurred while processing your request."),
    }
}

/// The documented envelope and codes.
fn emnify(status: u16) -> Answer {
    let (code, token) = match status {
        400 => (1000, "BadRequest"),
        401 => (1103, "TokenExpired"),
        403 => (1104, "Forbidden"),
        404 => (1201, "NotFound"),
        409 => (1405, "Duplicated"),
        422 => (1400, "InputValidationFailed"),
        429 => (1105, "TooManyRequests"),
        _ => return Answer::json(status, &json!({"message": "Internal server error"})),
    };
    let mut body = json!({"error_code": code, "error_token": token, "message": "It cannot be done"});
    if status == 422 {
        body["errors"] = json!([{"error_code": 1402, "error_token": "Required",
            "message": "Contact - type is required."}]);
    }
    Answer::json(status, &body)
}

/// The body of Rails, which the vendor seems to use.
fn cloverhound(status: u16) -> Answer {
    match status {
        401 => Answer::text(401, "text/plain", "HTTP Basic: Access denied.")
            .header("www-authenticate", "Basic realm=\"Application\""),
        422 => Answer::json(422, &json!({"errors": {"full_name": ["is too long"]}})),
        _ => Answer::json(status, &json!({"status": status, "error": "It cannot be done"})),
    }
}

/// The documented envelope.
fn onecloud(status: u16) -> Value {
    let message = if status == 401 { "Expired token" } else { "It cannot be done" };
    json!({
        "_meta": {"status": "ERROR", "count": 1},
        "records": {"errorCode": status, "userMessage": message, "devMessage": null, "more": null,
            "applicationCode": null},
    })
}
