//! A proxy in front of a stand-in that adds members to every object of its answers.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use unicontact_providers::testkit::Received;

const HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Starts a proxy for the server at `url` that changes the JSON of each answer, and returns its own URL.
pub(crate) async fn start(url: String, change: fn(&mut Value)) -> String {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let redirect = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
    let (url, client) = (Arc::new(url), Arc::new(client));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (url, client) = (Arc::clone(&url), Arc::clone(&client));
            tokio::spawn(async move { answer(stream, &client, &url, change).await });
        }
    });
    own
}

async fn answer(mut stream: TcpStream, client: &reqwest::Client, url: &str, change: fn(&mut Value)) {
    let Some(request) = received(&mut stream).await else { return };
    let mut forwarded =
        client.request(request.method().parse().unwrap(), format!("{url}{}", request.target()));
    for (name, value) in request.headers().filter(|(name, _)| is_forwarded(name)) {
        forwarded = forwarded.header(name, value);
    }
    let response = forwarded.body(request.body().to_vec()).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let text = match serde_json::from_str::<Value>(&text) {
        Ok(mut body) => {
            change(&mut body);
            body.to_string()
        }
        Err(_) => text,
    };
    let head = head(&headers);
    let length = text.len();
    let whole =
        format!("HTTP/1.1 {status}\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{text}");
    stream.write_all(whole.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
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

fn head(headers: &HeaderMap) -> String {
    let kept = ["content-type", "location"].into_iter();
    kept.filter_map(|name| Some(format!("{name}: {}\r\n", headers.get(name)?.to_str().ok()?))).collect()
}
