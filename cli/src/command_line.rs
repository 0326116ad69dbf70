//! The running command as text that a user can paste into a shell.

use std::env;

/// Returns the command of this process with the option set to another value.
pub(crate) fn with_option(option: &str, value: &str) -> String {
    let arguments: Vec<String> = env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    with_replaced_option(&arguments, option, value)
}

fn with_replaced_option(arguments: &[String], option: &str, value: &str) -> String {
    let mut words = vec!["unicontact".to_owned()];
    let assigned = format!("{option}=");
    let mut arguments = arguments.iter();
    while let Some(word) = arguments.next() {
        if word == option {
            arguments.next();
        } else if !word.starts_with(&assigned) {
            words.push(quoted(word));
        }
    }
    words.extend([option.to_owned(), quoted(value)]);
    words.join(" ")
}

/// Returns the text quoted as one shell word.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_=./,:@+%".contains(it);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(given: &[&str]) -> String {
        let given: Vec<String> = given.iter().map(|it| (*it).to_owned()).collect();
        with_replaced_option(&given, "--after", "7")
    }

    #[test]
    fn words_with_special_characters_are_quoted() {
        for plain in ["voice/42", "sha256:0a1b", "C:/a-b_c.toml", "ada@example.com"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(quoted("voice/Ada King"), "'voice/Ada King'");
        assert_eq!(quoted("voice/O'Brien; rm"), r"'voice/O'\''Brien; rm'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn the_option_is_replaced_and_other_words_are_quoted() {
        assert_eq!(command(&["deliveries", "list"]), "unicontact deliveries list --after 7");
        assert_eq!(command(&["list", "--after", "3", "--to", "a,b"]), "unicontact list --to a,b --after 7");
        assert_eq!(command(&["list", "--after=3"]), "unicontact list --after 7");
        assert_eq!(
            command(&["--search", "o'brien x", ""]),
            r"unicontact --search 'o'\''brien x' '' --after 7"
        );
    }
}
