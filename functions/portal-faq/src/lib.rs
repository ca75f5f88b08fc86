//! Questions and answers: the text of the help panel, each answer at an address of its own, with links to
//! what it speaks of. The same for everybody, so it is cacheable and sets no cookie.

use domain::{Locale, Service};
use maud::{Markup, html};
use text::faq::{self as t, Question, See};
use text::{Phrase, common, home, queue, school_search, schools, status};
use web::{Address, Kept, Method, Reply, Site, Trouble, Visit, department};

/// Where the contacts stand on the page.
const CONTACTS: &str = "contacts";

/// The function.
#[derive(Clone, Copy, Debug)]
pub struct Faq;

/// Serves until the runtime ends.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::serve(Site::from_env()?, Faq).await
}

impl web::Function for Faq {
    /// Shows all of it. No wait.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match visit.method {
            Method::Get => Ok(Reply::page(page(&visit)).kept(Kept::A_DAY)),
            Method::Post => Err(Trouble::Method),
        }
    }
}

fn page(visit: &Visit) -> Markup {
    let l = visit.locale;
    let contacts = department::contacts(l, &visit.site.city.contacts);
    let other = visit.other_language(&[]);
    views::page(
        &visit.public_shell(common::FAQ.get(l), t::DESCRIPTION.get(l), &other),
        html! {
            h1 { (common::FAQ.get(l)) }
            (views::lead(t::LEAD.get(l)))
            nav aria-label=(t::ON_THIS_PAGE.get(l)) {
                ul { @for group in t::GROUPS { li { a href={ "#" (group.id) } { (group.title.get(l)) } } } }
            }
            @for group in t::GROUPS {
                section aria-labelledby=(group.id) {
                    h2 #(group.id) { (group.title.get(l)) }
                    @for question in group.questions { (answered(l, question, contacts.is_some())) }
                }
            }
            @if let Some(contacts) = contacts {
                h2 #(CONTACTS) { (t::CONTACTS.get(l)) }
                (contacts)
            }
        },
    )
}

/// A question with its answer and what that speaks of.
fn answered(l: Locale, question: &Question, contacts: bool) -> Markup {
    let links: Vec<(String, &str)> =
        question.see.iter().filter_map(|see| link(l, *see, contacts)).map(|(to, said)| (to, said.get(l))).collect();
    html! {
        h3 #(question.id) { (question.question.get(l)) }
        p { (question.answer.get(l)) }
        @if !links.is_empty() {
            p {
                @for (at, (to, said)) in links.iter().enumerate() {
                    @if at > 0 { " · " }
                    a href=(to) { (said) }
                }
            }
        }
    }
}

/// Where to go on; contacts only where the city told them.
fn link(l: Locale, see: See, contacts: bool) -> Option<(String, Phrase)> {
    let (address, said) = match see {
        See::FirstGrade => (Address::Start(l, Service::FirstGrade), home::FIRST_GRADE),
        See::Applications => (Address::Applications(l), common::MY_APPLICATIONS),
        See::Status => (Address::Status(l), status::TITLE),
        See::SchoolSearch => (Address::SchoolSearch(l), school_search::TITLE),
        See::Schools => (Address::Schools(l), schools::TITLE),
        See::Queue => (Address::Queue(l), queue::NAME),
        See::Contacts => return contacts.then(|| (format!("#{CONTACTS}"), t::CONTACTS)),
    };
    Some((address.to_string(), said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(markup: &Markup) -> String {
        markup.clone().into_string().replace("&quot;", "\"")
    }

    #[test]
    fn every_question_stands_at_its_place_with_the_answer_of_the_help_panel() {
        for l in Locale::ALL {
            for question in t::GROUPS.iter().flat_map(|group| group.questions) {
                let shown = text(&answered(l, question, true));
                assert!(shown.contains(&format!("<h3 id=\"{}\">{}</h3>", question.id, question.question.get(l))));
                assert!(shown.contains(&format!("<p>{}</p>", question.answer.get(l))), "{shown}");
                assert_eq!(shown.matches("<a ").count(), question.see.len(), "{shown}");
                assert!(!shown.contains("<details"), "what is folded is not found");
            }
        }
    }

    #[test]
    fn contacts_are_led_to_where_there_are_some() {
        let asks = t::GROUPS.iter().flat_map(|group| group.questions).find(|question| question.id == "where-to-ask");
        let shown = |contacts| text(&answered(Locale::Kk, asks.unwrap(), contacts));
        assert!(shown(true).contains("href=\"#contacts\"") && !shown(false).contains("<a "));
    }
}
