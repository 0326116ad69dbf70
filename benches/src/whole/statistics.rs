//! Medians, and ratios within a round with their smallest and largest value.

/// One figure of each round.
pub(super) type Rounds = Vec<f64>;

pub(super) fn median(rounds: &[f64]) -> f64 {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// Round by round.
pub(super) fn ratios(of: &[f64], to: &[f64]) -> Rounds {
    of.iter().zip(to).map(|(of, to)| of / to).collect()
}

/// `1.12 (1.08–1.15)`.
pub(super) fn with_spread(rounds: &[f64]) -> String {
    let smallest = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = rounds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{:.3} ({smallest:.3}–{largest:.3})", median(rounds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_is_of_its_own_round() {
        assert_eq!(with_spread(&ratios(&[1.0, 4.0, 3.0], &[1.0, 2.0, 2.0])), "1.500 (1.000–2.000)");
    }
}
