//! How long an answer asks to wait.

use std::time::Duration;

use super::account::Account;
use super::credential::check_holes;
use super::header::read_header_name;
use super::place::read_read_path;
use super::read_path::ReadPath;
use super::table::TableReader;
use super::template::Template;

/// How long to wait.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wait {
    Header(String, WaitUnit),
    Path(ReadPath, WaitUnit),
    For(Duration),
    Midnight(Template),
    HourInMessage(Template),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitUnit {
    /// Seconds, or a time.
    Seconds,
    Milliseconds,
    /// Seconds since 1970.
    Epoch,
    Time,
    /// A structured field with a member `t` or `reset`: `"default";r=0;t=12`.
    StructuredReset,
}

impl Wait {
    pub(super) fn read(table: &TableReader<'_>, account: &Account) -> Option<Self> {
        let units = [
            ("seconds", WaitUnit::Seconds),
            ("ms", WaitUnit::Milliseconds),
            ("epoch", WaitUnit::Epoch),
            ("time", WaitUnit::Time),
            ("iso", WaitUnit::Time),
            ("structured reset", WaitUnit::StructuredReset),
        ];
        let unit = table.choice("unit", &units).unwrap_or(WaitUnit::Seconds);
        let zone = Template::new(table.text("zone").unwrap_or("UTC"));
        check_zone(table, &zone, account);
        table.only_one_of(&["header", "path", "seconds", "until"]);
        if table.has("seconds") || table.has("until") {
            table.unused(&["unit"], "is the unit of a `header` or `path`");
        }
        if !table.has("until") {
            table.unused(&["zone"], "is the time zone of `until`");
        } else if table.text("until") == Some("midnight UTC") {
            table.unused(&["zone"], "is UTC already: say `until = \"midnight\"`");
        }
        if table.has("header") {
            return Some(Self::Header(read_header_name(table)?, unit));
        }
        if table.has("path") {
            return Some(Self::Path(read_read_path(table, "path")?, unit));
        }
        if table.has("seconds") {
            return Duration::try_from_secs_f64(table.number("seconds")?).ok().map(Self::For);
        }
        match table.text("until") {
            Some("midnight UTC") => Some(Self::Midnight(Template::new("UTC"))),
            Some("midnight") => Some(Self::Midnight(zone)),
            Some("the hour in the message") => Some(Self::HourInMessage(zone)),
            _ => {
                let known = [("midnight UTC", ()), ("midnight", ()), ("the hour in the message", ())];
                if table.choice("until", &known).is_none() && !table.has("until") {
                    table.report("", "says no time: add header, path, seconds or until");
                }
                None
            }
        }
    }

    /// Returns the name of the time zone in which the time is meant.
    pub(super) fn zone(&self) -> Option<&Template> {
        match self {
            Self::Midnight(zone) | Self::HourInMessage(zone) => Some(zone),
            Self::Header(..) | Self::Path(..) | Self::For(_) => None,
        }
    }
}

/// Returns whether a text is the IANA name of a time zone.
pub(super) fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// Reports a zone that is none, or that a provider without its optional keys would not have.
fn check_zone(table: &TableReader<'_>, zone: &Template, account: &Account) {
    check_holes(table, "zone", zone, account, &[]);
    if zone.holes().next().is_none() && !is_time_zone(zone.as_str()) {
        table.report("zone", "is no time zone, such as Europe/Berlin");
    }
    for hole in zone.holes() {
        let Some(key) = account.key_of_hole(hole) else { continue };
        if key.is_optional && key.default.is_none() {
            let message =
                format!("is unknown without {hole}, which is optional: give [account.{hole}] a default");
            table.report("zone", message);
        }
        if zone.only_hole().is_some()
            && let Some(other) = key.described_texts(hole).into_iter().find(|text| !is_time_zone(text))
        {
            let message =
                format!("`{other}` of [account.{}] is no time zone, such as Europe/Berlin", key.name);
            table.report("zone", message);
        }
    }
}
