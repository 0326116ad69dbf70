//! A transformation: one habit of the programs and people that files of contacts come from.

use unicontact_files::ReadOptions;

use crate::people::{Alphabet, Person, Values};

/// A change of how a file is written.
pub(crate) struct Transformation<W: 'static> {
    pub(crate) name: &'static str,
    /// A file is written with one transformation of a group at most.
    pub(crate) group: &'static str,
    pub(crate) apply: fn(&mut W),
}

/// How a file is written: the default is a plain file that everybody reads.
pub(crate) trait Wrapping: Default + 'static {
    const FILE_NAME: &'static str;
    const TRANSFORMATIONS: &'static [Transformation<Self>];

    fn write(&self, people: &[Person], choices: &mut Choices) -> Vec<u8>;

    /// Returns the letters that the file's encoding has.
    fn alphabet(&self) -> Alphabet;

    /// Returns how many addresses and numbers each person has.
    fn values(&self) -> Values;

    /// Returns whether nothing in the file says how it is encoded, so that the reader may ask for it.
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

/// Choices that a seed decides.
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
        for place in (1..values.len()).rev() {
            values.swap(place, self.below(place + 1));
        }
    }
}
