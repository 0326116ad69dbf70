//! Measures the time of the pure parts: `cargo bench -p unicontact-benches`.

use divan::Bencher;
use unicontact_benches::pure;

fn main() {
    divan::main();
}

fn names() -> Vec<String> {
    pure::parts().unwrap_or_default().into_iter().map(|part| part.name).collect()
}

#[divan::bench(args = names())]
fn part(bencher: Bencher<'_, '_>, name: &str) {
    let parts = pure::parts().unwrap_or_default();
    if let Some(mut part) = parts.into_iter().find(|part| part.name == name) {
        bencher.bench_local(|| part.run());
    }
}
