//! Reads a query in SOQL of the form `SELECT … FROM Contact [WHERE Field = 'text' [AND …]] [ORDER BY …] [LIMIT n]`.
//!
//! Documented, in the reference of SOQL
//! (<https://developer.salesforce.com/docs/atlas.en-us.192.0.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm>):
//! texts in single quotes, the escapes, and that a backslash before anything else is an error.
//!
//! Third-party: `\u` and four digits; the order of the clauses; `MALFORMED_QUERY` with "unexpected token: '…'", recorded.
//!
//! Choices: only `=` is read, with a text, a number, `true`, `false` or `null`; everything else that the vendor knows is malformed
//! here. The column is not told.

use std::iter::Peekable;
use std::str::Chars;

/// A query of contacts.
#[derive(Debug, PartialEq)]
pub(super) struct Query {
    pub(super) fields: Vec<String>,
    pub(super) object: String,
    /// The conditions, all of which must hold.
    pub(super) conditions: Vec<Condition>,
    pub(super) order: Vec<Order>,
    pub(super) limit: Option<usize>,
}

/// A field and the value that it must have.
#[derive(Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) field: String,
    pub(super) value: Operand,
}

/// The right side of a condition.
#[derive(Debug, PartialEq)]
pub(super) enum Operand {
    Text(String),
    /// A number, `true`, `false` or `null`, as written.
    Literal(String),
}

/// A field to sort by.
#[derive(Debug, PartialEq)]
pub(super) struct Order {
    pub(super) field: String,
    pub(super) is_descending: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Symbol(char),
}

