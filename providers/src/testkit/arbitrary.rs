//! Rule 8: any bytes as an answer give an `Err` or an `Ok`, never a panic. The bytes are the same in every run.

use std::io;

use super::bench::Bench;
use super::server::Behaviour;
use crate::http::Answer;

const SEED: u64 = 0x7565_6e69_636f_6e74;
const ANSWERS: usize = 256;
const STATUSES: [u16; 14] = [200, 200, 200, 201, 201, 204, 302, 400, 401, 403, 404, 422, 429, 500];
/// Fragments of vendors' answers.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"id\"",
    "\"error\"",
    "\"message\"",
    "\"errors\"",
    "\"status\"",
    "\"data\"",
    "null",
    "true",
    "-1",
    "1e400",
    "\"\"",
    "\"\\ud800\"",
    "\"4242\"",
    "<html><title>",
    "\u{feff}",
    "\u{fc}\u{1f600}",
    "99999999999999999999",
    "\n",
];
const HEADERS: [(&str, &str); 8] = [
    ("retry-after", "-1"),
    ("retry-after", "99999999999999999999"),
    ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("location", "/"),
    ("location", "?\u{fc}#"),
    ("content-encoding", "gzip"),
    ("content-type", "nonsense"),
    ("x-request-id", " "),
];

pub(super) async fn run(bench: &mut Bench<'_>) -> io::Result<()> {
    // Answers that a person would write come first, because their findings are easiest to read.
    for (name, body) in [
        ("null", "null"),
        ("a list", "[]"),
        ("a text", "\"\""),
        ("a number", "7"),
        ("an id that is an object", r#"{"id": {}}"#),
        ("torn JSON", "{\"id\":"),
    ] {
        let answer = Answer::new(200).with_header("content-type", "application/json").with_body(body);
        let attempt = bench.create(&format!("HTTP 200 with {name}"), Behaviour::Answer(answer)).await?;
        if attempt.result.is_none() {
            return Ok(());
        }
    }
    let mut random = Random(SEED);
    for number in 1..=ANSWERS {
        let behaviour = random.behaviour();
        let attempt = bench.create(&format!("arbitrary answer {number}"), behaviour).await?;
        if attempt.result.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

/// The random number generator `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.below(64);
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    fn pieces(&mut self) -> Vec<u8> {
        let count = self.below(12);
        let pieces: String = (0..count).map(|_| PIECES[self.below(PIECES.len())]).collect();
        pieces.into_bytes()
    }

    fn behaviour(&mut self) -> Behaviour {
        let body = if self.below(3) == 0 { self.bytes() } else { self.pieces() };
        let mut answer = Answer::new(STATUSES[self.below(STATUSES.len())]).with_body(body);
        for _ in 0..self.below(3) {
            let (name, value) = HEADERS[self.below(HEADERS.len())];
            answer = answer.with_header(name, value);
        }
        match self.below(16) {
            0 => Behaviour::Bytes(self.bytes()),
            1 => Behaviour::Cut(answer),
            _ => Behaviour::Answer(answer),
        }
    }
}
