//! Hexadecimal text of bytes.

/// Returns bytes as lower-case hexadecimal digits.
///
/// ```
/// use unicontact_model::hex;
///
/// assert_eq!(hex::encode(&[0, 255]), "00ff");
/// assert_eq!(hex::decode("00FF"), Some(vec![0, 255]));
/// ```
pub fn encode(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0F)]).collect()
}

/// Returns the bytes of hexadecimal digits in either case. `None` for an odd number of digits and for any other text.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_whole = text.len().is_multiple_of(2) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_whole.then(|| text.as_bytes().chunks_exact(2).filter_map(byte).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_that_is_not_hexadecimal_is_not_decoded() {
        for text in ["0", "0g", "+1", "é1", " 00", "0x00"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(decode(""), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn encoded_bytes_decode_to_themselves(bytes in any::<Vec<u8>>()) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }
}
