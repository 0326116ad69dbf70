//! Bodies that are sent in part or in pieces. The announced length is that of the whole body.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::record::Answer;
use crate::server::AnswerRecorder;
use crate::stop::{Stop, stopped};

const MOST_PIECES: usize = 16;

/// A body that ends the connection after its first half.
pub(super) struct TruncatedBody {
    coming: Option<Bytes>,
    announced: u64,
    is_flushed: bool,
}

/// A body that is sent in pieces over a time, unless the sandbox stops. An empty body ends after the whole time.
pub(super) struct SlowBody {
    pieces: VecDeque<Bytes>,
    left: u64,
    is_over: bool,
    pause: Duration,
    pausing: Pin<Box<Sleep>>,
    stopping: Pin<Box<dyn Future<Output = ()> + Send>>,
    recorder: AnswerRecorder,
}

impl TruncatedBody {
    pub(super) fn new(whole: &Bytes) -> Self {
        let announced = whole.len().max(1) as u64;
        let half = whole.slice(..whole.len() / 2);
        Self { coming: Some(half).filter(|half| !half.is_empty()), announced, is_flushed: false }
    }
}

impl Body for TruncatedBody {
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
            // hyper flushes only while the body is pending.
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

impl SlowBody {
    pub(super) fn new(whole: &Bytes, over: Duration, recorder: AnswerRecorder, stop: Stop) -> Self {
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
            recorder,
        }
    }
}

impl Body for SlowBody {
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
        this.recorder.record(if this.is_over { Answer::Whole } else { Answer::Cut });
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        // hyper would skip an empty body of known length, and its time with it.
        if self.left == 0 && !self.is_over { SizeHint::default() } else { SizeHint::with_exact(self.left) }
    }
}
