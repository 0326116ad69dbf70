//! The sandbox as a whole: addresses, records, configuration, limits, stopping.

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use unicontact_sandbox::{ErrorBody, Faults, On, Options, Rule, Sandbox, Tally, Vendor, What};

use crate::client::{Bench, Outcome};

#[tokio::test]
async fn every_vendor_has_its_own_address_on_loopback() -> Outcome {
    let bench = Bench::start().await?;
    let mut addresses = Vendor::ALL.map(|vendor| bench.sandbox.base_url(vendor));
    addresses.sort();
    assert!(addresses.iter().all(|address| address.starts_with("http://127.0.0.1:")));
    assert!(addresses.windows(2).all(|pair| pair[0] != pair[1]));
    Ok(())
}

#[tokio::test]
async fn a_given_port_is_the_first_of_four_neighbours() -> Outcome {
    for port in (20_400..60_000).step_by(1_000) {
        let options = Options { port, ..Options::default() };
        let Ok(sandbox) = Sandbox::start(options).await else {
            continue;
        };
        let expected = [port, port + 1, port + 2, port + 3];
        let found = Vendor::BUILT_IN.map(|vendor| sandbox.base_url(vendor));
        assert_eq!(found, expected.map(|port| format!("http://127.0.0.1:{port}")));
        return Ok(());
    }
    Err("no four free neighbouring ports".into())
}

#[tokio::test]
async fn ports_beyond_the_last_one_are_refused() {
    let options = Options { port: 65_533, ..Options::default() };
    assert!(Sandbox::start(options).await.is_err());
}

#[tokio::test]
async fn only_the_selected_vendors_are_served_in_the_usual_order() -> Outcome {
    let vendors = vec![Vendor::Pipedrive, Vendor::Emnify, Vendor::Pipedrive];
    let options = Options { vendors, control_port: Some(0), ..Options::default() };
    let sandbox = Sandbox::start(options).await?;
    assert_eq!(sandbox.vendors(), [Vendor::Emnify, Vendor::Pipedrive]);
    let text = sandbox.configuration();
    let served = Vendor::ALL.map(|vendor| text.contains(&format!("[providers.{}.", vendor.name())));
    assert_eq!(served, [false, true, false, false, false, false, true]);
    assert_eq!(sandbox.base_url(Vendor::HubSpot), "");
    assert!(sandbox.contacts(Vendor::HubSpot).is_empty());
    assert_eq!(sandbox.tally(Vendor::HubSpot), Tally::default());
    let bench = Bench::start().await?;
    let url = format!("{}/state", sandbox.control_url().unwrap_or_default());
    let state = bench.send_to(url, Method::GET, &[], "").await?.json();
    let names: Vec<_> = state["vendors"].as_object().into_iter().flat_map(|vendors| vendors.keys()).collect();
    assert_eq!(names, ["emnify", "pipedrive"]);
    Ok(())
}

#[tokio::test]
async fn a_sandbox_serves_the_vendors_with_an_adapter_by_default_and_never_none() -> Outcome {
    let sandbox = Sandbox::start(Options::default()).await?;
    assert_eq!(sandbox.vendors(), Vendor::BUILT_IN);
    let none = Sandbox::start(Options { vendors: Vec::new(), ..Options::default() }).await;
    assert_eq!(none.err().map(|error| error.to_string()).as_deref(), Some("no vendor is selected"));
    Ok(())
}

#[tokio::test]
async fn the_configuration_names_every_provider_and_address() -> Outcome {
    let bench = Bench::start().await?;
    let text = bench.sandbox.configuration();
    assert!(text.starts_with("journal = \"off\"\n"));
    let names = ["acme", "iot", "voice", "jakarta", "marketing", "sales", "deals"];
    for (vendor, provider) in Vendor::ALL.into_iter().zip(names) {
        assert!(text.contains(&format!("[providers.{}.{provider}]\n", vendor.name())));
        assert!(text.contains(&format!("base_url = \"{}\"\n", bench.sandbox.base_url(vendor))));
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_route_is_never_a_success() -> Outcome {
    let bench = Bench::start().await?;
    for vendor in Vendor::ALL {
        for path in ["/", "/contacts", "/api/contact", "/v1.0/contact"] {
            let answer = bench.get(vendor, path, "Bearer none").await?;
            assert!(answer.status >= 400, "{vendor:?} {path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused() -> Outcome {
    let bench = Bench::start().await?;
    let body = vec![b' '; 1024 * 1024 + 1];
    let answer = bench.send(Vendor::OneCloud, Method::POST, "/api/authenticate", &[], body).await?;
    assert_eq!(answer.status, 413);
    Ok(())
}

#[tokio::test]
async fn an_upload_that_breaks_off_was_never_made() -> Outcome {
    let bench = Bench::start().await?;
    let address = bench.sandbox.base_url(Vendor::OneCloud).replace("http://", "");
    let head = "POST /api/authenticate HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{";
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = Vec::new();
    // Reset or closed, there is no answer.
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
    assert!(bench.sandbox.requests(Vendor::OneCloud).is_empty());
    Ok(())
}

#[tokio::test]
async fn a_rule_in_code_whose_status_is_no_error_is_a_bad_gateway() -> Outcome {
    let bench = Bench::start().await?;
    for status in [0, 100, 200, 302, 399, 600, 65_535] {
        let what = What::Status { status, retry_after: None, body: ErrorBody::Empty, after_commit: false };
        bench.sandbox.set_faults(Faults::new(0, [Rule::new(what).on(On::Any)])).await;
        let answer = bench.get(Vendor::OneCloud, "/api/prospectrz", "").await?;
        assert_eq!(answer.status, 502, "{status}");
    }
    Ok(())
}

#[tokio::test]
async fn every_request_is_noted_with_its_query_and_status() -> Outcome {
    let bench = Bench::start().await?;
    bench
        .post(
            Vendor::SmartTask,
            "/v1.0/contact/create/38?use_created=true",
            "Bearer wrong",
            &json!({"name": "Ada King"}),
        )
        .await?;
    let seen = bench.sandbox.requests(Vendor::SmartTask);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].method, "POST");
    assert_eq!(seen[0].path, "/v1.0/contact/create/38?use_created=true");
    assert_eq!(seen[0].status, 401);
    Ok(())
}

#[tokio::test]
async fn debug_output_shows_no_contact_data() -> Outcome {
    let bench = Bench::start().await?;
    bench
        .post(
            Vendor::SmartTask,
            "/v1.0/contact/create/38?name=Ada",
            "Bearer sandbox-access-token",
            &json!({"name": "Ada King"}),
        )
        .await?;
    let contacts = bench.sandbox.contacts(Vendor::SmartTask);
    assert_eq!(contacts.len(), 1);
    let requests = bench.sandbox.requests(Vendor::SmartTask);
    let printed = format!("{contacts:?} {requests:?} {:?}", bench.sandbox);
    assert!(!printed.contains("Ada"), "{printed}");
    Ok(())
}

#[tokio::test]
async fn stop_ends_the_sandbox() -> Outcome {
    let bench = Bench::start().await?;
    bench.sandbox.stop();
    bench.sandbox.stopped().await;
    let answer = bench.get(Vendor::Emnify, "/api/v1/country", "").await;
    assert!(answer.is_err());
    Ok(())
}
