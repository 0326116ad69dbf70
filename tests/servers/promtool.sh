#!/usr/bin/env bash
# Says where promtool is, Prometheus' own check of rules and metrics: the one that PROMTOOL names, or the one of Debian's package
# `prometheus`, which it puts below target/ without installing it.
set -euo pipefail
program="${PROMTOOL:-}"
. "$(dirname "$0")/common.sh"

# The list has the name of the package.
download_package() {
    local package
    package=$(cat "$1")
    apt-get update
    (cd "$server" && apt-get -o APT::Sandbox::User=root download "$package" && dpkg -x "$package"_*.deb . && rm "$package"_*.deb)
}

if [ -z "$program" ]; then
    install_once promtool download_package >&2
    program="$server/usr/bin/promtool"
fi
"$program" --version >&2
echo "$program"
