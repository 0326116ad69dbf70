//! A body that comes in pieces, and may never come whole.
//!
//! Rule: the length that the head announces is the whole body's.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::{Stop, stopped};
use crate::record::Answer;
use crate::served::Ticket;

const MOST_PIECES: usize = 16;

/// The first half, and then the end of the connection.
pub(super) struct Half {
    coming: Option<Bytes>,
    announced: u64,
    is_flushed: bool,
}

/// All of it, a little at a time, unless the sandbox stops before. An empty one ends only after the whole time.
pub(super) struct Dribble {
    pieces: VecDeque<Bytes>,
    left: u64,
    is_over: bool,
    pause: Duration,
    pausing: Pin<Box<Sleep>>,
    stopping: Pin<Box<dyn Future<Output = ()> + Send>>,
    ticket: Ticket,
}

impl Half {
    pub(super) fn of(whole: &Bytes) -> Self {
        let announced = whole.len().max(1) as u64;
        let half = whole.slice(..whole.len() / 2);
        Self { coming: Some(half).filter(|half| !half.is_empty()), announced, is_flushed: false }
    }
}

impl Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if let Some(half) = this.coming.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !this.is_flushed {
            // What was written goes out only while there is nothing more to write.
            this.is_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

impl Dribble {
    pub(super) fn new(whole: &Bytes, over: Duration, ticket: Ticket, stop: Stop) -> Self {
        let length = whole.len().div_ceil(MOST_PIECES).max(1);
        let pieces: VecDeque<Bytes> = whole.chunks(length).map(Bytes::copy_from_slice).collect();
        let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX).max(1);
        let pause = over / count;
        Self {
            pieces,
            left: whole.len() as u64,
            is_over: false,
            pause,
            pausing: Box::pin(sleep(pause)),
            stopping: Box::pin(stopped(stop)),
            ticket,
        }
    }
}

impl Body for Dribble {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if this.is_over {
            return Poll::Ready(None);
        }
        if this.stopping.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        ready!(this.pausing.as_mut().poll(context));
        this.pausing = Box::pin(sleep(this.pause));
        let piece = this.pieces.pop_front();
        this.is_over = this.pieces.is_empty();
        this.left -= piece.as_ref().map_or(0, Bytes::len) as u64;
        this.ticket.note(if this.is_over { Answer::Whole } else { Answer::Cut });
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        // An empty body whose length is told would be left out, and its time with it.
        if self.left == 0 && !self.is_over { SizeHint::default() } else { SizeHint::with_exact(self.left) }
    }
}
