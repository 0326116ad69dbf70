//! Recognizes texts between the contacts of a table that are no names: footers, group headings, the date of a report.

use super::words::{is_number, is_word_of, tokens};
use crate::delimited::dialect::DELIMITERS;

/// The first words of a line with the date or the author of a report.
const REPORT_WORDS: &str = "created printed exported generated produced updated erstellt gedruckt exportiert generiert druckdatum \
     créé imprimé exporté généré édité creado impreso exportado generado criado impresso gerado creato stampato esportato generato \
     gemaakt afgedrukt geëxporteerd utworzono wydrukowano wygenerowano vytvořeno vytištěno создано напечатано сформировано";

/// Words for the contents of a report, which mean a count beside a number.
const CONTENT_WORDS: &str = "rows row records record entries results page pages zeilen zeile datensätze einträge ergebnisse seite \
     seiten lignes enregistrements résultats page filas registros resultados página righe risultati pagina rijen wierszy rekordów \
     strona строк записей страница 行 件 页";

/// The beginnings of the last line of a report, in lower case.
const ENDS: [&str; 14] = [
    "end of ",
    "ende der ",
    "ende des ",
    "fin de ",
    "fin du ",
    "fin del ",
    "fim da ",
    "fim do ",
    "fine del",
    "einde van ",
    "koniec ",
    "конец ",
    "slut på ",
    "<end",
];

/// Returns whether the only text of a row is no name.
pub(super) fn is_not_name(text: &str) -> bool {
    let text = text.trim();
    if has_date(text) {
        return true;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    // The text holds a phone number.
    if digits > 5 {
        return false;
    }
    has_heading_signs(text) || has_report_words(text, digits > 0)
}

/// Returns whether a text has the signs of a heading: a colon, brackets around it, stars, lines.
fn has_heading_signs(text: &str) -> bool {
    let is_in_brackets = matches!(
        (text.chars().next(), text.chars().next_back()),
        (Some('('), Some(')')) | (Some('['), Some(']')) | (Some('<'), Some('>'))
    );
    let has_colon = (text.contains(':') && !text.contains("://")) || text.contains('\u{ff1a}');
    is_in_brackets
        || has_colon
        || text.contains('*')
        || ["--", "==", "__", "##"].iter().any(|it| text.contains(it))
}

fn has_report_words(text: &str, has_number: bool) -> bool {
    let lower = text.to_lowercase();
    let tokens = tokens(text);
    let is_report = tokens.len() > 1 && tokens.first().is_some_and(|word| is_word_of(REPORT_WORDS, word));
    let has_contents = has_number && tokens.iter().any(|word| is_word_of(CONTENT_WORDS, word));
    is_report || has_contents || ENDS.iter().any(|end| lower.starts_with(end))
}

/// Returns whether a text has a date in digits: `01.01.2026`, `2026-01-01`.
fn has_date(text: &str) -> bool {
    let is_around = |character: char| !character.is_ascii_digit() && !matches!(character, '.' | '/' | '-');
    text.split(is_around).any(is_date) || (text.contains('年') && text.contains('月'))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_end_matches('.').split(['.', '/', '-']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let has_lengths = matches!(lengths[..], [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4]);
    has_lengths && parts.iter().all(|part| is_number(part))
}

/// Returns whether a cell of a line is a phone number.
pub(super) fn has_phone_number(line: &[u8]) -> bool {
    line.split(|byte| DELIMITERS.contains(byte)).any(|cell| {
        let text = String::from_utf8_lossy(cell);
        let text = text.trim_matches(|character: char| character.is_whitespace() || character == '"');
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_of_number =
            |character: char| character.is_ascii_digit() || " +-()./\u{a0}".contains(character);
        let is_marked = text.starts_with(['+', '0', '('])
            || !text.contains(|character: char| !character.is_ascii_digit());
        (7..16).contains(&digits) && is_marked && text.chars().all(is_of_number) && !has_date(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_and_headings_are_no_names() {
        for text in [
            "Region: Süd",
            "(2 rows affected)",
            "*** end ***",
            "Erstellt am 01.01.2026",
            "Printed by Ada King",
            "2026-01-31 10:15:30",
            "2026年1月31日",
            "25 Datensätze gefunden",
            "End of report",
            "-----",
            "[Filiale]",
        ] {
            assert!(is_not_name(text), "{text}");
        }
        for text in [
            "Ada King",
            "Jimmy Page",
            "Ada King (mother)",
            "Müller & Söhne - Köln",
            "3 Suisses",
            "https://example.com",
            "Tel: +44 20 7946 0123",
            "Endre",
            "Anne-Marie O'Neil",
        ] {
            assert!(!is_not_name(text), "{text}");
        }
    }

    #[test]
    fn phone_numbers_are_told_from_dates() {
        assert!(has_phone_number(b"Ada;+44 20 7946 0123"));
        assert!(has_phone_number(b"Ada;\"020 7946 0123\""));
        assert!(!has_phone_number(b"Customers;01.01.2026;12000"));
    }
}
