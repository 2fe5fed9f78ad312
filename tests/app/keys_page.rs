//! docs/keys.md is made from the table of actions and never lags behind it.

use std::path::Path;

use warroom::app::action::{Row, Scope, TABLE};

const UPDATE: &str = "UPDATE_DOCS";
const HEAD: &str = "# Keys

Made from the console's table of actions. `warroom keys` prints the same list, `?` shows it in the console with
your own keys. To change a key, write its action into `keys.toml` beside `warroom.toml`:

```toml
declare = \"D\"
note = [\"a\", \"f5\"]
```

Esc closes a window, leaves a text and ends a zoom; it never leaves the console. A question is answered with
`y`, or with the word it asks for; Enter alone never confirms.
";
const TAIL: &str = "
## In a timeline note

| first sign | makes it |
| --- | --- |
| `!` | a decision |
| `>` | an action |
| `?` | a question |
| `*` | starred; may stand before one of the others |
| `@14:02` | when it happened; also `@-10m`, `@1402`, `@yesterday 14:02` |
| `TODO bob in 10m check dns` | a task for bob, due in ten minutes; also `TODO bob: check dns in 10m` |
| `#db` | a tag, anywhere in the line |
| `~db pool is full` | a line of thread `db`; `~db end`, or `~db end: it was the pool`, ends it, the next line opens it again |
| `\\` | the line as it stands: `\\> is a prompt` |
";

fn cell(row: &Row) -> String {
    // A bar would end the cell, in code too.
    let keys: Vec<String> = row.keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
    format!("| {} | `{}` | {} |\n", keys.join(" "), row.name, row.help)
}

fn table(title: &str, scope: impl Fn(Scope) -> bool) -> String {
    let rows: String = TABLE.iter().filter(|row| scope(row.scope)).map(cell).collect();
    if rows.is_empty() {
        return rows;
    }
    format!("\n## {title}\n\n| keys | action | what it does |\n| --- | --- | --- |\n{rows}")
}

fn page() -> String {
    let panes = warroom::app::Pane::ALL.map(|pane| {
        let title = format!("In the {} pane", pane.title().to_lowercase());
        table(&title, |scope| scope == Scope::In(pane))
    });
    format!("{HEAD}{}{}{TAIL}", table("Everywhere", |scope| scope == Scope::Everywhere), panes.concat())
}

#[test]
fn the_page_of_keys_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, page()).expect("docs/ can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        stored,
        page(),
        "docs/keys.md is stale: run {UPDATE}=1 cargo test --test app the_page_of_keys"
    );
}
