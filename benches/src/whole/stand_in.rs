//! The vendor as a process, which ends with this program and counts the contacts that it created.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::process::ourselves;
use crate::Failure;
use crate::vendor::COUNT_PATH;

pub(super) struct StandIn {
    process: Child,
    pub(super) port: u16,
}

impl StandIn {
    pub(super) fn start(latency: Duration) -> Result<Self, Failure> {
        let arguments = ["vendor".to_owned(), latency.as_millis().to_string()];
        let mut process = ourselves(&arguments)?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("the stand-in says nothing")?).read_line(&mut line)?;
        let port = line.trim().parse()?;
        Ok(Self { process, port })
    }

    /// How many contacts it created so far.
    pub(super) fn creates(&self) -> Result<u64, Failure> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(stream, "GET {COUNT_PATH} HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
        let mut answer = [0; 1024];
        let length = stream.read(&mut answer)?;
        let text = std::str::from_utf8(&answer[..length])?;
        Ok(text.rsplit("\r\n").next().unwrap_or_default().parse()?)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
