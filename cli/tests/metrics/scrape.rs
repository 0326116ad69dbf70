//! Scrapes metrics as Prometheus does: a response must arrive within ten seconds.

use std::fmt;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const SCRAPE_TIMEOUT: Duration = Duration::from_secs(10);
const POLL_TIMEOUT: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The response to a scrape.
#[derive(Debug)]
pub(crate) struct Scraped {
    pub(crate) status: u16,
    head: String,
    pub(crate) text: String,
}

/// Sends one request.
pub(crate) async fn get(address: &str, path: &str) -> Scraped {
    let request = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        response
    };
    let response = timeout(SCRAPE_TIMEOUT, request).await.expect("it answers in time");
    let (head, text) = response.split_once("\r\n\r\n").expect("it is an answer of HTTP");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Scraped { status, head: head.to_owned(), text: text.to_owned() }
}

/// Scrapes until the metrics satisfy the condition, and returns them.
pub(crate) async fn poll_until(address: &str, is_met: impl Fn(&Scraped) -> bool) -> Scraped {
    let mut last = None;
    let polling = async {
        loop {
            let scraped = get(address, "/metrics").await;
            assert_eq!(scraped.status, 200, "{scraped}");
            if is_met(&scraped) {
                return scraped;
            }
            last = Some(scraped);
            sleep(POLL_INTERVAL).await;
        }
    };
    let result = timeout(POLL_TIMEOUT, polling).await.ok();
    result.unwrap_or_else(|| panic!("it is not told: {}", last.unwrap()))
}

impl Scraped {
    /// Returns the value of a series, which is named with its labels.
    pub(crate) fn value(&self, series: &str) -> Option<f64> {
        let values = || self.text.lines().filter_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        assert!(values().count() <= 1, "{series} is there twice: {self}");
        values().next().map(|value| value.parse().unwrap())
    }

    /// Returns the value of a metric whose only label is the provider.
    pub(crate) fn provider_value(&self, name: &str, provider: &str) -> Option<f64> {
        self.value(&format!("{name}{{provider=\"{provider}\"}}"))
    }

    pub(crate) fn content_type(&self) -> &str {
        self.head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap()
    }
}

impl fmt::Display for Scraped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n\n{}", self.head, self.text)
    }
}
