//! How people are told apart whose rows have no id.

use unicontact::identity::IdentifyBy;
use unicontact_files::Format;

/// What to know about a journal that version 0.1.0 wrote, at its first use.
pub(crate) const RECORDED_BY_CONTENT: &str = "An earlier version recorded deliveries in this journal by everything in a row, or by its \
     id. It does not know people by their names and addresses yet: import each file as it was, and only then an edited one.";

/// Returns the line about a CSV without a column of ids. `identify_by` is the value of that setting.
pub(crate) fn no_id_column(identify_by: IdentifyBy) -> String {
    let told_apart = told_apart_by(identify_by);
    format!(
        "no column holds ids; people are told apart by {told_apart}. To use a column as id, map it to \
         `external_id`: --suggest-map writes a mapping."
    )
}

/// Returns the line about an input of which no row had an id.
pub(crate) fn no_ids(format: Format, identify_by: IdentifyBy) -> String {
    let told_apart = told_apart_by(identify_by);
    let advice = match format {
        Format::Csv | Format::Workbook => "",
        Format::Vcard => " To tell them apart by id, give each card a UID.",
        Format::JsContact => " To tell them apart by id, give each card a `uid`.",
        _ => " To tell them apart by id, give each an `external_id`.",
    };
    format!("no row has an id; people are told apart by {told_apart}.{advice}")
}

fn told_apart_by(identify_by: IdentifyBy) -> &'static str {
    match identify_by {
        IdentifyBy::Identity => "name and e-mail address or number",
        IdentifyBy::Email => "e-mail address",
        IdentifyBy::Phone => "telephone number",
        IdentifyBy::Id => "their ids only",
        IdentifyBy::Content => "everything in their rows, so that an edited row is another person",
    }
}

/// Returns the refusal of a method other than that of the journal. `count` people would be sent again, where they could be
/// counted.
pub(crate) fn other_method(recorded: IdentifyBy, method: IdentifyBy, count: Option<u64>) -> String {
    let again = match count {
        Some(count) => format!("{count} of these rows would be sent again"),
        None => {
            "how many of these rows would be sent again cannot be counted, since standard input is read once"
                .to_owned()
        }
    };
    format!(
        "identify_by = \"{method}\": the journal recognizes people by \"{recorded}\"; {again}. Keep \"{recorded}\", or add --yes \
         to recognize people by \"{method}\" from now on"
    )
}
