//! Writes the tables of `benches/README.md` between their marks. A part that is not measured again keeps its rows.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use super::import::{Bench, Client, Work};
use super::journal_size::Round;
use super::process::Cost;
use super::statistics::{Rounds, median, ratios, with_spread};
use super::{auto, faults, journal_size, memory, once, queue, scale, undici};
use crate::Failure;

const BEGIN: &str = "<!-- measured: ";
const END: &str = "<!-- end -->";
const ROUNDS: usize = 5;
const FEWER_ROUNDS: usize = 3;
/// Few, because a million rows take long and memory hardly differs between rounds.
const LONG_ROUNDS: usize = 1;
const CLIENTS: [(Client, &str, &str); 7] = [
    (Client::ByHand, "by hand, one thread (the yardstick)", ""),
    (Client::ByHandOnTwoThreads, "by hand, two threads", ""),
    (Client::ByHandWithLog, "by hand, with a durable log", ""),
    (Client::Library, "library, no journal", "≤ 1.15"),
    (Client::Command, "`unicontact import`, no journal", "≤ 1.1"),
    (Client::LibraryWithJournal, "library, journal", "≤ 2"),
    (Client::CommandWithJournal, "`unicontact import`, journal", "≤ 2.05"),
];

/// A part of the page.
struct Section {
    name: &'static str,
    measure: fn() -> Result<String, Failure>,
    /// Whether the part is measured only by its name.
    by_name_only: bool,
}

const fn section(name: &'static str, measure: fn() -> Result<String, Failure>) -> Section {
    Section { name, measure, by_name_only: false }
}

const UNDICI: &str = "undici";
const SECTIONS: [Section; 12] = [
    section("cpu", cpu),
    section("throughput", throughput),
    section("fan-out", fan_out),
    section("start", start),
    section("memory", memory),
    section("journal", journal),
    Section { by_name_only: true, ..section("journal-long", journal_long) },
    section("scale", scale),
    section("auto", auto),
    section("queue", queue),
    section("queue-faults", queue_faults),
    Section { by_name_only: true, ..section(UNDICI, in_undici) },
];

/// Measures the named parts, or all except the long ones, and writes them into `benches/README.md`. Returns why parts were skipped.
///
/// # Errors
///
/// If a measurement fails, or the page lacks the marks.
pub fn write(names: &[&str]) -> Result<Vec<&'static str>, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    if let Some(unknown) = names.iter().find(|name| !SECTIONS.iter().any(|known| known.name == **name)) {
        return Err(format!("no part of the table is called {unknown}").into());
    }
    let is_wanted = |section: &&Section| match names {
        [] => !section.by_name_only,
        _ => names.contains(&section.name),
    };
    let mut skipped = Vec::new();
    for Section { name, measure, .. } in SECTIONS.iter().filter(is_wanted) {
        if let Some(missing) = undici::missing().filter(|_| *name == UNDICI) {
            skipped.push(missing);
            continue;
        }
        let rows = measure()?;
        let page = std::fs::read_to_string(&path)?;
        std::fs::write(&path, replaced(&page, name, &rows)?)?;
    }
    Ok(skipped)
}

/// Returns the page with other rows between the marks of `name`.
fn replaced(page: &str, name: &str, rows: &str) -> Result<String, Failure> {
    let begin = format!("{BEGIN}{name} -->\n");
    let (before, rest) = page.split_once(&begin).ok_or_else(|| format!("no {begin:?} in the page"))?;
    let (_, after) = rest.split_once(END).ok_or("a part of the page has no end")?;
    Ok(format!("{before}{begin}\n{rows}\n{END}{after}"))
}

fn cpu() -> Result<String, Failure> {
    cpu_rows(&CLIENTS)
}