/// Parses a query. The error is the vendor's message.
pub(super) fn parse(text: &str) -> Result<Query, String> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0 };
    let query = parser.query()?;
    match parser.peek() {
        None => Ok(query),
        Some(token) => Err(unexpected(Some(token))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
}

impl Parser {
    fn query(&mut self) -> Result<Query, String> {
        self.expect("SELECT")?;
        let mut fields = vec![self.name()?];
        while self.take_symbol(',') {
            fields.push(self.name()?);
        }
        self.expect("FROM")?;
        let object = self.name()?;
        let conditions = if self.take("WHERE") { self.conditions()? } else { Vec::new() };
        let order = if self.take("ORDER") { self.order()? } else { Vec::new() };
        let limit = if self.take("LIMIT") { Some(self.number()?) } else { None };
        Ok(Query { fields, object, conditions, order, limit })
    }

    fn conditions(&mut self) -> Result<Vec<Condition>, String> {
        let mut conditions = vec![self.condition()?];
        while self.take("AND") {
            conditions.push(self.condition()?);
        }
        Ok(conditions)
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let field = self.name()?;
        if !self.take_symbol('=') {
            return Err(unexpected(self.peek()));
        }
        let value = match self.advance() {
            Some(Token::Text(text)) => Operand::Text(text),
            Some(Token::Word(word)) if is_literal(&word) => Operand::Literal(word.to_lowercase()),
            other => return Err(unexpected(other.as_ref())),
        };
        Ok(Condition { field, value })
    }

    fn order(&mut self) -> Result<Vec<Order>, String> {
        self.expect("BY")?;
        let mut order = Vec::new();
        loop {
            let field = self.name()?;
            let is_descending = self.take("DESC");
            if !is_descending {
                self.take("ASC");
            }
            if self.take("NULLS") && !self.take("FIRST") {
                self.expect("LAST")?;
            }
            order.push(Order { field, is_descending });
            if !self.take_symbol(',') {
                return Ok(order);
            }
        }
    }

    fn number(&mut self) -> Result<usize, String> {
        match self.advance() {
            Some(Token::Word(word)) => word.parse().map_err(|_| unexpected(Some(&Token::Word(word)))),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.advance() {
            Some(Token::Word(word)) if word.starts_with(|first: char| first.is_ascii_alphabetic()) => {
                Ok(word)
            }
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn expect(&mut self, keyword: &str) -> Result<(), String> {
        if self.take(keyword) { Ok(()) } else { Err(unexpected(self.peek())) }
    }

    fn take(&mut self, keyword: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.next += usize::from(is_next);
        is_next
    }

    fn take_symbol(&mut self, symbol: char) -> bool {
        let is_next = self.peek() == Some(&Token::Symbol(symbol));
        self.next += usize::from(is_next);
        is_next
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn advance(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += 1;
        token
    }
}

fn is_literal(word: &str) -> bool {
    word.parse::<f64>().is_ok()
        || ["true", "false", "null"].iter().any(|literal| word.eq_ignore_ascii_case(literal))
}

fn unexpected(token: Option<&Token>) -> String {
    match token {
        None => "unexpected token: '<EOF>'".to_owned(),
        Some(Token::Word(text) | Token::Text(text)) => format!("unexpected token: '{text}'"),
        Some(Token::Symbol(symbol)) => format!("unexpected token: '{symbol}'"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut letters = text.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(letter) = letters.next() {
        match letter {
            _ if letter.is_whitespace() => {}
            '\'' => tokens.push(Token::Text(quoted(&mut letters)?)),
            _ if is_of_word(letter) => {
                let mut word = String::from(letter);
                while let Some(next) = letters.next_if(|next| is_of_word(*next)) {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
            _ => tokens.push(Token::Symbol(letter)),
        }
    }
    Ok(tokens)
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '+' | ':')
}

/// Reads a text up to its closing quote.
fn quoted(letters: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match letters.next() {
            None => return Err("line 1:1 mismatched character '<EOF>' expecting '''".to_owned()),
            Some('\'') => return Ok(text),
            Some('\\') => text.push(escaped(letters)?),
            Some(letter) => text.push(letter),
        }
    }
}

fn escaped(letters: &mut Peekable<Chars<'_>>) -> Result<char, String> {
    let letter = match letters.next() {
        Some('n' | 'N') => '\n',
        Some('r' | 'R') => '\r',
        Some('t' | 'T') => '\t',
        Some('b' | 'B') => '\u{7}',
        Some('f' | 'F') => '\u{c}',
        Some(letter @ ('"' | '\'' | '\\')) => letter,
        Some('u') => {
            let digits: String = letters.by_ref().take(4).collect();
            let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4);
            return code.and_then(char::from_u32).ok_or_else(|| invalid_escape(&format!("u{digits}")));
        }
        Some(other) => return Err(invalid_escape(&other.to_string())),
        None => return Err(invalid_escape("")),
    };
    Ok(letter)
}

fn invalid_escape(sequence: &str) -> String {
    format!("Invalid string literal: illegal escape sequence '\\{sequence}'")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_of(literal: &str) -> Result<Operand, String> {
        let query = parse(&format!("SELECT Id FROM Contact WHERE Email = {literal}"))?;
        query.conditions.into_iter().next().map(|condition| condition.value).ok_or_else(String::new)
    }

    #[test]
    fn all_clauses_are_read_in_any_case() {
        let text = "select Id, email from Contact where Email = 'a@b.c' and IsDeleted = false \
                    order by CreatedDate desc nulls last, Id limit 2";
        let query = parse(text).unwrap();
        assert_eq!(query.fields, ["Id", "email"]);
        assert_eq!(query.object, "Contact");
        assert_eq!(query.conditions.len(), 2);
        assert_eq!(query.conditions[1].value, Operand::Literal("false".to_owned()));
        let order: Vec<_> =
            query.order.iter().map(|order| (order.field.as_str(), order.is_descending)).collect();
        assert_eq!((order.as_slice(), query.limit), (&[("CreatedDate", true), ("Id", false)][..], Some(2)));
    }

    #[test]
    fn escapes_are_those_of_the_reference() {
        for (literal, expected) in [
            (r"'O\'Neil'", "O'Neil"),
            (r"'back\\slash'", r"back\slash"),
            (r#"'\"\n\N\r\t'"#, "\"\n\n\r\t"),
            (r"'\u00e9'", "é"),
            ("'100%_'", "100%_"),
        ] {
            assert_eq!(text_of(literal), Ok(Operand::Text(expected.to_owned())), "{literal}");
        }
    }

    #[test]
    fn a_malformed_query_names_its_token() {
        for (text, expected) in [
            ("", "unexpected token: '<EOF>'"),
            ("invalid", "unexpected token: 'invalid'"),
            ("SELECT Id FRM Contact", "unexpected token: 'FRM'"),
            ("SELECT Id FROM Contact WHERE Email LIKE 'a'", "unexpected token: 'LIKE'"),
            ("SELECT Id FROM Contact WHERE Email = 'O'Neil", "unexpected token: 'Neil'"),
            ("SELECT Id FROM Contact LIMIT x", "unexpected token: 'x'"),
            ("SELECT Id FROM Contact LIMIT 1 ORDER BY Id", "unexpected token: 'ORDER'"),
            ("SELECT Id FROM Contact WHERE Email = \"a\"", "unexpected token: '\"'"),
        ] {
            assert_eq!(parse(text), Err(expected.to_owned()), "{text}");
        }
        for (literal, part) in [(r"'\%'", "escape"), (r"'\u12'", "escape"), ("'open", "mismatched")] {
            assert!(text_of(literal).unwrap_err().contains(part), "{literal}");
        }
    }

    proptest! {
        #[test]
        fn an_escaped_text_is_read_back(text in "\\PC*") {
            let escaped = text.replace('\\', r"\\").replace('\'', r"\'");
            prop_assert_eq!(text_of(&format!("'{escaped}'")), Ok(Operand::Text(text)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(?s).*") {
            let _ = parse(&text);
        }
    }
}
