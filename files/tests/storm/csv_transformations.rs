//! The habits of programs and people that write CSV files.

use crate::storm::csv::{Csv, NameColumns, Quoting};
use crate::storm::encoding::Charset;
use crate::storm::transformation::Transformation;

const fn csv(name: &'static str, group: &'static str, apply: fn(&mut Csv)) -> Transformation<Csv> {
    Transformation { name, group, apply }
}

pub(crate) const TRANSFORMATIONS: &[Transformation<Csv>] = &[
    csv("delimiter ;", "delimiter", |it| {
        it.delimiter = ';';
    }),
    csv("delimiter tab", "delimiter", |it| it.delimiter = '\t'),
    csv("delimiter |", "delimiter", |it| it.delimiter = '|'),
    csv("sep= line and ;", "delimiter", |it| {
        it.delimiter = ';';
        it.delimiter_line = true;
    }),
    csv("all cells quoted", "quoting", |it| it.quoting = Quoting::Always),
    csv("some cells quoted", "quoting", |it| it.quoting = Quoting::AtRandom),
    csv("a backslash before a quote in a cell", "quoting", |it| {
        it.quoting = Quoting::Backslash;
        it.more_columns.push(("Notes", "says \"hello, you\" twice"));
    }),
    csv("a quote and a line break in a cell", "notes", |it| {
        it.more_columns.push(("Notes", "says \"hello,\nyou\" twice"));
    }),
    csv("CR LF", "endings", |it| it.endings = &["\r\n"]),
    csv("CR", "endings", |it| it.endings = &["\r"]),
    csv("mixed line endings", "endings", |it| it.endings = &["\n", "\r\n"]),
    csv("line endings of three kinds", "endings", |it| it.endings = &["\n", "\r\n", "\r"]),
    csv("no line ending at the end", "last line", |it| it.ends_with_line = false),
    csv("a byte order mark", "charset", |it| it.charset = Charset::Utf8 { marks: 1 }),
    csv("two byte order marks", "charset", |it| it.charset = Charset::Utf8 { marks: 2 }),
    csv("UTF-16 LE", "charset", |it| it.charset = Charset::Utf16Le),
    csv("UTF-16 BE", "charset", |it| it.charset = Charset::Utf16Be),
    csv("UTF-16 LE without a mark", "charset", |it| it.charset = Charset::Utf16LeBare),
    csv("windows-1252", "charset", |it| {
        it.charset = Charset::Windows1252;
        it.more_columns.push(("City", "Zürich"));
    }),
    csv("windows-1250", "charset", |it| {
        it.charset = Charset::Windows1250;
        it.more_columns.push(("City", "Łódź"));
    }),
    csv("windows-1250 as named", "charset", |it| {
        it.charset = Charset::Windows1250;
        it.more_columns.push(("City", "Łódź"));
        it.names_charset = true;
    }),
    csv("windows-1251", "charset", |it| {
        it.charset = Charset::Windows1251;
        it.more_columns.push(("City", "Москва"));
    }),
    csv("windows-1251 as named", "charset", |it| {
        it.charset = Charset::Windows1251;
        it.more_columns.push(("City", "Москва"));
        it.names_charset = true;
    }),
    csv("Shift_JIS", "charset", |it| {
        it.charset = Charset::ShiftJis;
        it.more_columns.push(("City", "東京都"));
    }),
    csv("Shift_JIS as named", "charset", |it| {
        it.charset = Charset::ShiftJis;
        it.more_columns.push(("City", "東京都"));
        it.names_charset = true;
    }),
    csv("header in German", "headers", |it| {
        it.headers = ["Vorname", "Nachname", "Name", "E-Mail", "Telefon"];
    }),
    csv("header in French", "headers", |it| {
        it.headers = ["Prénom", "Nom", "Nom complet", "Courriel", "Téléphone"];
    }),
    csv("header in Spanish", "headers", |it| {
        it.headers = ["Nombre", "Apellidos", "Nombre completo", "Correo electrónico", "Teléfono"];
    }),
    csv("header in Italian", "headers", |it| {
        it.headers = ["Nome", "Cognome", "Nome completo", "E-mail", "Telefono"];
    }),
    csv("header in Dutch", "headers", |it| {
        it.headers = ["Voornaam", "Achternaam", "Volledige naam", "E-mailadres", "Telefoon"];
    }),
    csv("header in Polish", "headers", |it| {
        it.headers = ["Imię", "Nazwisko", "Imię i nazwisko", "E-mail", "Telefon"];
    }),
    csv("header in Portuguese", "headers", |it| {
        it.headers = ["Nome", "Sobrenome", "Nome completo", "E-mail", "Telefone"];
    }),
    csv("header in Swedish", "headers", |it| {
        it.headers = ["Förnamn", "Efternamn", "Namn", "E-post", "Telefon"];
    }),
    csv("header in Russian", "headers", |it| {
        it.headers = ["Имя", "Фамилия", "Полное имя", "Электронная почта", "Телефон"];
    }),
    csv("header in Chinese", "headers", |it| it.headers = ["名字", "姓氏", "姓名", "电子邮件", "电话"]),
    csv("header in Japanese", "headers", |it| {
        it.headers = ["名", "姓", "氏名", "メールアドレス", "電話番号"];
    }),
    csv("header in Turkish", "headers", |it| it.headers = ["Ad", "Soyad", "Ad Soyad", "E-posta", "Telefon"]),
    csv("header in Czech", "headers", |it| {
        it.headers = ["Jméno", "Příjmení", "Celé jméno", "E-mail", "Telefon"];
    }),
    csv("header in capitals and underscores", "headers", |it| {
        it.headers = ["FIRST_NAME", "LAST_NAME", "FULL_NAME", "EMAIL_ADDRESS", "PHONE_NUMBER"];
    }),
    csv("header of snake case", "headers", |it| {
        it.headers = ["first_name", "last_name", "full_name", "email", "mobile_phone"];
    }),
    csv("family name first", "names", |it| it.names = NameColumns::FamilyAndGiven),
    csv("whole name", "names", |it| it.names = NameColumns::Full),
    csv("whole name beside its parts", "names", |it| it.names = NameColumns::All),
    csv("e-mail addresses separated by ;", "emails", |it| {
        it.emails = 2;
        it.email_separator = "; ";
    }),
    csv("e-mail addresses separated by ,", "emails", |it| {
        it.emails = 2;
        it.email_separator = ",";
    }),
    csv("e-mail addresses separated by , and a space", "emails", |it| {
        it.emails = 2;
        it.email_separator = ", ";
    }),
    csv("e-mail addresses separated by /", "emails", |it| {
        it.emails = 2;
        it.email_separator = " / ";
    }),
    csv("e-mail addresses separated by |", "emails", |it| {
        it.emails = 2;
        it.email_separator = "|";
    }),
    csv("e-mail addresses separated by a line break", "emails", |it| {
        it.emails = 2;
        it.email_separator = "\n";
    }),
    csv("e-mail addresses separated by :::", "emails", |it| {
        it.emails = 2;
        it.email_separator = " ::: ";
    }),
    csv("e-mail addresses separated by a space", "emails", |it| {
        it.emails = 2;
        it.email_separator = " ";
    }),
    csv("e-mail addresses separated by and", "emails", |it| {
        it.emails = 2;
        it.email_separator = " and ";
    }),
    csv("e-mail addresses separated by or", "emails", |it| {
        it.emails = 2;
        it.email_separator = " or ";
    }),
    csv("numbers separated by ;", "phones", |it| {
        it.phones = 2;
        it.phone_separator = "; ";
    }),
    csv("numbers separated by ,", "phones", |it| {
        it.phones = 2;
        it.phone_separator = ", ";
    }),
    csv("numbers separated by /", "phones", |it| {
        it.phones = 2;
        it.phone_separator = " / ";
    }),
    csv("numbers separated by |", "phones", |it| {
        it.phones = 2;
        it.phone_separator = " | ";
    }),
    csv("numbers separated by a line break", "phones", |it| {
        it.phones = 2;
        it.phone_separator = "\n";
    }),
    csv("numbers separated by :::", "phones", |it| {
        it.phones = 2;
        it.phone_separator = " ::: ";
    }),
    csv("numbers separated by or", "phones", |it| {
        it.phones = 2;
        it.phone_separator = " or ";
    }),
    csv("a semicolon behind e-mail addresses and numbers", "trailing", |it| it.trailing = ";"),
    csv("a comma and a space behind e-mail addresses and numbers", "trailing", |it| it.trailing = ", "),
    csv("display names", "each e-mail", |it| {
        it.each_email = |person, email| format!("{} {} <{email}>", person.given, person.family);
    }),
    csv("quoted display names", "each e-mail", |it| {
        it.each_email = |person, email| format!("\"{}, {}\" <{email}>", person.family, person.given);
    }),
    csv("e-mail addresses in angle brackets", "each e-mail", |it| {
        it.each_email = |_, email| format!("<{email}>");
    }),
    csv("mailto:", "each e-mail", |it| it.each_email = |_, email| format!("mailto:{email}")),
    csv("smtp:", "each e-mail", |it| it.each_email = |_, email| format!("SMTP:{email}")),
    csv("a name behind e-mail addresses", "each e-mail", |it| {
        it.each_email = |person, email| format!("{email} ({})", person.given);
    }),
    csv("spaces in numbers", "each number", |it| {
        it.each_phone = |phone| format!("{} {} {}", &phone[..3], &phone[3..5], &phone[5..]);
    }),
    csv("dots and brackets in numbers", "each number", |it| {
        it.each_phone = |phone| format!("{} (0){}.{}", &phone[..3], &phone[3..5], &phone[5..]);
    }),
    csv("hyphens and no-break spaces in numbers", "each number", |it| {
        it.each_phone = |phone| format!("{}\u{a0}{}-{}", &phone[..3], &phone[3..7], &phone[7..]);
    }),
    csv("a label before numbers", "each number", |it| it.each_phone = |phone| format!("mobile: {phone}")),
    csv("a name behind numbers", "each number", |it| it.each_phone = |phone| format!("{phone} (Anna)")),
    csv("tel:", "each number", |it| it.each_phone = |phone| format!("tel:{phone}")),
    csv("equals sign and quotes around numbers", "phone cell", |it| {
        it.phone_cell = |cell| format!("=\"{cell}\"");
    }),
    csv("equals sign and quotes around numbers, not quoted again", "phone cell", |it| {
        it.phone_cell = |cell| format!("=\"{cell}\"");
        it.raw_phones = true;
    }),
    csv("apostrophe before numbers", "phone cell", |it| it.phone_cell = |cell| format!("'{cell}")),
    csv("tab before numbers", "phone cell", |it| it.phone_cell = |cell| format!("\t{cell}")),
    csv("numeric HTML entities", "every cell", |it| it.every_cell = html_entities),
    csv("zero-width spaces around cells", "every cell", |it| {
        it.every_cell = |text| format!("\u{200b}{text}\u{200b}");
    }),
    csv("direction marks around cells", "every cell", |it| {
        it.every_cell = |text| format!("\u{202a}{text}\u{202c}");
    }),
    csv("byte order marks around cells", "every cell", |it| it.every_cell = |text| format!("\u{feff}{text}")),
    csv("no-break spaces around cells", "every cell", |it| {
        it.every_cell = |text| format!("\u{a0}{text}\u{a0}");
    }),
    csv("spaces around cells", "every cell", |it| it.every_cell = |text| format!("  {text}  ")),
    csv("placeholder NULL", "placeholders", |it| {
        it.more_columns.extend([
            ("Email 2", "NULL"),
            ("Fax", "NULL"),
            ("Website", "NULL"),
            ("Birthday", "NULL"),
            ("Company", "NULL"),
            ("Job Title", "NULL"),
            ("City", "NULL"),
            ("Country", "NULL"),
        ]);
    }),
    csv("placeholder N/A", "placeholders", |it| {
        it.more_columns.extend([
            ("Email 2", "N/A"),
            ("Fax", "N/A"),
            ("Website", "N/A"),
            ("Birthday", "N/A"),
            ("Company", "N/A"),
            ("Job Title", "N/A"),
            ("City", "N/A"),
            ("Country", "N/A"),
        ]);
    }),
    csv("placeholder \\N", "placeholders", |it| {
        it.more_columns.extend([
            ("Email 2", "\\N"),
            ("Fax", "\\N"),
            ("Website", "\\N"),
            ("Birthday", "\\N"),
            ("Company", "\\N"),
            ("Job Title", "\\N"),
            ("City", "\\N"),
            ("Country", "\\N"),
        ]);
    }),
    csv("placeholder a hyphen", "placeholders", |it| {
        it.more_columns.extend([
            ("Email 2", "-"),
            ("Fax", "-"),
            ("Website", "-"),
            ("Birthday", "-"),
            ("Company", "-"),
            ("Job Title", "-"),
            ("City", "-"),
            ("Country", "-"),
        ]);
    }),
    csv("placeholder nan", "placeholders", |it| {
        it.more_columns.extend([
            ("Email 2", "nan"),
            ("Fax", "nan"),
            ("Website", "nan"),
            ("Birthday", "nan"),
            ("Company", "nan"),
            ("Job Title", "nan"),
            ("City", "nan"),
            ("Country", "nan"),
        ]);
    }),
    csv("empty columns", "more columns", |it| {
        it.more_columns.extend([("Fax", ""), ("", ""), ("Website", "")]);
    }),
    csv("unknown columns", "more columns", |it| {
        it.more_columns.extend([
            ("Shoe size", "42"),
            ("Score", "0.5"),
            ("Agreed", "TRUE"),
            ("Changed", "2026-01-31 10:00"),
        ]);
    }),
    csv("columns shuffled", "order", |it| it.shuffled = true),
    csv("columns shuffled among unknown ones", "order", |it| {
        it.shuffled = true;
        it.more_columns.extend([("Shoe size", "42"), ("Score", "0.5"), ("Notes", "one, two")]);
    }),
    csv("a title and a blank line before the header", "before", |it| it.lines_before = &["Our people", ""]),
    csv("a preamble of several lines", "before", |it| {
        it.lines_before = &["Notes:", "\"Some, text: all of it\"", "Exported,2026-01-31", ""];
    }),
    csv("a total below", "after", |it| it.lines_after = &["Total: 7,,,"]),
    csv("a count of records below", "after", |it| it.lines_after = &["", "7 records"]),
    csv("the header repeated inside", "repeats", |it| it.repeats_header = true),
    csv("blank rows", "blank rows", |it| it.blank_rows = &["", ",,,", "  ", "\"\",\"\""]),
    csv("short rows", "short rows", |it| {
        it.short_rows = true;
        it.more_columns.extend([("Fax", ""), ("Website", "")]);
    }),
    csv("a delimiter at the end of rows", "end of rows", |it| it.delimiters_at_the_end = 1),
    csv("many delimiters at the end of rows", "end of rows", |it| it.delimiters_at_the_end = 5),
];

fn html_entities(text: &str) -> String {
    let entity = |character: char| {
        if character.is_ascii() && character != '\'' {
            character.to_string()
        } else {
            format!("&#{};", u32::from(character))
        }
    };
    text.chars().map(entity).collect()
}