fn cpu_rows(clients: &[(Client, &str, &str)]) -> Result<String, Failure> {
    let names: Vec<Client> = clients.iter().map(|(client, ..)| *client).collect();
    let costs = Bench::new(Work::default())?.rounds(&names, ROUNDS)?;
    let mut rows =
        heading(&["client", "CPU s per 10,000", "ratio to the yardstick (spread)", "target", "peak MiB"]);
    let yardstick = cpu_of(&costs[0]);
    for ((_, name, target), costs) in clients.iter().zip(&costs) {
        let cpu = cpu_of(costs);
        let ratio = with_spread(&ratios(&cpu, &yardstick));
        let peak = median(&costs.iter().map(|cost| cost.peak_mib).collect::<Rounds>());
        let seconds = median(&cpu) / 2.0;
        writeln!(rows, "| {name} | {seconds:.3} | {ratio} | {target} | {peak:.1} |")?;
    }
    Ok(rows)
}

/// Measures the command beside a client in another language, in the rounds of one run.
fn in_undici() -> Result<String, Failure> {
    let clients = [
        (Client::ByHand, "by hand, one thread (the yardstick)", ""),
        (Client::Undici, "Node with undici, by hand, no record", ""),
        (Client::Command, "`unicontact import`, no journal", ""),
        (Client::CommandWithJournal, "`unicontact import`, journal", "< undici"),
    ];
    cpu_rows(&clients)
}

fn throughput() -> Result<String, Failure> {
    let clients = [Client::ByHand, Client::LibraryWithJournal, Client::CommandWithJournal];
    let costs = Bench::new(work(10_000, Duration::from_millis(20)))?.rounds(&clients, ROUNDS)?;
    let speed = |costs: &[Cost]| -> Rounds {
        costs.iter().map(|cost| 10_000.0 / cost.elapsed.as_secs_f64()).collect()
    };
    let yardstick = speed(&costs[0]);
    let mut rows = heading(&["client", "contacts per second", "ratio to the yardstick (spread)", "target"]);
    let names = [("by hand", ""), ("library, journal", "≥ 0.98"), ("`unicontact import`, journal", "≥ 0.98")];
    for ((name, target), costs) in names.iter().zip(&costs) {
        let speed = speed(costs);
        let ratio = with_spread(&ratios(&speed, &yardstick));
        writeln!(rows, "| {name} | {:.0} | {ratio} | {target} |", median(&speed))?;
    }
    Ok(rows)
}

fn fan_out() -> Result<String, Failure> {
    let [by_hand, ours] = once::fan_out(11)?;
    let slowest = vec![100.0; ours.len()];
    let mut rows = heading(&["client", "ms", "ratio to the 100 ms of the slowest vendor (spread)", "target"]);
    for (name, measured, target) in [("by hand", by_hand, ""), ("library", ours, "≤ 1.03")] {
        let ratio = with_spread(&ratios(&measured, &slowest));
        writeln!(rows, "| {name} | {:.1} | {ratio} | {target} |", median(&measured))?;
    }
    Ok(rows)
}

fn start() -> Result<String, Failure> {
    let [plan, help] = once::start_up(20)?;
    let mut rows = heading(&["what", "measured (spread)", "target"]);
    writeln!(rows, "| `unicontact plan`, four vendors | {} ms of CPU | < 15 ms |", with_spread(&plan))?;
    writeln!(rows, "| `unicontact --help` | {} ms of CPU | < 15 ms |", with_spread(&help))?;
    writeln!(rows, "| the binary of the profile dist | {:.2} MiB | |", once::size()?)?;
    Ok(rows)
}

