#!/usr/bin/env bash
# Says where Pact's command is, with its verifier and its stub server: the one that PACT names, or one that it puts below target/.
set -euo pipefail
program="${PACT:-}"
. "$(dirname "$0")/common.sh"
if [ -z "$program" ]; then
    install_once pact install_packages >&2
    program="$environment/bin/pact"
fi
"$program" verifier --version >&2
echo "$program"
