//! Tests of the ports of a sandbox. Other programs take ports too, so a test tries several blocks.

use std::error::Error;

use unicontact_sandbox::{Options, Sandbox};

use crate::client::Outcome;

async fn on(port: u16) -> std::io::Result<Sandbox> {
    Sandbox::start(Options { port, ..Options::default() }).await
}

/// A sandbox on four given ports, the first of which is told. No two tests begin at the same `first` port.
async fn from(first: u16) -> Result<(u16, Sandbox), Box<dyn Error>> {
    for port in (first..first + 5_000).step_by(100) {
        if let Ok(sandbox) = on(port).await {
            return Ok((port, sandbox));
        }
    }
    Err("no four free neighbouring ports".into())
}

/// Asks every stand-in once, so that there are connections to be closed.
async fn ask_all(sandbox: &Sandbox, client: &reqwest::Client) -> Outcome {
    for vendor in sandbox.vendors() {
        client.get(sandbox.base_url(vendor)).send().await?;
    }
    Ok(())
}

fn client() -> Result<reqwest::Client, Box<dyn Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

#[tokio::test]
async fn a_taken_port_is_refused_and_a_stopped_sandbox_frees_its_ports() -> Outcome {
    let (port, sandbox) = from(20_850).await?;
    let client = client()?;
    ask_all(&sandbox, &client).await?;
    assert!(on(port).await.is_err(), "they are taken");
    sandbox.stop();
    sandbox.stopped().await;
    let again = on(port).await?;
    ask_all(&again, &client).await
}

#[tokio::test]
async fn a_dropped_sandbox_frees_its_ports() -> Outcome {
    let (port, sandbox) = from(26_850).await?;
    let client = client()?;
    ask_all(&sandbox, &client).await?;
    drop(sandbox);
    for _ in 0..1_000 {
        if on(port).await.is_ok() {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
    Err("the ports are still taken".into())
}
