//! A valid e-mail address. It is trimmed and otherwise kept as written.

mod international;

use std::fmt;
use std::str::FromStr;

use email_address::Options;
use thiserror::Error;

/// An e-mail address such as `ada@example.com`, without a display name.
///
/// Internationalized addresses (RFC 6531) may have letters, marks, digits and symbols of any script before the `@`, and an IDNA
/// domain after it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// The error of a text that is not an e-mail address. It does not hold the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an e-mail address (expected something like name@example.com)")]
pub struct EmailAddressError;

impl EmailAddress {
    /// Returns the address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses an address as version 0.1.0 did. Never changes: journals of 0.1.0 record deliveries under this value.
    ///
    /// # Errors
    ///
    /// If the text is not an address, or has characters outside of ASCII other than letters and digits.
    #[doc(hidden)]
    pub fn from_text_as_v0_1(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        if is_address(text) { Ok(Self(text.to_owned())) } else { Err(EmailAddressError) }
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let is_valid = if text.is_ascii() {
            is_address(text)
        } else {
            is_address(text) || international::in_ascii(text).is_some_and(|ascii| is_address(&ascii))
        };
        if is_valid { Ok(Self(text.to_owned())) } else { Err(EmailAddressError) }
    }
}

fn is_address(text: &str) -> bool {
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    email_address::EmailAddress::parse_with_options(text, options).is_ok()
}

super::value_type!(EmailAddress, "email");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_accepted(text: &str) -> bool {
        text.parse::<EmailAddress>().is_ok()
    }

    #[test]
    fn addresses_of_all_scripts_are_accepted() {
        for text in [
            "संपर्क@डाटामेल.भारत",
            "คุณ.ติ๊ก@เน็ต.ไทย",
            "יוֹסֵף@דוגמה.ישראל",
            "مُحَمَّد@مثال.إختبار",
            "அன்பு@எடுத்துக்காட்டு.இந்தியா",
            "ආයුබෝවන්@උදාහරණ.ලංකා",
            "用户@例子.广告",
            "ユーザー@ドメイン.テスト",
            "ньютон@пример.рф",
            "dörte@sörensen.example",
            "θσερ@εχαμπλε.ψομ",
            "nguye\u{302}\u{303}n@example.com",
            "संपर्क@example.com",
            "info@क्षेत्र.भारत",
            "💌@example.com",
        ] {
            assert!(is_accepted(text), "{text}");
        }
    }

    #[test]
    fn invalid_characters_outside_of_ascii_are_refused() {
        for text in [
            "ann@💩.example",
            "ann@♥.example.com",
            "ann\u{200b}@example.com",
            "ann\u{a0}one@example.com",
            "“ann”@example.com",
            "o’brien@example.com",
            "ann@exam\u{202e}ple.com",
            "ann＠example.com",
            "ann@例子。广告",
            "संपर्क..क@डाटामेल.भारत",
            ".संपर्क@डाटामेल.भारत",
            "संपर्क क@डाटामेल.भारत",
            "संपर्क@भारत",
            "संपर्क@-डाटामेल.भारत",
            "ann@्.भारत",
            "ann\u{fffd}@example.com",
            "संपर्क",
        ] {
            assert!(!is_accepted(text), "{text}");
        }
    }

    #[test]
    fn consecutive_dots_need_quotes() {
        assert!(!is_accepted("aki..a@docomo.ne.jp"));
        assert!(is_accepted("\"aki..a\"@docomo.ne.jp"));
    }

    proptest! {
        #[test]
        fn an_ascii_address_is_parsed_as_by_0_1_0(text in "[a-z.\"@ <>,;+'-]{0,6}@?[a-z.@-]{0,8}(\\.com)?") {
            prop_assert_eq!(text.parse::<EmailAddress>(), EmailAddress::from_text_as_v0_1(&text));
        }

        #[test]
        fn no_address_that_0_1_0_accepted_is_refused(text in "[a-zäऀ-ॿก-๏ ]{1,4}@[a-zöऀ-ॿ]{1,4}\\.(com|भारत)") {
            prop_assert!(is_accepted(&text) || EmailAddress::from_text_as_v0_1(&text).is_err());
        }
    }
}
