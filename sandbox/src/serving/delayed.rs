//! Waits for the commit of a late create, and for the answer that follows it.

use std::future::pending;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::time::sleep;

use super::reply::Reply;
use super::{Stop, stopped};
use crate::served::{DelayedReply, Served, Ticket};

/// How often the sandbox's clock is read at least. Nothing tells that it was set.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// Returns the answer after the commit, or a gateway's before it. Returns none if the sandbox stops or forgets the create.
pub(super) async fn reply(
    delayed: DelayedReply,
    served: &Served,
    ticket: &Ticket,
    stop: &Stop,
) -> Option<Reply> {
    let DelayedReply { commits_at, gateway_timeout, mut reply } = delayed;
    let gateway = async {
        match gateway_timeout {
            Some(timeout) => sleep(timeout).await,
            None => pending().await,
        }
    };
    tokio::pin!(gateway);
    loop {
        let left = served.commit_until(commits_at);
        tokio::select! {
            biased;
            reply = &mut reply => return reply.ok(),
            () = stopped(stop.clone()) => return None,
            () = &mut gateway => {
                ticket.note_gateway(StatusCode::GATEWAY_TIMEOUT);
                return Some(Reply::gateway_timeout());
            }
            () = sleep(left.clamp(SHORTEST_SLEEP, POLL_INTERVAL)) => {}
        }
    }
}
