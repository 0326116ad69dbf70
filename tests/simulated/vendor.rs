//! A vendor as a hostile state machine: every request has a fate that is drawn when it is sent, and goes its way whether or
//! not anybody waits for the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use unicontact::providers::{ContactId, Effect, ErrorKind, FindOutcome};

use crate::random::Random;
use crate::traits::{Kind, Traits};

/// What a vendor does to the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Hostile,
    /// Nobody reaches it until this true time.
    Down(Duration),
    Healthy,
}

#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) name: String,
    pub(crate) traits: Traits,
    pub(crate) mood: Mood,
    pub(crate) requests: Vec<Request>,
    held: Vec<Held>,
    /// The contacts that somebody else's contact resembles.
    lookalikes: BTreeSet<String>,
    random: Random,
    events: BTreeMap<(Duration, usize), Event>,
    events_so_far: usize,
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
    /// Whether somebody knows what became of it.
    pub(crate) is_closed: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Commit {
    pub(crate) visible_at: Duration,
}

/// What becomes of a create.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It is committed after `work`. `None` is an answer that comes right after; otherwise it breaks off after that time.
    Commit {
        work: Duration,
        breaks_off: Option<Duration>,
    },
    Refused(ErrorKind, Option<Duration>),
    /// It never arrives, and the connection breaks off after that time.
    Lost {
        breaks_off: Duration,
    },
    NotSent,
}

/// The answer to a create, and when it comes.
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
    /// It is committed long after the caller gave up.
    Late,
    /// The same, after the vendor was presumed to have dropped it.
    TooLate,
}

#[derive(Debug)]
struct Held {
    id: ContactId,
    contact: String,
    version: String,
    /// Whether a look cannot tell that it is the contact that was sent.
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
/// The longest way of a request to the vendor.
const LONGEST_WAY: Duration = Duration::from_millis(40);
/// A connection that breaks off after this time outlasts every timeout.
const SILENCE: Duration = Duration::from_hours(1);

impl Vendor {
    pub(crate) fn new(name: String, traits: Traits, lookalikes: BTreeSet<String>, random: Random) -> Self {
        Self {
            name,
            traits,
            mood: Mood::Hostile,
            requests: Vec::new(),
            held: Vec::new(),
            lookalikes,
            random,
            events: BTreeMap::new(),
            events_so_far: 0,
        }
    }

    pub(crate) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Takes a create, and returns its number and when it arrives.
    pub(crate) fn send(
        &mut self,
        now: Duration,
        process: usize,
        contact: &str,
        version: &str,
    ) -> (usize, Duration) {
        self.advance(now);
        let (fate, way) = (self.draw_fate(now), self.random.between(Duration::ZERO, LONGEST_WAY));
        let number = self.requests.len();
        self.requests.push(Request {
            process,
            contact: contact.to_owned(),
            version: version.to_owned(),
            sent_at: now,
            fate,
            answer: None,
            committed: None,
            is_closed: false,
        });
        self.schedule(now + way, Event::Arrives(number));
        (number, now + way)
    }

    /// Returns the answer to a create that has arrived.
    pub(crate) fn answer(&mut self, now: Duration, number: usize) -> Answer {
        self.advance(now);
        self.requests[number].answer.clone().expect("it has arrived")
    }

    /// Somebody knows what became of all creates of that contact so far.
    pub(crate) fn close(&mut self, contact: &str) {
        for request in self.requests.iter_mut().filter(|request| request.contact == contact) {
            request.is_closed = true;
        }
    }

