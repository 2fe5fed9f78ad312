//! A row of numbers as a row of bars.

/// Eighths of a cell, from nothing to all of it.
pub const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// From nothing to the highest of the row; what is unknown is blank.
pub fn spark(values: &[Option<f64>]) -> String {
    let highest = values.iter().flatten().copied().fold(0.0, f64::max);
    let cell = |value: &Option<f64>| match value {
        None => ' ',
        Some(value) if highest > 0.0 => {
            LEVELS[((value / highest).clamp(0.0, 1.0) * 7.0).round() as usize + 1]
        }
        Some(_) => LEVELS[1],
    };
    values.iter().map(cell).collect()
}
