//! Serves one stand-in over HTTP and notes what it was asked.
//!
//! Rule: the only place that knows the network. A request is read whole, answered, noted, and only then replied to. A body
//! over 1 MiB is refused with an empty 413; no vendor's page gives a limit, so that one is the sandbox's choice.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::exchange::{Received, StandIn};
use crate::options::Clock;
use crate::record::{SeenRequest, StoredContact};

const LARGEST_BODY: usize = 1024 * 1024;
// Read further than accepted, so that the sender is still listening when it is told so.
const LARGEST_READ: usize = 8 * LARGEST_BODY;

/// A stand-in that is being served.
pub(crate) struct Served {
    clock: Clock,
    stand_in: Mutex<Box<dyn StandIn>>,
    seen: Mutex<Vec<SeenRequest>>,
}

impl Served {
    pub(crate) fn new(stand_in: Box<dyn StandIn>, clock: Clock) -> Self {
        Self { clock, stand_in: Mutex::new(stand_in), seen: Mutex::new(Vec::new()) }
    }

    pub(crate) fn contacts(&self) -> Vec<StoredContact> {
        locked(&self.stand_in).contacts()
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        locked(&self.seen).clone()
    }

    async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST_READ).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        if body.len() > LARGEST_BODY {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        let received = Received {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            at: self.clock.now(),
        };
        locked(&self.stand_in).answer(&received)
    }

    fn note(&self, request: SeenRequest) {
        locked(&self.seen).push(request);
    }
}

/// Serves until `stop` changes or its sender is dropped. `stop` lives as long as the server does.
pub(crate) fn spawn(listener: TcpListener, served: Arc<Served>, stop: watch::Receiver<()>) {
    let router = Router::new().fallback(exchange).with_state(served);
    tokio::spawn(async move {
        let mut told = stop.clone();
        let told_to_stop = async move {
            let _ = told.changed().await;
        };
        let _ = axum::serve(listener, router).with_graceful_shutdown(told_to_stop).await;
        drop(stop);
    });
}

async fn exchange(State(served): State<Arc<Served>>, request: Request) -> Response {
    let method = request.method().to_string();
    let path = request.uri().to_string();
    let response = served.answer(request).await;
    served.note(SeenRequest { method, path, status: response.status().as_u16() });
    response
}

fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
