//! Which category may fit a family, before anything is typed into the wizard. It decides nothing and keeps
//! nothing: what was ticked comes by POST and is in no address.

use domain::Service;
use domain::meals::Category;
use text::{documents, meals as t};
use views::{Checkbox, LanguageSwitch, Markup, html};
use web::step::Act;
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// Says that the form comes from a page that showed an answer.
const SHOWN: &str = "shown";

/// Shows the question, or the answer below it.
///
/// # Errors
/// [`Trouble::Forged`] for a form of another site.
pub fn answer(visit: &Visit) -> Result<Reply, Trouble> {
    if visit.method == Method::Get {
        return Ok(Reply::page(page(visit, &Fields::default(), false)));
    }
    let form = visit.public_form()?;
    match Act::of(&form) {
        Act::Language => Ok(Reply::page(page(&visit.in_other_language(), &form, form.ticked(SHOWN)))),
        Act::Next | Act::Back | Act::Document(_) => Ok(Reply::page(page(visit, &form, true))),
    }
}

fn page(visit: &Visit, shown: &Fields, answered: bool) -> Markup {
    let l = visit.locale;
    let shell = visit.shell(t::CHECK_TITLE.get(l), LanguageSwitch::Button);
    let asked = Category::ALL.into_iter().filter_map(|category| Some((category, t::says(category)?)));
    let boxes: Vec<Checkbox<'_>> = asked
        .map(|(category, said)| Checkbox {
            locale: l,
            name: category.code(),
            value: "yes",
            label: said.get(l),
            hint: None,
            checked: shown.ticked(category.code()),
            error: None,
        })
        .collect();
    let said: Vec<Category> = Category::ALL.into_iter().filter(|one| shown.ticked(one.code())).collect();
    let start = Address::Start(l, Service::Meals).to_string();
    let inner = html! {
        @if answered { (views::hidden(SHOWN, "yes")) }
        (views::checkboxes(t::CHECK_LEGEND.get(l), &boxes))
        (views::buttons(views::primary_button(t::CHECK_BUTTON.get(l))))
        @if answered {
            section aria-labelledby="answer" {
                h2 #answer { (t::CHECK_FITS.get(l)) }
                @if said.is_empty() { p { (t::CHECK_OTHERWISE.get(l)) } }
                ul {
                    @for category in Category::fitting(&said) {
                        @let paper = documents::name(category.paper()).get(l);
                        li { strong { (t::category(category).get(l)) } ". " (t::CHECK_PAPER.fill(l, &[("paper", paper)])) "." }
                    }
                }
                p { (t::CHECK_DECIDES.get(l)) }
                p { (views::button_link(t::START.get(l), &start)) }
            }
        }
    };
    let back = html! { a.back href=(start) { (text::common::BACK.get(l)) } };
    views::form_page(
        &shell,
        &[],
        html! {
            (back)
            h1 { (t::CHECK_TITLE.get(l)) }
            p { (t::CHECK_INTRO.get(l)) }
            (views::form(&visit.address.to_string(), visit.csrf().as_deref(), false, inner))
        },
    )
}
