//! Recognizes rows that continue the contact above them. Exports of records with lists, such as Odoo's, fill the record's own
//! columns only in its first row.
//!
//! Invariant: a file with rows that may be contacts of their own, such as e-mail addresses without names, is read row by row.

use std::io::Cursor;

use crate::decode::TextEncoding;
use crate::delimited::header::{Header, MAX_WHOLE_HEAD};
use crate::delimited::records::{Record, Records};
use crate::field_path::Field;
use crate::layouts::fold_without_accents;
use crate::plan::{ColumnPlan, UsedColumn};

/// The role of a column in rows that continue a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A part of the name, or the organization.
    Name,
    /// Another field that is in no list.
    Single,
    /// E-mail addresses.
    Emails,
    /// Phone numbers.
    Phones,
    /// Values of another list.
    List,
    Unused,
    /// An unused column of a list's entries: `Bank Accounts/Number`.
    UnusedListColumn,
}

impl Role {
    fn new(field: Field, list: &str) -> Self {
        match (field, list) {
            (
                Field::NameFull
                | Field::NameGiven
                | Field::NameMiddle
                | Field::NameFamily
                | Field::OrganizationName,
                _,
            ) => Self::Name,
            (_, "emails") => Self::Emails,
            (_, "phones") => Self::Phones,
            (_, "addresses" | "links" | "tags" | "notes") => Self::List,
            _ => Self::Single,
        }
    }

    fn is_in_a_list(self) -> bool {
        matches!(self, Self::Emails | Self::Phones | Self::List)
    }
}

/// Recognizes the rows of a file that continue the contact above them.
pub(crate) struct Continuations {
    columns: Columns,
    /// Whether the layout of the file has such rows. Otherwise the first rows show it.
    is_by_layout: bool,
}

/// The columns of a file by their role.
struct Columns {
    roles: Vec<Role>,
    /// Whether the column belongs to the entries of a list: `Contacts/Email`.
    is_list_column: Vec<bool>,
    /// Whether a program may fill the column in every record.
    may_identify_record: Vec<bool>,
    encoding: TextEncoding,
}

impl Continuations {
    /// Returns the recognizer for a file that begins with `head`. `None` for a file without such rows.
    pub(crate) fn new(
        head: &[u8],
        header: &Header,
        plan: &ColumnPlan,
        used: &[UsedColumn],
        encoding: TextEncoding,
    ) -> Option<Self> {
        let columns = Columns::new(header, used, encoding);
        let first = columns.roles.iter().find(|role| **role != Role::Unused);
        let has_lists = columns.roles.iter().any(|role| role.is_in_a_list());
        if !columns.roles.contains(&Role::Name) || !has_lists {
            return None;
        }
        let is_by_layout = plan.continues_rows;
        let may_be_by_rows = matches!(first, Some(Role::Name | Role::Single))
            && has_row_with_empty_first_cell(head, plan.delimiter)
            && Evidence::from_head(head, header, plan, &columns).is_some_and(|evidence| evidence.is_enough());
        (is_by_layout || may_be_by_rows).then_some(Self { columns, is_by_layout })
    }

    /// Returns whether a row continues the contact that begins in `first`.
    pub(crate) fn continues(&self, first: &Record, row: &Record, is_below_empty_row: bool) -> bool {
        let columns = &self.columns;
        if !columns.has_name(first) {
            return false;
        }
        if self.is_by_layout {
            return columns.is_only_of_lists(row, true);
        }
        !is_below_empty_row
            && columns.is_only_of_lists(row, false)
            && (columns.filled(row).count() * 2 <= columns.filled(first).count()
                || columns.relation(first, row) == Relation::Strong)
    }
}

/// Returns whether a line begins with an empty cell.
fn has_row_with_empty_first_cell(head: &[u8], delimiter: u8) -> bool {
    let is_empty = |byte: u8| byte == delimiter || matches!(byte, b' ' | b'"');
    head.windows(2).any(|pair| matches!(pair[0], b'\n' | b'\r') && is_empty(pair[1]))
}

