//! The columns of a header with their first values, by which headers with several meanings are resolved.

use super::planned_column::PlannedColumn;
use crate::delimited::samples::Samples;
use crate::field_path::Field;

/// The columns of a header with their first values.
pub(super) struct SampledColumns<'a> {
    pub(super) planned: &'a mut [Option<PlannedColumn>],
    /// The headers without case, punctuation and accents.
    pub(super) headers: &'a [String],
    pub(super) samples: &'a Samples,
    /// Returns whether the mapping or the layout of the file fixes the meaning of a column.
    pub(super) is_fixed: &'a dyn Fn(usize) -> bool,
    /// Returns whether the mapping fixes the meaning of a column.
    pub(super) is_mapped: &'a dyn Fn(usize) -> bool,
}

/// The part of the values of a column that match a condition.
#[derive(Clone, Copy)]
pub(super) struct Ratio {
    matching: u32,
    total: u32,
}

impl Ratio {
    fn from_matches(matches: impl Iterator<Item = bool>) -> Option<Self> {
        let count = |ratio: Self, is_match| Self {
            matching: ratio.matching + u32::from(is_match),
            total: ratio.total + 1,
        };
        Some(matches.fold(Self { matching: 0, total: 0 }, count)).filter(|ratio| ratio.total > 0)
    }

    pub(super) fn is_at_least_half(self) -> bool {
        self.matching * 2 >= self.total
    }

    pub(super) fn is_all(self) -> bool {
        self.matching == self.total
    }
}

impl SampledColumns<'_> {
    pub(super) fn field(&self, column: usize) -> Option<Field> {
        self.planned.get(column)?.as_ref().map(|planned| planned.path.field)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        (0..self.planned.len()).any(|column| self.field(column) == Some(field))
    }

    pub(super) fn set(&mut self, column: usize, field: Field) {
        if let Some(planned) = &mut self.planned[column] {
            planned.path.field = field;
        }
    }

    /// Returns whether the header of a column is one of these words.
    pub(super) fn is_one_of(&self, column: usize, words: &[&str]) -> bool {
        words.contains(&self.headers[column].as_str())
    }

    /// Returns whether the values of a column are 1, 2, 3 and so on.
    pub(super) fn has_row_numbers(&self, column: usize) -> bool {
        self.samples.values(column).enumerate().all(|(row, value)| value.parse() == Ok(row + 1))
    }

    /// Returns the part of a column's values that match. `None` for a column without values.
    pub(super) fn ratio(&self, column: usize, matches: impl Fn(&str) -> bool) -> Option<Ratio> {
        Ratio::from_matches(self.samples.values(column).map(matches))
    }

    /// Returns the part of the rows in which the value of one column contains the value of another column and more.
    pub(super) fn ratio_containing(&self, whole: usize, part: usize) -> Option<Ratio> {
        let contains = |(whole, part): (&str, &str)| {
            let (whole, part) = (whole.to_lowercase(), part.to_lowercase());
            whole.len() > part.len() && whole.contains(&part)
        };
        Ratio::from_matches(self.samples.pairs(whole, part).map(contains))
    }
}
