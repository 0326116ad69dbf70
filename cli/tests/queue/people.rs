//! Contacts to import, all different and numbered in their names, and a reproducible random generator.

/// Returns a CSV of `count` people, whose ids are the numbers in their names.
pub(crate) fn people(count: usize) -> String {
    let person =
        |number| format!("{number},Person {number},p{number}@example.com,+4420794{}\n", 60_000 + number);
    std::iter::once("External ID,Name,E-mail,Phone\n".to_owned()).chain((1..=count).map(person)).collect()
}

/// A linear congruential generator.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Returns `count` numbers from `start` up to but not `end`, in order.
    pub(crate) fn sorted(&mut self, count: usize, start: usize, end: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..count).map(|_| start + self.below(end - start)).collect();
        numbers.sort_unstable();
        numbers
    }
}
