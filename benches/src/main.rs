//! `unicontact-benches` writes the table and checks the instruction counts. It measures processes, so it starts itself again as a
//! client or as the vendor.
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
        ["table", parts @ ..] => print(&whole::write(parts)?.join("\n")),
        ["instructions"] => print(&instructions::check(false)?),
        ["instructions", "--move"] => print(&instructions::check(true)?),
        ["journal", records] => print(&one_thread()?.block_on(journal::measure(records.parse()?, None))?),
        ["journal", records, "--most-ms", most] => {
            let most = Duration::from_millis(most.parse()?);
            print(&one_thread()?.block_on(journal::measure(records.parse()?, Some(most)))?)
        }
        ["counted"] => print(&instructions::run_counted()?.join("\n")),
        ["vendor", latency] => serve(Duration::from_millis(latency.parse()?)),
        ["by-hand", port, csv, results, at_once, threads, log] => {
            let work = by_hand::Work {
                port: port.parse()?,
                csv: csv.into(),
                results: results.into(),
                at_once: at_once.parse()?,
                log: (*log != "off").then(|| PathBuf::from(log)),
            };
            import_by_hand(&work, threads)
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
        ["hidden", excess, at_once, latency, contacts, concurrency] => {
            let hidden = hidden::Hidden {
                at_once: at_once.parse()?,
                latency: Duration::from_millis(latency.parse()?),
                excess: if *excess == "refused" { hidden::Excess::Refused } else { hidden::Excess::Queued },
            };
            let measured = hidden::import(hidden, self::concurrency(concurrency)?, contacts.parse()?)?;
            print(&format!("{} {}", measured.elapsed.as_micros(), measured.refusals))
        }
        ["fan-out-by-hand", ports @ ..] => {
            print(&one_thread()?.block_on(by_hand::fan_out(&self::ports(ports)?))?.to_string())
        }
        ["fan-out", ports @ ..] => {
            let ports = self::ports(ports)?.try_into().map_err(|_| "expected four ports")?;
            print(&one_thread()?.block_on(library::fan_out_once(ports))?.to_string())
        }
        _ => Err(USAGE.into()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it ends every arm above")]
fn print(text: &str) -> Result<(), Failure> {
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

fn import_by_hand(work: &by_hand::Work, threads: &str) -> Result<(), Failure> {
    match threads {
        "1" => one_thread()?.block_on(by_hand::import(work))?,
        #[cfg(feature = "two-threads")]
        "2" => {
            let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
            runtime.block_on(by_hand::import_in_tasks(work))?
        }
        _ => return Err("expected one thread, or two with --features two-threads".into()),
    };
    Ok(())
}

/// Runs the vendor, which prints its port and ends with its parent process.
fn serve(latency: Duration) -> Result<(), Failure> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    one_thread()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        print(&listener.local_addr()?.port().to_string())?;
        vendor::serve(listener, latency).await
    })
}
