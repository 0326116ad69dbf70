//! The dashboard and the alerts of `examples/operations`, checked by Prometheus' own tool and evaluated against scrapes of workers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use unicontact::journal::async_nats;
use unicontact_sandbox::{Rule, Vendor, What, When, accounts};

use super::office::Office;
use super::scrape::{Scraped, get, poll_until};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/operations");
const PEOPLE: u32 = 3;

/// The values of series, by name with labels.
type Series = BTreeMap<String, String>;

/// Runs promtool, and fails unless it succeeds.
fn promtool(arguments: &[&str], input: &str) {
    let program = std::env::var("PROMTOOL").unwrap_or_else(|_| "promtool".to_owned());
    let child = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|error| {
        panic!("{program}: {error}; ./test.sh installs it, or set PROMTOOL=$(tests/servers/promtool.sh)")
    });
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}:\n{}{}", text(&output.stdout), text(&output.stderr));
}

/// Checks a file of rules or tests, which is JSON and therefore YAML.
fn promtool_on(arguments: &[&str], content: &Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("content.yaml");
    std::fs::write(&path, content.to_string()).unwrap();
    promtool(&[arguments, &[path.to_str().unwrap()]].concat(), "");
}

/// Returns the series of two workers, with the labels that Prometheus adds.
fn series(scrapes: &[Scraped; 2]) -> Series {
    let mut series = Series::new();
    for (instance, scraped) in ["one", "two"].into_iter().zip(scrapes) {
        for line in scraped.text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = name.split_once('{').unwrap_or((name, "}"));
            let labels = if labels == "}" { labels.to_owned() } else { format!(",{labels}") };
            let name = format!("{name}{{job=\"unicontact\",instance=\"{instance}\"{labels}");
            series.insert(name, value.to_owned());
        }
    }
    series
}

/// Returns the names of metrics in an expression.
fn metric_names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    words.filter(|word| ["unicontact_", "process_"].iter().any(|prefix| word.starts_with(prefix)))
}

/// Returns the expressions of the dashboard, with values for its variables.
fn dashboard_expressions() -> Vec<String> {
    let text = std::fs::read_to_string(format!("{FOLDER}/grafana-dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let expressions = targets.map(|target| target["expr"].as_str().unwrap());
    expressions
        .map(|expression| {
            let expression = expression.replace("$__rate_interval", "5m");
            let expression = expression.replace("$provider", ".*").replace("$job", ".*");
            assert!(!expression.contains('$'), "{expression}");
            expression
        })
        .collect()
}

/// A test of the alerts: an hour with the values of `before`, and an hour with those of `after`.
struct Scenario<'a> {
    before: &'a Series,
    after: Series,
    /// The alerts that fire at its end, with their providers.
    expected: &'a [(&'a str, Option<&'a str>)],
}

impl Scenario<'_> {
    fn to_json(&self) -> Value {
        let names: BTreeSet<&String> = self.before.keys().chain(self.after.keys()).collect();
        let value = |series: &Series, name: &String| series.get(name).map_or("_", String::as_str).to_owned();
        let input = |name: &&String| {
            let (before, after) = (value(self.before, name), value(&self.after, name));
            json!({"series": name, "values": format!("{before}x59 {after}x60")})
        };
        let sample = |(alert, provider): &(&str, Option<&str>)| {
            let provider = provider.map(|name| format!(",provider=\"{name}\"")).unwrap_or_default();
            json!({"labels": format!("{{alertname=\"{alert}\"{provider}}}"), "value": 1})
        };
        json!({
            "interval": "1m",
            "input_series": names.iter().map(input).collect::<Vec<_>>(),
            "promql_expr_test": [{
                "expr": "max by (alertname, provider) (ALERTS{alertstate=\"firing\"})",
                "eval_time": "80m",
                "exp_samples": self.expected.iter().map(sample).collect::<Vec<_>>(),
            }],
        })
    }
}

/// Returns series with another value for those that `is_changed` selects, of which there must be one.
fn with(series: &Series, value: &str, is_changed: impl Fn(&str) -> bool) -> Series {
    let mut changed = series.clone();
    let mut count = 0;
    for (_, current) in changed.iter_mut().filter(|(name, _)| is_changed(name)) {
        value.clone_into(current);
        count += 1;
    }
    assert!(count > 0, "no series is changed to {value}");
    changed
}

