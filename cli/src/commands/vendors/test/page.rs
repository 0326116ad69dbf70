//! The page about a tested description.

use super::Tested;
use crate::output::{self, Cell, Line, Page, Style, Table};

/// The longest value of a word that is shown.
const VALUE_WIDTH: usize = 60;

pub(super) fn of(tested: &Tested) -> Page {
    let mut page = Page::default();
    for (contact, plan) in &tested.plans {
        page.append(&output::plan(plan, output::contact_name(contact).as_deref()));
        page.blank_line();
    }
    add_unmarked_secrets(&mut page, tested);
    add_suite(&mut page, tested);
    add_fixtures(&mut page, tested);
    add_untested(&mut page, tested);
    page
}

fn add_heading(page: &mut Page, heading: &str) {
    page.styled_line(&Line::default().styled(Style::Heading, heading), 2);
}

/// Says which keys the file should mark as secrets.
fn add_unmarked_secrets(page: &mut Page, tested: &Tested) {
    let keys = tested.unmarked_secrets();
    if keys.is_empty() {
        return;
    }
    add_heading(page, "Credentials that the file does not mark");
    for key in keys {
        let line = Line::default()
            .styled(Style::Warning, &format!("[account.{key}]"))
            .text(" is handled as a secret, since [[auth]] sends it: write secret = true");
        page.styled_line(&line, 2);
    }
    page.blank_line();
}

fn add_suite(page: &mut Page, tested: &Tested) {
    add_heading(page, "The contract suite, against a stand-in on this machine");
    if tested.suite.is_kept() {
        page.styled_line(&Line::default().styled(Style::Good, "Every rule is kept."), 2);
    } else {
        page.lines(tested.suite.to_string().trim_end());
    }
    page.blank_line();
}

fn add_fixtures(page: &mut Page, tested: &Tested) {
    add_heading(page, "Fixtures");
    match &tested.replays {
        Some(reports) => {
            page.append(&output::replayed(&[tested.vendor.name().to_owned()], reports, |_| None));
        }
        None => page.styled_line(
            &Line::default()
                .styled(Style::Warning, "There are none")
                .text(": nothing shows what the vendor really answers. Name a folder with --fixtures DIR"),
            2,
        ),
    }
    page.blank_line();
}

fn add_untested(page: &mut Page, tested: &Tested) {
    add_heading(page, "Lines that no contact and no fixture tests");
    if tested.untested.is_empty() {
        page.styled_line(&Line::default().styled(Style::Good, "There are none."), 2);
        return;
    }
    let mut table = Table::with_columns(&["line", "word", "value", "unnoticed when"]);
    for line in &tested.untested {
        table.row([
            Cell::new(line.line),
            Cell::new(&line.key),
            Cell::new(output::cut(&line.text, VALUE_WIDTH)),
            Cell::new(output::cut(&line.change, VALUE_WIDTH)),
        ]);
    }
    page.table(&table);
}
