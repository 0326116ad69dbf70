//! The fates of one contact's fields at several providers, as rows of a table: without indices, and grouped by equal fates.

use unicontact::providers::{Fate, FieldFate};

use super::fates::{FateCell, FateRow, fates};
use super::style::Style;
use super::{Line, Page};

/// The longest name of a row that lists several fields.
const MAX_NAME: usize = 30;

/// The fates of the fields of one contact at one provider.
pub(crate) struct ProviderFates<'a> {
    pub(crate) provider: &'a str,
    pub(crate) fields: &'a [FieldFate],
}

/// A field without indices, with its cell at each provider.
#[derive(Debug)]
struct Field {
    name: String,
    cells: Vec<FateCell>,
    is_lost: bool,
}

/// The rows of a table of fates.
pub(crate) struct ContactFates {
    pub(crate) rows: Vec<FateRow>,
    /// The fields that every provider drops. They are in no row.
    pub(crate) dropped_everywhere: Vec<String>,
}

/// Returns the rows of all fields that some provider sends or loses.
pub(crate) fn contact_fates(providers: &[ProviderFates<'_>]) -> ContactFates {
    grouped(&fields(providers))
}

/// Returns the rows of the fields that some provider loses.
pub(crate) fn lost_fields(providers: &[ProviderFates<'_>]) -> ContactFates {
    grouped(&fields(providers).into_iter().filter(|field| field.is_lost).collect::<Vec<_>>())
}

impl ContactFates {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.dropped_everywhere.is_empty()
    }

    /// Appends the table, and the fields that no provider holds. `title` is the heading of the column of fields.
    pub(crate) fn add_to(&self, page: &mut Page, title: &str, providers: &[ProviderFates<'_>]) {
        if !self.rows.is_empty() {
            let names: Vec<&str> = providers.iter().map(|it| it.provider).collect();
            page.append(&fates(title, &names, &self.rows));
        }
        if !self.dropped_everywhere.is_empty() {
            let fields = self.dropped_everywhere.join(", ");
            let line =
                Line::new(" ").styled(Style::Warning, "no provider holds").text(&format!(": {fields}"));
            page.styled_line(&line, 3);
        }
    }
}

/// Returns the fields in the order in which they first occur, without those that no provider sends or loses.
fn fields(providers: &[ProviderFates<'_>]) -> Vec<Field> {
    let mut fields: Vec<(String, Vec<Vec<&FieldFate>>)> = Vec::new();
    for (column, provider) in providers.iter().enumerate() {
        for field in provider.fields {
            let name = without_indices(&field.field);
            let index = fields.iter().position(|(other, _)| *other == name).unwrap_or_else(|| {
                fields.push((name, vec![Vec::new(); providers.len()]));
                fields.len() - 1
            });
            if field.fate != Fate::Kept {
                fields[index].1[column].push(field);
            }
        }
    }
    let field = |(name, fates): (String, Vec<Vec<&FieldFate>>)| {
        let is_lost = fates.iter().flatten().any(|field| field.fate.is_loss());
        Field { name, cells: fates.iter().map(|fates| cell(fates)).collect(), is_lost }
    };
    let is_shown = |field: &Field| field.cells.iter().any(|cell| *cell != FateCell::none());
    fields.into_iter().map(field).filter(is_shown).collect()
}

/// Returns whether the field is sent, but not as a reader expects.
fn has_remark(field: &FieldFate) -> bool {
    field.fate == Fate::Sent && field.detail.is_some()
}

/// Returns the cell of a field that may have several values.
fn cell(fates: &[&FieldFate]) -> FateCell {
    let lost = fates.iter().filter(|field| field.fate.is_loss()).count();
    let Some(first) = fates.first() else { return FateCell::none() };
    if lost == 0 {
        let worst = [Fate::Overridden, Fate::Reformatted, Fate::Merged];
        let worst = worst.into_iter().find(|fate| fates.iter().any(|field| field.fate == *fate));
        let mut cell = FateCell::from(worst.unwrap_or(first.fate));
        if fates.iter().any(|field| has_remark(field)) {
            cell.style = Some(Style::Warning);
        }
        return cell;
    }
    if lost == fates.len() {
        let is_truncated = fates.iter().all(|field| field.fate == Fate::Truncated);
        return if is_truncated { Fate::Truncated.into() } else { Fate::Dropped.into() };
    }
    FateCell::new(Some(Style::Warning), format!("{} of {}", fates.len() - lost, fates.len()))
}

/// Groups the fields of the same part of the contact with equal cells.
fn grouped(fields: &[Field]) -> ContactFates {
    let mut groups: Vec<(Vec<String>, Vec<FateCell>)> = Vec::new();
    for field in fields {
        let same = groups.iter_mut().find(|(names, cells)| {
            *cells == field.cells && names.first().is_some_and(|name| part(name) == part(&field.name))
        });
        match same {
            Some((names, _)) => names.push(field.name.clone()),
            None => groups.push((vec![field.name.clone()], field.cells.clone())),
        }
    }
    let dropped = FateCell::from(Fate::Dropped);
    let mut fates = ContactFates { rows: Vec::new(), dropped_everywhere: Vec::new() };
    for (names, cells) in groups {
        if cells.len() > 1 && cells.iter().all(|cell| *cell == dropped) {
            fates.dropped_everywhere.extend(names);
        } else {
            fates.rows.push(FateRow { field: group_name(&names, fields), cells });
        }
    }
    fates
}

/// Returns the name of a group of fields: `name.full, given`, or `addresses` for all fields of that part.
fn group_name(names: &[String], fields: &[Field]) -> String {
    let Some((first, others)) = names.split_first() else { return String::new() };
    let leaf = |name: &String| name.split_once('.').map_or("", |(_, leaf)| leaf).to_owned();
    let all = others.iter().fold(first.clone(), |all, name| format!("{all}, {}", leaf(name)));
    let is_whole = || fields.iter().filter(|field| part(&field.name) == part(first)).count() == names.len();
    if others.is_empty() || all.chars().count() <= MAX_NAME {
        all
    } else if is_whole() {
        part(first).to_owned()
    } else {
        format!("{first} and {} more", others.len())
    }
}

/// Returns the part of the contact that a field belongs to: `emails` of `emails.address`.
fn part(name: &str) -> &str {
    name.split_once('.').map_or(name, |(part, _)| part)
}

/// Returns the path without the indices of lists: `emails.address` for `emails[0].address`.
fn without_indices(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((index, behind)) = after.split_once(']') else { break };
        name.push_str(before);
        if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
            name.push('[');
            rest = after;
            continue;
        }
        rest = behind;
    }
    name.push_str(rest);
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(fates: &ContactFates) -> Vec<String> {
        let row = |row: &FateRow| {
            let cells: Vec<&str> = row.cells.iter().map(|cell| &*cell.text).collect();
            format!("{}: {}", row.field, cells.join(" "))
        };
        fates.rows.iter().map(row).collect()
    }

    fn fields(list: &[(&'static str, Fate)]) -> Vec<FieldFate> {
        list.iter().map(|(field, fate)| FieldFate::new(*field, *fate)).collect()
    }

    #[test]
    fn fields_with_equal_fates_share_a_row_and_what_nobody_holds_is_listed_apart() {
        let one = fields(&[
            ("external_id", Fate::Kept),
            ("name.full", Fate::Sent),
            ("emails[0].address", Fate::Sent),
            ("emails[1].address", Fate::Dropped),
            ("addresses[0].street", Fate::Merged),
            ("addresses[0].postal_code", Fate::Merged),
            ("addresses[0].country", Fate::Merged),
            ("notes", Fate::Truncated),
            ("tags[0]", Fate::Dropped),
        ]);
        let other = fields(&[
            ("name.full", Fate::Sent),
            ("emails[0].address", Fate::Sent),
            ("emails[1].address", Fate::Sent),
            ("addresses[0].street", Fate::Dropped),
            ("addresses[0].postal_code", Fate::Dropped),
            ("addresses[0].country", Fate::Dropped),
            ("notes", Fate::Kept),
            ("tags[0]", Fate::Dropped),
        ]);
        let providers =
            [("one", &one), ("other", &other)].map(|(provider, fields)| ProviderFates { provider, fields });
        let all = contact_fates(&providers);
        insta::assert_snapshot!(rows(&all).join("\n"), @r"
        name.full: sent sent
        emails.address: 1 of 2 sent
        addresses: merged dropped
        notes: truncated -
        ");
        assert_eq!(all.dropped_everywhere, ["tags"]);
        let lost = lost_fields(&providers);
        assert_eq!(rows(&lost), rows(&all)[1..]);
    }

    proptest! {
        #[test]
        fn a_path_has_no_indices_and_keeps_its_other_text(parts in proptest::collection::vec(("[a-z.]{0,5}", 0..99_u8), 0..4)) {
            let path = parts.iter().fold(String::new(), |path, (text, index)| format!("{path}{text}[{index}]"));
            let text: String = parts.iter().map(|(text, _)| text.as_str()).collect();
            prop_assert_eq!(without_indices(&path), text);
        }
    }

    #[test]
    fn brackets_of_a_key_stay() {
        assert_eq!(without_indices("custom.a[b].c[0]"), "custom.a[b].c");
        assert_eq!(without_indices("custom.a[1"), "custom.a[1");
    }
}
