//! The reports of an import.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{BoxStream, Stream, StreamExt};

use crate::bulk::Import;
use crate::report::Report;

/// The reports of an import, a [`Stream`], in the order in which the deliveries ended.
///
/// Dropping it cuts off what is under way; [`Import::stop`] ends it in order.
pub struct Reports {
    import: Import,
    reports: BoxStream<'static, Report>,
}

impl Reports {
    pub(super) fn new(import: Import, reports: impl Stream<Item = Report> + Send + 'static) -> Self {
        Self { import, reports: reports.boxed() }
    }

    /// Returns the next report, or `None` after the last.
    pub async fn next(&mut self) -> Option<Report> {
        self.reports.next().await
    }

    /// Returns the import: it can be stopped, also from a clone, and says which providers are paused.
    pub fn import(&self) -> &Import {
        &self.import
    }
}

impl Stream for Reports {
    type Item = Report;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Report>> {
        self.reports.poll_next_unpin(context)
    }
}

impl fmt::Debug for Reports {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reports(..)")
    }
}
