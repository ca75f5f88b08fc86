//! The receipt as a page to be printed.

use std::fmt::Write as _;

use text::{receipt as t, status};
use views::{LanguageSwitch, Markup, html, summary_list};
use web::{Address, Visit};

use crate::qr::{QUIET, Qr};
use crate::receipt::{COMMAND, Receipt};

/// Pixels of a module on the screen.
const MODULE: usize = 4;

pub fn page(visit: &Visit, receipt: &Receipt, code: &Qr) -> Markup {
    let l = receipt.locale;
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(&receipt.title, LanguageSwitch::Link(&other));
    let rows: Vec<views::Row<'_>> =
        receipt.rows.iter().map(|row| views::Row { key: &row.key, value: lines(&row.value), change: None }).collect();
    let (pdf, thanks) = match &visit.address {
        Address::Receipt(_, service, id) | Address::ReceiptPdf(_, service, id) => {
            (Address::ReceiptPdf(l, *service, id.clone()), Address::Sent(l, *service, id.clone()))
        }
        elsewhere => (elsewhere.clone(), elsewhere.clone()),
    };
    views::page(
        &shell,
        html! {
            h1 { (receipt.title) }
            p { (receipt.made) }
            (summary_list(l, &rows))
            h2 { (status::TITLE.get(l)) }
            p { (t::CHECK_HOW.get(l)) }
            p { (drawn(code, t::CODE.get(l))) }
            p { a href=(receipt.check) { (receipt.check) } }
            @if let Some(queue) = &receipt.queue {
                h2 { (queue.key) }
                @for line in &queue.value {
                    @if line.starts_with("http") {
                        p { a href=(line) { (line) } }
                    } @else if line.starts_with(COMMAND) {
                        p { code.hash { (line) } }
                    } @else {
                        p { (line) }
                    }
                }
            }
            p.hint { (receipt.means) }
            p.hint { (receipt.department) }
            (views::buttons(html! {
                (views::button_link(t::PDF.get(l), &pdf.to_string()))
                (views::print_button(l))
                a href=(thanks) { (t::BACK.get(l)) }
            }))
        },
    )
}

fn lines(value: &[String]) -> Markup {
    html! { @for (index, line) in value.iter().enumerate() { @if index > 0 { br; } (line) } }
}

/// Dark on light whatever the colours of the page are: readers need it so.
fn drawn(code: &Qr, name: &str) -> Markup {
    let side = code.full_side();
    let mut path = String::new();
    for run in code.dark() {
        // Writing to a string cannot fail.
        let _ = write!(path, "M{} {}h{}v1h-{}z", run.x + QUIET, run.y + QUIET, run.length, run.length);
    }
    html! {
        svg role="img" aria-label=(name) width=(side * MODULE) height=(side * MODULE) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path fill="#000" d=(path) {}
        }
    }
}
