//! Questions at a terminal. Secrets are read without showing them.

use std::io::{self, IsTerminal, Write};

use super::questions::Prompt;
use crate::output::{self, Line};

/// The terminal of stdin and stderr.
pub(super) struct Terminal;

impl Terminal {
    /// Returns the terminal. `None` where a person cannot answer.
    pub(super) fn find() -> Option<Self> {
        (io::stdin().is_terminal() && io::stderr().is_terminal()).then_some(Self)
    }
}

impl Prompt for Terminal {
    fn show(&mut self, line: &Line) {
        output::styled_message(line, 2);
    }

    fn ask(&mut self, question: &str, is_secret: bool) -> io::Result<String> {
        if is_secret {
            let answer = hidden::read_line(|| print(question));
            // The line end was not shown either.
            print("\n")?;
            return Ok(answer?.trim().to_owned());
        }
        print(question)?;
        let mut answer = String::new();
        if io::stdin().read_line(&mut answer)? == 0 {
            print("\n")?;
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(answer.trim().to_owned())
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(text.as_bytes())?;
    stderr.flush()
}

#[cfg(unix)]
mod hidden {
    use std::io::{self, BufRead};

    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    const INTERRUPT: u8 = 0x03;
    const END: u8 = 0x04;
    const BACKSPACE: u8 = 0x08;
    const DELETE: u8 = 0x7f;

    /// Sets the terminal back when it is dropped.
    struct Restore(Termios);

    impl Drop for Restore {
        fn drop(&mut self) {
            // The shell sets its own modes if this fails.
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.0);
        }
    }

    /// Asks, and reads a line without showing it. The terminal gives single bytes, also Ctrl-C, so that it is always set back.
    pub(super) fn read_line(ask: impl FnOnce() -> io::Result<()>) -> io::Result<String> {
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
        hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
        let _restore = Restore(before);
        tcsetattr(io::stdin(), OptionalActions::Drain, &hidden)?;
        // Only now is nothing shown that is typed.
        ask()?;
        read_bytes(io::stdin().lock())
    }

    fn read_bytes(input: impl BufRead) -> io::Result<String> {
        let mut line = Vec::new();
        for byte in input.bytes() {
            match byte? {
                b'\n' | b'\r' => return into_text(line),
                INTERRUPT => return Err(io::ErrorKind::Interrupted.into()),
                END if line.is_empty() => break,
                BACKSPACE | DELETE => remove_last_character(&mut line),
                byte => line.push(byte),
            }
        }
        if line.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { into_text(line) }
    }

    /// Removes the last byte, and the bytes of the same character before it.
    fn remove_last_character(line: &mut Vec<u8>) {
        while line.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
    }

    fn into_text(line: Vec<u8>) -> io::Result<String> {
        String::from_utf8(line).map_err(|_| io::ErrorKind::InvalidData.into())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_line_is_edited_and_ended() {
            let read = |text: &str| read_bytes(text.as_bytes()).map_err(|error| error.kind());
            assert_eq!(read("secret\rmore"), Ok("secret".to_owned()));
            assert_eq!(read("secrö\u{7f}et\u{8}\u{8}ret\n"), Ok("secrret".to_owned()));
            assert_eq!(read("\u{7f}a\n"), Ok("a".to_owned()));
            assert_eq!(read("a\u{3}b\n"), Err(io::ErrorKind::Interrupted));
            assert_eq!(read("\u{4}"), Err(io::ErrorKind::UnexpectedEof));
            assert_eq!(read_bytes(&b"\xff\n"[..]).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }
}

#[cfg(not(unix))]
mod hidden {
    use std::io;

    /// Fails, since this system's terminals would show the secret.
    pub(super) fn read_line(_: impl FnOnce() -> io::Result<()>) -> io::Result<String> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "a secret cannot be read without showing it; write it into a file and name it with --set KEY_file=PATH",
        ))
    }
}
