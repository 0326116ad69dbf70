//! A scraper with the ten-second timeout of Prometheus.

use std::fmt;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const LONGEST_SCRAPE: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

/// A response.
#[derive(Debug)]
pub(crate) struct Scraped {
    pub(crate) status: u16,
    head: String,
    pub(crate) text: String,
}

/// Sends one request.
pub(crate) async fn ask(address: &str, path: &str) -> Scraped {
    let asking = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = timeout(LONGEST_SCRAPE, asking).await.expect("it answers in time");
    let (head, text) = answer.split_once("\r\n\r\n").expect("it is an answer of HTTP");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Scraped { status, head: head.to_owned(), text: text.to_owned() }
}

/// Sends requests until a response matches.
pub(crate) async fn until(address: &str, is_so: impl Fn(&Scraped) -> bool) -> Scraped {
    let mut last = None;
    let asking = async {
        loop {
            let scraped = ask(address, "/metrics").await;
            assert_eq!(scraped.status, 200, "{scraped}");
            if is_so(&scraped) {
                return scraped;
            }
            last = Some(scraped);
            sleep(PAUSE).await;
        }
    };
    let told = timeout(LONGEST_WAIT, asking).await.ok();
    told.unwrap_or_else(|| panic!("it is not told: {}", last.unwrap()))
}

impl Scraped {
    /// Returns the value of a series with these labels.
    pub(crate) fn value(&self, series: &str) -> Option<f64> {
        let values = || self.text.lines().filter_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        assert!(values().count() <= 1, "{series} is there twice: {self}");
        values().next().map(|value| value.parse().unwrap())
    }

    /// Returns the value of a series with a provider as its only label.
    pub(crate) fn of(&self, name: &str, provider: &str) -> Option<f64> {
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
