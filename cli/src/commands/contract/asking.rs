//! Asking live vendors what the fixtures ask.
//!
//! Its rule: one question at a time, none twice. What is created is told as it happens, so that no way to end loses it;
//! the first Ctrl-C waits for the answer that is under way, the second does not.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use serde::Serialize;
use tokio::time::sleep_until;
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::Http;
use unicontact_contract::fixture::Asked;
use unicontact_contract::{Connected, Fixture, Fixtures, Live as _, NotRun, Question, Ran, run};

use super::plan::{Login, Plan};
use super::target::Target;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::signals::Signals;

/// Everything that came of it.
#[derive(Default)]
pub(crate) struct Told<'a> {
    pub(crate) answered: Vec<Answered<'a>>,
    pub(crate) created: Vec<Created>,
    pub(crate) in_doubt: Vec<InDoubt>,
    pub(crate) not_run: Vec<NotRun>,
    is_cut_short: bool,
}

/// A question that was asked.
pub(crate) struct Answered<'a> {
    pub(crate) target: &'a Target,
    pub(crate) question: Question<'a>,
    pub(crate) ran: Ran,
}

/// A contact that a vendor has now.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Created {
    pub(crate) provider: String,
    pub(crate) vendor: String,
    pub(crate) contact: String,
    pub(crate) id: String,
    /// Whether the vendor says that it had it before.
    pub(crate) existing: bool,
}

/// A contact that a vendor may have, with an id that nobody knows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct InDoubt {
    pub(crate) provider: String,
    pub(crate) vendor: String,
    pub(crate) contact: String,
    /// Whether the create was answered as a success: then it is there.
    pub(crate) answered: bool,
}

/// How one question ended.
enum Ended {
    Ran(Ran),
    Abandoned,
}

/// Asks every target everything that the fixtures ask of it, if all of them can be asked so.
pub(super) async fn ask<'a>(
    fixtures: &'a Fixtures,
    targets: &'a [Target],
    login: Login,
) -> Result<Told<'a>, Failure> {
    let http = Http::new(Arc::new(SystemClock)).map_err(|error| Failure::new(error.to_string()))?;
    let plans: Vec<Plan<'a>> =
        targets.iter().map(|target| Plan::of(fixtures, target, &http, login)).collect::<Result<_, _>>()?;
    let mut asking = Asking { signals: Signals::register()?, is_stopped: false, told: Told::default() };
    for plan in plans {
        asking.ask_all(plan).await;
    }
    Ok(asking.told)
}

struct Asking<'a> {
    signals: Signals,
    is_stopped: bool,
    told: Told<'a>,
}

impl<'a> Asking<'a> {
    async fn ask_all(&mut self, plan: Plan<'a>) {
        let target = plan.target;
        self.told.not_run.extend(plan.not_run);
        let mut hopeless = None;
        for (question, connected) in plan.asked {
            // One that came while nothing was under way must not let another begin.
            if self.signals.next().now_or_never().is_some() {
                self.stop();
            }
            let reason =
                if self.is_stopped { Some("it was stopped before".to_owned()) } else { hopeless.clone() };
            if let Some(reason) = reason {
                self.told.is_cut_short = true;
                self.not_run(target, &question, &reason);
                continue;
            }
            let began = Instant::now();
            match self.ask_one(&question, &connected).await {
                Ended::Ran(ran) => {
                    hopeless = why_to_end(&ran);
                    self.told.is_cut_short |= hopeless.is_some();
                    self.note(target, &question, &ran);
                    sleep_until((began + target.pace(ran.requests())).into()).await;
                    self.told.answered.push(Answered { target, question, ran });
                }
                Ended::Abandoned => self.abandoned(target, &question),
            }
        }
    }

    async fn ask_one(&mut self, question: &Question<'_>, connected: &Connected) -> Ended {
        let mut running = pin!(run(question, connected));
        loop {
            tokio::select! {
                ran = &mut running => return Ended::Ran(ran),
                () = self.signals.next() => {
                    if self.is_stopped {
                        return Ended::Abandoned;
                    }
                    self.stop();
                }
            }
        }
    }

    fn stop(&mut self) {
        self.is_stopped = true;
        output::message(output::STOPPING);
    }

    fn note(&mut self, target: &Target, question: &Question<'_>, ran: &Ran) {
        let (provider, vendor) = (target.provider().to_owned(), target.vendor().to_owned());
        let contact = question.contact_name.to_owned();
        if let Some(id) = ran.id() {
            let existing = ran.is_existing();
            let words = if existing { "was there" } else { "created" };
            output::message(&format!("{words} at {provider}: {id} (contact {contact})"));
            let is_told = |it: &Created| it.provider == provider && it.id == id;
            if !self.told.created.iter().any(is_told) {
                self.told.created.push(Created { provider, vendor, contact, id: id.to_owned(), existing });
            }
        } else if ran.is_in_doubt() {
            self.in_doubt(InDoubt { provider, vendor, contact, answered: ran.is_answered() });
        } else if ran.has_found_nothing() && question.fixtures.iter().copied().all(expects_a_find) {
            self.not_run(target, question, "it was asked, and found nothing whose shape could be compared");
        }
    }

    fn in_doubt(&mut self, doubt: InDoubt) {
        let words = if doubt.answered { "created, with an id that was not told," } else { "in doubt" };
        output::message(&format!("{words} at {}: contact {}", doubt.provider, doubt.contact));
        self.told.in_doubt.push(doubt);
    }

    fn abandoned(&mut self, target: &Target, question: &Question<'_>) {
        self.told.is_cut_short = true;
        self.not_run(target, question, "it was stopped before its answer came");
        if question.asked == Asked::Create {
            self.in_doubt(InDoubt {
                provider: target.provider().to_owned(),
                vendor: target.vendor().to_owned(),
                contact: question.contact_name.to_owned(),
                answered: false,
            });
        }
    }

    fn not_run(&mut self, target: &Target, question: &Question<'_>, reason: &str) {
        let not_run = question.fixtures.iter().map(|fixture| NotRun::new(target, fixture, reason));
        self.told.not_run.extend(not_run);
    }
}

/// Why nothing else is asked of the same provider.
fn why_to_end(ran: &Ran) -> Option<String> {
    let error = ran.error()?;
    if ran.is_hopeless() {
        return Some(format!("an earlier one failed: {}", error.kind().as_str()));
    }
    ran.is_in_doubt().then(|| "an earlier one left a contact whose id nobody knows".to_owned())
}

fn expects_a_find(fixture: &Fixture) -> bool {
    fixture.expect.found.as_ref().is_some_and(|found| !found.is_null())
}

impl Told<'_> {
    fn has_a_comparable_answer(&self) -> bool {
        self.answered.iter().any(|it| it.ran.reason_not_compared().is_none())
    }

    /// Adds every question that was asked and whose answer says nothing about the vendor's.
    pub(crate) fn note_not_compared(&mut self) {
        for Answered { target, question, ran } in &self.answered {
            let reason = ran.reason_not_compared();
            let not_run = reason.iter().flat_map(|reason| {
                question.fixtures.iter().map(|fixture| NotRun::new(*target, fixture, reason.as_str()))
            });
            self.not_run.extend(not_run);
        }
    }

    /// How the command ends, if nothing else is wrong.
    pub(crate) fn exit(&self) -> Exit {
        if self.in_doubt.iter().any(|doubt| !doubt.answered) {
            Exit::InDoubt
        } else if self.is_cut_short || !self.has_a_comparable_answer() {
            Exit::Incomplete
        } else {
            Exit::Done
        }
    }
}
