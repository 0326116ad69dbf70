//! Normalization of plain numbers without the phone number library, whose first use compiles regular expressions for 57 million
//! instructions. The result is exactly that of the library.

use super::country::Country;
use super::dialing_plan::DialingPlan;
use super::numbering_plan::NumberingPlan;

/// The maximum number of digits in E.164.
const MAX_DIGITS: usize = 15;

/// Returns an international number in E.164. `None` if the library must decide: the text has other characters than digits and
/// common punctuation, the number is not possible, or it may begin with a trunk prefix.
pub(super) fn international(text: &str) -> Option<String> {
    let behind_plus = text.strip_prefix('+').filter(|rest| rest.ends_with(is_ascii_digit))?;
    if !behind_plus.bytes().all(is_plain) {
        return None;
    }
    let mut number = String::with_capacity(text.len());
    number.push('+');
    number.extend(behind_plus.chars().filter(char::is_ascii_digit));
    let (plan, national) = NumberingPlan::of_digits(&number[1..])?;
    let may_begin_prefix = national.starts_with(|first| plan.may_begin_prefix(first));
    (is_possible(plan, national, &number[1..]) && !may_begin_prefix).then_some(number)
}

/// Returns a national number of a region in E.164. `None` if the library must decide, for the same reasons as above, or because
/// the digits may begin with something else than the trunk prefix.
pub(super) fn national(text: &str, region: Country) -> Option<String> {
    if !text.ends_with(is_ascii_digit) || !text.bytes().all(is_plain) {
        return None;
    }
    let plan = DialingPlan::of_region(region.as_str())?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = format!("+{}{}", plan.calling_code, plan.national_number(&digits)?);
    let (plan, national) = NumberingPlan::of_digits(&number[1..])?;
    is_possible(plan, national, &number[1..]).then_some(number)
}

/// Returns whether an international number is possible, and begins with a zero behind the calling code only where that is usual.
fn is_possible(plan: NumberingPlan, national: &str, digits: &str) -> bool {
    let begins_as_usual =
        !national.starts_with('0') || plan.has_leading_zeros() && national.contains(|digit| digit != '0');
    digits.len() <= MAX_DIGITS && plan.has_length(national.len()) && begins_as_usual
}

/// Returns whether a text has no plus sign, so that the library cannot find a country code in it.
pub(super) fn has_no_plus_sign(text: &str) -> bool {
    !text.contains(['+', '＋'])
}

