//! Waits for the commit of a late create, and for the answer that follows it.

use std::future::pending;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::time::sleep;

use crate::reply::Reply;
use crate::server::{AnswerRecorder, DelayedReply, StandInServer};
use crate::stop::{Stop, stopped};

/// The longest time between two readings of the sandbox's clock, which does not signal changes.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// Returns the answer after the commit, or a gateway's before it. Returns `None` if the sandbox stops or is reset.
pub(super) async fn wait_for_reply(
    delayed: DelayedReply,
    server: &StandInServer,
    recorder: &AnswerRecorder,
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
        let left = server.commit_until(commits_at);
        tokio::select! {
            biased;
            reply = &mut reply => return reply.ok(),
            () = stopped(stop.clone()) => return None,
            () = &mut gateway => {
                recorder.record_gateway_status(StatusCode::GATEWAY_TIMEOUT);
                return Some(Reply::gateway_timeout());
            }
            () = sleep(left.clamp(SHORTEST_SLEEP, POLL_INTERVAL)) => {}
        }
    }
}
