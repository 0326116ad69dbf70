#!/usr/bin/env bash
# Everything that must hold, in one command: format, lints, features, docs, the book, dependencies, the demo, what it costs,
# the tests.
# Installs what it needs. The tests come last, so that their closing line is the last line.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TERM_COLOR=never

if ! command -v cc >/dev/null; then
    apt-get update && apt-get install -y gcc libc6-dev
fi
for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
done

echo "== format"
cargo fmt --all --check

echo "== lints"
cargo clippy --workspace --all-targets --all-features -- -D warnings

echo "== each feature of the library alone, and none at all"
for feature in "" smarttask emnify cloverhound onecloud schema config sqlite queue testkit; do
    cargo clippy -q -p unicontact --no-default-features --features "$feature" -- -D warnings
done

echo "== the contract suite for adapters alone"
cargo clippy -q -p unicontact-providers --no-default-features --features testkit -- -D warnings

echo "== the command without the queue"
cargo clippy -q -p unicontact-cli --no-default-features -- -D warnings

echo "== docs"
RUSTDOCFLAGS="-D warnings" cargo doc -q --workspace --all-features --no-deps

echo "== the book"
if ! command -v mdbook >/dev/null; then
    cargo install --locked -q --debug mdbook --no-default-features
fi
mdbook build docs

echo "== dependencies"
if ! command -v cargo-deny >/dev/null; then
    cargo install --locked -q --debug cargo-deny
fi
cargo deny --all-features check licenses bans sources

echo "== the demo, as a newcomer runs it"
cargo run -q --release -- demo

echo "== what the pure parts cost, in instructions"
if ! command -v valgrind >/dev/null; then
    apt-get update && apt-get install -y valgrind
fi
# Built beside the command, so that both share their dependencies.
cargo build -q --release -p unicontact-cli -p unicontact-benches
"${CARGO_TARGET_DIR:-target}/release/unicontact-benches" instructions

echo "== a NATS server for the tests of the journal on many machines"
if ! "${NATS_SERVER:-nats-server}" --version >/dev/null 2>&1; then
    NATS_SERVER=$(tests/nats-server.sh)
    export NATS_SERVER
fi

echo "== a node that runs TypeScript, for the clients of examples/hold"
NODE=$(tests/node.sh)
export NODE

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    apt-get update && apt-get install -y python3-venv
fi

echo "== Pact's own verifier and stub server, for the tests of the exported Pacts"
PACT=$(tests/servers/pact.sh)
export PACT

echo "== Prometheus' check of rules, for the alerts of examples/operations"
PROMTOOL=$(tests/servers/promtool.sh)
export PROMTOOL

if ! command -v sqlite3 >/dev/null; then
    apt-get update && apt-get install -y sqlite3
fi

echo "== servers that others wrote, for the tests of adapters and descriptions"
tests/servers/radicale.sh install
tests/servers/tryton.sh install
if [ "${UNICONTACT_DIRECTUS:-}" = 1 ]; then
    tests/servers/directus.sh install
    cargo test -p unicontact-cli --all-features --test tests -- described::directus --ignored
fi

echo "== tests"
cargo test --workspace --all-features
