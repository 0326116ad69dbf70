//! The routes of `/clock`. A request that sets nothing is an error.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{Shared, error as error_response};
use crate::faults::Span;
use crate::settable_clock::SettableClock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    now: Option<Timestamp>,
    advance: Option<Span>,
    follow: Option<bool>,
}

pub(super) async fn show(State(stand_ins): Shared) -> Json<Value> {
    shown(&stand_ins.clock())
}

pub(super) async fn restore(State(stand_ins): Shared) -> Json<Value> {
    stand_ins.clock().restore();
    stand_ins.settled().await;
    shown(&stand_ins.clock())
}

pub(super) async fn set(State(stand_ins): Shared, text: String) -> Response {
    match serde_json::from_str::<Setting>(&text) {
        Err(error) => error_response(StatusCode::BAD_REQUEST, &error.to_string()),
        Ok(Setting { now: None, advance: None, follow: None }) => {
            error_response(StatusCode::BAD_REQUEST, "at least one of now, advance and follow is needed")
        }
        Ok(setting) => {
            apply(&setting, &stand_ins.clock());
            stand_ins.settled().await;
            shown(&stand_ins.clock()).into_response()
        }
    }
}

fn apply(setting: &Setting, clock: &SettableClock) {
    if let Some(now) = setting.now {
        clock.set(now);
    }
    if let Some(Span(by)) = setting.advance {
        clock.advance(by);
    }
    match setting.follow {
        Some(true) => clock.follow(),
        Some(false) => clock.set(clock.now()),
        None => {}
    }
}

fn shown(clock: &SettableClock) -> Json<Value> {
    Json(json!({"now": clock.now(), "running": clock.is_running()}))
}
