//! The stand-in for all measured clients, with minimal work: it reads the whole request, answers as the vendors document a create, keeps
//! the connection open, and counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Failure;

/// Where it says how many contacts it created.
pub const COUNT_PATH: &str = "/creates";
const SMARTTASK: &str = r#"{"custom_field_values":[],"description":"","assigned_user":null,"followers":[],"record_id":"5f0c7a11-2b3d-4e5f-8a6b-@","organization_id":38,"created_by_user_id":59,"record_type":"contact","record_sub_type":"person","access_type":"default","name":"Dr Mira Quill Beispiel","designation":"Head of Samples","avatar_url":"https://www.example.com/pictures/mira.webp","assigned_user_id":null,"parent":null,"address":"Musterstrasse 12, 10115 Berlin, Germany","address_lat":null,"address_lng":null,"emails":[{"email":"mira.beispiel@example.com"},{"email":"mira.private@example.org"}],"phones":[{"phone_number":"+442079460101"},{"phone_number":"+447700900102"}],"url_details":{"domain":"www.example.com","linkedin_url":"https://www.linkedin.com/in/example-mira"},"projects":[],"files":[],"archived":false,"created_at":"2026-11-20T10:00:00.472","modified_at":"2026-11-20T10:00:00.472"}"#;
const EMNIFY: &str = r#"{"id":1@,"organisation":{"id":42,"name":"Example IoT"},"type":{"id":1},"name":"Dr Mira Quill Beispiel","contact_id":"1@"}"#;
const CLOVERHOUND: &str =
    r#"{"id":1@,"organization_id":7,"full_name":"Dr Mira Quill Beispiel","contact_phones":[]}"#;
const ONECLOUD: &str = r#"{"Id":"1@","Name":"Dr Mira Quill Beispiel","Media":""}"#;
/// Which path is whose.
const ANSWERS: [(&[u8], &str); 4] = [
    (b"/contact/create/", SMARTTASK),
    (b"/organisation/", EMNIFY),
    (b"/contactrz", ONECLOUD),
    (b"/contacts", CLOVERHOUND),
];

/// Serves until the process ends. Each create is answered `latency` after it was read.
///
/// # Errors
///
/// When a connection cannot be accepted.
pub async fn serve(listener: TcpListener, latency: Duration) -> Result<(), Failure> {
    let creates = Arc::new(AtomicU64::new(0));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A client that goes away ends its own connection.
        drop(tokio::spawn(connection(stream, latency, Arc::clone(&creates))));
    }
}

async fn connection(
    mut stream: TcpStream,
    latency: Duration,
    creates: Arc<AtomicU64>,
) -> Result<(), std::io::Error> {
    let mut request = Vec::with_capacity(4096);
    loop {
        request.clear();
        let length = loop {
            if let Some(length) = length(&request).filter(|length| request.len() >= *length) {
                break length;
            }
            if stream.read_buf(&mut request).await? == 0 {
                return Ok(());
            }
        };
        let line = request[..length].split(|byte| *byte == b'\r').next().unwrap_or_default();
        let template = ANSWERS.iter().find(|(path, _)| contains(line, path)).map(|(_, template)| *template);
        let body = match template {
            Some(template) => {
                if !latency.is_zero() {
                    tokio::time::sleep(latency).await;
                }
                let number = creates.fetch_add(1, Ordering::Relaxed) + 1;
                template.replace('@', &format!("{number:012}"))
            }
            None => creates.load(Ordering::Relaxed).to_string(),
        };
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ";
        stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    }
}

/// How long the request is with its body, once its head is there.
fn length(request: &[u8]) -> Option<usize> {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&request[..head]).ok()?;
    let body = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Some(head + body.unwrap_or(0))
}

fn contains(line: &[u8], path: &[u8]) -> bool {
    line.windows(path.len()).any(|window| window == path)
}
