//! The values of a row, by the field that they are read into.

use crate::contact_builder::Origin;
use crate::field_path::Field;

/// A value of a row or a constant of the mapping, with the place that it comes from.
#[derive(Clone, Copy)]
pub(super) struct CellValue<'a> {
    pub(super) text: &'a str,
    pub(super) origin: Origin<'a>,
    /// The kind that the plan gives to all values of the column.
    pub(super) kind: Option<&'a str>,
    /// The label that the plan gives to all values of the column.
    pub(super) label: Option<&'a str>,
}

/// The values of one entry of a list, or all values that are in no list.
pub(super) type FieldValues<'a> = Vec<(Field, CellValue<'a>)>;

/// Returns the values of a field, in the order of the columns.
pub(super) fn values_of<'e, 'a>(
    values: &'e FieldValues<'a>,
    field: Field,
) -> impl Iterator<Item = &'e CellValue<'a>> {
    values.iter().filter(move |(other, _)| *other == field).map(|(_, value)| value)
}
