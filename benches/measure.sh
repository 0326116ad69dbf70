#!/usr/bin/env bash
# Measures what unicontact costs, and writes it into benches/README.md. Names of parts measure only those.
set -euo pipefail
cd "$(dirname "$0")/.."
# Apart from each other, so that the command is the one that is shipped.
cargo build -q --profile dist -p unicontact-cli
cargo run -q --profile dist -p unicontact-benches --features two-threads -- table "$@"