    /// Returns what a look finds.
    pub(crate) fn find(
        &mut self,
        now: Duration,
        contact: &str,
        version: &str,
        except: Option<&ContactId>,
    ) -> FindOutcome {
        self.advance(now);
        let alike: Vec<&Held> = self
            .held
            .iter()
            .filter(|held| held.contact == contact && held.visible_at <= now && Some(&held.id) != except)
            .collect();
        let is_equal = |held: &&&Held| held.version == version && !held.is_mangled;
        if let Some(held) = alike.iter().find(is_equal) {
            return FindOutcome::Found(held.id.clone());
        }
        let mut candidates: Vec<ContactId> = alike.iter().map(|held| held.id.clone()).collect();
        candidates.extend(self.lookalikes.contains(contact).then(|| id(&format!("like-{contact}"))));
        if candidates.is_empty() { FindOutcome::Nothing } else { FindOutcome::Unclear { candidates } }
    }

    /// Returns whether a look cannot tell which of several contacts is the one that was sent.
    pub(crate) fn is_unclear(&mut self, now: Duration, contact: &str) -> bool {
        self.advance(now);
        let sent = || self.requests.iter().filter(|request| request.contact == contact);
        let resembles = |held: &Held| {
            held.contact == contact
                && (held.is_mangled || sent().any(|request| request.version != held.version))
        };
        self.lookalikes.contains(contact) || self.held.iter().any(resembles)
    }

    /// Returns the ids of all that it holds of that contact.
    pub(crate) fn held(&mut self, now: Duration, contact: &str) -> Vec<ContactId> {
        self.advance(now);
        self.held.iter().filter(|held| held.contact == contact).map(|held| held.id.clone()).collect()
    }

    /// Returns the creates of a contact that nobody knows the end of.
    pub(crate) fn open(&self, contact: &str) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(move |request| request.contact == contact && !request.is_closed)
    }

    /// Returns when the vendor is done with the creates that nobody knows the end of, at the latest.
    pub(crate) fn quiet_times(&self, now: Duration) -> Vec<Duration> {
        let open = self.requests.iter().filter(|request| !request.is_closed);
        open.map(|it| it.sent_at + self.traits.settles_within).filter(|end| *end > now).collect()
    }

    /// Returns whether the vendor may still be at work on a create of a contact when that process had sent its last one.
    pub(crate) fn may_come(&self, now: Duration, process: usize, contact: &str) -> bool {
        let is_last = |request: &Request| request.process == process && request.contact == contact;
        let Some(last) = self.requests.iter().rfind(|request| is_last(request)) else { return false };
        let limit = now.saturating_sub(self.traits.settles_within);
        self.open(contact).any(|request| request.sent_at > limit && request.sent_at <= last.sent_at)
    }

    /// Returns how many creates of a contact were committed after the vendor should have been done with them.
    pub(crate) fn too_late(&self, contact: &str) -> usize {
        let is_too_late = |request: &&Request| {
            let limit = request.sent_at + self.traits.settles_within;
            request.contact == contact && request.committed.is_some_and(|commit| commit.visible_at > limit)
        };
        self.requests.iter().filter(is_too_late).count()
    }

    /// Lets happen what was to happen until now.
    pub(crate) fn advance(&mut self, now: Duration) {
        while let Some(first) = self.events.first_entry().filter(|first| first.key().0 <= now) {
            let ((at, _), event) = first.remove_entry();
            match event {
                Event::Arrives(number) => self.arrives(at, number),
                Event::Commits(number) => self.commits(at, number),
            }
        }
    }

    fn schedule(&mut self, at: Duration, event: Event) {
        self.events.insert((at, self.events_so_far), event);
        self.events_so_far += 1;
    }

    fn arrives(&mut self, at: Duration, number: usize) {
        let answer = match self.requests[number].fate {
            Fate::Commit { work, breaks_off } => match self.deduped(at, number) {
                Some(answer) => answer,
                None => self.begins_to_work(at, number, work, breaks_off),
            },
            Fate::Refused(kind, retry_after) => {
                let result = Err(Failure { kind, effect: Effect::Refused, retry_after });
                Answer { at: at + self.random.milliseconds(5, 400), result }
            }
            Fate::Lost { breaks_off } => Answer { at: at + breaks_off, result: Err(RESET) },
            Fate::NotSent => {
                let kind = ErrorKind::Unreachable;
                Answer { at, result: Err(Failure { kind, effect: Effect::NotSent, retry_after: None }) }
            }
        };
        self.requests[number].answer = Some(answer);
    }

