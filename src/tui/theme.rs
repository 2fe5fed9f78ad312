//! Themes name meanings, not places: a view asks for a tone, the theme says how it looks.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::text::{Place, Problem, problem};

/// What a piece of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    Text,
    Dim,
    Title,
    Focus,
    Key,
    Select,
    Good,
    Rising,
    Warning,
    Danger,
    Alarm,
    Stale,
    Human,
    System,
    Decision,
    Action,
    Change,
    Code,
    Banner,
}

const TONES: &[(&str, Tone)] = &[
    ("text", Tone::Text),
    ("dim", Tone::Dim),
    ("title", Tone::Title),
    ("focus", Tone::Focus),
    ("key", Tone::Key),
    ("select", Tone::Select),
    ("good", Tone::Good),
    ("rising", Tone::Rising),
    ("warning", Tone::Warning),
    ("danger", Tone::Danger),
    ("alarm", Tone::Alarm),
    ("stale", Tone::Stale),
    ("human", Tone::Human),
    ("system", Tone::System),
    ("decision", Tone::Decision),
    ("action", Tone::Action),
    ("change", Tone::Change),
    ("code", Tone::Code),
    ("banner", Tone::Banner),
];

/// The shipped themes by name.
pub const SHIPPED: &[(&str, &str)] = &[
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("colourblind", include_str!("../../themes/colourblind.toml")),
];

/// How every tone looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub name: String,
    styles: BTreeMap<Tone, Style>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    tones: BTreeMap<toml::Spanned<String>, Look>,
}

/// One tone as a theme file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "four independent modifiers, as the file spells them")]
struct Look {
    fg: Option<Paint>,
    bg: Option<Paint>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    dim: bool,
    #[serde(default)]
    italic: bool,
    #[serde(default)]
    underlined: bool,
    #[serde(default)]
    reversed: bool,
}

/// A colour by name (`light-red`), number (`12`) or `#rrggbb`.
struct Paint(Color);

impl<'de> Deserialize<'de> for Paint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let color = name.parse().map_err(|_| {
            serde::de::Error::custom(format!("{name}: no such colour (write light-red, 12 or #d75f5f)"))
        })?;
        Ok(Self(color))
    }
}

impl Look {
    fn style(&self) -> Style {
        let style = Style { fg: self.fg.as_ref().map(|paint| paint.0), ..Style::default() };
        let style = Style { bg: self.bg.as_ref().map(|paint| paint.0), ..style };
        let modifiers = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ];
        let chosen = modifiers.into_iter().filter(|(on, _)| *on).map(|(_, modifier)| modifier);
        chosen.fold(style, Style::add_modifier)
    }
}

impl Theme {
    /// Reads a theme. Tones it leaves out look like plain text.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let read: File = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            Problem::error(Place::at_byte(file, text, start), "theme", error.message().trim().to_owned())
        })?;
        let mut styles = BTreeMap::new();
        for (name, look) in &read.tones {
            let tone = tone(name.get_ref())
                .ok_or_else(|| unknown(Place::at_byte(file, text, name.span().start), name.get_ref()))?;
            styles.insert(tone, look.style());
        }
        Ok(Self { name: read.name, styles })
    }

    /// A shipped theme by name.
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.iter().find(|(known, _)| *known == name)?;
        Self::parse(name, text).ok()
    }

    /// The theme without colours, for `NO_COLOR`.
    pub fn colourless() -> Self {
        Self::shipped("mono").unwrap_or_default()
    }

    pub fn style(&self, tone: Tone) -> Style {
        self.styles.get(&tone).copied().unwrap_or_default()
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::shipped("dark").unwrap_or_else(|| Self { name: "plain".to_owned(), styles: BTreeMap::new() })
    }
}

fn tone(name: &str) -> Option<Tone> {
    TONES.iter().find(|(known, _)| *known == name).map(|(_, tone)| *tone)
}

fn unknown(place: Place, name: &str) -> Problem {
    let names: Vec<&str> = TONES.iter().map(|(known, _)| *known).collect();
    let way_out = problem::meant(name, names.iter().copied(), || format!("one of {}", names.join(", ")));
    Problem::error(place, "unknown-tone", format!("{name}: no such tone")).way_out(way_out)
}
