//! How a refusal must look: its kind, its words, one line, a way out, and nothing stored.

use warroom::incident::intent::RefusalKind;
use warroom::incident::{Ask, Intent};

use crate::room::Room;

/// Asks and expects a no; the sentence must hold every fragment.
#[track_caller]
pub fn refused(room: &mut Room, ask: &Ask, kind: RefusalKind, fragments: &[&str]) {
    let head = room.ledger.head;
    let refusal = room.ask(ask).expect_err("the rules refuse it");
    assert_eq!(refusal.kind, kind, "{refusal}");
    for fragment in fragments {
        assert!(refusal.why.contains(fragment), "{:?} lacks {fragment:?}", refusal.why);
    }
    assert!(!refusal.why.contains('\n') && refusal.why.contains('('), "one line with a way out: {refusal}");
    assert_eq!(room.ledger.head, head, "nothing was stored");
}

/// Ana asks for what may not be done.
#[track_caller]
pub fn no(room: &mut Room, intent: Intent, fragments: &[&str]) {
    refused(room, &Ask::new("ana", intent), RefusalKind::NotAllowed, fragments);
}

/// Asks about what does not exist.
#[track_caller]
pub fn unknown(room: &mut Room, ask: &Ask, fragments: &[&str]) {
    refused(room, ask, RefusalKind::Unknown, fragments);
}
