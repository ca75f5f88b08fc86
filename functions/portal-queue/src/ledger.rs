//! The open ledger: how far it is, its hashes, its files, how to check them.

use text::queue as t;
use views::{Markup, html};
use web::queue::{ledger_files, ledger_folder};

use crate::Here;

/// Files that are listed at once; more are folded.
const FEW: usize = 4;

pub fn section(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    let (Some(head), Some(campaign)) = (&here.head, here.campaign) else { return html! {} };
    let folder = ledger_folder(here.published, &campaign.id);
    html! {
        h2 #ledger { (t::LEDGER.get(l)) }
        p { (t::LEDGER_WHAT.get(l)) }
        p { (t::LEDGER_LINES.fill(l, &[("n", &head.lines.to_string())])) }
        p { (t::LEDGER_HASH.get(l)) ":" code.hash { (head.hash) } }
        @if let Some(day) = &head.day {
            @let words = [("date", &*text::date(day.day)), ("n", &*day.line.to_string())];
            p { (t::LEDGER_DAY.fill(l, &words)) ":" code.hash { (day.hash) } }
        }
        @if let Some(folder) = folder {
            (files(here, &ledger_files(&folder, head.published)))
            (views::details(t::LEDGER_HOW.get(l), html! {
                p { (t::LEDGER_VERIFY.get(l)) }
                p { code.hash { "cargo portal verify " (folder) } }
            }))
        }
    }
}

fn files(here: &Here<'_>, files: &[(String, u64, u64)]) -> Markup {
    let l = here.visit.locale;
    let list = html! {
        ul {
            @for (href, from, to) in files {
                @let lines = [("from", &*from.to_string()), ("to", &*to.to_string())];
                li { a href=(href) { (t::LEDGER_FILE.fill(l, &lines)) } }
            }
        }
    };
    match files.len() {
        0 => html! { p { (t::LEDGER_SOON.get(l)) } },
        count if count <= FEW => html! { p { (t::LEDGER_FILES.get(l)) ":" } (list) },
        _ => views::details(t::LEDGER_FILES.get(l), list),
    }
}
