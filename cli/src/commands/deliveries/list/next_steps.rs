//! The next steps below a list: the commands that settle doubts, and the command that sends failed and pending deliveries.

use unicontact::Outcome;
use unicontact::journal::Record;
use unicontact::providers::DeliveryKey;

use crate::arguments::{Common, List};
use crate::command_line::quoted;
use crate::output::{self, Line, Style, next_command};

/// What the listed deliveries need next.
#[derive(Default)]
pub(super) struct NextSteps {
    /// The commands that settle the first doubt that needs a person.
    resolving: Vec<Line>,
    /// The number of doubts that need a person.
    doubts: u64,
    second_doubt: Option<DeliveryKey>,
    unsent: Unsent,
}

/// Deliveries that a retry sends again.
#[derive(Default)]
struct Unsent {
    has_failed: bool,
    has_pending: bool,
    count: usize,
    /// The first keys.
    keys: Vec<DeliveryKey>,
}

impl NextSteps {
    pub(super) fn add(&mut self, records: &[Record]) {
        if self.resolving.is_empty() {
            self.resolving = output::resolving(records);
        }
        for record in records {
            if output::needs_person(record) {
                self.doubts += 1;
                if self.doubts == 2 {
                    self.second_doubt = Some(record.key.clone());
                }
            }
            self.unsent.add(record);
        }
    }

    /// Prints the commands to stderr.
    pub(super) fn print(&self, common: &Common, list: &List) {
        for line in &self.resolving {
            output::unfolded_message(line);
        }
        if let Some(key) = &self.second_doubt {
            let others = output::counted(self.doubts - 1, "more needs", "more need");
            let next = if self.doubts > 2 { "; the next" } else { "" };
            let line = Line::new(&format!("{others} a person{next}: "));
            let line = line.styled(Style::Command, &next_command::show(key));
            output::styled_message(&line, 2);
        }
        if let Some(line) = self.unsent.line(common, list) {
            output::styled_message(&line, 2);
        }
    }
}

impl Unsent {
    fn add(&mut self, record: &Record) {
        match record.outcome() {
            Outcome::Failed => self.has_failed = true,
            Outcome::Pending => self.has_pending = true,
            _ => return,
        }
        self.count += 1;
        if self.keys.len() < next_command::MAX_KEYS {
            self.keys.push(record.key.clone());
        }
    }

    /// Returns the line with the command that sends these deliveries, and no others than the list selects.
    fn line(&self, common: &Common, list: &List) -> Option<Line> {
        let (what, outcomes) = match (self.has_failed, self.has_pending) {
            (true, true) => ("failed and pending deliveries", "failed,pending"),
            (true, false) => ("failed deliveries again", "failed"),
            (false, true) => ("pending deliveries", "pending"),
            (false, false) => return None,
        };
        let is_narrow =
            list.found.search.is_some() || list.filter.since.is_some() || list.filter.older_than.is_some();
        let retry = if !is_narrow {
            let error = list.filter.error.as_ref().map(|kind| format!(" --error {}", quoted(kind)));
            let to = (!common.to.is_empty()).then(|| format!(" {}", next_command::to_option(&common.to)));
            format!("retry --outcome {outcomes}{}{}", error.unwrap_or_default(), to.unwrap_or_default())
        } else if self.count <= next_command::MAX_KEYS {
            format!("retry {}", next_command::keys(&self.keys))
        } else {
            return None;
        };
        let command = next_command::of_deliveries(&retry);
        Some(Line::new(&format!("To send {what}: ")).styled(Style::Command, &command))
    }
}
