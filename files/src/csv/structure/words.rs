//! The words of page numbers, totals and counts, in many languages.

/// Words before a page number.
const PAGE_WORDS: &str =
    "page seite página pagina strona страница сторінка oldal sida side strana sivu sayfa pág pag s";
const PAGE_OF: &str = "of von de di van z из av af sur su из";

/// Words in a line with a sum or a count.
const TOTAL_WORDS: &str = "total totals subtotal grand sum summe gesamt gesamtsumme gesamtzahl zwischensumme insgesamt anzahl count sous \
     général generale totale totaal subtotaal razem suma łącznie celkem spolu összesen toplam yhteensä totalt итого всего \
     合計 总计 總計 小计 小計 合计";
const COUNTED_WORDS: &str = "of contacts contact records record rows row entries entry people persons leads accounts customers \
     kontakte kontakt datensätze einträge zeilen personen kunden contactos contatos contatti contacten registros enregistrements \
     lignes clients clientes clienti wierszy kontaktów контактов записей строк fetched exported number der the de des";

/// Returns the words and numbers of a text, in lower case.
pub(super) fn tokens(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(str::to_lowercase)
        .collect()
}

pub(super) fn is_word_of(words: &str, token: &str) -> bool {
    words.split_whitespace().any(|word| word == token)
}

pub(super) fn is_number(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text is a page number: `Page 2 of 7`, `Seite 2/7`.
pub(super) fn is_page_number(text: &str) -> bool {
    let tokens = tokens(text);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens[..] {
        [word, number] => is_word_of(PAGE_WORDS, word) && is_number(number),
        [word, number, of] => is_word_of(PAGE_WORDS, word) && is_number(number) && is_number(of),
        [word, number, of, all] => {
            is_word_of(PAGE_WORDS, word) && is_number(number) && is_word_of(PAGE_OF, of) && is_number(all)
        }
        _ => false,
    }
}

/// Returns whether a text is a total or a count: `Total`, `Total: 25 contacts`, `25 rows`, `(3 Zeilen)`.
pub(super) fn is_total(text: &str, has_number: bool) -> bool {
    let tokens = tokens(text);
    let is_known = |token: &String| {
        is_number(token) || is_word_of(TOTAL_WORDS, token) || is_word_of(COUNTED_WORDS, token)
    };
    let has_total = tokens.iter().any(|token| is_word_of(TOTAL_WORDS, token));
    // Numbers alone are a phone number: `+44 20 7946 0123`.
    let has_word = !tokens.iter().all(|token| is_number(token));
    let is_count = has_number && has_word && tokens.first().is_some_and(|token| is_number(token));
    tokens.iter().all(is_known) && (has_total || is_count)
}

pub(super) fn has_digit(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_and_totals_are_recognized_in_many_languages() {
        for text in ["Page 2 of 7", "Seite 2/7", "Página 3 de 9", "Страница 1 из 2", "Pag. 4"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["Jimmy Page", "Page", "Paige 2", "7"] {
            assert!(!is_page_number(text), "{text}");
        }
        for text in ["Total", "Summe:", "TOTAL: 25 contacts", "(3 rows)", "25 Kontakte", "Итого", "合計"]
        {
            assert!(is_total(text, has_digit(text) || !text.contains(':')), "{text}");
        }
        for text in
            ["Total Energies", "Ada Total", "25", "+44 20 7946 0123", "", "Contacts", "Row", "3 Suisses"]
        {
            assert!(!is_total(text, has_digit(text)), "{text}");
        }
    }
}
