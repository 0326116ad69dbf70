//! The page of a dry run: lost fields, rows that need a look, the result in one line and the next command.

use textwrap::core::display_width;

use super::dropped_cells::DroppedCells;
use super::dry_run::{DryRunSummary, ProviderDryRun};
use super::losses::{LossCounts, add_loss_table};
use super::phone_numbers::numbers_not_e164;
use super::rows_to_check::{RowToCheck, RowsToCheck};
use crate::arguments::Detail;
use crate::output::{self, CONTINUATION, Cell, Line, Page, Stream, Style, Table, counted};

/// The blanks around the three columns of rows.
const MARGINS: usize = 6;
/// The least width to which reasons are cut.
const MIN_REASON: usize = 30;

/// Returns the page. With `--quiet` it has only the result.
pub(crate) fn dry_run_page(dry_run: &DryRunSummary<'_>) -> Page {
    let mut page = Page::default();
    if output::detail() == Detail::Quiet {
        page.styled_line(&result(dry_run), CONTINUATION);
        return page;
    }
    add_losses(&mut page, dry_run);
    add_remarks(&mut page, dry_run.providers);
    add_rows(&mut page, dry_run.rows);
    if dry_run.rows.unlisted() > 0 || output::detail() == Detail::Verbose {
        add_refusals(&mut page, dry_run.providers);
        add_dropped_cells(&mut page, dry_run.dropped);
    }
    page.styled_line(&result(dry_run), CONTINUATION);
    page.styled_line(&next(dry_run), CONTINUATION);
    page
}

fn add_losses(page: &mut Page, dry_run: &DryRunSummary<'_>) {
    let providers: Vec<(&str, &LossCounts)> =
        dry_run.providers.iter().map(|it| (it.provider.as_str(), &it.losses)).collect();
    if add_loss_table(page, &providers) {
        page.blank_line();
    }
}

/// Adds the providers that replace equal contacts, and the numbers that are sent otherwise than in E.164.
fn add_remarks(page: &mut Page, providers: &[ProviderDryRun]) {
    let is_verbose = output::detail() == Detail::Verbose;
    let overwrites = providers.iter().filter_map(|it| output::overwrites(&it.provider, &it.overwrites));
    let numbers = providers.iter().map(|it| (it.provider.as_str(), &it.numbers_not_e164));
    let lines: Vec<Line> = overwrites.chain(numbers_not_e164(numbers, is_verbose)).collect();
    for line in &lines {
        page.styled_line(line, CONTINUATION);
    }
    if !lines.is_empty() {
        page.blank_line();
    }
}

fn add_rows(page: &mut Page, rows: &RowsToCheck) {
    if rows.rows().is_empty() {
        return;
    }
    let room = room_for_reasons(rows.rows());
    let is_cut = rows.rows().iter().flat_map(|row| &row.reasons).any(|reason| display_width(reason) > room);
    let heading = if is_cut { "needs a look (whole reasons: --verbose)" } else { "needs a look" };
    let mut table = Table::with_columns(&["row", "name", heading]).with_unbroken_columns([0]);
    rows.rows().iter().for_each(|row| add_row(&mut table, row, room));
    page.table(&table);
    let more = rows.unlisted();
    if more > 0 {
        page.styled_line(&more_lines(&counted(more, "more row", "more rows")), CONTINUATION);
    }
    page.blank_line();
}

/// Returns the width of a reason that fits into one line. With `--verbose` and without a page's width, reasons are not cut.
fn room_for_reasons(rows: &[RowToCheck]) -> usize {
    let Some(width) = Stream::Stdout.width().filter(|_| output::detail() < Detail::Verbose) else {
        return usize::MAX;
    };
    let places = rows.iter().map(|it| display_width(&it.row.line.in_words().unwrap_or_default()));
    let names = rows.iter().map(|it| display_width(it.row.name.as_deref().unwrap_or("name")));
    let used = places.max().unwrap_or_default() + names.max().unwrap_or_default() + MARGINS;
    usize::from(width).saturating_sub(used).max(MIN_REASON)
}

