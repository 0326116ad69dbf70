//! What to do about a finding: in the code of an adapter, or in the file of a description.

/// What to do about a finding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remedy {
    pub(super) in_adapter: &'static str,
    pub(super) in_description: &'static str,
}

impl Remedy {
    pub(super) const fn new(in_adapter: &'static str, in_description: &'static str) -> Self {
        Self { in_adapter, in_description }
    }

    /// Returns the remedy of a finding that no description can cause.
    pub(super) const fn of_adapter(in_adapter: &'static str) -> Self {
        Self { in_adapter, in_description: NOT_IN_THE_FILE }
    }
}

const NOT_IN_THE_FILE: &str =
    "nothing in the file: unicontact reads descriptions wrongly here. Report it, with the description.";
pub(super) const ID_IN_FILE: &str = "[success]: let `id` name where the id of a created contact stands, a path or a header. [[error]]: make the `when` of each \
     row so narrow that it holds for no success.";
pub(super) const NO_ID_IN_FILE: &str = "[success]: let `id` name a place that holds something only in the answer to a create that made a contact.";
pub(super) const ERROR_ROW_IN_FILE: &str = "[[error]]: find the row that holds for this answer and make its `when` narrower, such as by a status beside a path or a \
     text. If the contact may exist after such an answer, say `effect = \"unknown\"` in the row.";
pub(super) const WAIT_IN_FILE: &str = "[limits] and [[error]]: Retry-After is read without any word; let `wait` name another header only where the vendor sends \
     one.";
pub(super) const MESSAGE_IN_FILE: &str = "[words]: let `message` and `fields` name where the vendor's errors have their texts. [[error]]: look at the rows with \
     `says`, which may hold for this message.";
pub(super) const LOGIN_IN_FILE: &str = "[[auth]]: let `path` of `token` name where the answer to the login has the token, and nothing that a web page could hold.";
pub(super) const SECRET_IN_FILE: &str = "[account.KEY]: say `secret = true` for every key that is a credential. [[auth]]: send it there and nowhere else.";
pub(super) const REQUIRE_IN_FILE: &str =
    "[require]: name only places that a row writes, since a contact with every field is refused.";
pub(super) const KEY_IN_FILE: &str = "[dedupe]: say with `header` or `key` where the idempotency key goes.";
pub(super) const READ_IN_FILE: &str = "[check] and [[find]]: name requests that the vendor documents as reading: a GET, or a POST that says `reads = true`.";
pub(super) const SEARCH_IN_FILE: &str = "[check]: let `expect` name what the answer to valid credentials holds. [[find]]: `results` is the list of candidates, and \
     `id`, `same` and `agree` are paths in one of them. [[error]]: no row may hold for such an answer.";
pub(super) const NOTHING_IN_FILE: &str = "[[find]]: let `results` name the list of candidates, so that an empty list is nothing, and `full`, `count` or `more` say \
     where a longer one goes on. [[error]]: no row may hold for such an answer.";
