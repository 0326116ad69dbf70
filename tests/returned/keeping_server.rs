//! A server that keeps its connections open, and records the connection of each request.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A request, and the number of its connection.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) connection: usize,
    pub(crate) method: String,
    pub(crate) body: Value,
}

pub(crate) struct KeepingServer {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl KeepingServer {
    pub(crate) fn start(answer: impl FnMut(&Request) -> (u16, Value) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&requests), Arc::new(Mutex::new(answer)));
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().enumerate() {
                let (kept, answer, stream) = (Arc::clone(&kept), Arc::clone(&answer), stream.unwrap());
                thread::spawn(move || serve(connection, &stream, &kept, &answer));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(
    connection: usize,
    stream: &TcpStream,
    kept: &Mutex<Vec<Request>>,
    answer: &Mutex<impl FnMut(&Request) -> (u16, Value)>,
) {
    let mut reader = BufReader::new(stream);
    while let Some((method, body)) = read(&mut reader) {
        let request = Request { connection, method, body };
        kept.lock().unwrap().push(request.clone());
        let (status, body) = answer.lock().unwrap()(&request);
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 {status} Done\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut writer = stream;
        if writer.write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads a request. Returns `None` if the client closed the connection.
fn read(reader: &mut impl BufRead) -> Option<(String, Value)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
    let method = line.split(' ').next()?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((method, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}