fn add_row(table: &mut Table, RowToCheck { row, reasons, is_rejected }: &RowToCheck, room: usize) {
    let style = if *is_rejected { Style::Bad } else { Style::Warning };
    let mut place = row.line.in_words().unwrap_or_default();
    let mut name = row.name.clone().unwrap_or_else(|| "-".to_owned());
    for reason in reasons {
        let cells =
            [std::mem::take(&mut place), std::mem::take(&mut name), output::cut(reason, room).into_owned()];
        let [place, name, reason] = cells.map(Cell::new);
        table.row([place.styled(style), name, reason]);
    }
}

/// Adds the number of contacts that each provider would refuse, with the reasons for `--verbose`.
fn add_refusals(page: &mut Page, providers: &[ProviderDryRun]) {
    if !providers.iter().any(ProviderDryRun::has_refusals) {
        return;
    }
    let mut table = Table::with_columns(&["provider", "would get", "would refuse"]);
    for ProviderDryRun { provider, accepted, refused, .. } in providers {
        let refused_cell = Cell::new(refused);
        let refused_cell = if *refused > 0 { refused_cell.styled(Style::Bad) } else { refused_cell };
        table.row([Cell::new(provider), Cell::new(accepted), refused_cell]);
    }
    page.table(&table);
    page.blank_line();
    if output::detail() < Detail::Verbose {
        return;
    }
    for provider in providers {
        for (reason, times) in &provider.refusals {
            let rows = counted(*times, "row", "rows");
            page.styled_line(
                &Line::new(&format!("{} would refuse {rows}: {reason}", provider.provider)),
                CONTINUATION,
            );
        }
    }
    page.blank_line();
}

/// Adds the columns whose cells are dropped, with the reasons.
fn add_dropped_cells(page: &mut Page, dropped: &DroppedCells) {
    if dropped.is_empty() {
        return;
    }
    page.line("Dropped cells:");
    for line in dropped.most_frequent() {
        page.styled_line(&Line::new(&line), 4);
    }
    page.blank_line();
}

fn more_lines(more: &str) -> Line {
    Line::new("  and ").text(more).text("; all are listed with ").styled(Style::Command, "--verbose")
}

/// Returns the result: `11 rows: 6 would be sent, 4 are no contacts, 1 is repeated; 5 need a look`.
fn result(dry_run: &DryRunSummary<'_>) -> Line {
    let DryRunSummary { read, rejects, repeated, sendable, rows, .. } = dry_run;
    let contacts = read.saturating_sub(rejects + repeated);
    let refused = contacts.saturating_sub(*sendable);
    let mut line = Line::default()
        .styled(Style::Heading, &format!("{}: ", counted(*read, "row", "rows")))
        .styled(Style::Good, &format!("{sendable} would be sent"));
    for (count, style, of_one, of_several) in [
        (refused, Style::Bad, "is refused by every provider", "are refused by every provider"),
        (*rejects, Style::Bad, "is no contact", "are no contacts"),
        (*repeated, Style::Muted, "is repeated", "are repeated"),
    ] {
        if count > 0 {
            line = line.text(", ").styled(style, &counted(count, of_one, of_several));
        }
    }
    if rows.total() > 0 {
        let look = counted(rows.total(), "needs a look", "need a look");
        line = line.text("; ").styled(Style::Warning, &look);
    }
    line
}

fn next(dry_run: &DryRunSummary<'_>) -> Line {
    if dry_run.sendable == 0 {
        return Line::new("Nothing was sent. After you corrected the file: ")
            .styled(Style::Command, &format!("{} --dry-run", dry_run.next_command));
    }
    if dry_run.made_up_settings {
        return Line::new("Nothing was sent. To send them, write a configuration first (")
            .styled(Style::Command, "unicontact init")
            .text("), then: ")
            .styled(Style::Command, dry_run.next_command);
    }
    Line::new("Nothing was sent. To send: ").styled(Style::Command, dry_run.next_command)
}
