//! The metrics in the text format of Prometheus.

use jiff::SignedDuration;
use prometheus_client::encoding::prometheus_text::encode;
use unicontact::journal::{JournalError, JournalErrorKind};
use unicontact::providers::{Effect, ErrorKind, Operation, ProviderError, ProviderInfo};

use super::families::{DELIVERY_BUCKETS, QUEUE_WAIT_BUCKETS};
use super::*;

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn delivery(outcome: Outcome, kind: Option<ErrorKind>) -> Delivery {
    let info = ProviderInfo::new("acme", "smarttask");
    let mut delivery = Delivery::new(&info, outcome);
    delivery.attempts = 2;
    delivery.elapsed = Duration::from_millis(40);
    delivery.error = kind.map(|kind| ProviderError::new(&info, Operation::Create, kind, Effect::Refused));
    delivery
}

fn worked(delivery: Delivery, then: Disposition, waited: SignedDuration) -> WorkerEvent {
    let contact = "ada@example.com".to_owned();
    WorkerEvent::Delivered {
        contact,
        delivery: Box::new(delivery),
        disposition: then,
        queued_at: now() - waited,
    }
}

fn acknowledged(outcome: Outcome, kind: Option<ErrorKind>) -> WorkerEvent {
    worked(delivery(outcome, kind), Disposition::Ack, SignedDuration::from_secs(90))
}

fn text(metrics: &Metrics) -> String {
    let mut text = String::new();
    encode(&mut text, &metrics.registry).unwrap();
    text
}

/// Returns the sorted lines with this prefix.
fn values(text: &str, beginning: &str) -> String {
    let mut lines: Vec<&str> = text.lines().filter(|line| line.starts_with(beginning)).collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn counters_and_histograms_are_exported_in_the_text_format() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    for _ in 0..3 {
        metrics.observe_at(&acknowledged(Outcome::Created, None), now());
    }
    let text = text(&metrics);
    let is_shown = |line: &&str| {
        // Series with several labels have no order.
        let several = ["unicontact_deliveries_total", "unicontact_pauses_total", "unicontact_probes_total"];
        let is_one_of_several = several.iter().any(|name| line.starts_with(name)) || line.contains("reason=");
        !line.starts_with("unicontact_build_info") && (!is_one_of_several || line.ends_with(" 3"))
    };
    let lines: Vec<&str> = text.lines().filter(is_shown).collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    # HELP unicontact_build_info 1, with the version of unicontact.
    # TYPE unicontact_build_info gauge
    # HELP unicontact_deliveries_total Deliveries that left the queue through this worker, by how they ended.
    # TYPE unicontact_deliveries_total counter
    unicontact_deliveries_total{provider="acme",outcome="created",error_kind=""} 3
    # HELP unicontact_attempts_total Requests of this worker that could change data.
    # TYPE unicontact_attempts_total counter
    unicontact_attempts_total{provider="acme"} 6
    # HELP unicontact_put_back_total Deliveries that this worker put back, to come again.
    # TYPE unicontact_put_back_total counter
    unicontact_put_back_total{provider="acme"} 0
    # HELP unicontact_dead_letters_total Messages that this worker could not deliver and put with the dead letters.
    # TYPE unicontact_dead_letters_total counter
    unicontact_dead_letters_total{provider="acme"} 0
    # HELP unicontact_requeued_total Unfinished deliveries that this worker queued again: doubts that were due, and what the queue had lost.
    # TYPE unicontact_requeued_total counter
    # HELP unicontact_pauses_total Times that this worker paused a provider for all workers, also again after a failed probe.
    # TYPE unicontact_pauses_total counter
    # HELP unicontact_probes_total Deliveries of this worker that were the first to a provider after a pause.
    # TYPE unicontact_probes_total counter
    # HELP unicontact_overruns_total Deliveries that this worker may have created after it had lost its claim to another worker.
    # TYPE unicontact_overruns_total counter
    unicontact_overruns_total{provider="acme"} 0
    # HELP unicontact_delivery_seconds How long deliveries took once a worker had begun them, with all waiting, in seconds.
    # TYPE unicontact_delivery_seconds histogram
    unicontact_delivery_seconds_bucket{provider="acme",le="0.01"} 0
    unicontact_delivery_seconds_bucket{provider="acme",le="0.025"} 0
    unicontact_delivery_seconds_bucket{provider="acme",le="0.05"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="0.1"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="0.25"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="0.5"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="1"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="2.5"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="5"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="10"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="30"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="60"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="300"} 3
    unicontact_delivery_seconds_bucket{provider="acme",le="+Inf"} 3
    unicontact_delivery_seconds_sum{provider="acme"} 0.12
    unicontact_delivery_seconds_count{provider="acme"} 3
    # HELP unicontact_queue_wait_seconds How long deliveries were in the queue, from being queued to their end, in seconds.
    # TYPE unicontact_queue_wait_seconds histogram
    unicontact_queue_wait_seconds_bucket{provider="acme",le="0.1"} 0
    unicontact_queue_wait_seconds_bucket{provider="acme",le="0.5"} 0
    unicontact_queue_wait_seconds_bucket{provider="acme",le="1"} 0
    unicontact_queue_wait_seconds_bucket{provider="acme",le="5"} 0
    unicontact_queue_wait_seconds_bucket{provider="acme",le="15"} 0
    unicontact_queue_wait_seconds_bucket{provider="acme",le="60"} 0
    unicontact_queue_wait_seconds_bucket{provider="acme",le="300"} 3
    unicontact_queue_wait_seconds_bucket{provider="acme",le="900"} 3
    unicontact_queue_wait_seconds_bucket{provider="acme",le="3600"} 3
    unicontact_queue_wait_seconds_bucket{provider="acme",le="14400"} 3
    unicontact_queue_wait_seconds_bucket{provider="acme",le="43200"} 3
    unicontact_queue_wait_seconds_bucket{provider="acme",le="86400"} 3
    unicontact_queue_wait_seconds_bucket{provider="acme",le="+Inf"} 3
    unicontact_queue_wait_seconds_sum{provider="acme"} 270.0
    unicontact_queue_wait_seconds_count{provider="acme"} 3
    "##);
}

