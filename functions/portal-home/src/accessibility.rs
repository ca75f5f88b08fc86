//! How the portal can be used by everybody.

use maud::{Markup, html};
use text::accessibility as t;
use web::{Visit, department};

pub fn page(visit: &Visit) -> Markup {
    let l = visit.locale;
    let other = visit.other_language(&[]);
    let shell = visit.public_shell(t::TITLE.get(l), t::DESCRIPTION.get(l), &other);
    let held = [t::KEYBOARD, t::READER, t::CONTRAST, t::ZOOM, t::SCRIPTS, t::TIME];
    let hard = [t::SCANS, t::CODE, t::KAZAKH];
    let list = |lines: &[text::Phrase]| html! { ul { @for line in lines { li { (line.get(l)) } } } };
    views::page(
        &shell,
        html! {
            h1 { (t::TITLE.get(l)) }
            (views::lead(t::LEAD.get(l)))
            h2 { (t::HELD.get(l)) }
            (list(&held))
            h2 { (t::HARD.get(l)) }
            (list(&hard))
            h2 { (t::TELL.get(l)) }
            p { (t::TELL_WHAT.get(l)) }
            @if let Some(contacts) = department::contacts(l, &visit.site.city.contacts) { (contacts) }
        },
    )
}
