//! Standard input, whose writer may be slow.

use std::io::{self, Read};

/// Returns standard input. Its first read waits shortly for more bytes, so that the format of slow input is detected from as much
/// text as that of fast input.
#[cfg(unix)]
pub(super) fn open() -> io::Result<Box<dyn Read + Send>> {
    use std::os::fd::AsFd;
    let file = io::stdin().as_fd().try_clone_to_owned()?.into();
    Ok(Box::new(unix::SlowStdin { file, is_begun: false }))
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

    /// The pause after which the first read ends.
    const IDLE: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    /// A limit on the duration of the first read.
    const MAX_WAIT: Duration = Duration::from_secs(1);

    pub(super) struct SlowStdin {
        pub(super) file: File,
        pub(super) is_begun: bool,
    }

    impl SlowStdin {
        /// Returns whether more bytes arrive before the pause ends.
        fn has_more(&self) -> bool {
            let mut fds = [PollFd::new(&self.file, PollFlags::IN)];
            poll(&mut fds, Some(&IDLE)).is_ok_and(|ready| ready > 0)
        }
    }

    impl Read for SlowStdin {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let mut length = self.file.read(buffer)?;
            if std::mem::replace(&mut self.is_begun, true) {
                return Ok(length);
            }
            let begun = Instant::now();
            while (1..buffer.len()).contains(&length) && begun.elapsed() < MAX_WAIT && self.has_more() {
                match self.file.read(&mut buffer[length..]) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => length += count,
                }
            }
            Ok(length)
        }
    }
}
