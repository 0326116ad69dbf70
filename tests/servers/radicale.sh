#!/usr/bin/env bash
# Radicale, a CardDAV server. `install` puts it below target/. `run FOLDER` serves the empty address book /admin/contacts/ with its
# data in FOLDER until stdin is closed, and writes the password of `admin` to FOLDER/key.
set -euo pipefail
. "$(dirname "$0")/common.sh"

radicale() {
    cat >"$data/config" <<CONFIG
[server]
hosts = 127.0.0.1:$1
[auth]
type = htpasswd
htpasswd_filename = $data/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = $data/collections
CONFIG
    exec "$environment/bin/radicale" --config "$data/config"
}

case "${1:-}" in
install)
    install_once radicale install_packages
    ;;
run)
    data="$2"
    require_installed radicale
    printf 'password-of-the-tests' >"$data/key"
    echo "admin:$(cat "$data/key")" >"$data/users"
    mkdir -p "$data/collections/collection-root/admin/contacts"
    echo '{"tag": "VADDRESSBOOK"}' >"$data/collections/collection-root/admin/contacts/.Radicale.props"
    serve "$data" radicale
    ;;
*)
    echo "usage: $0 install | run FOLDER" >&2
    exit 2
    ;;
esac
