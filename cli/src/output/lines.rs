//! The lines of the input that a message is about.

use std::path::Path;

use crate::commands::{FirstLines, Line};
use crate::input;

/// Returns ` (lines 4, 17 and 3 more)`; the lines of a file together where there are several files.
pub(super) fn in_brackets(lines: &FirstLines) -> String {
    let mut files: Vec<(Option<&str>, Vec<u64>)> = Vec::new();
    for line in &lines.lines {
        let (file, number) = match line {
            Line::Number(number) => (None, *number),
            Line::OfFile { file, line } => (Some(file.as_str()), *line),
        };
        match files.last_mut().filter(|(last, _)| *last == file) {
            Some((_, numbers)) => numbers.push(number),
            None => files.push((file, vec![number])),
        }
    }
    if files.is_empty() {
        return String::new();
    }
    let word = if lines.rows == 1 { "line" } else { "lines" };
    let named: Vec<String> = files.iter().map(|(file, numbers)| of_file(*file, numbers)).collect();
    let more = lines.rows - lines.lines.len() as u64;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(" ({word} {}{more})", named.join("; "))
}

fn of_file(file: Option<&str>, numbers: &[u64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let of = file.map(|file| format!(" of {}", input::shown_name(Path::new(file)))).unwrap_or_default();
    format!("{}{of}", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: impl IntoIterator<Item = u64>) -> FirstLines {
        let mut lines = FirstLines::default();
        numbers.into_iter().for_each(|number| lines.add(number));
        lines
    }

    #[test]
    fn the_lowest_lines_are_named_in_their_order_and_the_rest_counted() {
        assert_eq!(in_brackets(&lines([])), "");
        assert_eq!(in_brackets(&lines([0, 7, 7])), " (line 7)");
        assert_eq!(in_brackets(&lines([9, 4])), " (lines 4, 9)");
        assert_eq!(in_brackets(&lines((2..14).rev())), " (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more)");
    }

    #[test]
    fn the_name_of_a_file_comes_once_for_its_lines() {
        let mut lines = lines([4, 5, 107]);
        lines.locate(|number| {
            let file = if number > 100 { "-" } else { "a.csv" };
            Line::OfFile { file: file.to_owned(), line: number % 100 }
        });
        assert_eq!(in_brackets(&lines), " (lines 4, 5 of a.csv; 7 of standard input)");
    }
}
