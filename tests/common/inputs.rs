//! Twenty-five texts that mean harm to a terminal or to who reads it, as bytes: what a label, a log line,
//! a command's output, a runbook, a paste or a file name may bring. And what is left of a text that has
//! no power any more.

/// Number, what it tries, the bytes.
pub fn inputs() -> Vec<(usize, &'static str, Vec<u8>)> {
    let texts: Vec<(&'static str, Vec<u8>)> = vec![
        ("sets and reads the clipboard", b"\x1b]52;c;ZXZpbA==\x07\x1b]52;c;?\x1b\\".to_vec()),
        ("lies about a link", b"\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\".to_vec()),
        ("sets the title and asks for it", b"\x1b]0;evil\x07\x1b]2;evil\x07\x1b[21t".to_vec()),
        ("asks for settings", b"\x1bP$qm\x1b\\\x1bP+q544e\x1b\\".to_vec()),
        ("asks for replies", b"\x1b[6n\x1b[c\x1b[>c\x1b]4;1;?\x07\x1b]10;?\x07\x1b]50;?\x07".to_vec()),
        ("clears, resets, leaves", b"\x1b[2J\x1b[H\x1bc\x1b[?1049l".to_vec()),
        ("changes modes", b"\x1b[?1000h\x1b[?2004l\x1b[?25l".to_vec()),
        ("conceals", b"\x1b[8msecret\x1b[30;40mblack on black\x1b[0m".to_vec()),
        ("swallows the rest", b"\x1b_apc \x1b^pm \x1bXsos \x1bkname \x1bPtmux;\x1b]0;never ended".to_vec()),
        ("speaks eight bits", b"\x9b2J\x9d0;x\x9c\x90q \xc2\x9b2J\xc2\x9d0;x\xc2\x9c\xc2\x90q".to_vec()),
        ("overwrites", b"rm -rf /\rls      \x08\x08\x0b\x0c\x00\x7f\x0e\x0f".to_vec()),
        ("shifts columns", b"a\tb\t\tc".to_vec()),
        ("reorders", "\u{202e}gpj.exe\u{202c} \u{2066}x\u{2069} \u{200e}\u{200f}\u{61c}".into()),
        ("hides", "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{feff}f\u{ad}g\u{180e}h\u{34f}i\u{115f}j\u{1160}k\u{3164}l\u{ffa0}".into()),
        ("carries a hidden text", "x\u{e0041}\u{e0042}\u{e007f}\u{fe0f}\u{fe00}\u{e0100}".into()),
        ("stacks marks", format!("Z{}", "\u{301}".repeat(1_000)).into()),
        ("breaks lines", "one\u{2028}two\u{2029}three\u{85}four".into()),
        ("looks alike", "d\u{435}lete pr\u{43e}d".into()),
        ("is no text", b"\xa9 \xc0\x9b \xed\xa0\x80 \xff\xfe \xe2\x82".to_vec()),
        ("never ends", [b"\x1b[".as_slice(), &b"x".repeat(200_000)].concat()),
        ("counts to a milliard", format!("\u{1b}[{}H\u{1b}[99999999b", "1000000000;".repeat(50)).into()),
        ("asks for a yes", b"ok\nApprove? [y/N] ".to_vec()),
        ("ends a paste and types on", b"x\x1b[201~y\r".to_vec()),
        ("breaks out of Markdown", b"```\n<script>alert(1)</script> ![](http://evil/x.png) [x](http://evil) | cell".to_vec()),
        ("speaks after the end", b"\x1b[?1049l\x1b[31mlast words\x1b]52;c;eA==\x07".to_vec()),
    ];
    texts.into_iter().enumerate().map(|(at, (what, bytes))| (at + 1, what, bytes)).collect()
}

/// Characters that a terminal obeys, or that show as nothing or in another order.
pub fn has_power(c: char) -> bool {
    let hidden = [
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff9, 0xfffb),
        (0xe0000, 0xe0fff),
    ];
    c.is_control() || hidden.iter().any(|(from, to)| (*from..=*to).contains(&(c as u32)))
}

/// A text of several lines that a terminal can be given.
#[track_caller]
pub fn assert_inert(text: &str, what: &str) {
    let power = text.chars().find(|c| *c != '\n' && has_power(*c));
    assert_eq!(power, None, "{what}: {:?}", text.chars().take(400).collect::<String>());
}
