//! The middle of a few measurements, and how far they lie apart.

/// What several rounds of one figure gave.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spread {
    pub(crate) lowest: f64,
    pub(crate) middle: f64,
    pub(crate) highest: f64,
}

/// The median, the lowest and the highest; noughts when nothing was measured.
pub(crate) fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    Spread { lowest: at(0), middle: at(values.len() / 2), highest: at(values.len().saturating_sub(1)) }
}
