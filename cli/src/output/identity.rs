//! Messages about how people are recognized whose rows have no id.

use unicontact::identity::IdentifyBy;
use unicontact_files::Format;

/// The message at the first use of a journal that version 0.1.0 wrote.
pub(crate) const RECORDED_BY_CONTENT: &str = "An earlier version wrote this journal, which recognizes people only by the whole row or \
     its id. Import each file unchanged once, before you import an edited one.";

/// Returns the message about a table without a column of ids.
pub(crate) fn no_id_column(identify_by: IdentifyBy) -> String {
    let method = method_in_words(identify_by);
    format!(
        "no column holds ids; people are recognized by {method}. To use a column as id, map it to \
         `external_id`: --suggest-map writes a mapping."
    )
}

/// Returns the message about an input without any id.
pub(crate) fn no_ids(format: Format, identify_by: IdentifyBy) -> String {
    let method = method_in_words(identify_by);
    let advice = match format {
        Format::Csv | Format::Workbook => "",
        Format::Vcard => " To recognize them by id, give each card a UID.",
        Format::JsContact => " To recognize them by id, give each card a `uid`.",
        _ => " To recognize them by id, give each an `external_id`.",
    };
    format!("no row has an id; people are recognized by {method}.{advice}")
}

fn method_in_words(identify_by: IdentifyBy) -> &'static str {
    match identify_by {
        IdentifyBy::Identity => "name and e-mail address or number",
        IdentifyBy::Email => "e-mail address",
        IdentifyBy::Phone => "telephone number",
        IdentifyBy::Id => "their ids only",
        IdentifyBy::Content => "the whole row: an edited row counts as another person",
    }
}

/// Returns the error about a method other than the journal's. `count` is the number of rows that would be sent again, if the input
/// could be counted.
pub(crate) fn other_method(recorded: IdentifyBy, method: IdentifyBy, count: Option<u64>) -> String {
    let again = match count {
        Some(count) => format!("{count} of these rows would be sent again"),
        None => "the rows that would be sent again cannot be counted on standard input".to_owned(),
    };
    format!(
        "identify_by = \"{method}\": the journal recognizes people by \"{recorded}\"; {again}. Keep \"{recorded}\", or add --yes \
         to recognize people by \"{method}\" from now on"
    )
}