fn memory() -> Result<String, Failure> {
    let clients = [
        (Client::Library, "library, no journal"),
        (Client::LibraryWithJournal, "library, journal"),
        (Client::Command, "`unicontact import`, no journal"),
        (Client::CommandWithJournal, "`unicontact import`, journal"),
    ];
    let costs = memory::costs(&clients.map(|(client, _)| client), LONG_ROUNDS)?;
    let mut rows = heading(&[
        "client",
        "MiB, 20,000",
        "MiB, 1,000,000",
        "ratio (spread)",
        "target",
        "CPU µs for one contact more",
    ]);
    for ((_, name), [few, many]) in clients.iter().zip(&costs) {
        let peaks = |costs: &[Cost]| costs.iter().map(|cost| cost.peak_mib).collect::<Rounds>();
        let (few_mib, many_mib) = (peaks(few), peaks(many));
        let ratio = with_spread(&ratios(&many_mib, &few_mib));
        let more = f64::from(memory::MANY - memory::FEW) / 1e6;
        let marginal = cpu_of(many).into_iter().zip(cpu_of(few)).map(|(many, few)| (many - few) / more);
        let marginal = median(&marginal.collect::<Rounds>());
        let (few_mib, many_mib) = (median(&few_mib), median(&many_mib));
        writeln!(
            rows,
            "| {name} | {few_mib:.1} | {many_mib:.1} | {ratio} | ≤ 1.3, < 40 MiB | {marginal:.1} |"
        )?;
    }
    Ok(rows)
}

fn journal() -> Result<String, Failure> {
    let mut rows = heading(&[
        "contacts",
        "bytes written per contact (spread)",
        "target",
        "bytes of the file per record (spread)",
        "target",
    ]);
    for case in &journal_size::CASES {
        let rounds = journal_size::rounds(case, &[memory::FEW], FEWER_ROUNDS)?;
        let of =
            |figure: fn(&Round) -> f64| with_spread(&rounds.iter().flatten().map(figure).collect::<Rounds>());
        let (written, file) = (of(Round::bytes_per_contact), of(Round::file_per_record));
        let (name, limit) = (case.name, case.limit);
        writeln!(rows, "| {name} | {written} | ≤ 5,000 | {file} | ≤ {limit} |")?;
    }
    Ok(rows)
}

fn journal_long() -> Result<String, Failure> {
    let mut rows = heading(&[
        "contacts",
        "CPU µs per contact, 20,000",
        "1,000,000",
        "ratio",
        "target",
        "bytes written per contact",
        "target",
        "bytes of the file per record",
        "target",
        "peak MiB",
    ]);
    for case in &journal_size::CASES {
        for round in journal_size::rounds(case, &[memory::FEW, memory::MANY], LONG_ROUNDS)? {
            let [few, many] = round.as_slice() else { return Err("expected two sizes".into()) };
            let (few_cpu, many_cpu) = (few.cpu_per_contact(), many.cpu_per_contact());
            let (written, file) = (many.bytes_per_contact(), many.file_per_record());
            let (ratio, peak) = (many_cpu / few_cpu, many.with.cost.peak_mib);
            let (name, limit) = (case.name, case.limit);
            writeln!(
                rows,
                "| {name} | {few_cpu:.1} | {many_cpu:.1} | {ratio:.3} | ≤ 1.1 | {written:.0} | ≤ 5,000 | {file:.1} | ≤ {limit} | {peak:.1} |"
            )?;
        }
    }
    Ok(rows)
}

fn scale() -> Result<String, Failure> {
    let mut rows = heading(&["what", "CPU µs for one more", "ratio to the first (spread)", "target"]);
    let sizes = scale::SIZES.windows(2).map(|pair| format!("{} → {} contacts", pair[0], pair[1]));
    let sizes: Vec<String> = sizes.collect();
    for (client, name) in [
        (Client::Library, "library, no journal"),
        (Client::CommandWithJournal, "`unicontact import`, journal"),
    ] {
        let marginal = scale::by_contacts(client, &scale::SIZES, FEWER_ROUNDS)?;
        let names: Vec<String> = sizes.iter().map(|size| format!("{name}, {size}")).collect();
        add_slopes(&mut rows, &names, &marginal)?;
    }
    let numbers = [1, 10, 50, 200];
    let marginal = scale::by_providers(&numbers, ROUNDS)?;
    let names = numbers.map(|number| format!("library, {number} providers, one delivery"));
    add_slopes(&mut rows, &names, &marginal)?;
    Ok(rows)
}

