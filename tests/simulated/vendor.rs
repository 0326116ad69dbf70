//! A vendor as a hostile state machine. The fate of a request is drawn when it is sent, and does not depend on the client's
//! waiting.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use unicontact::providers::{ContactId, Effect, ErrorKind, FindOutcome};

use crate::simulated::random::Random;
use crate::simulated::traits::{Kind, Traits};

/// The condition of a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Hostile,
    /// Unreachable until this true time.
    Down(Duration),
    Healthy,
}

#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) name: String,
    pub(crate) traits: Traits,
    pub(crate) condition: Condition,
    pub(crate) requests: Vec<Request>,
    contacts: Vec<StoredContact>,
    /// The contacts for which the vendor has a similar contact of someone else.
    lookalikes: BTreeSet<String>,
    random: Random,
    events: BTreeMap<(Duration, usize), Event>,
    event_count: usize,
}

/// A create.
#[derive(Debug)]
pub(crate) struct Request {
    process: usize,
    pub(crate) contact: String,
    version: String,
    pub(crate) sent_at: Duration,
    fate: Fate,
    answer: Option<Answer>,
    pub(crate) committed: Option<Commit>,
    /// Whether its effect is known.
    pub(crate) is_resolved: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit {
    pub(crate) visible_at: Duration,
}

/// The fate of a create.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// The vendor commits the create after `work`, and answers. With `reset_after`, the connection is reset instead after that time.
    Commit {
        work: Duration,
        reset_after: Option<Duration>,
    },
    Refused(ErrorKind, Option<Duration>),
    /// The request never arrives, and the connection is reset after that time.
    Lost {
        reset_after: Duration,
    },
    NotSent,
}

/// The answer to a create, and its time.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) at: Duration,
    pub(crate) result: Result<Answered, Failure>,
}

#[derive(Debug, Clone)]
pub(crate) struct Answered {
    pub(crate) id: ContactId,
    pub(crate) existing: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) effect: Effect,
    pub(crate) retry_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    Slow,
    Refused,
    NotSent,
    Lost,
    AnswerLost,
    /// The vendor commits the create long after the client gave up.
    Late,
    /// The vendor commits the create after it was presumed lost.
    TooLate,
}

#[derive(Debug)]
struct StoredContact {
    id: ContactId,
    contact: String,
    version: String,
    /// Whether a look does not recognize the contact.
    is_mangled: bool,
    visible_at: Duration,
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Arrives(usize),
    Commits(usize),
}

const RESET: Failure = Failure { kind: ErrorKind::Interrupted, effect: Effect::Unknown, retry_after: None };
const REFUSALS: [(usize, ErrorKind); 4] = [
    (8, ErrorKind::RateLimited),
    (3, ErrorKind::Invalid),
    (2, ErrorKind::QuotaExhausted),
    (4, ErrorKind::Unavailable),
];
/// The longest latency of a request.
const MAX_LATENCY: Duration = Duration::from_millis(40);
/// The time to a reset that is longer than every timeout.
const SILENCE: Duration = Duration::from_hours(1);

impl Vendor {
    pub(crate) fn new(name: String, traits: Traits, lookalikes: BTreeSet<String>, random: Random) -> Self {
        Self {
            name,
            traits,
            condition: Condition::Hostile,
            requests: Vec::new(),
            contacts: Vec::new(),
            lookalikes,
            random,
            events: BTreeMap::new(),
            event_count: 0,
        }
    }

    pub(crate) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Receives a create. Returns its number and the time of its arrival.
    pub(crate) fn send(
        &mut self,
        now: Duration,
        process: usize,
        contact: &str,
        version: &str,
    ) -> (usize, Duration) {
        self.advance(now);
        let (fate, latency) = (self.draw_fate(now), self.random.between(Duration::ZERO, MAX_LATENCY));
        let number = self.requests.len();
        self.requests.push(Request {
            process,
            contact: contact.to_owned(),
            version: version.to_owned(),
            sent_at: now,
            fate,
            answer: None,
            committed: None,
            is_resolved: false,
        });
        self.schedule(now + latency, Event::Arrives(number));
        (number, now + latency)
    }

    /// Returns the answer to a create that has arrived.
    pub(crate) fn answer(&mut self, now: Duration, number: usize) -> Answer {
        self.advance(now);
        self.requests[number].answer.clone().expect("the create has arrived")
    }

    /// Marks the effect of all creates of a contact so far as known.
    pub(crate) fn resolve(&mut self, contact: &str) {
        for request in self.requests.iter_mut().filter(|request| request.contact == contact) {
            request.is_resolved = true;
        }
    }

