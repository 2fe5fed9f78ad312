//! A quantile out of the buckets of a classic histogram, as Prometheus's `histogram_quantile` takes it.

/// The value below which a share `q` (`0..=1`) of observations lies. `buckets` are upper bounds with
/// the observations at or below them, in any order; equal bounds are added up.
///
/// Inside a bucket observations are taken as spread evenly; the lowest bucket begins at 0 when its
/// bound is above it. Beyond the last finite bound nothing is known, so its bound is the answer. `None`
/// without observations, without a `+Inf` bucket, or with that one alone.
pub fn quantile(q: f64, buckets: &[(f64, f64)]) -> Option<f64> {
    let buckets = ordered(buckets);
    let [finite @ .., (f64::INFINITY, all)] = buckets.as_slice() else { return None };
    let (last, _) = *finite.last()?;
    let rank = q * all;
    if !(*all > 0.0 && (0.0..=1.0).contains(&q)) {
        return None;
    }
    let Some(place) = finite.iter().position(|(_, count)| *count >= rank) else { return Some(last) };
    let (end, count) = finite[place];
    if place == 0 && end <= 0.0 {
        return Some(end);
    }
    let (start, below) = if place == 0 { (0.0, 0.0) } else { finite[place - 1] };
    let share = if count > below { (rank - below) / (count - below) } else { 0.0 };
    Some(start + (end - start) * share)
}

/// By bound, equal ones added, and never falling: scrapes of several targets are not one instant.
fn ordered(buckets: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = buckets.iter().copied().filter(|(bound, _)| !bound.is_nan()).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut merged: Vec<(f64, f64)> = Vec::with_capacity(sorted.len());
    for (bound, count) in sorted {
        match merged.last_mut() {
            Some((last, sum)) if last.total_cmp(&bound).is_eq() => *sum += count,
            _ => merged.push((bound, count)),
        }
    }
    let mut highest = 0.0_f64;
    for (_, count) in &mut merged {
        highest = highest.max(*count);
        *count = highest;
    }
    merged
}
