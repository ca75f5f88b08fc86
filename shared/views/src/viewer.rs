//! A scan to look at closely. Without the script it is a picture with links.

use domain::Locale;
use maud::{Markup, html};
use text::{desk, viewer as t};

use crate::office::keys;

/// A scan and its neighbours.
#[derive(Clone, Copy, Debug)]
pub struct ViewedScan<'a> {
    /// What it is
    pub name: &'a str,
    /// Where the file is
    pub file: &'a str,
    /// Whether it is a picture; else the browser has its own way to show it
    pub picture: bool,
    /// The scan before it: name and page
    pub before: Option<(&'a str, &'a str)>,
    /// The scan behind it
    pub after: Option<(&'a str, &'a str)>,
}

/// The scan with what can be done to look at it.
pub fn viewer(locale: Locale, scan: &ViewedScan<'_>) -> Markup {
    let l = locale;
    let around = |link: Option<(&str, &str)>, rel: &str, label: text::Phrase| {
        html! {
            @if let Some((name, href)) = link {
                a.button rel=(rel) href=(href) { (label.get(l)) span.vh { ": " (name) } }
            }
        }
    };
    let mut does = vec![("←", t::BEFORE.get(l)), ("→", t::AFTER.get(l))];
    if scan.picture {
        does.extend([("+", t::LARGER.get(l)), ("-", t::SMALLER.get(l)), ("r", t::TURN.get(l))]);
    }
    does.push(("?", desk::KEY_HELP.get(l)));
    html! {
        div.viewer data-viewer {
            div.tools role="group" aria-label=(t::TOOLS.get(l)) {
                (around(scan.before, "prev", t::BEFORE))
                (around(scan.after, "next", t::AFTER))
                @if scan.picture {
                    @for (act, label) in [("larger", t::LARGER), ("smaller", t::SMALLER), ("turn", t::TURN)] {
                        button type="button" hidden data-act=(act) { (label.get(l)) }
                    }
                    a href=(scan.file) target="_blank" rel="noopener" { (t::OPEN_FILE.get(l)) }
                } @else {
                    a.button.primary href=(scan.file) target="_blank" rel="noopener" { (t::OPEN_PDF.get(l)) }
                }
            }
            @if scan.picture {
                div.scan tabindex="0" role="region" aria-label=(t::SCAN.get(l)) {
                    img src=(scan.file) alt=(scan.name);
                }
            }
        }
        (keys(desk::KEYS.get(l), t::KEYS_ON.get(l), &does))
    }
}
