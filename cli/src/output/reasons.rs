//! Why deliveries did not succeed and what was lost, at the end of many.
//!
//! Its rule: the most frequent first, each with what to do, and what is not told one by one is counted.

use unicontact::Outcome;

use super::lines::in_brackets;
use super::{Resume, doubts, numbers_not_e164, often};
use crate::commands::{Kinds, OfProvider, Reasons};

/// How many different ones are told for each provider and outcome.
const TOLD: usize = 10;

/// The lines, without any where all went well.
pub(crate) fn reasons(reasons: &Reasons, resume: &Resume) -> Vec<String> {
    let mut lines: Vec<String> = reasons.providers.iter().flat_map(of_provider).collect();
    let numbers = reasons.providers.iter().map(|provider| (provider.name.as_str(), &provider.numbers));
    lines.extend(numbers_not_e164(numbers));
    let any = |outcome: Outcome| {
        let mut ended = reasons.providers.iter().flat_map(|provider| &provider.ended);
        ended.any(|(of, kinds)| *of == outcome && !kinds.is_empty())
    };
    let unfinished = [Outcome::Rejected, Outcome::Failed, Outcome::Pending, Outcome::InDoubt];
    let words: Vec<&str> =
        unfinished.into_iter().filter(|outcome| any(*outcome)).map(Outcome::as_str).collect();
    if !words.is_empty() {
        lines.push(if *resume == Resume::NoJournal {
            "Which contacts these are stands in the file of --report.".to_owned()
        } else {
            format!(
                "Which contacts these are: unicontact deliveries list --outcome {}, or import with --report FILE",
                words.join(",")
            )
        });
    }
    if any(Outcome::Pending) {
        match resume {
            Resume::NoJournal => {}
            Resume::SameCommand => {
                lines.push("What is pending is sent when you run the same command again.".to_owned());
            }
            Resume::Command(command) => lines.push(format!("What is pending is sent by: {command}")),
        }
    }
    if reasons.providers.iter().any(|provider| !provider.losses.is_empty()) {
        lines.push(
            "What is lost the vendor cannot hold: on_loss = \"reject\" sends no such contact, \"allow\" is silent."
                .to_owned(),
        );
    }
    lines
}

fn of_provider(provider: &OfProvider) -> Vec<String> {
    let name = &provider.name;
    let mut lines = Vec::new();
    for (outcome, kinds) in &provider.ended {
        counted(&mut lines, name, outcome.as_str(), kinds);
    }
    lines.extend(waiting_at(provider));
    counted(&mut lines, name, "lost", &provider.losses);
    counted(&mut lines, name, "not in the journal", &provider.unrecorded);
    if !provider.unrecorded.is_empty() {
        lines.push(format!("{name}:   The next run takes these for interrupted."));
    }
    lines
}

/// Returns how many deliveries are in doubt that can be looked for later, and when, a line for each provider.
pub(crate) fn waiting(reasons: &Reasons) -> Vec<String> {
    reasons.providers.iter().filter_map(waiting_at).collect()
}

fn waiting_at(provider: &OfProvider) -> Option<String> {
    let time = provider.waiting.until?;
    Some(format!("{}: {}", provider.name, doubts::look_again_for_all(provider.waiting.count, time)))
}

fn counted(lines: &mut Vec<String>, provider: &str, what: &str, kinds: &Kinds) {
    let by_frequency = kinds.by_frequency();
    let (told, rest) = by_frequency.split_at(by_frequency.len().min(TOLD));
    let mut hints: Vec<&str> = Vec::new();
    for (kind, times) in told {
        let place = kinds.lines(kind).map(in_brackets).unwrap_or_default();
        lines.push(format!("{provider}: {what}, {}: {}{place}", often(*times), kind.what));
        hints.extend(kind.hint.as_deref().filter(|hint| !hints.contains(hint)));
    }
    let others = rest.iter().map(|(_, times)| times).sum::<u64>() + kinds.others;
    if others > 0 {
        lines.push(format!("{provider}: {what}, {} for other reasons", often(others)));
    }
    lines.extend(hints.into_iter().map(|hint| format!("{provider}:   {hint}")));
}

#[cfg(test)]
mod tests {
    use unicontact::Delivery;
    use unicontact::journal::{JournalError, JournalErrorKind};
    use unicontact::providers::ProviderInfo;

    use super::*;

    #[test]
    fn what_the_journal_does_not_know_is_told_and_what_that_means() {
        let mut provider = OfProvider::new("voice", true);
        let mut delivery = Delivery::new(&ProviderInfo::new("voice", "cloverhound"), Outcome::Created);
        delivery.unrecorded = Some(JournalError::new("unicontact.db", JournalErrorKind::Full).into());
        provider.add(&delivery, 0);
        provider.add(&delivery, 0);
        let lines = reasons(&Reasons { providers: vec![provider] }, &Resume::SameCommand);
        insta::assert_snapshot!(lines.join("\n"), @r"
        voice: not in the journal, 2 times: unicontact.db: the disk is full, the journal cannot be written
        voice:   Make room on the journal's disk, then run it again.
        voice:   The next run takes these for interrupted.
        ");
    }
}
