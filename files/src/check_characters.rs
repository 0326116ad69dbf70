//! The two forms of a record id: 15 characters in which case counts, and 18 of which the last three say which letters are
//! capitals.

/// The characters of the short form.
const SHORT: usize = 15;
/// Each check character stands for the capitals among so many characters.
const GROUP: usize = 5;
/// The check character of each set of capitals, read as a binary number whose lowest bit is the first character.
const CHECK_CHARACTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// Returns the long form of an id in the short form. `None` for any other id.
pub(crate) fn with_check_characters(id: &str) -> Option<String> {
    if id.len() != SHORT || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let check_character = |group: &[u8]| {
        let bit = |(place, byte): (usize, &u8)| usize::from(byte.is_ascii_uppercase()) << place;
        char::from(CHECK_CHARACTERS[group.iter().enumerate().map(bit).sum::<usize>()])
    };
    Some(id.chars().chain(id.as_bytes().chunks(GROUP).map(check_character)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_ids_become_long_ones() {
        for (short, long) in [
            ("70130000001tcyI", "70130000001tcyIAAQ"),
            ("003G000001SUbc4", "003G000001SUbc4IAD"),
            ("00558000001N0Ke", "00558000001N0KeAAK"),
        ] {
            assert_eq!(with_check_characters(short).as_deref(), Some(long));
        }
        for other in ["", "1001", "70130000001tcyIAAQ", "70130000001tcy-", "003G000001SUbcé"] {
            assert_eq!(with_check_characters(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn ids_that_differ_in_case_only_differ_in_their_check_characters(
            id in "[0-9A-Za-z]{15}",
            place in 0_usize..SHORT,
        ) {
            let mut other = id.clone().into_bytes();
            other[place] ^= 0x20;
            let other = String::from_utf8(other).unwrap();
            prop_assume!(id.eq_ignore_ascii_case(&other) && id != other);
            let (long, other) = (with_check_characters(&id).unwrap(), with_check_characters(&other).unwrap());
            prop_assert_ne!(long.to_lowercase(), other.to_lowercase());
            prop_assert_eq!(&long[..SHORT], &id);
        }
    }
}