fn is_ascii_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// Returns whether a byte is a digit, or punctuation that the library skips.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b'(' | b')' | b'/')
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

    use super::*;
    use crate::contact::phone_e164::{E164, complete_by_library, international_by_library};

    const KINDS: [PhoneNumberType; 6] = [
        PhoneNumberType::FixedLine,
        PhoneNumberType::Mobile,
        PhoneNumberType::TollFree,
        PhoneNumberType::PremiumRate,
        PhoneNumberType::VoIP,
        PhoneNumberType::UAN,
    ];

    /// Returns the number as the library reads it, if it can be dialled.
    fn by_library(text: &str) -> Option<String> {
        let read = international_by_library(text).ok().filter(|read| read.can_be_dialled)?;
        assert_eq!(read.number.extension, None, "{text}");
        Some(read.number.number)
    }

    /// Returns the example numbers of every region, in E.164.
    fn examples() -> Vec<String> {
        let of_regions = PHONE_NUMBER_UTIL.get_supported_regions().flat_map(|region| {
            KINDS.map(|kind| PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind))
        });
        let global = PHONE_NUMBER_UTIL
            .get_supported_global_network_calling_codes()
            .map(|code| PHONE_NUMBER_UTIL.get_example_number_for_non_geo_entity(code));
        let numbers = of_regions.chain(global).flatten();
        numbers.map(|number| number.format_as(PhoneNumberFormat::E164).into_owned()).collect()
    }

    /// Returns digits that depend only on the seed.
    fn digits(mut seed: u64, length: usize) -> String {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_digit(u32::try_from(seed >> 33).unwrap() % 10, 10).unwrap()
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn the_example_numbers_of_all_regions_are_read_as_by_the_library() {
        let examples = examples();
        let mut read = 0;
        for number in &examples {
            let (start, end) = number.split_at(number.len() - 4);
            let (code, middle) = start.split_at(3);
            let without_code = number.trim_start_matches('+');
            for text in [
                number.clone(),
                format!("{code} ({middle}) {end}"),
                format!("{code}-{middle}.{end}"),
                format!("{code} / {middle} {end}"),
                format!("+ {without_code}"),
                format!("+00{without_code}"),
                format!("+0{without_code}"),
                format!("{number}7"),
                format!("{code}0{middle}{end}"),
                format!("{code}1{middle}{end}"),
                start.to_owned(),
            ] {
                if let Some(plain) = international(&text) {
                    assert_eq!(by_library(&text), Some(plain), "{text}");
                }
            }
            read += usize::from(international(number).is_some());
        }
        assert!(examples.len() > 900 && read * 100 > examples.len() * 94, "{read} of {}", examples.len());
    }

    #[test]
    fn a_default_region_does_not_change_an_international_number() {
        for (index, number) in examples().iter().enumerate().step_by(7) {
            let regions = PHONE_NUMBER_UTIL.get_supported_regions().skip(index % 50).step_by(50);
            for region in regions.filter(|_| international(number).is_some()) {
                let read = PHONE_NUMBER_UTIL.parse(number, Some(region)).unwrap();
                assert_eq!(read.format_as(PhoneNumberFormat::E164), *number, "{region:?}");
            }
        }
    }

    /// Compares numbers that begin with every combination of `beginning` digits behind every calling code, of every length.
    fn compare(beginning: u32) {
        let mut read = 0;
        for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
            for start in 0..10_u64.pow(beginning) {
                let seed = start * 1000 + u64::try_from(code).unwrap();
                let length = beginning as usize;
                for rest in 3..=16 - length {
                    let number = format!("+{code}{start:0length$}{}", digits(seed, rest));
                    if let Some(plain) = international(&number) {
                        assert_eq!(by_library(&number), Some(plain), "{number}");
                        read += 1;
                    }
                }
            }
        }
        assert!(read > 0);
    }

    #[test]
    fn numbers_with_all_beginnings_are_read_as_by_the_library() {
        compare(1);
    }

    #[test]
    #[ignore = "the long form, for another version of the library: minutes with --release"]
    fn numbers_with_three_digits_in_all_combinations_are_read_as_by_the_library() {
        compare(3);
    }

    /// Returns the regions that the library has and a contact can have.
    fn regions() -> Vec<Country> {
        let regions = PHONE_NUMBER_UTIL.get_supported_regions();
        regions.filter_map(|region| region.as_region_str().parse().ok()).collect()
    }

    /// Checks that a national number is read as by the library. Returns whether it was read without it.
    fn is_read_as_by_library(text: &str, region: Country) -> bool {
        let plain = national(text, region);
        if let Some(number) = &plain {
            let read = complete_by_library(text, Some(region));
            let expected = E164 { number: number.clone(), extension: None };
            assert!(
                read == Ok(expected),
                "{text} in {}: {number}, {:?}",
                region.as_str(),
                read.map(|it| it.number)
            );
        }
        plain.is_some()
    }

    #[test]
    fn the_example_numbers_of_all_regions_are_read_as_by_the_library_in_national_form() {
        let (mut count, mut read) = (0, 0);
        for region in regions() {
            let of_library = region.as_str().parse().unwrap();
            for kind in KINDS {
                let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(of_library, kind);
                let Ok(example) = example else { continue };
                let text = example.format_as(PhoneNumberFormat::National).into_owned();
                count += 1;
                read += usize::from(is_read_as_by_library(&text, region));
                for written in
                    [format!("({})", &text), format!("/{text}"), format!("0{text}"), format!("1 {text}")]
                {
                    is_read_as_by_library(&written, region);
                }
                for other in regions().into_iter().step_by(9) {
                    is_read_as_by_library(&text, other);
                }
            }
        }
        assert!(count > 900 && read * 100 > count * 85, "{read} of {count}");
    }

    /// Compares national numbers that begin with every combination of `beginning` digits, in every region, of every length.
    fn compare_national(beginning: u32) {
        let mut read = 0;
        for (index, region) in (0_u64..).zip(regions()) {
            for start in 0..10_u64.pow(beginning) {
                let length = beginning as usize;
                for rest in 2..=17 - length {
                    let text = format!("{start:0length$} {}", digits(start * 1000 + index, rest));
                    read += usize::from(is_read_as_by_library(&text, region));
                }
            }
        }
        assert!(read > 0);
    }

    #[test]
    fn national_numbers_with_all_beginnings_are_read_as_by_the_library() {
        compare_national(2);
    }

    #[test]
    #[ignore = "the long form, for another version of the library: minutes with --release"]
    fn national_numbers_with_three_digits_in_all_combinations_are_read_as_by_the_library() {
        compare_national(3);
    }

    #[test]
    fn every_possible_length_of_every_plan_is_that_of_the_library() {
        for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
            for length in 3..=15 {
                let number = format!("+{code}{}", digits(u64::try_from(code).unwrap(), length));
                let Some((plan, national)) = NumberingPlan::of_digits(&number[1..]) else { continue };
                assert_eq!(national.len(), length, "{number}");
                let is_usual = !national.starts_with(|first| first == '0' || plan.may_begin_prefix(first));
                if is_usual && number.len() <= MAX_DIGITS {
                    assert_eq!(plan.has_length(length), by_library(&number).is_some(), "{number}");
                }
            }
        }
    }

    #[test]
    fn the_library_finds_no_country_code_without_a_plus_sign() {
        for text in [
            "0049 30 1234567",
            "442079460123",
            "٠٢٠ ٧٩٤٦ ٠١٢٣",
            "1-800-FLOWERS",
            "tel:020-7946-0123;phone-context=example.com",
            "020 7946 0123 доб. 4",
            "no number",
        ] {
            assert!(has_no_plus_sign(text) && PHONE_NUMBER_UTIL.parse(text, None).is_err(), "{text}");
        }
        assert!(
            !has_no_plus_sign("020-7946-0123;phone-context=+44") && !has_no_plus_sign("＋44 20 7946 0123")
        );
    }

    #[test]
    fn a_text_that_is_not_plain_is_left_to_the_library() {
        for text in [
            "",
            "+",
            "+4",
            "+44",
            "44 20 7946 0123",
            "+442079460123 ext 4",
            "+44 20 7946 0123#5",
            "+44 (0)20 7946 0123",
            "+4420794601234567",
            "+44 20 7946 0123/",
            "＋442079460123",
            "+44 20 ٧٩٤٦ 0123",
            "+5491123456789",
            "++442079460123",
            "+9990000000",
            "+390000000",
            "tel:+442079460123",
        ] {
            assert_eq!(international(text), None, "{text}");
        }
    }
}