async fn scrape_when(addresses: &[String; 2], is_met: impl Fn(&Scraped) -> bool) -> [Scraped; 2] {
    // One of the two sweeps, and exports the deliveries in doubt.
    for address in addresses.iter().cycle() {
        let scraped = poll_until(address, |scraped| scraped.status == 200).await;
        if is_met(&scraped) {
            return [get(&addresses[0], "/metrics").await, get(&addresses[1], "/metrics").await];
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    unreachable!("the addresses repeat for ever")
}

#[tokio::test]
async fn the_dashboard_and_the_alerts_work_with_the_metrics_of_workers() {
    let once = When { times: Some(1), ..When::default() };
    let lost_answer = Rule::new(What::ResetAfterCommit).at(Vendor::Cloverhound).when(once);
    let office = Office::with_faults([lost_answer])
        .await
        .replacing("[defaults]\n", "lease = \"4s\"\n[defaults]\ntimeout = \"500ms\"\n")
        .replacing(accounts::smarttask::ACCESS_TOKEN, "replace-me");
    let (first, second) = (office.worker().await, office.worker().await);
    let addresses = [first.1.clone(), second.1.clone()];
    let in_doubt = |scraped: &Scraped| scraped.provider_value("unicontact_queue_in_doubt", "voice");
    let both_work = |scraped: &Scraped| scraped.value("unicontact_workers") == Some(2.0);
    let idle = scrape_when(&addresses, |scraped| both_work(scraped) && in_doubt(scraped) == Some(0.0)).await;

    office.import(PEOPLE).await;
    let client = async_nats::connect(office.url()).await.unwrap();
    client.publish("unicontact.deliveries.iot", "rubbish".into()).await.unwrap();
    client.flush().await.unwrap();
    let is_troubled = |scraped: &Scraped| {
        let paused = "unicontact_paused{provider=\"acme\",kind=\"unauthenticated\"}";
        in_doubt(scraped) == Some(1.0)
            && scraped.value(paused) == Some(1.0)
            && scraped.value("unicontact_queue_dead_letters") == Some(1.0)
    };
    let troubled = scrape_when(&addresses, is_troubled).await;
    for scraped in &troubled {
        promtool(&["check", "metrics"], &scraped.text);
    }
    let pauses = "unicontact_pauses_total{provider=\"acme\",kind=\"unauthenticated\"}";
    assert!(troubled.iter().any(|scraped| scraped.value(pauses) >= Some(1.0)), "{}", troubled[0]);
    for (worker, _) in [first, second] {
        worker.signal("TERM");
        worker.end().await.expect_code(0);
    }

    let (idle, troubled) = (series(&idle), series(&troubled));
    let known: BTreeSet<&str> = troubled.keys().map(|name| name.split_once('{').unwrap().0).collect();
    let alerts = format!("{FOLDER}/alerts.yaml");
    let expressions = dashboard_expressions();
    let alerts_text = std::fs::read_to_string(&alerts).unwrap();
    let alert_expressions = alerts_text.lines().filter_map(|line| line.trim().strip_prefix("expr: "));
    for expression in expressions.iter().map(String::as_str).chain(alert_expressions) {
        for name in metric_names(expression) {
            assert!(known.contains(name), "no worker exports {name} of {expression}: {known:?}");
        }
    }
    promtool(&["check", "rules", &alerts], "");
    let rules: Vec<Value> =
        expressions.iter().map(|expression| json!({"record": "panel", "expr": expression})).collect();
    let duplicates_allowed = ["check", "rules", "--lint=none"];
    promtool_on(&duplicates_allowed, &json!({"groups": [{"name": "dashboard", "rules": rules}]}));

    let after = |value, part: &str| with(&idle, value, |name| name.starts_with(part));
    let lost = with(&idle, "1", |name| {
        name.starts_with("unicontact_requeued_total{") && name.contains("provider=\"iot\",reason=\"lost\"")
    });
    let overrun = with(&idle, "1", |name| {
        name.starts_with("unicontact_overruns_total{") && name.contains("provider=\"iot\"")
    });
    let old = with(&idle, "4000", |name| {
        name.starts_with("unicontact_queue_oldest_seconds{") && name.contains("provider=\"iot\"")
    });
    let scenario = |after, expected| Scenario { before: &idle, after, expected };
    let scenarios = [
        scenario(idle.clone(), &[]),
        scenario(
            troubled,
            &[
                ("UnicontactProviderPaused", Some("acme")),
                ("UnicontactDoubtsIncrease", Some("voice")),
                ("UnicontactDeadLetters", None),
            ],
        ),
        scenario(old, &[("UnicontactDeliveriesTooOld", Some("iot"))]),
        scenario(overrun, &[("UnicontactOverruns", Some("iot"))]),
        scenario(lost, &[("UnicontactLostDeliveriesRequeued", Some("iot"))]),
        scenario(after("1", "unicontact_workers{"), &[("UnicontactTooFewWorkers", None)]),
        scenario(after("0", "unicontact_queue_reachable{"), &[("UnicontactQueueUnreachable", None)]),
        scenario(Series::new(), &[("UnicontactTooFewWorkers", None)]),
    ];
    let names: BTreeSet<&str> = scenarios.iter().flat_map(|it| it.expected).map(|(name, _)| *name).collect();
    assert_eq!(names.len(), alerts_text.matches("- alert: ").count(), "each alert fires in a scenario");
    let tests: Vec<Value> = scenarios.iter().map(Scenario::to_json).collect();
    promtool_on(
        &["test", "rules"],
        &json!({"rule_files": [alerts], "evaluation_interval": "1m", "tests": tests}),
    );
}
