//! What is written to the terminal: only what changed, and no colour where none is wanted.

use super::home::Home;
use super::terminal::Seen;

/// Bytes that a second may cost while only the header's clock moves.
const CLOCK_BYTES: usize = 100;

/// The header's clock.
fn clock(seen: &Seen) -> String {
    let header = seen.row("UTC");
    header.split_whitespace().rev().nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_quiet_console_writes_only_the_clock() {
    let home = Home::new();
    let console = home.console(&[]);
    console.wait_for_text("q quit");
    let mut marks = Vec::new();
    let mut shown = clock(&console.seen());
    for _ in 0..6 {
        console.wait_for("the next second", |seen| !clock(seen).is_empty() && clock(seen) != shown);
        let seen = console.seen();
        shown = clock(&seen);
        marks.push(seen.raw.len());
    }
    let written: Vec<usize> = marks.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(written.iter().all(|bytes| *bytes < CLOCK_BYTES), "{written:?}");
}

#[test]
fn without_colour_nothing_is_coloured_and_the_selection_is_one_whole_bar() {
    for (variable, arguments) in [(Some("NO_COLOR"), &[][..]), (None, &["--color", "never"][..])] {
        let home = Home::new();
        let home = if let Some(name) = variable { home.variable(name, "1") } else { home };
        home.ok(&["declare", "Cards fail", "--sev", "1"]);
        let console = home.console(arguments);
        console.wait_for_text("Cards fail");
        console.keys_until("s", "Severity, now SEV1");
        let seen = console.seen();
        assert_eq!(colours(&seen.raw), [0; 0], "{variable:?} {arguments:?}");
        assert_whole_bar(&seen);
    }
}

#[test]
fn an_empty_no_color_is_none() {
    let home = Home::new().variable("NO_COLOR", "");
    let console = home.console(&[]);
    console.wait_for_text("q quit");
    assert_ne!(colours(&console.seen().raw), [0; 0]);
}

/// The chosen line is inverse from its first cell to its last, without a gap.
fn assert_whole_bar(seen: &Seen) {
    let rows: Vec<String> = seen.text().lines().map(str::to_owned).collect();
    let row = rows.iter().position(|row| row.contains("> SEV1")).expect("the chosen line");
    let is_inverse = |column: u16| {
        let row = u16::try_from(row).expect("a row");
        seen.screen().cell(row, column).is_some_and(vt100::Cell::inverse)
    };
    let inverse: Vec<u16> = (0..140).filter(|column| is_inverse(*column)).collect();
    let (first, last) = (inverse[0], inverse[inverse.len() - 1]);
    assert_eq!(usize::from(last - first) + 1, inverse.len(), "no gap in {inverse:?}");
    assert!(inverse.len() > 60, "as wide as the window: {inverse:?}");
}

/// Every colour that was asked for, as its number; defaults are none.
fn colours(raw: &[u8]) -> Vec<u32> {
    let text = String::from_utf8_lossy(raw);
    let sequence = regex::Regex::new(r"\x1b\[([0-9;:]*)m").expect("a pattern");
    let parameters = sequence.captures_iter(&text).flat_map(|found| {
        found[1].split([';', ':']).filter_map(|number| number.parse().ok()).collect::<Vec<u32>>()
    });
    let is_colour = |number: &u32| matches!(number, 30..=38 | 40..=48 | 58 | 90..=107);
    parameters.filter(is_colour).collect()
}
