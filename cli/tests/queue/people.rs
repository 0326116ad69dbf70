//! People to import, and draws that come out the same each time.
//!
//! Its rule: nobody is like anybody else, and a name says whose it is.

/// A file of so many people, whose ids are the numbers in their names.
pub(crate) fn people(count: usize) -> String {
    let person =
        |number| format!("{number},Person {number},p{number}@example.com,+4420794{}\n", 60_000 + number);
    std::iter::once("External ID,Name,E-mail,Phone\n".to_owned()).chain((1..=count).map(person)).collect()
}

/// A linear congruential generator.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// So many numbers from `start` on and below `end`, in order.
    pub(crate) fn moments(&mut self, count: usize, start: usize, end: usize) -> Vec<usize> {
        let mut moments: Vec<usize> = (0..count).map(|_| start + self.below(end - start)).collect();
        moments.sort_unstable();
        moments
    }
}
