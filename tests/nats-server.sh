#!/usr/bin/env bash
# Puts a NATS server below target/ and says where it is. Debian's own release may have one that is too old, so it is taken from
# the release after it, whose packages are read from a list of its own: nothing else of the machine changes.
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$PWD/target/nats-server"
program="$folder/usr/sbin/nats-server"
if [ ! -x "$program" ]; then
    mkdir -p "$folder/lists/partial" "$folder/archives/partial"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    # The site that this machine takes its own release from.
    site="$(apt-get indextargets --format '$(LABEL) $(COMPONENT) $(SITE)' 'Created-By: Packages' | sed -n 's/^Debian main //p' | head -n 1)"
    if [ -z "$site" ]; then
        echo "no source of Debian's packages: run apt-get update first, or name a server in NATS_SERVER" >&2
        exit 1
    fi
    echo "deb [signed-by=$keyring] $site trixie main" >"$folder/trixie.list"
    options=(
        -o "Dir::Etc::sourcelist=$folder/trixie.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$folder/lists" -o "Dir::Cache::archives=$folder/archives"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root
    )
    apt-get "${options[@]}" update >&2
    (cd "$folder" && apt-get "${options[@]}" download nats-server >&2 && dpkg -x nats-server_*.deb .)
fi
echo "$program"
