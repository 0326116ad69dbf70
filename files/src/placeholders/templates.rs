//! Recognizes unfilled fields of templates: `{{first_name}}`, `%FIRSTNAME%`, `*|FNAME|*`, `[First Name]`.

use super::bare;

/// Delimiters that stand around template fields only.
const FIELD_DELIMITERS: [(&str, &str); 11] = [
    ("{{", "}}"),
    ("*|", "|*"),
    ("[[", "]]"),
    ("<<", ">>"),
    ("<%", "%>"),
    ("[%", "%]"),
    ("${", "}"),
    ("#{", "}"),
    ("{!", "}"),
    ("%%", "%%"),
    ("##", "##"),
];

/// Delimiters that stand around template fields and around other texts.
const BRACKETS: [(&str, &str); 6] = [("{", "}"), ("[", "]"), ("<", ">"), ("(", ")"), ("%", "%"), ("~", "~")];

/// Names of template fields, without case and punctuation.
const FIELDS: &str = "firstname lastname name fullname middlename surname givenname familyname fname lname first last \
    yourname insertname contactname customername nameprefix salutation email emailaddress mail phone phonenumber mobile \
    company companyname organization title jobtitle city street country address vorname nachname anrede firma firmenname \
    ort strasse telefon prenom nom prenomnom societe ville nombre apellido apellidos empresa ciudad nome cognome azienda \
    sobrenome voornaam achternaam imie nazwisko имя фамилия";

/// Returns whether a text consists of template fields only.
pub(super) fn is_unfilled(text: &str) -> bool {
    let mut rest = text.trim();
    if !rest.starts_with(['{', '[', '<', '(', '*', '%', '$', '#', '~']) {
        return false;
    }
    while !rest.is_empty() {
        match after_field(rest) {
            Some(after) => rest = after.trim_start_matches([' ', ',', ';', '-']),
            None => return false,
        }
    }
    true
}

/// Returns the rest of a text after the template field at its start.
fn after_field(text: &str) -> Option<&str> {
    let of = |(open, close): &(&str, &str)| text.strip_prefix(open)?.split_once(close);
    if let Some((inner, after)) = FIELD_DELIMITERS.iter().find_map(of) {
        let is_plain = inner.chars().all(|it| it.is_alphanumeric() || " _.-|:='\"!?$@()[]/".contains(it));
        return (is_plain && inner.contains(char::is_alphabetic)).then_some(after);
    }
    let (inner, after) = BRACKETS.iter().find_map(of)?;
    let is_word = || inner.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.'));
    let is_identifier = || inner.contains('_') && is_word();
    let is_in_capitals =
        || text.starts_with('%') && is_word() && !inner.contains(|it: char| it.is_lowercase());
    let is_name = || FIELDS.split(' ').any(|field| field == bare(inner));
    let is_field = !inner.is_empty() && (is_identifier() || is_in_capitals() || is_name());
    is_field.then_some(after)
}

#[cfg(test)]
mod tests {
    use super::is_unfilled;

    #[test]
    fn only_unfilled_template_fields_are_recognized() {
        for text in [
            "{{first_name}}",
            "{{ contact.firstname }}",
            "{{first_name}} {{last_name}}",
            "{{ name | default: 'you' }}",
            "%FIRSTNAME%",
            "%FIRSTNAME% %LASTNAME%",
            "%first_name%",
            "%%First Name%%",
            "*|FNAME|*",
            "*|FNAME|* *|LNAME|*",
            "[First Name]",
            "[Vorname] [Nachname]",
            "[[name]]",
            "<First Name>",
            "<<Name>>",
            "${user.name}",
            "{!Contact.FirstName}",
            "{first_name}",
            "{Name}",
            "~Contact_FirstName~",
            "<%= name %>",
            "##NAME##",
        ] {
            assert!(is_unfilled(text), "{text}");
        }
        for text in [
            "",
            "Ada",
            "(Ada)",
            "[Ada]",
            "{Ada}",
            "{{Ada",
            "{{first_name}} King",
            "<ada@example.com>",
            "100%",
            "%",
            "{}",
            "{{}}",
            "%5%a",
            "(first) Ada",
            "#1",
            "~",
            "##",
            "%%",
        ] {
            assert!(!is_unfilled(text), "{text}");
        }
    }
}
