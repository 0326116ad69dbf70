//! Transformations: habits of the programs and people that write files of contacts.

use unicontact_files::ReadOptions;

use crate::storm::people::{Alphabet, Person, Values};

/// A change in the way a file is written.
pub(crate) struct Transformation<W: 'static> {
    pub(crate) name: &'static str,
    /// A file is written with at most one transformation of a group.
    pub(crate) group: &'static str,
    pub(crate) apply: fn(&mut W),
}

/// The way a file is written. The default is a plain file that every program reads.
pub(crate) trait Wrapping: Default + 'static {
    const FILE_NAME: &'static str;
    const TRANSFORMATIONS: &'static [Transformation<Self>];

    fn write(&self, people: &[Person], choices: &mut Choices) -> Vec<u8>;

    /// Returns the letters that the encoding of the file has.
    fn alphabet(&self) -> Alphabet;

    /// Returns how many e-mail addresses and phones each person has.
    fn values(&self) -> Values;

    /// Returns whether nothing in the file declares its encoding, so that the reader may ask for it.
    fn has_unknown_encoding(&self) -> bool {
        false
    }

    fn options(&self) -> ReadOptions {
        ReadOptions::default()
    }
}

pub(crate) fn names<W: Wrapping>() -> Vec<&'static str> {
    W::TRANSFORMATIONS.iter().map(|it| it.name).collect()
}

/// Random choices from a seed.
pub(crate) struct Choices(pub(crate) u64);

impl Choices {
    /// Returns a number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for index in (1..values.len()).rev() {
            values.swap(index, self.below(index + 1));
        }
    }
}
