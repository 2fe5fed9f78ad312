//! Rooms whose incident is over.

use warroom::incident::Intent;

use crate::room::Room;

/// After ten minutes.
pub fn resolved() -> Room {
    let mut room = Room::declared();
    room.wait(10);
    room.says(Intent::Resolve);
    room
}

pub fn closed() -> Room {
    let mut room = resolved();
    room.says(Intent::Close);
    room
}
