//! `unicontact-benches`: writes the table, checks the instruction counts, and starts itself again as each measured process.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a command for developers")]

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use unicontact::Concurrency;
use unicontact_benches::{Failure, by_hand, hidden, instructions, journal, library, vendor, whole};

const USAGE: &str = "expected: table, instructions [--move], or journal RECORDS [--most-ms NUMBER]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["table", parts @ ..] => whole::write(parts),
        ["instructions"] => told(&instructions::check(false)?),
        ["instructions", "--move"] => told(&instructions::check(true)?),
        ["journal", records] => told(&one_thread()?.block_on(journal::measure(records.parse()?, None))?),
        ["journal", records, "--most-ms", most] => {
            let most = Duration::from_millis(most.parse()?);
            told(&one_thread()?.block_on(journal::measure(records.parse()?, Some(most)))?)
        }
        ["counted"] => told(&instructions::run_counted()?.join("\n")),
        ["vendor", latency] => serve(Duration::from_millis(latency.parse()?)),
        ["by-hand", port, contacts, at_once, threads] => {
            by_hand(port.parse()?, contacts.parse()?, at_once.parse()?, threads)
        }
        ["library", port, contacts, providers, concurrency, journal] => {
            let work = library::Work {
                port: port.parse()?,
                contacts: contacts.parse()?,
                providers: providers.parse()?,
                concurrency: concurrency.parse()?,
                journal: (*journal != "off").then(|| PathBuf::from(journal)),
            };
            one_thread()?.block_on(library::import(&work))?;
            Ok(())
        }
        ["hidden", more, at_once, latency, contacts, concurrency] => {
            let hidden = hidden::Hidden {
                at_once: at_once.parse()?,
                latency: Duration::from_millis(latency.parse()?),
                more: if *more == "refused" { hidden::More::Refused } else { hidden::More::Queued },
            };
            let met = hidden::import(hidden, self::concurrency(concurrency)?, contacts.parse()?)?;
            told(&format!("{} {}", met.elapsed.as_micros(), met.refusals))
        }
        ["fan-out-by-hand", ports @ ..] => {
            told(&one_thread()?.block_on(by_hand::fan_out(&self::ports(ports)?))?.to_string())
        }
        ["fan-out", ports @ ..] => {
            let ports = self::ports(ports)?.try_into().map_err(|_| "expected four ports")?;
            told(&one_thread()?.block_on(library::fan_out_once(ports))?.to_string())
        }
        _ => Err(USAGE.into()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it ends every arm above")]
fn told(text: &str) -> Result<(), Failure> {
    println!("{text}");
    Ok(())
}

fn concurrency(text: &str) -> Result<Concurrency, Failure> {
    if text == "auto" { Ok(Concurrency::Auto) } else { Ok(Concurrency::fixed(text.parse()?)) }
}

fn ports(texts: &[&str]) -> Result<Vec<u16>, Failure> {
    texts.iter().map(|text| Ok(text.parse()?)).collect()
}

fn one_thread() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

fn by_hand(port: u16, contacts: u64, at_once: usize, threads: &str) -> Result<(), Failure> {
    let created = match threads {
        "1" => one_thread()?.block_on(by_hand::import(port, contacts, at_once))?,
        #[cfg(feature = "two-threads")]
        "2" => {
            let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
            runtime.block_on(by_hand::import_in_tasks(port, contacts, at_once))?
        }
        _ => return Err("expected one thread, or two with --features two-threads".into()),
    };
    if created as u64 == contacts { Ok(()) } else { Err("some contacts were not created".into()) }
}

/// The vendor says at which port it listens, and ends with whoever started it.
fn serve(latency: Duration) -> Result<(), Failure> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    one_thread()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        told(&listener.local_addr()?.port().to_string())?;
        vendor::serve(listener, latency).await
    })
}
