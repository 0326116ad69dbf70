//! Requests to the address of `worker --metrics`.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Returns the status and the body of the answer to a GET. Waits until the worker listens.
pub(crate) async fn get(port: u16, path: &str) -> (u16, String) {
    let mut stream = crate::queue::waiting::until("the worker listens", async || {
        TcpStream::connect(("127.0.0.1", port)).await.ok()
    })
    .await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

/// Returns the metrics of a worker.
pub(crate) async fn scrape(port: u16) -> String {
    let (status, text) = get(port, "/metrics").await;
    assert_eq!(status, 200, "{text}");
    text
}
