//! One connection, from its first request to its end.
//!
//! Rule: a reset is a real one: the socket is closed with a linger of zero, which makes the system send RST.

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

use super::reply::Manner;
use super::{Stop, delayed, stopped};
use crate::served::{PlannedReply, Served};

const LARGEST_BODY: usize = 1024 * 1024;
// Read further than accepted, so that the sender is still listening when it is told so.
const LARGEST_READ: usize = 8 * LARGEST_BODY;

/// Ends a connection without a word.
#[derive(Debug)]
struct Reset;

impl fmt::Display for Reset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection is reset")
    }
}

impl Error for Reset {}

/// What may happen to a connection.
enum Event {
    Ended(hyper::Result<()>),
    Stop,
    Change,
}

pub(super) fn spawn(stream: TcpStream, served: Arc<Served>, stop: Stop) {
    tokio::spawn(serve(stream, served, stop));
}

async fn serve(stream: TcpStream, served: Arc<Served>, mut stop: Stop) {
    let service = {
        let (served, stop) = (Arc::clone(&served), stop.clone());
        service_fn(move |request| exchange(Arc::clone(&served), request, stop.clone()))
    };
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut changes = served.changes();
    let mut is_stopping = false;
    let is_reset = loop {
        if served.is_down() {
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

async fn exchange(served: Arc<Served>, request: Request<Incoming>, stop: Stop) -> Result<Response, Reset> {
    let (parts, body) = request.into_parts();
    let body = whole(body).await?;
    let outgoing = served.exchange(parts, body);
    let reply = match outgoing.reply {
        PlannedReply::Ready(reply) => reply,
        PlannedReply::Delayed(delayed) => {
            delayed::reply(delayed, &served, &outgoing.ticket, &stop).await.ok_or(Reset)?
        }
    };
    if let Some(delay) = outgoing.delay {
        pause(sleep(delay), &stop).await;
    }
    for queued in &outgoing.queued {
        pause(queued.worked_on(), &stop).await;
    }
    match reply.manner {
        Manner::Reset => return Err(Reset),
        Manner::Hang => {
            stopped(stop).await;
            return Err(Reset);
        }
        _ => {}
    }
    Ok(reply.into_response(outgoing.ticket, stop).await)
}

/// The body, unless it is too large to be accepted. A request that breaks off was never made.
async fn whole(body: Incoming) -> Result<Option<Bytes>, Reset> {
    match to_bytes(Body::new(body), LARGEST_READ).await {
        Ok(body) => Ok(Some(body).filter(|body| body.len() <= LARGEST_BODY)),
        Err(error) if is_broken_off(&error) => Err(Reset),
        Err(_) => Ok(None),
    }
}

fn is_broken_off(error: &axum::Error) -> bool {
    iter::successors(error.source(), |error| (*error).source()).any(<dyn Error>::is::<hyper::Error>)
}

/// A stop cuts it short.
async fn pause(wait: impl Future<Output = ()>, stop: &Stop) {
    tokio::select! {
        () = wait => {}
        () = stopped(stop.clone()) => {}
    }
}
