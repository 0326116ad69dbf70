//! Fields of templates that a program has not filled: `{{first_name}}`, `%FIRSTNAME%`, `*|FNAME|*`, `[First Name]`.

use super::bare;

/// What stands around a field whatever its name is.
const AROUND: [(&str, &str); 11] = [
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

/// What stands around a field, and around other texts.
const BRACKETS: [(&str, &str); 6] = [("{", "}"), ("[", "]"), ("<", ">"), ("(", ")"), ("%", "%"), ("~", "~")];

/// Names of fields, without case and punctuation.
const FIELDS: &str = "firstname lastname name fullname middlename surname givenname familyname fname lname first last \
    yourname insertname contactname customername nameprefix salutation email emailaddress mail phone phonenumber mobile \
    company companyname organization title jobtitle city street country address vorname nachname anrede firma firmenname \
    ort strasse telefon prenom nom prenomnom societe ville nombre apellido apellidos empresa ciudad nome cognome azienda \
    sobrenome voornaam achternaam imie nazwisko имя фамилия";

/// Returns whether a text is nothing but fields of a template.
pub(super) fn is_unfilled(text: &str) -> bool {
    let mut rest = text.trim();
    if !rest.starts_with(['{', '[', '<', '(', '*', '%', '$', '#', '~']) {
        return false;
    }
    while !rest.is_empty() {
        match behind_field(rest) {
            Some(behind) => rest = behind.trim_start_matches([' ', ',', ';', '-']),
            None => return false,
        }
    }
    true
}

/// Returns what stands behind the field that a text begins with.
fn behind_field(text: &str) -> Option<&str> {
    let of = |(open, close): &(&str, &str)| text.strip_prefix(open)?.split_once(close);
    if let Some((inner, behind)) = AROUND.iter().find_map(of) {
        let is_plain = inner.chars().all(|it| it.is_alphanumeric() || " _.-|:='\"!?$@()[]/".contains(it));
        return (is_plain && inner.contains(char::is_alphabetic)).then_some(behind);
    }
    let (inner, behind) = BRACKETS.iter().find_map(of)?;
    let is_word = || inner.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.'));
    let is_identifier = || inner.contains('_') && is_word();
    let is_in_capitals =
        || text.starts_with('%') && is_word() && !inner.contains(|it: char| it.is_lowercase());
    let is_name = || FIELDS.split(' ').any(|field| field == bare(inner));
    let is_field = !inner.is_empty() && (is_identifier() || is_in_capitals() || is_name());
    is_field.then_some(behind)
}

#[cfg(test)]
mod tests {
    use super::is_unfilled;

    #[test]
    fn fields_that_a_program_has_not_filled_are_no_values() {
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
