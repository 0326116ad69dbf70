//! The baseline: a client of reqwest, serde and csv, which reads the rows and writes a line for each result. It has no retries, no
//! rate limit and no fates of fields; a durable log takes the place of a journal.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Instant;

use futures_util::stream::{self, Stream, StreamExt};
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::durable_log::DurableLog;
use crate::people::{Person, read_csv};

#[derive(Serialize)]
struct Body {
    name: String,
    record_sub_type: &'static str,
    designation: Cow<'static, str>,
    emails: Vec<Email>,
    phones: Vec<Phone>,
    address: String,
    avatar_url: String,
    url_details: Links,
}

#[derive(Serialize)]
struct Email {
    email: String,
}

#[derive(Serialize)]
struct Phone {
    phone_number: String,
}

#[derive(Serialize)]
struct Links {
    domain: String,
    linkedin_url: String,
}

#[derive(Deserialize)]
struct Answer {
    record_id: String,
}

impl From<Person> for Body {
    fn from(person: Person) -> Self {
        Self {
            name: person.name,
            record_sub_type: "person",
            designation: person.title,
            emails: person.emails.into_iter().map(|email| Email { email }).collect(),
            phones: person.phones.into_iter().map(|phone_number| Phone { phone_number }).collect(),
            address: format!("{}, 10115 Berlin, Germany", person.street),
            avatar_url: person.photo,
            url_details: Links {
                domain: person.website.trim_start_matches("https://").to_owned(),
                linkedin_url: person.linkedin,
            },
        }
    }
}

/// Returns a client. This build of reqwest needs a cryptography provider to be installed, although no request uses TLS.
fn client() -> Result<reqwest::Client, Failure> {
    // An error means that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

async fn create(client: &reqwest::Client, url: &str, person: Person) -> Result<String, Failure> {
    let body = serde_json::to_vec(&Body::from(person))?;
    let request = client.post(url).bearer_auth("made-up").header(CONTENT_TYPE, "application/json").body(body);
    let answer = request.send().await?.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice::<Answer>(&answer)?.record_id)
}

/// An import by hand.
pub struct Work {
    /// The port of the vendor.
    pub port: u16,
    /// The file of the contacts.
    pub csv: PathBuf,
    /// The file of the results, one line for each contact.
    pub results: PathBuf,
    /// The number of concurrent requests.
    pub at_once: usize,
    /// The path of the durable log, if any.
    pub log: Option<PathBuf>,
}

/// A line of the results.
#[derive(Serialize)]
struct ResultLine {
    row: usize,
    outcome: &'static str,
    id: String,
}

/// The client and its log, which all requests share.
#[derive(Clone)]
struct Sender {
    client: reqwest::Client,
    url: String,
    log: Option<DurableLog>,
}

impl Sender {
    fn new(work: &Work) -> Result<Self, Failure> {
        Ok(Self {
            client: client()?,
            url: format!("http://127.0.0.1:{}/v1.0/contact/create/38", work.port),
            log: work.log.as_deref().map(DurableLog::create).transpose()?,
        })
    }

    /// Creates the contact of a row. With a log, its line is on disk before the request is sent.
    async fn send(&self, row: usize, person: Result<Person, csv::Error>) -> Result<ResultLine, Failure> {
        if let Some(log) = &self.log {
            log.write_synced(format!("begin {row}\n")).await?;
        }
        let id = create(&self.client, &self.url, person?).await?;
        if let Some(log) = &self.log {
            log.write(format!("end {row} {id}\n"))?;
        }
        Ok(ResultLine { row, outcome: "created", id })
    }

    /// Returns when all lines of the log are on disk.
    async fn finish(&self) -> Result<(), Failure> {
        match &self.log {
            Some(log) => log.write_synced("done\n".to_owned()).await,
            None => Ok(()),
        }
    }
}

/// Reads a CSV, creates its contacts, writes a line for each result, and returns the number of contacts.
///
/// # Errors
///
/// The first failure.
pub async fn import(work: &Work) -> Result<u64, Failure> {
    let sender = Sender::new(work)?;
    let lines = stream::iter(read_csv(&work.csv)?.enumerate())
        .map(|(row, person)| sender.send(row, person))
        .buffer_unordered(work.at_once);
    let created = write_results(lines, &work.results).await?;
    sender.finish().await?;
    Ok(created)
}

/// Does the same with a task for each contact, for a runtime with several threads.
///
/// # Errors
///
/// The first failure.
#[cfg(feature = "two-threads")]
pub async fn import_in_tasks(work: &Work) -> Result<u64, Failure> {
    let sender = Sender::new(work)?;
    let lines = stream::iter(read_csv(&work.csv)?.enumerate())
        .map(|(row, person)| {
            let sender = sender.clone();
            let task = tokio::spawn(async move { sender.send(row, person).await });
            async { task.await? }
        })
        .buffer_unordered(work.at_once);
    let created = write_results(lines, &work.results).await?;
    sender.finish().await?;
    Ok(created)
}

async fn write_results(
    lines: impl Stream<Item = Result<ResultLine, Failure>>,
    path: &Path,
) -> Result<u64, Failure> {
    let mut lines = pin!(lines);
    let mut file = BufWriter::new(File::create(path)?);
    let mut created = 0;
    while let Some(line) = lines.next().await {
        serde_json::to_writer(&mut file, &line?)?;
        file.write_all(b"\n")?;
        created += 1;
    }
    file.flush()?;
    Ok(created)
}

/// Sends one contact to each of these ports concurrently, as the first call of its process. Returns the microseconds until the last
/// answer.
///
/// # Errors
///
/// The first failure.
pub async fn fan_out(ports: &[u16]) -> Result<u128, Failure> {
    let client = client()?;
    let begun = Instant::now();
    let urls = ports.iter().map(|port| format!("http://127.0.0.1:{port}/v1.0/contact/create/38"));
    let creates = urls.map(async |url| create(&client, &url, Person::new(0)).await);
    futures_util::future::try_join_all(creates).await?;
    Ok(begun.elapsed().as_micros())
}