    /// Returns the outcome of a look.
    pub(crate) fn find(
        &mut self,
        now: Duration,
        contact: &str,
        version: &str,
        excluded: Option<&ContactId>,
    ) -> FindOutcome {
        self.advance(now);
        let alike: Vec<&StoredContact> = self
            .contacts
            .iter()
            .filter(|held| held.contact == contact && held.visible_at <= now && Some(&held.id) != excluded)
            .collect();
        let is_equal = |held: &&&StoredContact| held.version == version && !held.is_mangled;
        if let Some(held) = alike.iter().find(is_equal) {
            return FindOutcome::Found(held.id.clone());
        }
        let mut candidates: Vec<ContactId> = alike.iter().map(|held| held.id.clone()).collect();
        candidates.extend(self.lookalikes.contains(contact).then(|| id(&format!("like-{contact}"))));
        if candidates.is_empty() { FindOutcome::Nothing } else { FindOutcome::Unclear { candidates } }
    }

    /// Returns whether a look cannot identify the contact that was sent.
    pub(crate) fn is_unclear(&mut self, now: Duration, contact: &str) -> bool {
        self.advance(now);
        let sent = || self.requests.iter().filter(|request| request.contact == contact);
        let resembles = |held: &StoredContact| {
            held.contact == contact
                && (held.is_mangled || sent().any(|request| request.version != held.version))
        };
        self.lookalikes.contains(contact) || self.contacts.iter().any(resembles)
    }

    /// Returns the ids of all stored contacts with that key.
    pub(crate) fn stored(&mut self, now: Duration, contact: &str) -> Vec<ContactId> {
        self.advance(now);
        self.contacts.iter().filter(|held| held.contact == contact).map(|held| held.id.clone()).collect()
    }

