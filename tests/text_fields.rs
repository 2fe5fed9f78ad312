//! Reading TOML key by key: the places it names; and text from outside made safe.
#[path = "common/inputs.rs"]
mod inputs;
#[path = "text/safe.rs"]
mod safe;

use proptest::prelude::*;
use warroom::text::Place;
use warroom::text::fields::Document;

proptest! {
    #[test]
    fn a_place_is_the_same_as_counting_from_the_start(text in "[a-z\\né漢\r]{0,40}", offset in 0_usize..60) {
        let document = Document::new("f.toml", &text);
        let offset = offset.min(text.len());
        prop_assert_eq!(document.place(offset), Place::at_byte("f.toml", &text, offset));
    }
}

#[test]
fn a_byte_past_the_end_is_on_the_last_line() {
    assert_eq!(Document::new("f.toml", "a\nb").place(99).line, 2);
}
