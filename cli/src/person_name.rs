//! The name of the person who runs the command.

/// Returns the given name of a person, or else that of the user of this machine.
pub(crate) fn person_name(given: Option<&str>) -> Option<String> {
    given.map(str::to_owned).or_else(user)
}

/// Returns the name of the user of this machine.
fn user() -> Option<String> {
    let from_variable = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    from_variable.filter(|name| !name.trim().is_empty()).or_else(process_user)
}

/// Returns the name of the user that this process runs as, or else the user's number.
#[cfg(unix)]
fn process_user() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let number = std::fs::metadata("/proc/self").ok()?.uid();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Some(user_by_number(&users, number).unwrap_or_else(|| format!("uid {number}")))
}

#[cfg(not(unix))]
fn process_user() -> Option<String> {
    None
}

#[cfg(unix)]
fn user_by_number(users: &str, number: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbroken\nada:x:1000:1000:Ada:/home/ada:/bin/sh\n";
        assert_eq!(user_by_number(users, 1000).as_deref(), Some("ada"));
        assert_eq!(user_by_number(users, 0).as_deref(), Some("root"));
        assert_eq!(user_by_number(users, 7), None);
    }
}
