//! Where the sandbox and a fixture may differ.
//!
//! Rule: each entry names one place and says why neither side is wrong.

/// A difference that is no drift.
pub(crate) struct Excuse {
    /// How the line begins that tells of it; `*` stands for any text.
    pub(crate) place: &'static str,
    /// Why neither side is wrong.
    #[expect(dead_code, reason = "it is read by people")]
    pub(crate) reason: &'static str,
}

const BOTH_ARE_GUESSES: &str = "nobody documents the body of a server's error: the fixtures have a gateway's, the sandbox the \
                                form of the vendor's other errors";
const RECORDED_EMPTY: &str = "the page shows a body, the vendor's own recordings none: the fixtures have both, the sandbox \
                              answers as recorded";
const TELLS_BOTH: &str =
    "with a body, the fixture needs no address; the sandbox answers as recorded, with an address alone";

pub(crate) const EXCUSED: &[Excuse] = &[
    Excuse { place: "*/server_error: * body", reason: BOTH_ARE_GUESSES },
    Excuse { place: "*/unavailable*: * body: no JSON in the fixture", reason: BOTH_ARE_GUESSES },
    Excuse {
        place: "emnify/*: POST /api/v1/organisation/42/contact body: JSON in the fixture",
        reason: RECORDED_EMPTY,
    },
    Excuse {
        place: "emnify/*: POST /api/v1/organisation/42/contact header location: none in the fixture",
        reason: TELLS_BOTH,
    },
];

impl Excuse {
    pub(crate) fn is_for(&self, line: &str) -> bool {
        let mut parts = self.place.split('*');
        let Some(mut rest) = parts.next().and_then(|start| line.strip_prefix(start)) else {
            return false;
        };
        parts.all(|part| match rest.split_once(part) {
            Some((_, behind)) => {
                rest = behind;
                true
            }
            None => false,
        })
    }
}
