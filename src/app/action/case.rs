//! The actions on an incident as a whole: its tasks, its end, what it has to do with others.

use super::{Action, Row, row};

pub(super) const TASKS: Row =
    row(Action::Tasks, "tasks", "tasks", "the open tasks: end one as done, declined or promoted")
        .keys(&["N"]);
pub(super) const REOPEN: Row =
    row(Action::Reopen, "reopen", "reopen", "open a resolved or closed incident again, with a reason")
        .keys(&["U"]);
pub(super) const MERGE: Row = row(
    Action::Merge,
    "merge",
    "merge",
    "merge the incident into another one that it turns out to be, and go on there",
)
.keys(&["J"]);
pub(super) const LINK: Row = row(
    Action::Link,
    "link",
    "link",
    "link a page to the incident (channel, bridge, ticket), or say which incident is related",
)
.keys(&["K"]);
