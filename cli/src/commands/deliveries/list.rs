//! `unicontact deliveries list`: prints the records of the journal page by page.

mod next_steps;

use unicontact::Outcome;
use unicontact::bulk::Counts;
use unicontact::journal::{Journal, Record, Selection};

use self::next_steps::NextSteps;
use super::{next_page_with_limit, selection_with_search};
use crate::arguments::{Common, Format, List};
use crate::command_line;
use crate::exit::{Exit, Failure};
use crate::output::{self, Line, Listed, Page, Style, Sum};

/// The number of rows in one table.
const TABLE_ROWS: usize = 1000;
/// The default limit of human output.
const HUMAN_LIMIT: u32 = 100;

pub(super) async fn run(common: &Common, journal: &dyn Journal, list: &List) -> Result<Exit, Failure> {
    let selection = selection_with_search(common, &list.filter, &list.found);
    let is_human = common.format == Format::Human;
    let limit = list.limit.or(is_human.then_some(HUMAN_LIMIT));
    let mut listing = Listing {
        format: common.format,
        listed: 0,
        counts: Counts::default(),
        after: list.after,
        next: NextSteps::default(),
    };
    let has_more = listing.write_all(journal, &selection, limit).await?;
    if listing.listed == 0 {
        if is_human {
            print_nothing_found(list);
        }
        return Ok(Exit::Done);
    }
    let next = has_more.then(|| command_line::with_option("--after", &listing.after.to_string()));
    if is_human {
        let (counts, is_whole) = match counts(journal, &selection).await? {
            Some(counts) => (counts, true),
            None => (listing.counts, false),
        };
        let mut page = Page::default();
        page.blank_line();
        page.line(&output::sum(&Sum { listed: listing.listed, counts, is_whole, has_more }));
        if let Some(next) = &next {
            page.unfolded_line(&Line::new("More follow: ").styled(Style::Command, next));
        }
        output::page(&page)?;
        listing.next.print(common, list);
    } else if let Some(next) = next {
        output::message(&format!("More follow: {next}"));
    }
    Ok(Exit::Done)
}

/// Prints that no delivery is selected. A search does not find everybody whom the journal has.
fn print_nothing_found(list: &List) {
    let found = "The journal has no such delivery.";
    if list.found.search.is_none() {
        return output::message(found);
    }
    #[cfg(feature = "jetstream")]
    let whole_address = if list.on_queue.is_given() { "" } else { " or by a whole e-mail address" };
    #[cfg(not(feature = "jetstream"))]
    let whole_address = " or by a whole e-mail address";
    let text = format!(
        "{found} No kept name or address matches; the journal finds delivered contacts by id{whole_address}."
    );
    output::styled_message(&Line::new(&text), 0);
}

/// Returns the counts of a selection from the totals of the journal. `None` where it selects by more than providers and outcomes.
async fn counts(journal: &dyn Journal, selection: &Selection) -> Result<Option<Counts>, Failure> {
    let Selection { outcomes, providers, .. } = selection.clone();
    let plain = Selection { outcomes, providers, ..Selection::default() };
    if *selection != plain {
        return Ok(None);
    }
    let Some(totals) = journal.totals().await? else { return Ok(None) };
    let mut counts = Counts::default();
    let is_asked_for = |name: &String| plain.providers.is_empty() || plain.providers.contains(name);
    for (_, of_provider) in totals.iter().filter(|(name, _)| is_asked_for(name)) {
        for outcome in Outcome::ALL {
            if plain.outcomes.is_empty() || plain.outcomes.contains(&outcome) {
                counts.add_many(outcome, of_provider.get(outcome));
            }
        }
    }
    Ok(Some(counts))
}

/// The state of a list while it is written.
struct Listing {
    format: Format,
    listed: u64,
    /// The counts of the listed deliveries.
    counts: Counts,
    /// The number of the last listed record.
    after: u64,
    next: NextSteps,
}

impl Listing {
    /// Writes at most `limit` records. Returns whether more follow.
    async fn write_all(
        &mut self,
        journal: &dyn Journal,
        selection: &Selection,
        limit: Option<u32>,
    ) -> Result<bool, Failure> {
        let mut left = limit;
        loop {
            // One record more than needed shows whether more follow.
            let wanted = left.map_or(journal.page(), |left| journal.page().min(left.saturating_add(1)));
            let mut records = next_page_with_limit(journal, selection, self.after, wanted).await?;
            let is_last = records.len() < usize::try_from(wanted).unwrap_or(usize::MAX);
            let most = left.and_then(|left| usize::try_from(left).ok()).unwrap_or(usize::MAX);
            let has_more = records.len() > most;
            records.truncate(most);
            self.write(&records)?;
            let written = u32::try_from(records.len()).unwrap_or(u32::MAX);
            left = left.map(|left| left.saturating_sub(written));
            if has_more || is_last {
                return Ok(has_more);
            }
        }
    }

    fn write(&mut self, records: &[Record]) -> Result<(), Failure> {
        // Several tables: a single one would need the widths of all rows first.
        for records in records.chunks(TABLE_ROWS) {
            match self.format {
                Format::Json => records.iter().try_for_each(|record| output::json(&Listed::new(record)))?,
                Format::Human => self.write_table(records)?,
            }
            self.count(records);
        }
        Ok(())
    }

    fn write_table(&mut self, records: &[Record]) -> Result<(), Failure> {
        let mut page = Page::default();
        if self.listed > 0 {
            page.blank_line();
        }
        page.append(&output::listed(records));
        output::page(&page)?;
        self.next.add(records);
        Ok(())
    }

    fn count(&mut self, records: &[Record]) {
        for record in records {
            self.counts.add_many(record.outcome(), 1);
            self.listed += 1;
            self.after = record.number;
        }
    }
}
