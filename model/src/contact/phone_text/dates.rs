//! Dates beside or in place of a number.

/// Returns whether a text is a date: `01.02.2025` and `2025-01-02` are written like some numbers.
pub(super) fn is_date(text: &str) -> bool {
    ['.', '-', '/'].iter().any(|mark| is_date_with(text, *mark))
}

fn is_date_with(text: &str, mark: char) -> bool {
    if !(6..=10).contains(&text.len()) {
        return false;
    }
    let mut parts = text.split(mark);
    let (Some(first), Some(second), Some(third), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_small = |part: &str, most| number(part, 2).is_some_and(|number| (1..=most).contains(&number));
    let are_day_and_month = |one, other| is_small(one, 31) && is_small(other, 12);
    let has_both = |one, other| are_day_and_month(one, other) || are_day_and_month(other, one);
    is_year(third) && has_both(first, second) || is_year(first) && has_both(second, third)
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && number(part, 4).is_some_and(|year| (1900..2100).contains(&year))
}

fn number(part: &str, most_digits: usize) -> Option<u32> {
    let is_number = part.len() <= most_digits && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { part.parse().ok() } else { None }
}