/// The relation of a row without a name to the contact above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    None,
    /// The row has a phone number and no e-mail address.
    Weak,
    /// The row cannot be a contact, or its e-mail address has the name of the contact, or it fills columns of a list only.
    Strong,
}

impl Columns {
    fn new(header: &Header, used: &[UsedColumn], encoding: TextEncoding) -> Self {
        let is_list_column: Vec<bool> = header.cells.iter().map(|header| is_list_column(header)).collect();
        let unused =
            |is_list_column: &bool| if *is_list_column { Role::UnusedListColumn } else { Role::Unused };
        let mut roles: Vec<Role> = is_list_column.iter().map(unused).collect();
        let mut may_identify_record: Vec<bool> = roles
            .iter()
            .zip(&header.cells)
            .map(|(role, name)| *role == Role::Unused && !name.is_empty())
            .collect();
        for UsedColumn { index, path, .. } in used {
            roles[*index] = Role::new(path.field, path.list());
            may_identify_record[*index] =
                matches!(path.field, Field::ExternalId | Field::Kind | Field::OwnerId);
        }
        Self { roles, is_list_column, may_identify_record, encoding }
    }

    /// Returns the columns of a row that have a value.
    fn filled<'r>(&'r self, row: &'r Record) -> impl Iterator<Item = (usize, Role)> + 'r {
        let roles = self.roles.iter().copied().enumerate();
        let filled = roles.zip(&row.cells).filter(|(_, cell)| !cell.trim_ascii().is_empty());
        filled.map(|(column, _)| column)
    }

    fn has_name(&self, row: &Record) -> bool {
        self.filled(row).any(|(_, role)| role == Role::Name)
    }

    /// Returns whether every value of a row is in a list.
    fn is_only_of_lists(&self, row: &Record, may_have_unused: bool) -> bool {
        let mut filled = self.filled(row).peekable();
        row.cells.len() <= self.roles.len()
            && filled.peek().is_some()
            && filled.all(|(_, role)| {
                role.is_in_a_list()
                    || role == Role::UnusedListColumn
                    || (may_have_unused && role == Role::Unused)
            })
    }

    /// Returns the relation of a row to the contact in `first`.
    fn relation(&self, first: &Record, row: &Record) -> Relation {
        let has = |searched: Role| self.filled(row).any(|(_, role)| role == searched);
        if self.filled(row).all(|(column, _)| self.is_list_column[column]) {
            return Relation::Strong;
        }
        match (has(Role::Emails), has(Role::Phones)) {
            (true, _) if self.has_email_of(first, row) => Relation::Strong,
            (true, _) => Relation::None,
            (false, true) => Relation::Weak,
            (false, false) => Relation::Strong,
        }
    }

    /// Returns whether an e-mail address of a row has the name of the contact in `first`.
    fn has_email_of(&self, first: &Record, row: &Record) -> bool {
        let texts = |record: &Record, searched: Role| -> Vec<String> {
            let cells = self.filled(record).filter(|(_, role)| *role == searched);
            cells.map(|(column, _)| self.encoding.text_of(&record.cells[column]).into_owned()).collect()
        };
        let names: Vec<String> = texts(first, Role::Name)
            .iter()
            .flat_map(|text| text.split_whitespace())
            .map(fold_without_accents)
            .collect();
        let emails = texts(row, Role::Emails);
        emails.iter().filter_map(|text| text.split_once('@')).any(|(local, _)| is_named_after(local, &names))
    }
}

/// Returns whether the local part of an e-mail address has one of these names.
fn is_named_after(local: &str, names: &[String]) -> bool {
    let words = local.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(fold_without_accents).collect();
    let is_name = |word: &String| names.contains(word);
    let has_word = words.iter().any(|word| word.chars().count() > 2 && is_name(word));
    let has_all = words.len() > 1 && words.iter().all(is_name);
    let has_part =
        names.iter().any(|name| name.chars().count() > 3 && words.iter().any(|word| word.contains(name)));
    has_word || has_all || has_part
}

