#!/usr/bin/env bash
# Proves the exported Pacts with Pact's own published tools: our adapters pass against its stub server, its verifier
# passes against our sandbox. It takes the tools from PATH; those that are missing it installs into the folder that it is
# given, where building them takes some 17 minutes on two cores.
#
#   contract/pact/prove.sh [FOLDER]        FOLDER: where to install to; target/pact-tools unless told
set -euo pipefail
cd "$(dirname "$0")/../.."
export CARGO_TERM_COLOR=never NO_COLOR=1 PACT_DO_NOT_TRACK=true

tools="${1:-target/pact-tools}"
mkdir -p "$tools"
tools="$(cd "$tools" && pwd)"
export PATH="$tools/bin:$PATH"

# tool PROGRAM PACKAGE VERSION
tool() {
    if ! command -v "$1" >/dev/null; then
        echo "== installing $2 $3 into $tools"
        cargo install --locked -q --root "$tools" "$2" --version "$3"
    fi
}
tool pact-stub-server pact-stub-server 0.7.1
tool pact-verifier pact_verifier_cli 1.4.0
PACT_STUB_SERVER="$(command -v pact-stub-server)"
PACT_VERIFIER="$(command -v pact-verifier)"
export PACT_STUB_SERVER PACT_VERIFIER
"$PACT_STUB_SERVER" --version
"$PACT_VERIFIER" --version

echo "== export"
pacts="$(mktemp -d)"
trap 'rm -rf "$pacts"' EXIT
cargo run -q -p unicontact-cli -- contract export --pact "$pacts"
export UNICONTACT_PACTS="$pacts"

echo "== the adapters against Pact's stub server"
cargo test -q -p unicontact-contract --test tests -- --ignored --nocapture --test-threads 1 pact::stub::

echo "== Pact's verifier against the sandbox"
cargo test -q -p unicontact-contract --test tests -- --ignored --nocapture --test-threads 1 pact::verifier::

echo "== proven"
