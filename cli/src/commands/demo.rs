//! `unicontact demo`: sends sample contacts through the real pipeline to four stand-ins of vendors in this process.

use serde_json::{Value, json};
use unicontact::config::{Configuration, Sources};
use unicontact::providers::UnifiedContact;
use unicontact::{FanOut, Outcome, Plan, Policy, Report};
use unicontact_sandbox::{Options, Sandbox, Vendor};

use super::setup;
use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::output::Page;
use crate::{output, sources};

pub(super) async fn run(common: &Common) -> Result<Exit, Failure> {
    let sandbox = Sandbox::start(Options { port: 0, ..Options::default() })
        .await
        .map_err(|error| Failure::new(format!("the stand-ins of the vendors cannot be started: {error}")))?;
    let sources = Sources {
        text: Some(sandbox.configuration()),
        flags: sources::settings(common)?,
        ..Sources::default()
    };
    let configuration = sources::selected(Configuration::load(&sources)?, common)?;
    let fan_out = setup::fan_out(&configuration, Policy::All)?;
    let mut reports = Vec::new();
    let mut written = Ok(());
    for (title, contact) in contacts()? {
        let plan = fan_out.plan(&contact, true).await;
        let report = fan_out.deliver(contact).await;
        written = match common.format {
            Format::Json => output::json(&report),
            Format::Human => output::page(&contact_page(title, &plan, &report, &fan_out)),
        };
        reports.push(report);
        if written.is_err() {
            break;
        }
    }
    if written.is_ok() && common.format == Format::Human {
        written = output::data(&summary(&sandbox, &reports));
    }
    sandbox.stop();
    sandbox.stopped().await;
    let exit = if is_as_expected(&reports) { Exit::Done } else { Exit::Incomplete };
    Ok(match written {
        Ok(()) => exit,
        Err(error) => {
            output::reports_on_stderr(&reports, common.format, &error);
            exit.after_write_error()
        }
    })
}

/// Returns the requests and the report of a contact.
fn contact_page(title: &str, plan: &Plan, report: &Report, fan_out: &FanOut) -> Page {
    let mut page = Page::default();
    page.line(&format!("== {title}"));
    page.blank_line();
    for planned in &plan.drafts {
        if let Ok(draft) = &planned.draft {
            page.line(&format!("{} is sent {}", planned.provider, draft.body));
        }
    }
    page.blank_line();
    page.page(&output::report(report, fan_out));
    page.blank_line();
    page
}

/// Returns the sample contacts with their titles.
fn contacts() -> Result<Vec<(&'static str, UnifiedContact)>, Failure> {
    let samples = [
        ("A person with everything", person_with_everything()),
        (
            "An organization",
            json!({
                "external_id": "demo-2",
                "kind": "organization",
                "organization": "Analytical Engines",
                "emails": ["office@example.com"],
                "phones": ["+442079460100"],
                "links": [{"kind": "website", "url": "https://example.com"}],
            }),
        ),
        (
            "A name in another script, with the least a contact can have",
            json!({"external_id": "demo-3", "name": "山田 花子", "phones": ["+81 3-5550-1234"]}),
        ),
        (
            "A contact without a name, which three of the four cannot hold",
            json!({"external_id": "demo-4", "emails": ["nobody@example.com"]}),
        ),
        (
            "A contact that Cloverhound refuses",
            json!({
                "external_id": "demo-5",
                "name": "Charles Example",
                "vendor": {"cloverhound": {"contact_phones_attributes": [{"number": "not a number"}]}},
            }),
        ),
    ];
    let read = |(title, json): (&'static str, Value)| {
        let contact = UnifiedContact::from_json(json);
        contact.map(|contact| (title, contact)).map_err(|error| Failure::new(error.to_string()))
    };
    samples.into_iter().map(read).collect()
}

fn person_with_everything() -> Value {
    json!({
        "external_id": "demo-1",
        "name": {"full": "Dr Ada King", "prefix": "Dr", "given": "Ada", "family": "King"},
        "emails": [
            {"address": "ada@example.com", "kind": "work", "label": "Office", "primary": true},
            {"address": "ada@example.org", "kind": "home"},
        ],
        "phones": [
            {"number": "+44 20 7946 0123", "kind": "work", "extension": "12"},
            {"number": "+44 7700 900123", "kind": "mobile"},
        ],
        "addresses": [{
            "kind": "work", "street": "1 Park Lane", "street2": "Flat 2", "city": "London",
            "postal_code": "W1K 1QA", "country": "GB",
        }],
        "organization": {"name": "Analytical Engines", "department": "Research"},
        "title": "Countess",
        "links": [
            {"kind": "linkedin", "url": "https://www.linkedin.com/in/example"},
            {"kind": "website", "url": "https://example.com"},
        ],
        "birthday": "1985-12-10",
        "notes": "Wrote the first program.",
        "tags": ["vip"],
        "custom": {"score": 7},
        "vendor": {"emnify": {"purchase_order_number": "PO-7"}},
    })
}

/// Returns the outcomes, and the number of contacts that each stand-in holds.
fn summary(sandbox: &Sandbox, reports: &[Report]) -> String {
    let count = |outcome: Outcome| {
        let deliveries = reports.iter().flat_map(|report| &report.deliveries);
        deliveries.filter(|delivery| delivery.outcome == outcome).count()
    };
    let counts: Vec<String> = Outcome::ALL
        .into_iter()
        .filter(|outcome| count(*outcome) > 0)
        .map(|outcome| format!("{} {}", count(outcome), outcome.as_str()))
        .collect();
    let stored: Vec<String> = Vendor::ALL
        .into_iter()
        .map(|vendor| format!("{} {}", vendor.name(), sandbox.contacts(vendor).len()))
        .collect();
    format!(
        "== In the end\n\nthe reports say: {}\nthe vendors hold: {}",
        counts.join(", "),
        stored.join(", ")
    )
}

/// Returns whether every contact was delivered or rejected. The samples include rejected contacts on purpose.
fn is_as_expected(reports: &[Report]) -> bool {
    reports
        .iter()
        .flat_map(|report| &report.deliveries)
        .all(|delivery| delivery.outcome.is_delivered() || delivery.outcome == Outcome::Rejected)
}