/// Returns whether a header names a column of a list's entries, as Odoo writes them: `Contacts/Email`, `child_ids/email`.
fn is_list_column(header: &str) -> bool {
    const LISTS: [&str; 12] = [
        "contacts",
        "contact",
        "tags",
        "category_id",
        "kontakte",
        "kontakt",
        "stichwörter",
        "etiquettes",
        "etiquetas",
        "contactos",
        "contatti",
        "contatos",
    ];
    let Some((list, entry)) = header.split_once('/') else { return false };
    let list = list.trim().to_lowercase();
    !entry.trim().is_empty() && (list.ends_with("_ids") || LISTS.contains(&list.as_str()))
}

/// Counts over the first rows of a file.
struct Evidence {
    /// The rows with a name.
    named: usize,
    /// The rows that may continue a contact, and those of them with a strong and a weak relation to it.
    continuing: usize,
    strong: usize,
    weak: usize,
    /// The contacts that these rows may continue.
    continued: usize,
    /// Whether a row without a name may be a contact of its own.
    has_other_rows: bool,
    /// The columns that are filled in every row with a name.
    always_filled: Vec<bool>,
}

impl Evidence {
    fn from_head(head: &[u8], header: &Header, plan: &ColumnPlan, columns: &Columns) -> Option<Self> {
        let mut records =
            Records::new(Box::new(Cursor::new(head.to_vec())), plan.dialect, head.len().max(16));
        records.skip_lines(header.last_line).ok()?;
        let mut rows = Vec::new();
        while let Ok(Some(record)) = records.next_record() {
            rows.extend(record.ok().filter(|record| !record.is_empty()));
        }
        if head.len() > MAX_WHOLE_HEAD {
            rows.pop();
        }
        Some(Self::from_rows(&rows, columns))
    }

    fn from_rows(rows: &[Record], columns: &Columns) -> Self {
        let mut evidence = Self {
            named: 0,
            continuing: 0,
            strong: 0,
            weak: 0,
            continued: 0,
            has_other_rows: false,
            always_filled: columns.may_identify_record.clone(),
        };
        let mut above: Option<&Record> = None;
        let (mut is_continued, mut was_whole) = (false, false);
        for row in rows {
            if columns.has_name(row) {
                evidence.add_named(row);
                (above, is_continued, was_whole) = (Some(row), false, false);
                continue;
            }
            let Some(first) = above.filter(|_| columns.is_only_of_lists(row, false)) else {
                evidence.has_other_rows = true;
                continue;
            };
            let has = |searched: Role| columns.filled(row).any(|(_, role)| role == searched);
            let is_whole = has(Role::Emails) && has(Role::Phones);
            evidence.has_other_rows |= is_whole && was_whole;
            evidence.continued += usize::from(!is_continued);
            (is_continued, was_whole) = (true, is_whole);
            evidence.continuing += 1;
            match columns.relation(first, row) {
                Relation::Strong => evidence.strong += 1,
                Relation::Weak => evidence.weak += 1,
                Relation::None => {}
            }
        }
        evidence
    }

    fn add_named(&mut self, row: &Record) {
        self.named += 1;
        for (column, always) in self.always_filled.iter_mut().enumerate() {
            *always &= row.cells.get(column).is_some_and(|cell| !cell.trim_ascii().is_empty());
        }
    }

    /// Returns whether the rows without a name certainly continue the contacts above them.
    fn is_enough(&self) -> bool {
        let has_ids = self.named > 1 && self.continued > 1 && self.always_filled.contains(&true);
        let related = if has_ids { self.strong + self.weak } else { self.strong };
        !self.has_other_rows && related > 0 && related * 2 >= self.continuing
    }
}
