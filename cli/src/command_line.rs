//! The command that runs, as a person would type it once more, with words that a shell reads back.

use std::env;

/// Returns the command of this process with an option in the place of what it says of that option.
pub(crate) fn with_option(option: &str, value: &str) -> String {
    let given: Vec<String> = env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    replaced(&given, option, value)
}

fn replaced(given: &[String], option: &str, value: &str) -> String {
    let mut words = vec!["unicontact".to_owned()];
    let assigned = format!("{option}=");
    let mut given = given.iter();
    while let Some(word) = given.next() {
        if word == option {
            given.next();
        } else if !word.starts_with(&assigned) {
            words.push(quoted(word));
        }
    }
    words.extend([option.to_owned(), quoted(value)]);
    words.join(" ")
}

/// Returns the text as one word of a shell.
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
        replaced(&given, "--after", "7")
    }

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        for plain in ["voice/42", "sha256:0a1b", "C:/a-b_c.toml", "ada@example.com"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(quoted("voice/Ada King"), "'voice/Ada King'");
        assert_eq!(quoted("voice/O'Brien; rm"), r"'voice/O'\''Brien; rm'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn the_option_is_replaced_and_the_rest_is_quoted() {
        assert_eq!(command(&["deliveries", "list"]), "unicontact deliveries list --after 7");
        assert_eq!(command(&["list", "--after", "3", "--to", "a,b"]), "unicontact list --to a,b --after 7");
        assert_eq!(command(&["list", "--after=3"]), "unicontact list --after 7");
        assert_eq!(
            command(&["--search", "o'brien x", ""]),
            r"unicontact --search 'o'\''brien x' '' --after 7"
        );
    }
}
