//! Questions at a terminal. Secrets are read without showing them.

use std::io::{self, IsTerminal, Write};

use super::questions::Prompt;
use crate::output::{self, Line, Style};

/// The message about a secret that is no plain text.
const NOT_PLAIN: &str = "  the answer has control characters, as arrow keys and Ctrl-U give, or is not UTF-8: type or paste it again";

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
            return ask_hidden(question);
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

/// Asks for a secret until the answer is plain text.
fn ask_hidden(question: &str) -> io::Result<String> {
    loop {
        let answer = hidden::read_line(|| print(question));
        // The line end was not shown either.
        print("\n")?;
        match answer {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                output::styled_message(&Line::default().styled(Style::Warning, NOT_PLAIN), 2);
            }
            answer => return Ok(answer?.trim().to_owned()),
        }
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
    use std::sync::{Mutex, Once, PoisonError, mpsc};

    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    use crate::exit::Exit;
    use crate::output;
    use crate::signals::Signals;

    /// The modes of the terminal before the question that is being asked.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
    static WATCHED: Once = Once::new();

    const INTERRUPT: u8 = 0x03;
    const END: u8 = 0x04;
    const BACKSPACE: u8 = 0x08;
    const DELETE: u8 = 0x7f;

    /// Sets the terminal back when it is dropped.
    struct Restore;

    impl Drop for Restore {
        fn drop(&mut self) {
            restore();
        }
    }

    /// Sets the terminal back if a question is being asked.
    fn restore() {
        let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(before) = before {
            // The shell sets its own modes if this fails.
            let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &before);
        }
    }

    /// Ends the process after a signal, with the terminal set back. A thread waits for it: reading blocks this one. Returns when
    /// the signals are registered.
    fn end_on_signals() {
        let (ready, is_ready) = mpsc::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
            let Ok(runtime) = runtime else { return };
            let is_registered = runtime.block_on(async {
                let Ok(mut signals) = Signals::register() else { return false };
                drop(ready);
                signals.next().await;
                true
            });
            if is_registered {
                restore();
                output::message("");
                output::error("interrupted by a signal");
                std::process::exit(i32::from(Exit::Usage.code()));
            }
        });
        // The thread drops its end, also when it cannot wait for signals.
        let _ = is_ready.recv();
    }

    /// Asks, and reads a line without showing it. The terminal gives single bytes, also Ctrl-C, so that it is always set back.
    pub(super) fn read_line(ask: impl FnOnce() -> io::Result<()>) -> io::Result<String> {
        WATCHED.call_once(end_on_signals);
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
        hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        let _restore = Restore;
        tcsetattr(io::stdin(), OptionalActions::Drain, &hidden)?;
        // Ask only now: the terminal no longer echoes the typed text.
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

    /// Returns a line that is plain text.
    fn into_text(line: Vec<u8>) -> io::Result<String> {
        let text = String::from_utf8(line).ok().filter(|text| !text.contains(char::is_control));
        text.ok_or_else(|| io::ErrorKind::InvalidData.into())
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
            for control in ["a\u{1b}[Db\n", "abc\u{15}d\n", "a\tb\n", "a\u{9b}b\n"] {
                assert_eq!(read(control), Err(io::ErrorKind::InvalidData), "{control:?}");
            }
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
