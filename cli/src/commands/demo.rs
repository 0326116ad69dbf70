//! `unicontact demo`: sends sample contacts through the real pipeline to six stand-ins of vendors in this process: four with
//! Rust adapters, and two with bundled descriptions.
//!
//! At the end two answers are lost. A search settles one doubt, and a person the other.

mod samples;
mod screen;

use std::io;
use std::sync::Arc;

use unicontact::config::{Configuration, Sources};
use unicontact::journal::{Act, Journal, MemoryJournal, Resolution};
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::providers::{ContactId, DeliveryKey, UnifiedContact};
use unicontact::{Delivery, FanOut, Outcome, Policy, Report};
use unicontact_sandbox::{Faults, Options, Rule, Sandbox, Vendor, What, When};

use self::samples::Sample;
use super::setup;
use crate::arguments::{Common, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::Page;
use crate::{output, sources};

/// The vendors that are shown.
const VENDORS: [Vendor; 6] = [
    Vendor::SmartTask,
    Vendor::Emnify,
    Vendor::Cloverhound,
    Vendor::OneCloud,
    Vendor::HubSpot,
    Vendor::Salesforce,
];
/// The wait before a search for a contact whose answer was lost. The stand-ins show a contact at once.
const SETTLE_DELAY: (&str, &str) = ("defaults.settle_delay", "50ms");

pub(super) async fn run(common: &Common) -> Result<Exit, Failure> {
    let sandbox = Sandbox::start(Options { port: 0, vendors: VENDORS.to_vec(), ..Options::default() })
        .await
        .map_err(|error| {
            Failure::new(
                FailureCode::System,
                format!("the stand-ins of the vendors cannot be started: {error}"),
            )
        })?;
    let mut flags = vec![(SETTLE_DELAY.0.to_owned(), SETTLE_DELAY.1.to_owned())];
    flags.extend(sources::settings(common)?);
    let sources = Sources { text: Some(sandbox.configuration()), flags, ..Sources::default() };
    let configuration = sources::selected(Configuration::load(&sources)?, common)?;
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let fan_out = setup::fan_out(&configuration, Policy::All)?.with_journal(Arc::clone(&journal));
    let mut demo = Demo {
        format: common.format,
        sandbox: &sandbox,
        fan_out,
        journal,
        reports: Vec::new(),
        resolved: Vec::new(),
    };
    let shown = demo.show().await;
    let (is_as_expected, reports) = (demo.is_as_expected(), demo.reports);
    sandbox.stop();
    sandbox.stopped().await;
    let exit = if is_as_expected { Exit::Done } else { Exit::Incomplete };
    match shown {
        Ok(()) => Ok(exit),
        Err(Interruption::Failure(failure)) => Err(failure),
        Err(Interruption::Output(error)) => {
            output::reports_on_stderr(&reports, common.format, &error);
            Ok(exit.after_write_error())
        }
    }
}

/// The reason why the demo ended early.
enum Interruption {
    Output(io::Error),
    Failure(Failure),
}

impl From<io::Error> for Interruption {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Failure> for Interruption {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

struct Demo<'a> {
    format: Format,
    sandbox: &'a Sandbox,
    fan_out: FanOut,
    journal: Arc<dyn Journal>,
    reports: Vec<Report>,
    /// The deliveries that a person settled.
    resolved: Vec<DeliveryKey>,
}

impl Demo<'_> {
    async fn show(&mut self) -> Result<(), Interruption> {
        let samples = samples::samples()?;
        let count = samples.len();
        for (index, sample) in samples.into_iter().enumerate() {
            self.scene(index + 1, sample).await?;
        }
        self.lost_answer(count + 1, samples::lost()?).await?;
        if self.format == Format::Human {
            output::page(&screen::end(&self.fan_out, self.sandbox, &self.reports, &self.resolved))?;
        }
        Ok(())
    }

    /// Delivers a contact. The first one is shown with the fates of all its fields.
    async fn scene(&mut self, number: usize, Sample { title, contact }: Sample) -> Result<(), Interruption> {
        let name = output::contact_name(&contact);
        let mut page = Page::default();
        if number == 1 {
            page.append(&screen::intro(&self.fan_out));
        }
        page.append(&screen::title(number, title));
        let plan = self.fan_out.plan(&contact, true).await;
        let report = self.fan_out.deliver(contact).await;
        page.append(&match number {
            1 => screen::outcomes_and_fates(&report, name.as_deref(), &plan),
            _ => screen::counts_and_problems(&report, name.as_deref()),
        });
        self.write(report, &page)?;
        Ok(())
    }

    /// Delivers a contact while answers get lost, settles the doubt, and delivers the contact again.
    async fn lost_answer(
        &mut self,
        number: usize,
        Sample { title, contact }: Sample,
    ) -> Result<(), Interruption> {
        let name = output::contact_name(&contact);
        self.sandbox.set_faults(lost_answers()).await;
        let report = self.fan_out.deliver(contact.clone()).await;
        let doubts = self.doubts(&report);
        let mut page = screen::title(number, title);
        page.append(&output::counts_and_problems(&report, name.as_deref()));
        self.write(report, &page)?;
        let mut page = Page::default();
        for (key, vendor, id) in doubts {
            let act = Act { by: Some("demo".to_owned()), ..Act::new(SystemClock.now()) };
            if self
                .journal
                .resolve(&key, Resolution::Created(id.clone()), act)
                .await
                .map_err(Failure::from)?
            {
                page.append(&screen::resolved(&key, &output::vendor_title(vendor.name()), &id));
                self.resolved.push(key);
            }
        }
        self.deliver_again(contact, page).await
    }

    async fn deliver_again(&mut self, contact: UnifiedContact, mut page: Page) -> Result<(), Interruption> {
        let name = output::contact_name(&contact);
        let report = self.fan_out.deliver(contact).await;
        page.append(&screen::again(&report, name.as_deref()));
        self.write(report, &page)?;
        Ok(())
    }

    /// Returns the deliveries in doubt, with the contact that a person finds at the vendor.
    fn doubts(&self, report: &Report) -> Vec<(DeliveryKey, Vendor, ContactId)> {
        let doubt = |delivery: &Delivery| {
            let vendor = stand_in(&delivery.vendor)?;
            let id = ContactId::new(&self.sandbox.contacts(vendor).last()?.id)?;
            let key = DeliveryKey::from_contact_key(&delivery.provider, report.contact.clone());
            (delivery.outcome == Outcome::InDoubt).then_some((key, vendor, id))
        };
        report.deliveries.iter().filter_map(doubt).collect()
    }

    fn write(&mut self, report: Report, page: &Page) -> io::Result<()> {
        let written = match self.format {
            Format::Json => output::json(&report),
            Format::Human => output::page(page),
        };
        self.reports.push(report);
        written
    }

    /// Returns whether every contact was delivered or rejected, or settled by a person. The samples include rejected contacts on
    /// purpose.
    fn is_as_expected(&self) -> bool {
        self.reports.iter().all(|report| {
            report.deliveries.iter().all(|delivery| {
                let key = || DeliveryKey::from_contact_key(&delivery.provider, report.contact.clone());
                delivery.outcome.is_delivered()
                    || delivery.outcome == Outcome::Rejected
                    || self.resolved.contains(&key())
            })
        })
    }
}

/// Returns the faults: one vendor that can be searched and one that cannot create the next contact, and reset the connection.
fn lost_answers() -> Faults {
    let next = When { times: Some(1), ..When::default() };
    let lost = Rule::new(What::ResetAfterCommit).at(Vendor::Emnify).at(Vendor::Cloverhound);
    Faults::new(1, [lost.when(next)])
}

/// Returns the stand-in of a vendor.
fn stand_in(vendor: &str) -> Option<Vendor> {
    VENDORS.into_iter().find(|stand_in| stand_in.name() == vendor)
}
