//! A Kubernetes Secret as `kubectl get -o yaml` or `-o json` prints it: the values under `data` and
//! `stringData` are masked, whatever they look like. Its `kind` stands behind its data, so the data waits for
//! it: one line in, none or several lines out.

const RULE: &str = "kubernetes-secret";
/// What waits for a kind that does not come, in bytes; then it is taken for a secret's.
const WAITING: usize = 64 * 1024;

/// The object whose lines go by.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    object: Option<Object>,
}

#[derive(Debug)]
struct Object {
    /// How far its own fields are indented.
    indent: usize,
    is_secret: Option<bool>,
    /// Whether the lines belong to its data.
    is_data: bool,
    /// Data of an object that has not said its kind, with what follows it.
    waiting: Vec<Row>,
    size: usize,
}

#[derive(Debug)]
struct Row {
    line: String,
    is_data: bool,
}

/// What comes out, and how many values were masked in it.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub text: String,
    pub masked: u64,
}

impl Told {
    fn add(&mut self, row: &Row, is_secret: bool) {
        match masked(&row.line).filter(|_| row.is_data && is_secret) {
            Some(line) => {
                self.masked += 1;
                self.text.push_str(&line);
            }
            None => self.text.push_str(&row.line),
        }
    }
}

impl Manifest {
    pub const RULE: &'static str = RULE;

    /// Whether lines can pass without a look.
    pub fn is_idle(&self) -> bool {
        self.object.is_none()
    }

    /// Whether an object begins somewhere in a text.
    pub fn begins(text: &str) -> bool {
        text.contains("apiVersion")
    }

    /// Judges one line, with its line break if it has one.
    pub fn line(&mut self, line: &str, told: &mut Told) {
        let field = Field::of(line);
        if field.name == "apiVersion" || field.is_end(self.object.as_ref()) {
            self.finish(told);
        }
        if field.name == "apiVersion" {
            self.object = Some(Object::at(field.indent));
        }
        match &mut self.object {
            Some(object) => object.line(line, &field, told),
            None => told.text.push_str(line),
        }
    }

    /// The end of the object: what still waits goes as it came, for no secret came of it.
    pub fn finish(&mut self, told: &mut Told) {
        if let Some(mut object) = self.object.take() {
            object.release(object.is_secret.unwrap_or(false), told);
        }
    }
}

impl Object {
    fn at(indent: usize) -> Self {
        Self { indent, is_secret: None, is_data: false, waiting: Vec::new(), size: 0 }
    }

    fn line(&mut self, line: &str, field: &Field<'_>, told: &mut Told) {
        let is_own = field.indent == self.indent && !field.name.is_empty();
        if is_own {
            self.is_data = matches!(field.name, "data" | "stringData");
        }
        if is_own && field.name == "kind" {
            self.is_secret = Some(field.value == "Secret");
        }
        let row = Row { line: line.to_owned(), is_data: self.is_data && !is_own };
        match self.is_secret {
            Some(is_secret) => {
                self.release(is_secret, told);
                told.add(&row, is_secret);
            }
            None if self.is_data || !self.waiting.is_empty() => self.wait(row, told),
            None => told.text.push_str(line),
        }
    }

    fn wait(&mut self, row: Row, told: &mut Told) {
        self.size += row.line.len();
        self.waiting.push(row);
        if self.size > WAITING {
            self.is_secret = Some(true);
            self.release(true, told);
        }
    }

    fn release(&mut self, is_secret: bool, told: &mut Told) {
        for row in self.waiting.drain(..) {
            told.add(&row, is_secret);
        }
    }
}

/// `name: value` or `"name": "value",` at an indentation; a dash of a list counts as two blanks.
struct Field<'l> {
    indent: usize,
    name: &'l str,
    value: &'l str,
    is_blank: bool,
    is_mark: bool,
}

impl<'l> Field<'l> {
    fn of(line: &'l str) -> Self {
        let bare = line.trim_end();
        let text = bare.trim_start_matches([' ', '-']);
        let is_mark = bare.starts_with("---");
        let (name, value) = text.split_once(':').unwrap_or_default();
        let strip = |text: &'l str| text.trim().trim_end_matches(',').trim_matches('"');
        Self {
            indent: bare.len() - text.len(),
            name: strip(name),
            value: strip(value),
            is_blank: text.is_empty(),
            is_mark,
        }
    }

    /// Whether a line with it is behind the object: a mark between documents, or text further left.
    fn is_end(&self, object: Option<&Object>) -> bool {
        self.is_mark || object.is_some_and(|object| self.indent < object.indent && !self.is_blank)
    }
}

/// A line of data without its value; `None` where it has none. A line without a name goes on with the value
/// of a line before it.
fn masked(line: &str) -> Option<String> {
    let bare = line.trim_end();
    let (ending, text) = (&line[bare.len()..], bare.trim_start());
    let lead = &bare[..bare.len() - text.len()];
    let comma = if text.ends_with(',') { "," } else { "" };
    let mask = super::mask(RULE);
    if matches!(text, "" | "{" | "}" | "},") {
        return None;
    }
    let Some((name, value)) = text.split_once(':') else {
        return Some(format!("{lead}{mask}{comma}{ending}"));
    };
    let quote = if value.trim_start().starts_with('"') { "\"" } else { "" };
    let is_value = !matches!(value.trim(), "" | "|" | "|-" | "|+" | ">" | ">-" | "{" | "\"\"" | "\"\",");
    is_value.then(|| format!("{lead}{name}: {quote}{mask}{quote}{comma}{ending}"))
}
