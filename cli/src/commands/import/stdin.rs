//! Standard input, which may still be written.

use std::io::{self, Read};

/// Returns standard input. Its first read waits a moment for more, so that a program that writes slowly is recognized by as much
/// as a fast one; a program that waits itself does not keep its first rows back.
#[cfg(unix)]
pub(super) fn open() -> io::Result<Box<dyn Read + Send>> {
    use std::os::fd::AsFd;
    let file = io::stdin().as_fd().try_clone_to_owned()?.into();
    Ok(Box::new(unix::Arriving { file, is_begun: false }))
}

/// Returns standard input.
#[cfg(not(unix))]
pub(super) fn open() -> io::Result<Box<dyn Read + Send>> {
    Ok(Box::new(io::stdin()))
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read};
    use std::time::{Duration, Instant};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// How long the first read waits for more after something has arrived.
    const IDLE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    /// How long the first read waits altogether.
    const LONGEST: Duration = Duration::from_secs(1);

    pub(super) struct Arriving {
        pub(super) file: File,
        pub(super) is_begun: bool,
    }

    impl Arriving {
        /// Returns whether there is more to read, or soon is.
        fn has_more(&self) -> bool {
            let mut fds = [PollFd::new(&self.file, PollFlags::IN)];
            poll(&mut fds, Some(&IDLE)).is_ok_and(|ready| ready > 0)
        }
    }

    impl Read for Arriving {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let mut length = self.file.read(buffer)?;
            if std::mem::replace(&mut self.is_begun, true) {
                return Ok(length);
            }
            let begun = Instant::now();
            while (1..buffer.len()).contains(&length) && begun.elapsed() < LONGEST && self.has_more() {
                match self.file.read(&mut buffer[length..]) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => length += count,
                }
            }
            Ok(length)
        }
    }
}