#[test]
fn outcomes_are_counted_with_the_kind_of_the_error() {
    let metrics = Metrics::with_providers(["acme", "voice"].into_iter());
    metrics.observe_at(&acknowledged(Outcome::Created, None), now());
    metrics.observe_at(&acknowledged(Outcome::Rejected, Some(ErrorKind::Invalid)), now());
    metrics.observe_at(&acknowledged(Outcome::Rejected, Some(ErrorKind::Unmappable)), now());
    metrics.observe_at(&acknowledged(Outcome::InDoubt, Some(ErrorKind::Interrupted)), now());
    insta::assert_snapshot!(values(&text(&metrics), "unicontact_deliveries_total"), @r##"
    unicontact_deliveries_total{provider="acme",outcome="created",error_kind=""} 1
    unicontact_deliveries_total{provider="acme",outcome="existing",error_kind=""} 0
    unicontact_deliveries_total{provider="acme",outcome="in_doubt",error_kind="interrupted"} 1
    unicontact_deliveries_total{provider="acme",outcome="rejected",error_kind="invalid"} 1
    unicontact_deliveries_total{provider="acme",outcome="rejected",error_kind="unmappable"} 1
    unicontact_deliveries_total{provider="acme",outcome="skipped",error_kind=""} 0
    unicontact_deliveries_total{provider="voice",outcome="created",error_kind=""} 0
    unicontact_deliveries_total{provider="voice",outcome="existing",error_kind=""} 0
    unicontact_deliveries_total{provider="voice",outcome="skipped",error_kind=""} 0
    "##);
}

#[test]
fn deliveries_put_back_count_attempts_and_no_outcome() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    let back = Disposition::Nak(Duration::from_mins(1));
    let failed = delivery(Outcome::Failed, Some(ErrorKind::RateLimited));
    metrics.observe_at(&worked(failed, back, SignedDuration::from_secs(1)), now());
    let text = text(&metrics);
    assert_eq!(values(&text, "unicontact_put_back_total"), "unicontact_put_back_total{provider=\"acme\"} 1");
    assert_eq!(values(&text, "unicontact_attempts_total"), "unicontact_attempts_total{provider=\"acme\"} 2");
    assert!(!values(&text, "unicontact_deliveries_total").contains("rate_limited"), "{text}");
    let ended = "unicontact_delivery_seconds_count";
    assert_eq!(values(&text, ended), format!("{ended}{{provider=\"acme\"}} 0"));
}

#[test]
fn a_server_clock_ahead_gives_a_wait_of_zero() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    let created = delivery(Outcome::Created, None);
    metrics.observe_at(&worked(created, Disposition::Ack, SignedDuration::from_secs(-30)), now());
    let sum = "unicontact_queue_wait_seconds_sum";
    assert_eq!(values(&text(&metrics), sum), format!("{sum}{{provider=\"acme\"}} 0.0"));
}

#[test]
fn requeued_deliveries_are_counted_by_reason() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    for reason in [RequeueReason::Parked, RequeueReason::Lost, RequeueReason::Parked] {
        let (provider, contact) = ("acme".to_owned(), "ada@example.com".to_owned());
        metrics.observe_at(&WorkerEvent::Requeued { provider, contact, reason }, now());
    }
    insta::assert_snapshot!(values(&text(&metrics), "unicontact_requeued_total"), @r#"
    unicontact_requeued_total{provider="acme",reason="lost"} 1
    unicontact_requeued_total{provider="acme",reason="parked"} 2
    "#);
}

