//! Laws: no text makes a reader panic, and whatever is told in whatever order, counts agree and nothing is
//! told twice to the journal.

use proptest::prelude::*;
use warroom::incident::inbox::{Extent, Heard, Pace, parse, silence};
use warroom::incident::{AlertAsk, Ask, Intent};

use super::scene::{Post, alert, resolved, silenced, since};
use crate::room::at;

const GROUPS: &str = include_str!("../fixtures/incident/alertmanager-v2-alert-groups.json");

/// Text that looks like what is expected, cut or with bytes changed.
fn damaged() -> impl Strategy<Value = String> {
    (0..GROUPS.len(), prop::collection::vec((0..GROUPS.len(), any::<u8>()), 0..4)).prop_map(
        |(cut, changes)| {
            let mut bytes = GROUPS.as_bytes()[..cut].to_vec();
            for (place, byte) in changes {
                if let Some(old) = bytes.get_mut(place) {
                    *old = byte;
                }
            }
            String::from_utf8_lossy(&bytes).into_owned()
        },
    )
}

pub fn told() -> impl Strategy<Value = Heard> {
    (0..6_u8, 0..40_i64, 0..4_u8).prop_map(|(name, minute, state)| {
        let one = alert(&format!("N{} instance=i{name}", name % 3));
        let one = since(&format!("13:{minute:02}:00"), one);
        match state {
            0 => resolved(one),
            1 => silenced(one),
            _ => one,
        }
    })
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in prop_oneof![damaged(), ".*", "\\PC{0,40}"]) {
        let _ = (parse::alerts(&text), parse::webhook(&text), parse::up_since(&text), silence::silences(&text));
        let _ = silence::Matcher::parse(&text);
    }

    #[test]
    fn whatever_is_told_counts_agree_and_the_journal_is_told_once(
        batches in prop::collection::vec((prop::collection::vec(told(), 0..6), any::<bool>(), 0..3_i64), 1..20)
    ) {
        let (mut post, mut pace) = (Post::unwritten(), Pace::default());
        for (alerts, whole, minutes) in batches {
            post.room.now = at("14:00:00").max(post.room.now) + chrono::TimeDelta::minutes(minutes);
            let extent = if whole { Extent::Whole { up_since: None } } else { Extent::Part };
            let changes = post.tells("am", extent, alerts);
            for (_, news, at) in pace.tell(changes, post.room.now) {
                // What was told before is refused, and nothing else is.
                let _ = post.room.ask(&Ask::new("warroom", Intent::Alert(AlertAsk::Notice(news))).at(at));
            }
            let tally = post.inbox.tally();
            let members: usize = post.inbox.groups().iter().map(|group| group.members().count()).sum();
            prop_assert_eq!(members, tally.all());
            prop_assert_eq!(members, post.inbox.alerts().len());
        }
    }
}