fn queue_faults() -> Result<String, Failure> {
    let seconds = faults::seconds()?;
    let mut rows = heading(&[
        "what",
        "seconds",
        "ratio to the import (spread)",
        "target",
        "ratio to one worker (spread)",
        "target",
    ]);
    writeln!(rows, "| `unicontact import` | {:.1} | 1.000 |  |  |  |", median(&seconds.import))?;
    for (workers, measured) in faults::WORKERS.iter().zip(&seconds.workers) {
        let to_import = with_spread(&ratios(measured, &seconds.import));
        let to_one = with_spread(&ratios(measured, &seconds.workers[0]));
        let took = median(measured);
        writeln!(rows, "| workers: {workers} | {took:.1} | {to_import} | ≤ 1.3 | {to_one} | ≤ 1.2 |")?;
    }
    Ok(rows)
}

fn auto() -> Result<String, Failure> {
    let mut rows = heading(&[
        "the vendor takes at once, and one more",
        "concurrency",
        "contacts per second",
        "ratio to the best fixed number (spread)",
        "429s of each round",
    ]);
    for measured in auto::measure(FEWER_ROUNDS)? {
        let refusals = measured.refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (speed, ratio) = (median(&measured.speed), with_spread(&measured.share));
        let auto::Measured { vendor, concurrency, .. } = measured;
        writeln!(rows, "| {vendor} | {concurrency} | {speed:.1} | {ratio} | {refusals} |")?;
    }
    Ok(rows)
}

fn queue() -> Result<String, Failure> {
    let measured = queue::cpu(work(10_000, Duration::ZERO), ROUNDS)?;
    let both: Rounds =
        measured.filling.iter().zip(&measured.working).map(|(filling, working)| filling + working).collect();
    let mut rows = heading(&["what", "measured", "ratio (spread)", "target"]);
    let mut cpu = |name: &str, seconds: &Rounds, target: &str| {
        let ratio = with_spread(&ratios(seconds, &measured.with_journal));
        let seconds = median(seconds);
        writeln!(rows, "| {name} | {seconds:.3} CPU s per 10,000 | {ratio} | {target} |")
    };
    cpu("`unicontact import` with its journal (the yardstick)", &measured.with_journal, "")?;
    cpu("`unicontact import --queue`", &measured.filling, "")?;
    cpu("`unicontact worker`", &measured.working, "")?;
    cpu("both together", &both, "≤ 3")?;
    let [one, two] = queue::speed(work(10_000, Duration::from_millis(20)), ROUNDS)?;
    for (name, speed, target) in [("one worker", &one, ""), ("two workers", &two, "≥ 1.6")] {
        let ratio = with_spread(&ratios(speed, &one));
        let speed = median(speed);
        writeln!(
            rows,
            "| {name}, vendor at 20 ms | {speed:.0} deliveries per second | {ratio} | {target} |"
        )?;
    }
    Ok(rows)
}

fn add_slopes(rows: &mut String, names: &[String], marginal: &[Rounds]) -> Result<(), Failure> {
    for (name, measured) in names.iter().zip(marginal) {
        let ratio = with_spread(&ratios(measured, &marginal[0]));
        writeln!(rows, "| {name} | {:.1} | {ratio} | 0.95–1.05 |", median(measured))?;
    }
    Ok(())
}

fn work(contacts: u64, latency: Duration) -> Work {
    Work { contacts, latency, ..Work::default() }
}

fn cpu_of(costs: &[Cost]) -> Rounds {
    costs.iter().map(|cost| cost.cpu.as_secs_f64()).collect()
}

fn heading(columns: &[&str]) -> String {
    let line = vec!["---"; columns.len()].join(" | ");
    format!("| {} |\n| {line} |\n", columns.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_rows_between_the_marks_are_replaced() {
        let page =
            "a\n<!-- measured: cpu -->\nold\n<!-- end -->\nb\n<!-- measured: start -->\nkept\n<!-- end -->";
        let written = replaced(page, "cpu", "new").unwrap();
        assert_eq!(
            written,
            page.replace("\nold\n", "\n\nnew\n\n").replace("\n\n<!-- end -->\nb", "\n<!-- end -->\nb")
        );
        assert!(replaced(page, "memory", "new").is_err());
    }
}
