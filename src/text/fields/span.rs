//! Spans of time as configuration writes them. Nothing here rounds.

use std::time::Duration;

/// `15s`, `5m`, `1h30m`, `30d`, `2w`: whole numbers with units, without spaces or signs.
pub(super) fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut seconds, mut rest) = (0_u64, text);
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let unit = rest.get(digits..)?.chars().next()?;
        seconds = seconds.checked_add(number.checked_mul(unit_s(unit)?)?)?;
        rest = rest.get(digits + unit.len_utf8()..)?;
        if rest.is_empty() {
            return Some(Duration::from_secs(seconds));
        }
    }
}

fn unit_s(unit: char) -> Option<u64> {
    match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3_600),
        'd' => Some(86_400),
        'w' => Some(604_800),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_span_is_whole_numbers_with_units() {
        for (text, seconds) in [
            ("15s", 15),
            ("5m", 300),
            ("1h30m", 5_400),
            ("30d", 2_592_000),
            ("2w", 1_209_600),
            ("0s", 0),
            ("0", 0),
        ] {
            assert_eq!(parse(text).map(|span| span.as_secs()), Some(seconds), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_span() {
        for text in
            ["", "s", "15", "-5m", "5 m", "1.5h", "5y", "99999999999999999999s", "99999999999999999w", "5µ"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
