//! The baseline: a client of forty lines of reqwest, without retries, limits, fates of fields and records.

use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::people::Person;

#[derive(Serialize)]
struct Body {
    name: String,
    record_sub_type: &'static str,
    designation: &'static str,
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

/// This build of reqwest leaves the choice of cryptography to its user; none is needed here.
fn client() -> Result<reqwest::Client, Failure> {
    // It fails if one is installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

async fn create(client: &reqwest::Client, url: &str, person: Person) -> Result<String, Failure> {
    let body = serde_json::to_vec(&Body::from(person))?;
    let request = client.post(url).bearer_auth("made-up").header(CONTENT_TYPE, "application/json").body(body);
    let answer = request.send().await?.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice::<Answer>(&answer)?.record_id)
}

/// Creates so many contacts, `at_once` at a time, and returns how many ids came back.
///
/// # Errors
///
/// The first failure.
pub async fn import(port: u16, contacts: u64, at_once: usize) -> Result<usize, Failure> {
    let client = client()?;
    let url = format!("http://127.0.0.1:{port}/v1.0/contact/create/38");
    let mut ids = stream::iter(0..contacts)
        .map(|number| create(&client, &url, Person::new(number)))
        .buffer_unordered(at_once);
    let mut created = 0;
    while let Some(id) = ids.next().await {
        created += usize::from(!id?.is_empty());
    }
    Ok(created)
}

/// The same with a task for each contact, for a runtime of several threads.
///
/// # Errors
///
/// The first failure.
#[cfg(feature = "two-threads")]
pub async fn import_in_tasks(port: u16, contacts: u64, at_once: usize) -> Result<usize, Failure> {
    let client = client()?;
    let url = format!("http://127.0.0.1:{port}/v1.0/contact/create/38");
    let mut ids = stream::iter(0..contacts)
        .map(|number| {
            let (client, url) = (client.clone(), url.clone());
            tokio::spawn(async move { create(&client, &url, Person::new(number)).await })
        })
        .buffer_unordered(at_once);
    let mut created = 0;
    while let Some(id) = ids.next().await {
        created += usize::from(!id??.is_empty());
    }
    Ok(created)
}

/// One contact to each of these ports at once, the first call of its process. Microseconds until the last answer.
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
