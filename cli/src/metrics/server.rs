//! The HTTP server of the metrics and of the health checks. It listens before the worker starts; if it cannot, the worker does not start.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::gauges::{self, gauges};
use super::health::Liveness;
use super::process::process;
use super::status_cache::StatusCache;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// A running server. Dropping it stops the server.
pub(crate) struct MetricsServer {
    task: JoinHandle<()>,
}

pub(super) struct Sources {
    pub(super) worker: Arc<Registry>,
    pub(super) liveness: Liveness,
    pub(super) queue: StatusCache,
}

impl MetricsServer {
    pub(super) async fn start(address: SocketAddr, sources: Sources) -> Result<Self, Failure> {
        let refused = |error: io::Error| {
            Failure::new(FailureCode::System, format!("--metrics {address}: {}", listen_error(&error)))
        };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let in_use = listener.local_addr().map_err(refused)?;
        let router = Router::new()
            .route("/metrics", get(scrape))
            .route("/livez", get(livez))
            .route("/readyz", get(readyz))
            .with_state(Arc::new(sources));
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        output::message(&format!("Metrics at http://{in_use}/metrics"));
        Ok(Self { task })
    }
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn scrape(State(sources): State<Arc<Sources>>) -> Response {
    let status = sources.queue.status().await;
    match sources.text(status.as_deref()) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn livez(State(sources): State<Arc<Sources>>) -> Response {
    health("alive", sources.liveness.failure())
}

async fn readyz(State(sources): State<Arc<Sources>>) -> Response {
    health("ready", sources.queue.readiness_failure())
}

fn health(healthy: &str, failure: Option<String>) -> Response {
    match failure {
        None => format!("{healthy}\n").into_response(),
        Some(failure) => (StatusCode::SERVICE_UNAVAILABLE, format!("{failure}\n")).into_response(),
    }
}

impl Sources {
    fn text(&self, status: Option<&unicontact::queue::Status>) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.worker)?;
        encode(&mut text, &process())?;
        encode(&mut text, &gauges(status, self.queue.providers(), &self.queue.open_breakers()))?;
        if let Some(counts) = self.queue.unfinished() {
            encode(&mut text, &gauges::unfinished(counts))?;
        }
        Ok(text)
    }
}

fn listen_error(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use; choose another one, or 0 for any free port".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address; choose one of its own, such as 127.0.0.1".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "this user may not listen on the port; choose one from 1024 on".to_owned()
        }
        _ => error.to_string(),
    }
}
