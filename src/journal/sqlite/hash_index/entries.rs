//! Sorted entries of an index in few bytes: for each the difference to the hash before it and its number, both as variable-length
//! integers (LEB128).

use std::ops::RangeInclusive;

/// A hash, and the number of a row with it.
pub(super) type Entry = (u32, u64);

/// The bits of a byte that belong to the value. The highest bit tells that another byte follows.
const BITS: u32 = 7;
const MORE: u8 = 1 << BITS;

/// Returns the bytes of sorted entries.
pub(super) fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * 6);
    let mut last = 0;
    for (hash, number) in entries {
        write_integer(&mut bytes, u64::from(hash - last));
        write_integer(&mut bytes, *number);
        last = *hash;
    }
    bytes
}

/// Reads the entries of stored bytes. An entry is `None` if the bytes are not those of entries, and it is the last.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = Option<Entry>> {
    let (mut rest, mut last) = (bytes, 0_u32);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut next = || {
            let difference = u32::try_from(read_integer(&mut rest)?).ok()?;
            last = last.checked_add(difference)?;
            Some((last, read_integer(&mut rest)?))
        };
        let entry = next();
        if entry.is_none() {
            rest = &[];
        }
        Some(entry)
    })
}

/// Adds the entries with these hashes. `None` if the bytes are not those of entries.
pub(super) fn find(bytes: &[u8], hashes: &RangeInclusive<u32>, found: &mut Vec<Entry>) -> Option<()> {
    for entry in decode(bytes) {
        let (hash, number) = entry?;
        if hash > *hashes.end() {
            break;
        }
        if hashes.contains(&hash) {
            found.push((hash, number));
        }
    }
    Some(())
}

fn write_integer(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= u64::from(MORE) {
        bytes.push(MORE | u8::try_from(value & u64::from(MORE - 1)).unwrap_or_default());
        value >>= BITS;
    }
    bytes.push(u8::try_from(value).unwrap_or_default());
}

fn read_integer(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..u64::BITS).step_by(BITS as usize) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & !MORE);
        // The last byte of a long integer has bits that do not fit.
        value |= part.checked_shl(shift).filter(|shifted| shifted >> shift == part)?;
        if byte & MORE == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_survive_storage(entries in btree_set((any::<u32>(), any::<u64>()), 0..200)) {
            let entries: Vec<Entry> = entries.into_iter().collect();
            let bytes = encode(&entries);
            prop_assert_eq!(decode(&bytes).collect::<Option<Vec<Entry>>>(), Some(entries.clone()));
            for (hash, _) in &entries {
                let mut found = Vec::new();
                prop_assert_eq!(find(&bytes, &(*hash..=*hash), &mut found), Some(()));
                let expected: Vec<Entry> = entries.iter().filter(|entry| entry.0 == *hash).copied().collect();
                prop_assert_eq!(found, expected);
            }
        }

        #[test]
        fn other_bytes_are_no_entries_or_other_entries(bytes in vec(any::<u8>(), 0..40)) {
            if let Some(entries) = decode(&bytes).collect::<Option<Vec<Entry>>>() {
                prop_assert!(entries.is_sorted_by_key(|entry| entry.0));
            }
        }
    }

    #[test]
    fn truncated_bytes_are_no_entries() {
        let bytes = encode(&[(7, 1), (70_000, 300)]);
        let whole: Vec<usize> = (0..=bytes.len())
            .filter(|length| decode(&bytes[..*length]).all(|entry| entry.is_some()))
            .collect();
        assert_eq!(whole, [0, 2, 7]);
    }

    #[test]
    fn an_entry_of_a_million_takes_five_bytes() {
        let entries: Vec<Entry> = (0..1000).map(|number| (number * 4295, 1_000_000)).collect();
        assert_eq!(encode(&entries).len(), 4999);
    }
}