#[test]
fn overruns_count_only_possible_creates_after_a_lost_claim() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    let lost = |outcome, attempts, kind| {
        let mut delivery = delivery(outcome, None);
        delivery.attempts = attempts;
        delivery.unrecorded = Some(JournalError::new("unicontact", kind).into());
        let back = Disposition::Nak(Duration::from_secs(1));
        metrics.observe_at(&worked(delivery, back, SignedDuration::from_secs(1)), now());
    };
    lost(Outcome::Failed, 1, JournalErrorKind::TakenOver);
    lost(Outcome::InDoubt, 0, JournalErrorKind::TakenOver);
    lost(Outcome::Created, 1, JournalErrorKind::Unreachable);
    let count = || values(&text(&metrics), "unicontact_overruns_total");
    assert_eq!(count(), "unicontact_overruns_total{provider=\"acme\"} 0");
    lost(Outcome::Created, 1, JournalErrorKind::TakenOver);
    lost(Outcome::InDoubt, 1, JournalErrorKind::TakenOver);
    assert_eq!(count(), "unicontact_overruns_total{provider=\"acme\"} 2");
}

#[test]
fn pauses_are_counted_by_kind_and_probes_by_result() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    let provider = || "acme".to_owned();
    let kind = ErrorKind::Unauthenticated;
    metrics.observe(&WorkerEvent::Paused { provider: provider(), kind });
    for succeeded in [false, true, false] {
        metrics.observe(&WorkerEvent::Probed { provider: provider(), succeeded });
    }
    let text = text(&metrics);
    let pauses = values(&text, "unicontact_pauses_total");
    let counted: Vec<&str> = pauses.lines().filter(|line| !line.ends_with(" 0")).collect();
    assert_eq!(counted, ["unicontact_pauses_total{provider=\"acme\",kind=\"unauthenticated\"} 1"]);
    insta::assert_snapshot!(values(&text, "unicontact_probes_total"), @r#"
    unicontact_probes_total{provider="acme",result="failed"} 2
    unicontact_probes_total{provider="acme",result="succeeded"} 1
    "#);
}

#[test]
fn dead_letters_are_counted_without_their_reason() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    let reason = "no contact: Ada".to_owned();
    metrics.observe_at(&WorkerEvent::DeadLetter { provider: "acme".to_owned(), reason }, now());
    let text = text(&metrics);
    let count = "unicontact_dead_letters_total";
    assert_eq!(values(&text, count), format!("{count}{{provider=\"acme\"}} 1"));
    assert!(!text.contains("Ada"), "{text}");
}

#[test]
fn the_number_of_series_is_bounded() {
    let metrics = Metrics::with_providers(["acme"].into_iter());
    let kinds = || ErrorKind::ALL.into_iter().map(Some).chain([None]);
    let ends = || Outcome::ALL.into_iter().flat_map(|outcome| kinds().map(move |kind| (outcome, kind)));
    for number in 0..5 {
        let unknown = format!("unknown-{number}");
        for (outcome, kind) in ends() {
            let mut of_unknown = delivery(outcome, kind);
            of_unknown.provider.clone_from(&unknown);
            for delivery in [delivery(outcome, kind), of_unknown] {
                let waited = SignedDuration::from_secs(number);
                metrics.observe_at(&worked(delivery, Disposition::Ack, waited), now());
            }
        }
        let requeued = WorkerEvent::Requeued {
            provider: unknown.clone(),
            contact: "ada@example.com".to_owned(),
            reason: RequeueReason::Lost,
        };
        metrics.observe_at(&requeued, now());
        metrics.observe_at(&WorkerEvent::DeadLetter { provider: unknown, reason: String::new() }, now());
    }
    let text = text(&metrics);
    let most = Outcome::ALL.len() * (ErrorKind::ALL.len() + 1);
    assert_eq!(values(&text, "unicontact_deliveries_total").lines().count(), most);
    let others = 5
        + ErrorKind::ALL.len()
        + 2
        + RequeueReason::ALL.len()
        + (DELIVERY_BUCKETS.len() + 3)
        + (QUEUE_WAIT_BUCKETS.len() + 3);
    assert_eq!(values(&text, "unicontact_").lines().count(), most + others);
    assert!(!text.contains("unknown") && !text.contains("ada@"), "{text}");
}

#[test]
fn without_an_answer_of_the_servers_the_gauges_of_the_queue_are_left_out() {
    let mut text = String::new();
    encode(&mut text, &gauges::gauges(None, ["acme"].into_iter(), &[])).unwrap();
    insta::assert_snapshot!(text, @r##"
    # HELP unicontact_queue_reachable 1 if the servers of the queue said in time how it stands, else 0.
    # TYPE unicontact_queue_reachable gauge
    unicontact_queue_reachable 0
    "##);
}
