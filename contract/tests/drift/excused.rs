//! The allowed differences between the sandbox and the fixtures, each with the reason why neither side is wrong.

/// An allowed difference.
pub(crate) struct Excuse {
    /// The whole line that reports the difference; `*` stands for any text.
    pub(crate) place: &'static str,
    /// Why neither side is wrong.
    pub(crate) reason: &'static str,
}

const BOTH_ARE_GUESSES: &str = "nobody documents the body of a server's error: the fixtures have a gateway's, the sandbox the \
                                form of the vendor's other errors";
const OF_THE_CREATE_ALONE: &str = "the page adds it to what is created, and the sandbox, which answers a create with nothing as \
                                   recorded, is asked for the contact as it is shown";
const ADDRESS_ALONE: &str =
    "with a body, the fixture needs no address; the sandbox answers as recorded, with an address alone";

pub(crate) const EXCUSED: &[Excuse] = &[
    in_a_server_error(
        "*/server_error: POST * body.message: a text in the fixture, nothing in the sandbox (breaking)",
    ),
    in_a_server_error(
        "cloverhound/server_error: POST * body.error: nothing in the fixture, a text in the sandbox (additive)",
    ),
    in_a_server_error(
        "*/server_error: POST * body.status: nothing in the fixture, a number in the sandbox (additive)",
    ),
    in_a_server_error(
        "smarttask/server_error: POST * body.title: nothing in the fixture, a text in the sandbox (additive)",
    ),
    in_a_server_error(
        "smarttask/server_error: POST * body.traceId: nothing in the fixture, a text in the sandbox (additive)",
    ),
    in_a_server_error(
        "smarttask/server_error: POST * body.type: nothing in the fixture, a text in the sandbox (additive)",
    ),
    in_a_server_error(
        "onecloud/server_error: POST * body._meta: nothing in the fixture, an object in the sandbox (additive)",
    ),
    in_a_server_error(
        "onecloud/server_error: POST * body.records: nothing in the fixture, an object in the sandbox (additive)",
    ),
    in_a_server_error("*/unavailable: POST * body: no JSON in the fixture, JSON in the sandbox (breaking)"),
    in_a_server_error(
        "*/unavailable_date: POST * body: no JSON in the fixture, JSON in the sandbox (breaking)",
    ),
    Excuse {
        place: "emnify/*: POST /api/v1/organisation/42/contact body.contact_id: a text in the fixture, nothing in the \
                sandbox (breaking)",
        reason: OF_THE_CREATE_ALONE,
    },
    Excuse {
        place: "emnify/*: POST /api/v1/organisation/42/contact header location: none in the fixture, one in the sandbox \
                (breaking)",
        reason: ADDRESS_ALONE,
    },
];

const fn in_a_server_error(place: &'static str) -> Excuse {
    Excuse { place, reason: BOTH_ARE_GUESSES }
}

impl Excuse {
    pub(crate) fn matches(&self, line: &str) -> bool {
        matches_pattern(self.place, line)
    }
}

fn matches_pattern(pattern: &str, line: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == line,
        Some((start, rest)) => line
            .strip_prefix(start)
            .is_some_and(|line| line.char_indices().any(|(index, _)| matches_pattern(rest, &line[index..]))),
    }
}
