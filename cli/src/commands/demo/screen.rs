//! The screens of the demo: what it shows, one scene for each contact, and the comparison at the end.

use unicontact::providers::{ContactId, ContactProvider, DeliveryKey, Vendor};
use unicontact::{FanOut, Outcome, Plan, Report};
use unicontact_sandbox::Sandbox;

use super::stand_in;
use crate::output::{self, Cell, Line, Page, Style, Table};

/// Returns the picture: one contact, the providers, and what each holds beside what all hold.
pub(super) fn intro(fan_out: &FanOut) -> Page {
    let mut page = Page::default();
    page.styled_line(
        &Line::default()
            .styled(Style::Heading, "One contact, many CRMs.")
            .text(" Stand-ins of the vendors run in this process; nothing leaves this machine."),
        0,
    );
    let vendors: Vec<Vendor> = fan_out
        .pipelines()
        .iter()
        .filter_map(|pipeline| Vendor::by_name(pipeline.provider().info().vendor()))
        .collect();
    let holdings = output::holdings(&vendors);
    page.styled_line(
        &Line::new(&format!("All of them hold {}. Beside that:", output::and_list(&holdings.by_all))),
        0,
    );
    page.blank_line();
    let pipelines = fan_out.pipelines();
    for (index, pipeline) in pipelines.iter().enumerate() {
        let branch = match index {
            0 => "  one contact ─┬─ ",
            index if index + 1 == pipelines.len() => "               └─ ",
            _ => "               ├─ ",
        };
        let info = pipeline.provider().info();
        let more = holdings.by_one.get(info.vendor()).map(|more| more.join(", ")).unwrap_or_default();
        let line = Line::default()
            .styled(Style::Muted, branch)
            .styled(Style::Heading, &format!("{:9}", info.name()))
            .text(&format!("  {:11}  {more}", output::vendor_title(info.vendor())));
        page.styled_line(&line, 0);
    }
    page.blank_line();
    page
}

/// Returns the title of a scene.
pub(super) fn title(number: usize, text: &str) -> Page {
    let mut page = Page::default();
    page.styled_line(&Line::default().styled(Style::Heading, &format!("{number}. {text}")), 3);
    page
}

/// Returns the outcomes and the fates of all fields.
pub(super) fn outcomes_and_fates(report: &Report, name: Option<&str>, plan: &Plan) -> Page {
    let mut page = output::result(report, name);
    page.blank_line();
    output::add_fates(&mut page, plan);
    page.blank_line();
    page
}

/// Returns the counts of the outcomes, and what went wrong.
pub(super) fn counts_and_problems(report: &Report, name: Option<&str>) -> Page {
    let mut page = output::counts_and_problems(report, name);
    page.blank_line();
    page
}

/// Returns how a person settles a doubt.
pub(super) fn resolved(key: &DeliveryKey, vendor: &str, id: &ContactId) -> Page {
    let mut page = Page::default();
    page.styled_line(&Line::new(&format!("A person finds it at {vendor} and records that:")), 0);
    let command = format!("  unicontact deliveries resolve {key} --created {id}");
    page.unfolded_line(&Line::default().styled(Style::Command, &command));
    page
}

/// Returns the result of another run with the same contact.
pub(super) fn again(report: &Report, name: Option<&str>) -> Page {
    let mut page = Page::default();
    let line = Line::new("The same command again sends nothing: ").append(output::heading(report, name));
    page.styled_line(&line, output::CONTINUATION);
    page.blank_line();
    page
}

/// Returns the created contacts of the reports beside those at the vendors.
pub(super) fn end(fan_out: &FanOut, sandbox: &Sandbox, reports: &[Report], resolved: &[DeliveryKey]) -> Page {
    let mut agree = true;
    let mut table = Table::with_columns(&["provider", "reported as created", "at the vendor", "there twice"]);
    for pipeline in fan_out.pipelines() {
        let info = pipeline.provider().info();
        let of_provider = |delivery: &&unicontact::Delivery| delivery.provider == info.name();
        let deliveries = reports.iter().flat_map(|report| &report.deliveries).filter(of_provider);
        let created = deliveries.filter(|delivery| delivery.outcome == Outcome::Created).count();
        let settled = resolved.iter().filter(|key| key.provider() == info.name()).count();
        let tally = stand_in(info.vendor()).map(|vendor| sandbox.tally(vendor)).unwrap_or_default();
        agree &= created + settled == tally.held && tally.duplicates == 0;
        let style = if tally.duplicates == 0 { Style::Good } else { Style::Bad };
        table.row([
            Cell::new(info.name()),
            Cell::new(created + settled),
            Cell::new(tally.held),
            Cell::new(tally.duplicates).styled(style),
        ]);
    }
    let text = if agree {
        "The end: reports and vendors agree, and no contact is there twice"
    } else {
        "The end: reports and vendors differ"
    };
    let mut page = Page::default();
    page.styled_line(&Line::default().styled(Style::Heading, text), 0);
    page.table(&table);
    page
}