    fn begins_to_work(
        &mut self,
        at: Duration,
        number: usize,
        work: Duration,
        breaks_off: Option<Duration>,
    ) -> Answer {
        self.schedule(at + work, Event::Commits(number));
        let visible_at = at + work + self.random.between(Duration::ZERO, self.traits.lag);
        self.requests[number].committed = Some(Commit { visible_at });
        let Some(after) = breaks_off else {
            let result = Ok(Answered { id: self.id_of(number), existing: false });
            return Answer { at: at + work + self.random.milliseconds(1, 200), result };
        };
        Answer { at: at + after, result: Err(RESET) }
    }

    /// Returns the answer of a vendor that does not make a second contact of an equal request.
    fn deduped(&self, at: Duration, number: usize) -> Option<Answer> {
        let Request { contact, version, .. } = &self.requests[number];
        let is_equal = |earlier: &Request| earlier.contact == *contact && earlier.version == *version;
        let existing = |id: ContactId, at: Duration| {
            Some(Answer { at: at + Duration::from_millis(3), result: Ok(Answered { id, existing: true }) })
        };
        let held = self.held.iter().find(|held| held.contact == *contact && held.version == *version);
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
                        && at < earlier.sent_at + window + LONGEST_WAY
                })?;
                existing(self.id_of(earlier), at.max(self.commits_at(earlier).unwrap_or_default()))
            }
        }
    }

    /// Returns when a create will be committed that was not yet.
    fn commits_at(&self, number: usize) -> Option<Duration> {
        let is_it = |event: &Event| matches!(event, Event::Commits(other) if *other == number);
        self.events.iter().find(|(_, event)| is_it(event)).map(|((at, _), _)| *at)
    }

    fn commits(&mut self, at: Duration, number: usize) {
        let Request { contact, version, committed, .. } = &self.requests[number];
        let visible_at = committed.map_or(at, |commit| commit.visible_at);
        let (contact, version) = (contact.clone(), version.clone());
        let is_mangled = self.random.percent(self.traits.mangles);
        let id = self.id_of(number);
        self.held.push(Held { id, contact, version, is_mangled, visible_at });
    }

    fn id_of(&self, number: usize) -> ContactId {
        id(&format!("{}-{number}", self.name))
    }

    fn draw_fate(&mut self, now: Duration) -> Fate {
        match self.mood {
            Mood::Healthy => {
                return Fate::Commit { work: self.random.milliseconds(5, 300), breaks_off: None };
            }
            Mood::Down(until) if now < until => return Fate::NotSent,
            Mood::Down(_) | Mood::Hostile => {}
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
        let breaks_off = if random.percent(50) { random.milliseconds(0, 5_000) } else { SILENCE };
        let work = match fault {
            Fault::Slow => random.seconds(2, 40),
            Fault::Late => traits.draw_late(random),
            Fault::TooLate => traits.draw_too_late(random),
            _ => random.milliseconds(5, 2_000),
        };
        match fault {
            Fault::None | Fault::Slow => Fate::Commit { work, breaks_off: None },
            Fault::AnswerLost | Fault::Late | Fault::TooLate => {
                Fate::Commit { work, breaks_off: Some(breaks_off) }
            }
            Fault::Refused => {
                let kind = random.weighted(&REFUSALS);
                Fate::Refused(kind, random.percent(50).then(|| random.seconds(1, 40)))
            }
            Fault::Lost => Fate::Lost { breaks_off },
            Fault::NotSent => Fate::NotSent,
        }
    }
}

fn id(text: &str) -> ContactId {
    ContactId::new(text).unwrap()
}
