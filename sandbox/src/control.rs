//! The control endpoint: reads and changes the state of a sandbox in another process, as JSON over HTTP on a loopback port.
//!
//! | request | effect |
//! |---|---|
//! | `GET /` | lists these routes |
//! | `GET /state` | returns the time, and per vendor its address, whether its port is open, the [tally](crate::Tally), the [contacts](crate::StoredContact), the [uncommitted contacts](crate::UncommittedContact) and the [requests](crate::RequestRecord) |
//! | `GET /faults` | returns the [faults](crate::faults) |
//! | `PUT /faults` | sets the faults: TOML, or JSON with the `Content-Type` `application/json`; all counts start at zero |
//! | `DELETE /faults` | removes the faults |
//! | `GET /clock` | returns the time, `{"now": "2026-11-20T10:00:00Z", "running": true}` |
//! | `PUT /clock` | sets the clock, with one or more of `now` (RFC 3339; stops the clock there), `advance` (such as `"15m"`) and `follow` (`true` runs the clock, `false` stops it), in this order |
//! | `DELETE /clock` | shows the time of the source clock again |
//! | `POST /reset` | deletes contacts, requests and tokens; all counts of the faults start at zero |
//!
//! A change answers with the new state. A mistake is a 400 with `{"error": …}`, and with `line` for a mistake in TOML; an unknown
//! route is a 404, a wrong method a 405. `GET /state` returns whole contacts, because they are test data.

mod clock;
mod response;
mod state;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::response::{Shared, error};
use crate::faults::{Faults, FaultsError};

use crate::stand_ins::StandIns;
use crate::stop::{Stop, stopped};

/// Serves until `stop` changes or its sender is dropped.
pub(crate) fn spawn(listener: TcpListener, stand_ins: Arc<StandIns>, stop: Stop) {
    let router = Router::new()
        .route("/", get(list_routes))
        .route("/state", get(show_state))
        .route("/faults", get(show_faults).put(set_faults).delete(remove_faults))
        .route("/clock", get(clock::show).put(clock::set).delete(clock::restore))
        .route("/reset", post(reset))
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method)
        .with_state(stand_ins);
    tokio::spawn(async move {
        let _ = axum::serve(listener, router).with_graceful_shutdown(stopped(stop.clone())).await;
        drop(stop);
    });
}

async fn list_routes() -> Json<Value> {
    Json(json!({
        "GET /state": "what was created and asked, per vendor",
        "GET /faults": "what goes wrong",
        "PUT /faults": "sets it, as TOML, or as JSON with its content type",
        "DELETE /faults": "lets nothing go wrong",
        "GET /clock": "the time",
        "PUT /clock": "sets it: now, advance, follow",
        "DELETE /clock": "shows the system's time again",
        "POST /reset": "forgets contacts, requests and tokens",
    }))
}

async fn show_state(State(stand_ins): Shared) -> Json<Value> {
    Json(state::of(&stand_ins))
}

async fn show_faults(State(stand_ins): Shared) -> Json<Faults> {
    Json(stand_ins.faults())
}

async fn set_faults(State(stand_ins): Shared, headers: HeaderMap, text: String) -> Response {
    let faults = if is_json(&headers) { Faults::from_json(&text) } else { Faults::from_toml(&text) };
    match faults {
        Err(error) => invalid_faults(&error),
        Ok(faults) => {
            stand_ins.set_faults(&faults).await;
            Json(faults).into_response()
        }
    }
}

async fn remove_faults(State(stand_ins): Shared) -> Json<Faults> {
    stand_ins.set_faults(&Faults::default()).await;
    Json(stand_ins.faults())
}

async fn reset(State(stand_ins): Shared) -> Json<Value> {
    stand_ins.reset().await;
    Json(state::of(&stand_ins))
}

async fn unknown_route() -> Response {
    error(StatusCode::NOT_FOUND, "there is no such route; GET / lists them")
}

async fn wrong_method() -> Response {
    error(StatusCode::METHOD_NOT_ALLOWED, "this route has other methods; GET / lists them")
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|label| label.starts_with("application/json"))
}

fn invalid_faults(error: &FaultsError) -> Response {
    let body = json!({"error": error.message, "line": error.line});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
