//! Metrics of this process with the standard names of Prometheus, read from `/proc`. Elsewhere than on Linux there are none.

use prometheus_client::registry::Registry;

/// Returns the metrics of this process now.
pub(super) fn process() -> Registry {
    let all = Registry::with_prefix("process");
    #[cfg(target_os = "linux")]
    let all = linux::with_metrics(all);
    all
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::sync::atomic::AtomicU64;

    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::gauge::Gauge;
    use prometheus_client::registry::Registry;

    /// Adds the metrics that the system reports.
    pub(super) fn with_metrics(mut all: Registry) -> Registry {
        let stat = fs::read_to_string("/proc/self/stat").ok();
        if let Some(stat) = stat.as_deref().and_then(Stat::parse) {
            register_stat(&mut all, &stat);
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            let gauge = Gauge::<u64, AtomicU64>::default();
            gauge.set(u64::try_from(open.count()).unwrap_or(u64::MAX));
            all.register("open_fds", "Number of open file descriptors", gauge);
        }
        all
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds of a clock that counts in hundredths")]
    fn register_stat(all: &mut Registry, stat: &Stat) {
        let ticks_per_second = rustix::param::clock_ticks_per_second().max(1) as f64;
        let cpu = Counter::<f64, AtomicU64>::default();
        cpu.inc_by(stat.cpu_ticks as f64 / ticks_per_second);
        all.register("cpu_seconds", "Total user and system CPU time spent, in seconds", cpu);
        let memory = Gauge::<u64, AtomicU64>::default();
        let page_size = u64::try_from(rustix::param::page_size()).unwrap_or_default();
        memory.set(stat.resident_pages.saturating_mul(page_size));
        all.register("resident_memory_bytes", "Resident memory size, in bytes", memory);
        let boot_time = fs::read_to_string("/proc/stat").ok().as_deref().and_then(boot_time);
        if let Some(boot_time) = boot_time {
            let started_at = Gauge::<f64, AtomicU64>::default();
            started_at.set(boot_time as f64 + stat.start_ticks as f64 / ticks_per_second);
            all.register(
                "start_time_seconds",
                "Start of the process since the Unix epoch, in seconds",
                started_at,
            );
        }
    }

    /// Values of `/proc/self/stat`.
    #[derive(Debug, PartialEq, Eq)]
    struct Stat {
        cpu_ticks: u64,
        /// The start of the process, since the boot.
        start_ticks: u64,
        resident_pages: u64,
    }

    impl Stat {
        fn parse(text: &str) -> Option<Self> {
            // The name of the program is in parentheses and may have any character. The next field is the third one.
            let (_, fields) = text.rsplit_once(')')?;
            let fields: Vec<&str> = fields.split_whitespace().collect();
            let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
            let cpu_ticks = number(14)?.saturating_add(number(15)?);
            Some(Self { cpu_ticks, start_ticks: number(22)?, resident_pages: number(24)? })
        }
    }

    /// Returns the time of the boot from `/proc/stat`, in seconds since the Unix epoch.
    fn boot_time(text: &str) -> Option<u64> {
        text.lines().find_map(|line| line.strip_prefix("btime ")).and_then(|time| time.trim().parse().ok())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_fields_of_a_process_are_found_after_a_name_with_spaces_and_parentheses() {
            let text = "71 (uni) (x) S 1 71 71 0 -1 4194304 900 0 0 0 250 50 0 0 20 0 3 0 8123 250000000 4321 184467 1\n";
            let stat = Stat { cpu_ticks: 300, start_ticks: 8123, resident_pages: 4321 };
            assert_eq!(Stat::parse(text), Some(stat));
            assert_eq!(Stat::parse("71 (uni) S 1"), None);
            assert_eq!(boot_time("cpu 1 2\nbtime 1700000000\nprocesses 9\n"), Some(1_700_000_000));
        }

        #[test]
        fn this_process_has_all_metrics() {
            let mut text = String::new();
            let all = super::super::process();
            prometheus_client::encoding::prometheus_text::encode(&mut text, &all).unwrap();
            let value = |name: &str| -> f64 {
                let line = text.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_else(|| panic!("{name}: {text}")).trim().parse().unwrap()
            };
            assert!(value("process_cpu_seconds_total ") >= 0.0);
            assert!(value("process_resident_memory_bytes ") > 1_000_000.0);
            assert!(value("process_open_fds ") >= 3.0);
            let age =
                jiff::Timestamp::now().as_duration().as_secs_f64() - value("process_start_time_seconds ");
            assert!((-5.0..86_400.0).contains(&age), "{age}");
        }
    }
}
