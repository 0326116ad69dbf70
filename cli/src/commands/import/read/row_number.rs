//! Row numbers: the index of a file and a line in it, as the one number that the library keeps for a row.

/// The number of bits of the line.
const LINE_BITS: u32 = 40;

/// Returns the row number of a line.
pub(super) fn encode(file: usize, line: u64) -> u64 {
    ((file as u64) << LINE_BITS) | (line & ((1 << LINE_BITS) - 1))
}

/// Returns the index of the file, and the line.
pub(super) fn decode(number: u64) -> (usize, u64) {
    let file = usize::try_from(number >> LINE_BITS).unwrap_or(usize::MAX);
    (file, number & ((1 << LINE_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_numbers_of_the_first_file_are_lines_and_all_can_be_decoded() {
        assert_eq!(encode(0, 7), 7);
        for (file, line) in [(0, 1), (1, 1), (4096, 12_345_678_901)] {
            assert_eq!(decode(encode(file, line)), (file, line));
        }
    }
}
