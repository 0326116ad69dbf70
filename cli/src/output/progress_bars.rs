//! The progress of an import as lines for a terminal, none longer than the terminal is wide.

use textwrap::core::display_width;
use unicontact::Outcome;
use unicontact::bulk::Counts;

use super::table::outcome_style;
use super::{Line, Style, counted};

/// The number of characters of a bar.
const BAR: u8 = 20;

/// The progress at one provider.
pub(super) struct ProviderProgress<'a> {
    pub(super) name: &'a str,
    /// The share of the input that the provider has received, from 0 to 1.
    pub(super) share: Option<f64>,
    /// Deliveries per second. `None` once the provider has received all contacts that were read.
    pub(super) rate: Option<f64>,
    /// The remaining time in words.
    pub(super) left: Option<String>,
    pub(super) counts: Counts,
    /// The deliveries in doubt that wait, in words.
    pub(super) doubts: Option<String>,
}

/// The contacts that were read.
pub(super) struct TotalProgress {
    pub(super) taken: u64,
    pub(super) share_read: Option<f64>,
}

/// Returns a line for each provider, and the total. Bars are left out where the lines would be longer than `width`; a line that is
/// still longer loses its last words.
pub(super) fn progress_bars(
    providers: &[ProviderProgress<'_>],
    total: &TotalProgress,
    width: usize,
) -> Vec<Line> {
    let name_width = providers.iter().map(|it| display_width(it.name)).max().unwrap_or_default();
    let rows: Vec<[Line; 2]> = providers.iter().map(|it| [bar(it.share), words(it)]).collect();
    let longest = rows.iter().map(|[bar, words]| name_width + 2 + bar.width() + words.width()).max();
    let has_bars = longest.is_some_and(|longest| longest < width);
    let line = |(provider, [bar, words]): (&ProviderProgress<'_>, [Line; 2])| {
        let name = format!("{}{}  ", provider.name, " ".repeat(name_width - display_width(provider.name)));
        let bar = if has_bars { bar } else { Line::default() };
        // The cursor stays in a line that is shorter than the terminal.
        Line::new(&name).append(bar).append(words).cut(width.saturating_sub(1))
    };
    let lines = providers.iter().zip(rows).map(line);
    lines.chain([total.line().cut(width.saturating_sub(1))]).collect()
}

impl TotalProgress {
    fn line(&self) -> Line {
        let read = format!("{} read", counted(self.taken, "contact", "contacts"));
        let share = self.share_read.map(|share| format!(", {} of the file", percent(share)));
        Line::default().styled(Style::Heading, &read).text(&share.unwrap_or_default())
    }
}

fn bar(share: Option<f64>) -> Line {
    let Some(share) = share else { return Line::default() };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of the bar")]
    let done = ((share.clamp(0.0, 1.0) * f64::from(BAR)) as usize).min(BAR.into());
    let line = Line::default().styled(Style::Good, &"━".repeat(done));
    line.styled(Style::Muted, &"─".repeat(usize::from(BAR) - done)).text("  ")
}

/// Returns the share, the outcomes, the rate and the remaining time.
fn words(provider: &ProviderProgress<'_>) -> Line {
    let ProviderProgress { share, rate, left, counts, doubts, .. } = provider;
    let share = share.map(|share| format!("{:>5}  ", percent(share)));
    let outcome = |outcome: Outcome| {
        let count = counts.get(outcome);
        let text = format!("{count} {}", outcome.as_str());
        (count > 0).then(|| Line::default().styled(outcome_style(outcome), &text))
    };
    let doubts = doubts.as_ref().map(|doubts| Line::default().styled(Style::Warning, doubts));
    let rate = rate.map(|rate| Line::new(&format!("{rate:.0}/s")));
    let left = left.as_ref().map(|left| Line::default().styled(Style::Muted, &format!("{left} left")));
    let parts = Outcome::ALL.into_iter().filter_map(outcome).chain(doubts).chain(rate).chain(left);
    parts.enumerate().fold(Line::new(&share.unwrap_or_default()), |line, (index, part)| {
        let line = if index > 0 { line.text(", ") } else { line };
        line.append(part)
    })
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share.clamp(0.0, 1.0) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn providers() -> [ProviderProgress<'static>; 3] {
        let provider =
            |name, share, rate, left: Option<&str>, counts, doubts: Option<&str>| ProviderProgress {
                name,
                share: Some(share),
                rate,
                left: left.map(str::to_owned),
                counts,
                doubts: doubts.map(str::to_owned),
            };
        let counts = |created, failed, in_doubt| Counts { created, failed, in_doubt, ..Counts::default() };
        [
            provider("acme", 0.62, Some(41.3), Some("4 min"), counts(6200, 0, 0), None),
            provider("iot", 0.07, Some(4.0), Some("2 h 45 min"), counts(655, 12, 33), None),
            provider("jakarta", 1.0, None, None, counts(9997, 0, 0), Some("3 in doubt until 18:00")),
        ]
    }

    fn text(width: usize) -> String {
        let lines =
            progress_bars(&providers(), &TotalProgress { taken: 10_000, share_read: Some(0.99) }, width);
        lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        insta::assert_snapshot!(text(120), @r"
        acme     ━━━━━━━━━━━━────────   62 %  6200 created, 41/s, 4 min left
        iot      ━───────────────────    7 %  655 created, 12 failed, 33 in_doubt, 4/s, 2 h 45 min left
        jakarta  ━━━━━━━━━━━━━━━━━━━━  100 %  9997 created, 3 in doubt until 18:00
        10000 contacts read, 99 % of the file
        ");
        insta::assert_snapshot!(text(80), @r"
        acme      62 %  6200 created, 41/s, 4 min left
        iot        7 %  655 created, 12 failed, 33 in_doubt, 4/s, 2 h 45 min left
        jakarta  100 %  9997 created, 3 in doubt until 18:00
        10000 contacts read, 99 % of the file
        ");
        insta::assert_snapshot!(text(40), @r"
        acme      62 %  6200 created, 41/s, 4…
        iot        7 %  655 created, 12 failed…
        jakarta  100 %  9997 created, 3 in dou…
        10000 contacts read, 99 % of the file
        ");
        for width in 1..130 {
            let text = text(width);
            assert!(text.lines().all(|line| display_width(line) < width), "{width}: {text}");
        }
    }
}
