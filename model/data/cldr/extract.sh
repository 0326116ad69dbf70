#!/usr/bin/env bash
# Writes territories.tsv: the names of countries by the Unicode CLDR, as the npm package cldr-localenames-full has them.
# Needs npm and jq. `cargo test -p unicontact-providers country` says afterwards how to update country-names.tsv.
set -euo pipefail
cd "$(dirname "$0")"
VERSION=48.2.0
LOCALES="en en-GB de de-AT de-CH fr fr-CA fr-CH es es-MX it pt pt-PT nl pl ru uk be bg mk sr sr-Latn bs hr sl cs sk hu ro el tr sv
da nb nn fi et lv lt is ga cy mt lb ca gl eu sq hy ka az kk uz ar he fa ur hi bn ta th vi id ms fil ja ko zh zh-Hant zh-Hant-HK sw af"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" "cldr-localenames-full@$VERSION" >/dev/null
tar -xzf "$work"/*.tgz -C "$work"
cp "$work/package/LICENSE" LICENSE
for locale in $LOCALES; do
    # Two letters are a country, `-alt-short` and `-alt-variant` another name of it. The rest are regions of the world.
    jq -r --arg locale "$locale" '
        .main[$locale].localeDisplayNames.territories | to_entries[]
        | select(.key | test("^[A-Z]{2}(-alt-(short|variant))?$"))
        | select(.key[:2] | IN("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ") | not)
        | [.key[:2], .value, $locale] | @tsv' "$work/package/main/$locale/territories.json"
done | LC_ALL=C sort -u | awk -F '\t' '
    { place = $1 "\t" $2 }
    place != last { if (NR > 1) printf "\n"; printf "%s\t%s", place, $3; last = place; next }
    { printf " %s", $3 }
    END { printf "\n" }' >territories.tsv
