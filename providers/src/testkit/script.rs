//! The behaviour of the server in a situation of the suite: the subject's preparations answer what comes before a create, and every
//! other request gets one reaction.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::received::Received;
use super::server::{Behaviour, Server};
use super::subject::Preparation;
use crate::http::Answer;

/// The length up to which a body takes no time that counts.
const SHORT_BODY: usize = 64 * 1024;

/// The answers of the server.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) preparations: Vec<Preparation>,
    pub(super) reaction: Reaction,
}

/// The reaction to a request that no preparation answers.
#[derive(Debug, Clone)]
pub(super) enum Reaction {
    /// The same behaviour for every request.
    Same(Behaviour),
    /// Answers with this status and the whole request, as a JSON message or as plain text.
    Echo { status: u16, as_json: bool },
    /// One behaviour after the other; the last one for every further request.
    InTurn { behaviours: Vec<Behaviour>, answered: Arc<AtomicUsize> },
}

impl Reaction {
    /// Reacts with one behaviour after the other.
    pub(super) fn in_turn(behaviours: Vec<Behaviour>) -> Self {
        Self::InTurn { behaviours, answered: Arc::default() }
    }
}

impl From<Behaviour> for Reaction {
    fn from(behaviour: Behaviour) -> Self {
        Self::Same(behaviour)
    }
}

impl Script {
    pub(super) async fn serve(&self) -> io::Result<Server> {
        let script = self.clone();
        Server::start(move |request| script.behaviour(request)).await
    }

    pub(super) fn hangs(&self) -> bool {
        matches!(self.reaction, Reaction::Same(Behaviour::Hang))
    }

    /// Returns whether every answer is there at once, and short enough to be read at once.
    pub(super) fn answers_at_once(&self) -> bool {
        let is_slow = |behaviour: &Behaviour| match behaviour {
            Behaviour::Hang | Behaviour::Stall(_) | Behaviour::Late(..) => true,
            Behaviour::Answer(answer) | Behaviour::Cut(answer) => answer.body().len() > SHORT_BODY,
            Behaviour::Bytes(_) | Behaviour::Close | Behaviour::Reset => false,
        };
        match &self.reaction {
            Reaction::Same(behaviour) => !is_slow(behaviour),
            Reaction::Echo { .. } => true,
            Reaction::InTurn { behaviours, .. } => !behaviours.iter().any(is_slow),
        }
    }

    /// Returns whether the request can change data: it is no preparation, and its method is no read.
    pub(super) fn can_change_data(&self, request: &Received) -> bool {
        self.preparation(request).is_none() && !request.is_read()
    }

    fn behaviour(&self, request: &Received) -> Behaviour {
        match (self.preparation(request), &self.reaction) {
            (Some(preparation), _) => Behaviour::Answer(preparation.answer.clone()),
            (None, Reaction::Same(behaviour)) => behaviour.clone(),
            (None, Reaction::Echo { status, as_json }) => Behaviour::Answer(echo(*status, *as_json, request)),
            (None, Reaction::InTurn { behaviours, answered }) => {
                let index = answered.fetch_add(1, Ordering::SeqCst).min(behaviours.len().saturating_sub(1));
                behaviours.get(index).cloned().unwrap_or(Behaviour::Close)
            }
        }
    }

    fn preparation(&self, request: &Received) -> Option<&Preparation> {
        self.preparations.iter().find(|it| request.is_for(it.method, &it.path))
    }
}

fn echo(status: u16, as_json: bool, request: &Received) -> Answer {
    let everything = format!("not accepted: {} {} {}", request.target(), request.head(), request.text());
    if as_json {
        let body = json!({"message": everything, "error": everything, "errors": {"name": [everything]}});
        Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
    } else {
        Answer::new(status)
            .with_header("content-type", "text/plain")
            .with_body(everything.replace("\r\n", " "))
    }
}