    /// Returns the creates of a contact whose effect is unknown.
    pub(crate) fn unresolved(&self, contact: &str) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(move |request| request.contact == contact && !request.is_resolved)
    }

    /// Returns the future ends of the quiet times of creates whose effect is unknown.
    pub(crate) fn quiet_times(&self, now: Duration) -> Vec<Duration> {
        let unresolved = self.requests.iter().filter(|request| !request.is_resolved);
        unresolved.map(|it| it.sent_at + self.traits.quiet_time).filter(|end| *end > now).collect()
    }

    /// Returns whether the vendor may still commit a create of a contact, up to the last one of that process.
    pub(crate) fn may_be_created(&self, now: Duration, process: usize, contact: &str) -> bool {
        let is_last = |request: &Request| request.process == process && request.contact == contact;
        let Some(last) = self.requests.iter().rfind(|request| is_last(request)) else { return false };
        let limit = now.saturating_sub(self.traits.quiet_time);
        self.unresolved(contact).any(|request| request.sent_at > limit && request.sent_at <= last.sent_at)
    }

    /// Returns the number of creates of a contact that were committed after the quiet time.
    pub(crate) fn too_late(&self, contact: &str) -> usize {
        let is_too_late = |request: &&Request| {
            let limit = request.sent_at + self.traits.quiet_time;
            request.contact == contact && request.committed.is_some_and(|commit| commit.visible_at > limit)
        };
        self.requests.iter().filter(is_too_late).count()
    }

    /// Processes all events until now.
    pub(crate) fn advance(&mut self, now: Duration) {
        while let Some(first) = self.events.first_entry().filter(|first| first.key().0 <= now) {
            let ((at, _), event) = first.remove_entry();
            match event {
                Event::Arrives(number) => self.handle_arrival(at, number),
                Event::Commits(number) => self.commit(at, number),
            }
        }
    }

    fn schedule(&mut self, at: Duration, event: Event) {
        self.events.insert((at, self.event_count), event);
        self.event_count += 1;
    }

    fn handle_arrival(&mut self, at: Duration, number: usize) {
        let answer = match self.requests[number].fate {
            Fate::Commit { work, reset_after } => match self.deduped_answer(at, number) {
                Some(answer) => answer,
                None => self.process_request(at, number, work, reset_after),
            },
            Fate::Refused(kind, retry_after) => {
                let result = Err(Failure { kind, effect: Effect::Refused, retry_after });
                Answer { at: at + self.random.milliseconds(5, 400), result }
            }
            Fate::Lost { reset_after } => Answer { at: at + reset_after, result: Err(RESET) },
            Fate::NotSent => {
                let kind = ErrorKind::Unreachable;
                Answer { at, result: Err(Failure { kind, effect: Effect::NotSent, retry_after: None }) }
            }
        };
        self.requests[number].answer = Some(answer);
    }

    fn process_request(
        &mut self,
        at: Duration,
        number: usize,
        work: Duration,
        reset_after: Option<Duration>,
    ) -> Answer {
        self.schedule(at + work, Event::Commits(number));
        let visible_at = at + work + self.random.between(Duration::ZERO, self.traits.lag);
        self.requests[number].committed = Some(Commit { visible_at });
        let Some(after) = reset_after else {
            let result = Ok(Answered { id: self.id_of(number), existing: false });
            return Answer { at: at + work + self.random.milliseconds(1, 200), result };
        };
        Answer { at: at + after, result: Err(RESET) }
    }

    /// Returns the answer to an equal request, if the vendor dedupes.
    fn deduped_answer(&self, at: Duration, number: usize) -> Option<Answer> {
        let Request { contact, version, .. } = &self.requests[number];
        let is_equal = |earlier: &Request| earlier.contact == *contact && earlier.version == *version;
        let existing = |id: ContactId, at: Duration| {
            Some(Answer { at: at + Duration::from_millis(3), result: Ok(Answered { id, existing: true }) })
        };
        let held = self.contacts.iter().find(|held| held.contact == *contact && held.version == *version);
        match self.traits.kind {
            Kind::Finds | Kind::Lists | Kind::Neither => None,
            Kind::ChecksFirst | Kind::ChecksAndFinds => existing(held?.id.clone(), at),
            Kind::Serializes | Kind::SerializesAndFinds => {
                let Some(held) = held else {
                    let mut earlier = self.requests[..number].iter();
                    let earlier = earlier.rposition(|it| is_equal(it) && it.committed.is_some())?;
                    return existing(self.id_of(earlier), at.max(self.commits_at(earlier)?));
                };
                existing(held.id.clone(), at)
            }
            Kind::Keys { window } => {
                let earlier = self.requests[..number].iter().position(|earlier| {
                    is_equal(earlier)
                        && earlier.committed.is_some()
                        && at < earlier.sent_at + window + MAX_LATENCY
                })?;
                existing(self.id_of(earlier), at.max(self.commits_at(earlier).unwrap_or_default()))
            }
        }
    }

    /// Returns when a create will be committed. `None` if it already is.
    fn commits_at(&self, number: usize) -> Option<Duration> {
        let is_commit = |event: &Event| matches!(event, Event::Commits(other) if *other == number);
        self.events.iter().find(|(_, event)| is_commit(event)).map(|((at, _), _)| *at)
    }

    fn commit(&mut self, at: Duration, number: usize) {
        let Request { contact, version, committed, .. } = &self.requests[number];
        let visible_at = committed.map_or(at, |commit| commit.visible_at);
        let (contact, version) = (contact.clone(), version.clone());
        let is_mangled = self.random.percent(self.traits.mangled_percent);
        let id = self.id_of(number);
        self.contacts.push(StoredContact { id, contact, version, is_mangled, visible_at });
    }

    fn id_of(&self, number: usize) -> ContactId {
        id(&format!("{}-{number}", self.name))
    }

    fn draw_fate(&mut self, now: Duration) -> Fate {
        match self.condition {
            Condition::Healthy => {
                return Fate::Commit { work: self.random.milliseconds(5, 300), reset_after: None };
            }
            Condition::Down(until) if now < until => return Fate::NotSent,
            Condition::Down(_) | Condition::Hostile => {}
        }
        let (traits, random) = (&self.traits, &mut self.random);
        let fault = random.weighted(&[
            (40, Fault::None),
            (6, Fault::Slow),
            (17, Fault::Refused),
            (4, Fault::NotSent),
            (10, Fault::Lost),
            (9, Fault::AnswerLost),
            (9, Fault::Late),
            (1, Fault::TooLate),
        ]);
        let reset_after = if random.percent(50) { random.milliseconds(0, 5_000) } else { SILENCE };
        let work = match fault {
            Fault::Slow => random.seconds(2, 40),
            Fault::Late => traits.draw_late_commit(random),
            Fault::TooLate => traits.draw_too_late_commit(random),
            _ => random.milliseconds(5, 2_000),
        };
        match fault {
            Fault::None | Fault::Slow => Fate::Commit { work, reset_after: None },
            Fault::AnswerLost | Fault::Late | Fault::TooLate => {
                Fate::Commit { work, reset_after: Some(reset_after) }
            }
            Fault::Refused => {
                let kind = random.weighted(&REFUSALS);
                Fate::Refused(kind, random.percent(50).then(|| random.seconds(1, 40)))
            }
            Fault::Lost => Fate::Lost { reset_after },
            Fault::NotSent => Fate::NotSent,
        }
    }
}

fn id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}
