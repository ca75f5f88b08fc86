//! The frame of the office's pages, with who is signed in, and the components of its lists.

use domain::Locale;
use domain::calendar::Nearness;
use maud::{Markup, Render, html};
use text::{common, desk, office as t};

use crate::assets;
use crate::content::{Tone, rows, tag};
use crate::form::{FieldError, hidden};
use crate::page::{Shell, document, error_summary, language_switch, titled};

/// Who is signed in, as the header shows it, and where they may go.
#[derive(Clone, Copy, Debug)]
pub struct Badge<'a> {
    /// The rooms that they may enter
    pub rooms: &'a [Tab<'a>],
    /// The officer's name
    pub name: &'a str,
    /// What they are here
    pub role: &'a str,
    /// Where signing out is sent
    pub sign_out: &'a str,
    /// The token of the session's forms
    pub csrf: Option<&'a str>,
}

/// A page of the office; without a badge before anybody has signed in. A summary of its errors
/// comes first.
pub fn office_page(shell: &Shell<'_>, badge: Option<Badge<'_>>, errors: &[FieldError], body: Markup) -> Markup {
    let l = shell.locale;
    let header = html! {
        div.wide {
            a.portal href={ "/" (l.code()) "/office" } {
                img src=(assets::path(&assets::crest())) alt="" width="40" height="40";
                span { (t::OFFICE.get(l)) }
            }
            nav aria-label=(common::SITE.get(l)) { (language_switch(l, shell.switch)) }
            @if let Some(badge) = badge {
                nav.rooms aria-label=(t::ROOMS.get(l)) {
                    @for room in badge.rooms {
                        a href=(room.href) aria-current=[room.current.then_some("page")] { (room.label) }
                    }
                }
                form.officer method="post" action=(badge.sign_out) {
                    @if let Some(token) = badge.csrf { input type="hidden" name="csrf" value=(token); }
                    p { strong { (badge.name) } br; (badge.role) }
                    button type="submit" { (t::SIGN_OUT.get(l)) }
                }
            }
        }
    };
    let body = html! { (error_summary(l, errors)) (body) };
    document(shell, &titled(l, errors, shell.title), header, body, None)
}

/// One of several lists of a page.
#[derive(Clone, Copy, Debug)]
pub struct Tab<'a> {
    /// What it is called
    pub label: &'a str,
    /// Where it is
    pub href: &'a str,
    /// Whether it is the one that is shown
    pub current: bool,
    /// How many it holds, where that is known
    pub count: Option<u64>,
}

/// The lists between which an officer moves.
pub fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul role="list" {
                @for tab in tabs {
                    li { a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                        (tab.label)
                        @if let Some(count) = tab.count { " " span.count { (count) } }
                    } }
                }
            }
        }
    }
}

/// One thing by which a list can be narrowed.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// The name and id
    pub name: &'a str,
    /// What it is
    pub label: &'a str,
    /// What is said for no choice
    pub any: &'a str,
    /// Values with their labels
    pub options: &'a [(&'a str, &'a str)],
    /// The chosen value; empty for none
    pub value: &'a str,
}

/// What narrows a list: a form that only asks, so its choice is in the address. `kept` is sent along.
pub fn filters(label: &str, action: &str, kept: &[(&str, &str)], filters: &[Filter<'_>], button: &str) -> Markup {
    html! {
        form.filters action=(action) aria-label=(label) {
            @for (name, value) in kept { (hidden(name, value)) }
            @for filter in filters { (filter) }
            button type="submit" { (button) }
        }
    }
}

impl Render for Filter<'_> {
    fn render(&self) -> Markup {
        html! {
            div {
                label for=(self.name) { (self.label) }
                select #(self.name) name=(self.name) {
                    option value="" { (self.any) }
                    @for (value, text) in self.options {
                        option value=(value) selected[*value == self.value] { (text) }
                    }
                }
            }
        }
    }
}

/// What a list is narrowed by in words, its choice in the address.
pub fn finder(action: &str, label: &str, value: &str, button: &str) -> Markup {
    html! {
        form.filters action=(action) role="search" {
            div {
                label for="q" { (label) }
                input #q name="q" type="search" value=(value) maxlength="100" autocomplete="off";
            }
            button type="submit" { (button) }
        }
    }
}

/// What the keys of a page do; shown by the script only, without which they do nothing. Single
/// letters can be switched off.
pub fn keys(label: &str, on: &str, keys: &[(&str, &str)]) -> Markup {
    html! {
        details.keys hidden data-keys {
            summary { (label) }
            div {
                dl { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
                div.option { input #keys-on type="checkbox"; label for="keys-on" { (on) } }
            }
        }
    }
}

/// A table of work that is as wide as the window; the first cell of each line names it.
pub fn desk_table<const N: usize>(label: &str, headings: &[&str; N], lines: &[[Markup; N]]) -> Markup {
    html! {
        div.table.desk tabindex="0" role="region" aria-label=(label) {
            (rows(headings, lines))
        }
    }
}

/// How near a due day is, in a tag; nothing while there is time.
pub fn nearness_tag(locale: Locale, nearness: Nearness) -> Markup {
    match nearness {
        Nearness::Later => html! {},
        Nearness::Today => tag(Tone::Attention, desk::TODAY.get(locale)),
        Nearness::Overdue => tag(Tone::Bad, desk::OVERDUE.get(locale)),
    }
}

/// What an officer should look at, above the answers that it is about.
pub fn remark(locale: Locale, text: &str) -> Markup {
    html! { div.notice.attention { p { strong { (desk::REMARK.get(locale)) ": " } (text) } } }
}
