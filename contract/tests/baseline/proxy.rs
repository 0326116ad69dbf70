//! A proxy in front of a stand-in that changes its answers.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use unicontact_providers::testkit::Received;

const HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];
const KEPT_HEADERS: [&str; 3] = ["content-type", "location", "retry-after"];

/// An answer on its way back, which a test changes.
pub(crate) struct Reply {
    /// Method and path of the request, such as `POST /7/contacts`.
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// The body of a reply.
pub(crate) enum Body {
    Json(Value),
    Text(String),
}

/// Starts a proxy for the server at `url` that changes each answer, and returns its own URL.
pub(crate) async fn start(url: String, change: impl Fn(&mut Reply) + Send + Sync + 'static) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let redirect = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
    let shared = Arc::new((url, client, change));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let (url, client, change) = &*shared;
                answer(stream, client, url, change).await;
            });
        }
    });
    own
}

async fn answer(mut stream: TcpStream, client: &reqwest::Client, url: &str, change: &impl Fn(&mut Reply)) {
    let Some(request) = received(&mut stream).await else { return };
    let mut forwarded =
        client.request(request.method().parse().unwrap(), format!("{url}{}", request.target()));
    for (name, value) in request.headers().filter(|(name, _)| is_forwarded(name)) {
        forwarded = forwarded.header(name, value);
    }
    let response = forwarded.body(request.body().to_vec()).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), kept(response.headers()));
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).map_or(Body::Text(text), Body::Json);
    let path = request.target().split('?').next().unwrap_or_default();
    let request = format!("{} {path}", request.method());
    let mut reply = Reply { request, status, headers, body };
    change(&mut reply);
    stream.write_all(reply.bytes().as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}

impl Reply {
    fn bytes(&self) -> String {
        let text = match &self.body {
            Body::Json(value) => value.to_string(),
            Body::Text(text) => text.clone(),
        };
        let head: Vec<String> =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = head.concat();
        let (status, length) = (self.status, text.len());
        format!("HTTP/1.1 {status} X\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{text}")
    }
}

async fn received(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await.ok()? {
            0 => return None,
            read => bytes.extend_from_slice(&buffer[..read]),
        }
        if let Some(request) = Received::from_bytes(&bytes) {
            return Some(request);
        }
    }
}

fn is_forwarded(name: &str) -> bool {
    HEADERS.contains(&name) || name.starts_with("x-")
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = KEPT_HEADERS.into_iter();
    kept.filter_map(|name| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.to_owned()))).collect()
}
