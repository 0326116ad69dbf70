//! The address that Prometheus asks.
//!
//! Its rule: it listens before the worker begins, or the worker does not begin; and there is nothing but the metrics.

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

use super::gauges::gauges;
use super::look::Look;
use crate::exit::Failure;
use crate::output;

/// The metrics, being served. Dropping it ends that.
pub(crate) struct Served {
    task: JoinHandle<()>,
}

struct Source {
    of_worker: Arc<Registry>,
    of_queue: Look,
}

impl Served {
    pub(super) async fn at(
        address: SocketAddr,
        of_worker: Arc<Registry>,
        of_queue: Look,
    ) -> Result<Self, Failure> {
        let refused = |error: io::Error| Failure::new(format!("--metrics {address}: {}", in_words(&error)));
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let in_use = listener.local_addr().map_err(refused)?;
        let source = Arc::new(Source { of_worker, of_queue });
        let router = Router::new().route("/metrics", get(scraped)).with_state(source);
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        output::message(&format!("Metrics at http://{in_use}/metrics"));
        Ok(Self { task })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn scraped(State(source): State<Arc<Source>>) -> Response {
    let status = source.of_queue.status().await;
    match source.text(status.as_deref()) {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Source {
    fn text(&self, status: Option<&unicontact::queue::Status>) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.of_worker)?;
        encode(&mut text, &gauges(status, self.of_queue.providers(), &self.of_queue.open_breakers()))?;
        Ok(text)
    }
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there; take another port, or 0 for any that is free".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "this user may not listen there; take a port from 1024 on".to_owned()
        }
        _ => error.to_string(),
    }
}
