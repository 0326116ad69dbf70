//! Serves one connection. A reset closes the socket with a linger of zero, so that the system sends an RST.

use std::error::Error;
use std::fmt;
use std::iter;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::delayed_reply;
use super::response::response;
use crate::reply::SendMode;
use crate::server::{PlannedReply, StandInServer};
use crate::stop::{Stop, stopped};

const LARGEST_BODY: usize = 1024 * 1024;
// Larger than the accepted size, so that the client receives the 413.
const LARGEST_READ: usize = 8 * LARGEST_BODY;

/// The error that ends a connection without an answer.
#[derive(Debug)]
struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection is reset")
    }
}

impl Error for Reset {}

/// An event of a connection.
enum Event {
    Ended(hyper::Result<()>),
    Stop,
    Change,
}

pub(super) fn spawn(stream: TcpStream, server: Arc<StandInServer>, stop: Stop) {
    tokio::spawn(serve(stream, server, stop));
}

async fn serve(stream: TcpStream, server: Arc<StandInServer>, mut stop: Stop) {
    let service = {
        let (server, stop) = (Arc::clone(&server), stop.clone());
        service_fn(move |request| exchange(Arc::clone(&server), request, stop.clone()))
    };
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut changes = server.changes();
    let mut is_stopping = false;
    let is_reset = loop {
        if server.is_down() {
            break true;
        }
        let event = tokio::select! {
            ended = &mut connection => Event::Ended(ended),
            _ = stop.changed(), if !is_stopping => Event::Stop,
            _ = changes.changed() => Event::Change,
        };
        match event {
            Event::Ended(ended) => break ended.is_err_and(|error| is_reset(&error)),
            Event::Stop => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            Event::Change => {}
        }
    };
    let stream = connection.into_parts().io.into_inner();
    if is_reset {
        let _ = stream.set_zero_linger();
    }
}

fn is_reset(error: &hyper::Error) -> bool {
    error.source().is_some_and(<dyn Error>::is::<Reset>)
}

async fn exchange(
    server: Arc<StandInServer>,
    request: Request<Incoming>,
    stop: Stop,
) -> Result<Response, Reset> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let outgoing = server.exchange(parts, body);
    let reply = match outgoing.reply {
        PlannedReply::Ready(reply) => reply,
        PlannedReply::Delayed(delayed) => {
            delayed_reply::wait_for_reply(delayed, &server, &outgoing.recorder, &stop).await.ok_or(Reset)?
        }
    };
    if let Some(delay) = outgoing.delay {
        pause(sleep(delay), &stop).await;
    }
    for queued in &outgoing.queued {
        pause(queued.wait(), &stop).await;
    }
    match reply.mode {
        SendMode::Reset => return Err(Reset),
        SendMode::Hang => {
            stopped(stop).await;
            return Err(Reset);
        }
        _ => {}
    }
    Ok(response(reply, outgoing.recorder, stop).await)
}

/// Returns the body, or `None` if it is too large. An incomplete request is ignored.
async fn read_body(body: Incoming) -> Result<Option<Bytes>, Reset> {
    match to_bytes(Body::new(body), LARGEST_READ).await {
        Ok(body) => Ok(Some(body).filter(|body| body.len() <= LARGEST_BODY)),
        Err(error) if is_broken_off(&error) => Err(Reset),
        Err(_) => Ok(None),
    }
}

fn is_broken_off(error: &axum::Error) -> bool {
    iter::successors(error.source(), |error| (*error).source()).any(<dyn Error>::is::<hyper::Error>)
}

/// Waits, at most until the sandbox stops.
async fn pause(wait: impl Future<Output = ()>, stop: &Stop) {
    tokio::select! {
        () = wait => {}
        () = stopped(stop.clone()) => {}
    }
}
