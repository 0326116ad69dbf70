#!/usr/bin/env bash
# Tryton with its party module, an ERP with a REST API. `install` puts it and an empty database below target/. `run FOLDER` serves a
# copy of that database with its data in FOLDER until stdin is closed, and writes the key of its administrator to FOLDER/key.
set -euo pipefail
. "$(dirname "$0")/common.sh"

# Writes a configuration that serves the databases of a folder at a port.
configuration() {
    printf '[database]\nuri = sqlite://\npath = %s\n[web]\nlisten = 127.0.0.1:%s\n' "$1" "$2"
}

# Installs the packages, and makes the database, which takes longer than everything else.
install_with_database() {
    install_packages "$1"
    mkdir "$server/database"
    configuration "$server/database" 0 >"$server/trytond.conf"
    touch "$server/database/crm.sqlite"
    echo 'password-of-the-tests' >"$server/password"
    export TRYTONPASSFILE="$server/password"
    local admin=("$environment/bin/trytond-admin" -c "$server/trytond.conf" -d crm --email admin@example.com)
    "${admin[@]}" --all
    "${admin[@]}" --update party --activate-dependencies
    "$environment/bin/python" "$here/tryton_key.py" "$server/trytond.conf" >"$server/key"
}

tryton() {
    configuration "$data/database" "$1" >"$data/trytond.conf"
    exec "$environment/bin/trytond" -c "$data/trytond.conf" -d crm
}

case "${1:-}" in
install)
    install_once tryton install_with_database
    ;;
run)
    data="$2"
    require_installed tryton
    mkdir -p "$data/database"
    cp "$server/database/crm.sqlite" "$data/database/"
    cp "$server/key" "$data/key"
    serve "$data" tryton
    ;;
*)
    echo "usage: $0 install | run FOLDER" >&2
    exit 2
    ;;
esac
