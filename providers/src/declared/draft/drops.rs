//! The reasons that a description gives for fields which are dropped.

/// The reasons by field. A reason of `addresses` is also that of `addresses.country`, unless that has its own.
#[derive(Debug, Default)]
pub(super) struct Drops {
    reasons: Vec<(String, String)>,
}

impl Drops {
    pub(super) fn new(reasons: &[(String, String)]) -> Self {
        Self { reasons: reasons.to_vec() }
    }

    /// Returns the reason for a field without indices: that of the longest name that the field begins with.
    pub(super) fn reason(&self, field: &str) -> Option<&str> {
        let covers = |name: &str| {
            field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let reasons = self.reasons.iter().filter(|(name, _)| covers(name));
        reasons.max_by_key(|(name, _)| name.len()).map(|(_, reason)| reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_gives_the_reason() {
        let reason = |name: &str| (name.to_owned(), format!("for {name}"));
        let drops = Drops::new(&[reason("addresses"), reason("addresses.country"), reason("tags")]);
        assert_eq!(drops.reason("addresses.country"), Some("for addresses.country"));
        assert_eq!(drops.reason("addresses.city"), Some("for addresses"));
        assert_eq!(drops.reason("tags"), Some("for tags"));
        assert_eq!(drops.reason("tagsy"), None);
    }
}
