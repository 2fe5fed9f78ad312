//! What the user's files make of the console: theme, keys, templates. Read at the start and again whenever one
//! of them changes; a broken one is reported and the last good one stays.

use super::files::UserFiles;
use super::runtime::Told;
use crate::app::model::Template;
use crate::app::outgoing::{News, Templates, Wording};
use crate::app::{Keymap, Msg};
use crate::postmortem;
use crate::text::{Place, Problem};
use crate::tui::{Theme, theme};

/// Which theme is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// By name; `None` is the default.
    pub theme: Option<String>,
    /// `NO_COLOR` or `--color never`: no theme has a say.
    pub colourless: bool,
}

/// Everything that was read; `None` where a file is broken.
#[derive(Debug, Default)]
pub struct Looks {
    pub theme: Option<Theme>,
    pub keymap: Option<Keymap>,
    pub template: Option<Template>,
    /// Each one that is good over what is shipped.
    pub wordings: Templates,
    /// Everything wrong with any of the files.
    pub problems: Vec<Problem>,
}

impl Looks {
    pub fn load(files: &UserFiles, wanted: &Wanted) -> Self {
        let mut problems = Vec::new();
        let theme = theme(files, wanted).map_err(|problem| problems.push(problem)).ok();
        let keymap = keymap(files, &mut problems);
        let template = template(files).map_err(|problem| problems.push(problem)).ok();
        let wordings = wordings(files, &mut problems);
        Self { theme, keymap, template, wordings, problems }
    }

    /// Everything that is good, as the console hears it after a change.
    pub fn news(self) -> Vec<Told> {
        let messages = [Msg::Problems(self.problems), Msg::Outgoing(News::Templates(self.wordings))];
        let messages = messages.into_iter().chain(self.template.map(Msg::Template));
        let messages = messages.chain(self.keymap.map(Msg::Keymap)).map(Told::from);
        messages.chain(self.theme.map(Told::Theme)).collect()
    }
}

fn theme(files: &UserFiles, wanted: &Wanted) -> Result<Theme, Problem> {
    if wanted.colourless {
        return Ok(Theme::colourless());
    }
    let name = wanted.theme.as_deref().unwrap_or("dark");
    let shipped = theme::SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    let path = format!("themes/{name}.toml");
    let (file, text) = files.text(&path, shipped.unwrap_or_default())?;
    if text.is_empty() {
        let known: Vec<&str> = theme::SHIPPED.iter().map(|(name, _)| *name).collect();
        let way_out = format!("use one of {}, or write that file", known.join(", "));
        return Err(Problem::error(Place::file(path), "unknown-theme", "no such theme").way_out(way_out));
    }
    Theme::parse(&file, &text)
}

/// The keys, overridden line by line; a file that cannot be read leaves the keys as they are.
fn keymap(files: &UserFiles, problems: &mut Vec<Problem>) -> Option<Keymap> {
    let (file, text) = files.text("keys.toml", "").map_err(|problem| problems.push(problem)).ok()?;
    let (keymap, wrong) = Keymap::with_overrides(&file, &text);
    problems.extend(wrong);
    Some(keymap)
}

/// The templates of updates; one that cannot be read is the shipped one and a problem.
pub fn wordings(files: &UserFiles, problems: &mut Vec<Problem>) -> Templates {
    let read = |shipped: Wording| match files.text(shipped.name, &shipped.text) {
        Ok((file, text)) => Wording { file, text, ..shipped },
        Err(problem) => {
            problems.push(problem);
            shipped
        }
    };
    Templates(Templates::default().0.into_iter().map(read).collect())
}

fn template(files: &UserFiles) -> Result<Template, Problem> {
    let (file, text) = files.text(postmortem::TEMPLATE.0, postmortem::TEMPLATE.1)?;
    Ok(Template { place: Place::file(file), text })
}
