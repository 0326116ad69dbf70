//! Colours by meaning, the width of the page, and how much is printed. `main` sets them once, before any output.

use std::env;
use std::io::{self, IsTerminal};
use std::sync::OnceLock;

use comfy_table::Color;

use crate::arguments::{ColorChoice, Detail};

/// The meaning of a text, which has a colour on terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A success: green.
    Good,
    /// A state that needs attention: yellow.
    Warning,
    /// A failure: red.
    Bad,
    /// A text that most readers skip: dim.
    Muted,
    /// A heading: bold.
    Heading,
    /// A command or an option to type: cyan.
    Command,
}

/// The stream to which text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

struct Settings {
    color: ColorChoice,
    detail: Detail,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// Sets the colours and the detail of all output. Later calls have no effect.
pub(crate) fn configure(color: ColorChoice, detail: Detail) {
    let _ = SETTINGS.set(Settings { color, detail });
}

/// Returns how much the command prints.
pub(crate) fn detail() -> Detail {
    SETTINGS.get().map_or(Detail::Normal, |settings| settings.detail)
}

/// Returns a limit on the entries of a list: `normal`, or `verbose` with `--verbose`.
pub(crate) fn limit(normal: usize, verbose: usize) -> usize {
    if detail() == Detail::Verbose { verbose } else { normal }
}

/// Returns the width of the terminal on stderr: `COLUMNS`, else its own, else 80.
pub(super) fn terminal_width() -> usize {
    Stream::Stderr.any_width().map_or(80, usize::from)
}

/// The least width for which text is folded.
const MIN_WIDTH: u16 = 60;

impl Stream {
    /// Returns whether the stream shows colours.
    pub(crate) fn has_colours(self) -> bool {
        match SETTINGS.get().map_or(ColorChoice::Auto, |settings| settings.color) {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => self.is_terminal() && !is_set("NO_COLOR"),
        }
    }

    /// Returns the width of a page in columns: `COLUMNS`, else the width of the terminal. `None` for a stream that is no terminal,
    /// where lines are not folded.
    pub(crate) fn width(self) -> Option<u16> {
        self.any_width().filter(|width| *width >= MIN_WIDTH)
    }

    fn any_width(self) -> Option<u16> {
        let variable = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        let mut table = comfy_table::Table::new();
        variable.or_else(|| match self {
            Self::Stdout => table.width(),
            Self::Stderr => table.use_stderr().width(),
        })
    }

    pub(crate) fn is_terminal(self) -> bool {
        match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => io::stderr().is_terminal(),
        }
    }
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

impl Style {
    /// Returns the text in its colour. The text must have no control characters.
    pub(super) fn paint(self, text: &str) -> String {
        let code = match self {
            Self::Good => "32",
            Self::Warning => "33",
            Self::Bad => "31",
            Self::Muted => "2",
            Self::Heading => "1",
            Self::Command => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Returns the colour of a table's cell. A heading has none.
    pub(super) fn colour(self) -> Option<Color> {
        match self {
            Self::Good => Some(Color::DarkGreen),
            Self::Warning => Some(Color::DarkYellow),
            Self::Bad => Some(Color::DarkRed),
            Self::Muted => Some(Color::DarkGrey),
            Self::Heading => None,
            Self::Command => Some(Color::DarkCyan),
        }
    }
}
