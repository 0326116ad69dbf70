//! Lines of several files as one number, as which the library keeps the line of a row.

/// How many bits the line within a file has.
const BITS: u32 = 40;

/// Returns the number for a line of the file with this index.
pub(super) fn numbered(file: usize, line: u64) -> u64 {
    ((file as u64) << BITS) | (line & ((1 << BITS) - 1))
}

/// Returns the index of the file, and the line in it.
pub(super) fn located(number: u64) -> (usize, u64) {
    let file = usize::try_from(number >> BITS).unwrap_or(usize::MAX);
    (file, number & ((1 << BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_has_its_own_lines_and_every_line_is_found_again() {
        assert_eq!(numbered(0, 7), 7);
        for (file, line) in [(0, 1), (1, 1), (4096, 12_345_678_901)] {
            assert_eq!(located(numbered(file, line)), (file, line));
        }
    }
}
