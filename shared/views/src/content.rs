//! What pages say: notices, lists of answers, schools, the confirmation.

use domain::life::State;
use domain::{Locale, Service};
use maud::{Markup, Render, html};
use text::{common, life};

/// The mood of a tag; never the only carrier of its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to do
    Neutral,
    /// Under way
    Active,
    /// Done, accepted, guaranteed
    Good,
    /// Needs the parent's attention
    Attention,
    /// Refused
    Bad,
}

/// A state in a word or two.
pub fn tag(tone: Tone, text: &str) -> Markup {
    let class = match tone {
        Tone::Neutral => "neutral",
        Tone::Active => "active",
        Tone::Good => "good",
        Tone::Attention => "attention",
        Tone::Bad => "bad",
    };
    html! { strong.tag.(class) { (text) } }
}

/// Where an application of a service stands.
pub fn state_tag(locale: Locale, service: Service, state: State) -> Markup {
    let tone = match state {
        State::Submitted | State::Registered | State::Accepted | State::Released => Tone::Active,
        State::Returned | State::Offered | State::Ending => Tone::Attention,
        State::PlaceConfirmed | State::Enrolled | State::Approved => Tone::Good,
        State::RegistrationRefused | State::Declined => Tone::Bad,
        State::Lapsed | State::Withdrawn => Tone::Neutral,
    };
    tag(tone, life::state(service, state).get(locale))
}

/// A table with a line of headings; the first cell of each line names it.
pub fn table(headings: &[&str], lines: &[impl AsRef<[String]>]) -> Markup {
    html! {
        div.table tabindex="0" {
            (rows(headings, lines))
        }
    }
}

/// The headings and lines of a table, whatever frames it.
pub(crate) fn rows<T: Render>(headings: &[&str], lines: &[impl AsRef<[T]>]) -> Markup {
    html! {
        table {
            thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
            tbody {
                @for line in lines {
                    tr {
                        @for (index, cell) in line.as_ref().iter().enumerate() {
                            @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                        }
                    }
                }
            }
        }
    }
}

/// Something worth knowing.
pub fn notice(inner: Markup) -> Markup {
    html! { div.notice { (inner) } }
}

/// Something that would be regretted if missed.
pub fn warning(locale: Locale, inner: Markup) -> Markup {
    html! { div.notice.attention { strong.vh { (common::IMPORTANT.get(locale)) ": " } (inner) } }
}

/// Something that has just succeeded.
pub fn success(inner: Markup) -> Markup {
    html! { div.notice.good role="status" { (inner) } }
}

/// A part of the page that, while it waits for something, the script replaces by its newer self.
pub fn waiting(id: &str, waits: bool, inner: Markup) -> Markup {
    html! { div #(id) data-checking[waits] { (inner) } }
}

/// More for those who want it.
pub fn details(summary: &str, inner: Markup) -> Markup {
    html! { details { summary { (summary) } div { (inner) } } }
}

/// What happens next, in order.
pub fn steps(items: &[Markup]) -> Markup {
    html! { ol.steps { @for item in items { li { (item) } } } }
}

/// A link that looks like the primary button, to begin something.
pub fn button_link(label: &str, href: &str) -> Markup {
    html! { a.button.primary href=(href) { (label) } }
}

/// Opens the browser's print dialogue; shown by the script only.
pub fn print_button(locale: Locale) -> Markup {
    html! { button type="button" hidden data-print { (common::PRINT.get(locale)) } }
}

/// The buttons at the end of a form or page, the main one first.
pub fn buttons(inner: Markup) -> Markup {
    html! { div.buttons { (inner) } }
}

/// One of several things of a kind: an application in a list.
pub fn card(title: &str, inner: Markup) -> Markup {
    html! { section.card { h2.name { (title) } (inner) } }
}

/// A way into a service.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a> {
    /// Where it leads; nowhere as long as there is nothing
    pub href: Option<&'a str>,
    /// What it is called
    pub title: &'a str,
    /// What it is for
    pub text: &'a str,
    /// Its state
    pub tag: Option<(Tone, &'a str)>,
    /// More about the state
    pub note: Option<&'a str>,
}

/// Ways into the services, under a heading of their own.
pub fn tiles(tiles: &[Tile<'_>]) -> Markup {
    html! { ul.tiles role="list" { @for tile in tiles { li { h3 { (way(tile)) } (about(tile)) } } } }
}

/// The one way in that most people come for.
pub fn first_tile(tile: &Tile<'_>) -> Markup {
    html! { div.tiles.first { div { h2 { (way(tile)) } (about(tile)) } } }
}

fn way(tile: &Tile<'_>) -> Markup {
    html! { @if let Some(href) = tile.href { a href=(href) { (tile.title) } } @else { (tile.title) } }
}

fn about(tile: &Tile<'_>) -> Markup {
    html! {
        @if tile.tag.is_some() || tile.note.is_some() {
            p {
                @if let Some((tone, text)) = tile.tag { (tag(tone, text)) " " }
                @if let Some(note) = tile.note { (note) }
            }
        }
        p.muted { (tile.text) }
    }
}

/// The paragraph that opens a page.
pub fn lead(text: &str) -> Markup {
    html! { p.lead { (text) } }
}

/// One answer on a page of answers.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// What was asked
    pub key: &'a str,
    /// What was answered
    pub value: Markup,
    /// Where it is changed, if it may be
    pub change: Option<&'a str>,
}

impl<'a> Row<'a> {
    /// An answer in plain text; an empty one says so.
    pub fn text(locale: Locale, key: &'a str, value: &str, change: Option<&'a str>) -> Self {
        let value = match value {
            "" => html! { span.muted { (common::NOT_GIVEN.get(locale)) } },
            value => html! { (value) },
        };
        Self { key, value, change }
    }
}

/// Answers with a way to change each.
pub fn summary_list(locale: Locale, rows: &[Row<'_>]) -> Markup {
    html! {
        dl.summary {
            @for row in rows {
                div {
                    dt { (row.key) }
                    dd { (row.value) }
                    @if let Some(href) = row.change {
                        dd.change { a href=(href) { (common::CHANGE.get(locale)) span.vh { ": " (row.key) } } }
                    }
                }
            }
        }
    }
}

/// The end of a journey: what was done and the number to keep.
pub fn confirmation_panel(title: &str, caption: &str, number: &str) -> Markup {
    html! {
        div.panel {
            h1 { (title) }
            p { (caption) strong { (number) } }
        }
    }
}

/// One thing known of a school.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// What it is
    pub key: &'a str,
    /// Its value
    pub value: &'a str,
}

/// A school as the wizard offers or shows it.
#[derive(Clone, Copy, Debug)]
pub struct School<'a> {
    /// Its name
    pub name: &'a str,
    /// Its address
    pub address: &'a str,
    /// What is special about it here: «гарантировано»
    pub tag: Option<(Tone, &'a str)>,
    /// Language, kind, places
    pub facts: &'a [Fact<'a>],
}

/// A school; `inner` holds what can be done with it.
pub fn school_card(school: &School<'_>, inner: Markup) -> Markup {
    html! {
        div.card.school {
            p.name { (school.name) @if let Some((tone, text)) = school.tag { " " (tag(tone, text)) } }
            @if !school.address.is_empty() { p.muted { (school.address) } }
            @if !school.facts.is_empty() {
                dl.facts { @for fact in school.facts { div { dt { (fact.key) } dd { (fact.value) } } } }
            }
            (inner)
        }
    }
}
