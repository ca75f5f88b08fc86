//! The home page.

use domain::directory::Campaign;
use domain::{Locale, Service, Timestamp};
use maud::{Markup, html};
use text::{common, home};
use views::{Field, Tile, Width};
use web::{Address, Site, Visit, department};

use crate::standing::Standing;

/// Letters of an address.
const LONGEST: u16 = 200;

pub fn whole(visit: &Visit, campaigns: &[Campaign], standing: &Standing) -> Markup {
    let l = visit.locale;
    let other = visit.other_language(&[]);
    let shell = visit.public_shell(home::TITLE.get(l), home::DESCRIPTION.get(l), &other);
    let contacts = department::contacts(l, &visit.site.city.contacts);
    views::page(
        &shell,
        html! {
            h1 { (home::TITLE.get(l)) }
            (views::lead(home::LEAD.get(l)))
            @for campaign in campaigns { (news(l, campaign)) }
            (first_grade(l, standing))
            (search(l))
            (answers(l))
            (services(l, &visit.site, visit.now, campaigns))
            @if let Some(contacts) = contacts {
                h2 #contacts { (home::CONTACTS.get(l)) }
                (contacts)
            }
            h2 { (home::ACCESSIBILITY.get(l)) }
            p { (home::ACCESSIBILITY_HINT.get(l)) }
            p { a href=(Address::Accessibility(l)) { (home::ACCESSIBILITY_MORE.get(l)) } }
        },
    )
}

/// What the city wants everybody to know now, if anything.
fn news(l: Locale, campaign: &Campaign) -> Markup {
    html! {
        @if let Some(news) = &campaign.news {
            (views::notice(html! { p { strong { (home::NEWS.get(l)) ":" } " " (news.get(l)) } }))
        }
    }
}

fn search(l: Locale) -> Markup {
    let suggestions = Address::SuggestAddress(l).to_string();
    let field = Field {
        hint: Some(home::SEARCH_HINT.get(l)),
        maxlength: Some(LONGEST),
        autocomplete: Some("off"),
        width: Width::Full,
        ..Field::new(l, "address", home::SEARCH_FIELD.get(l))
    };
    html! {
        h2 { (home::SEARCH.get(l)) }
        (views::search(
            &Address::SchoolSearch(l).to_string(),
            home::SEARCH_BUTTON.get(l),
            &field,
            Some(&suggestions),
        ))
    }
}

/// What most people come for.
fn first_grade(l: Locale, standing: &Standing) -> Markup {
    let href = Address::Start(l, Service::FirstGrade).to_string();
    views::first_tile(&Tile {
        href: Some(&href),
        title: home::FIRST_GRADE.get(l),
        text: standing.hint,
        tag: Some(standing.tag),
        note: Some(&standing.note),
    })
}

fn answers(l: Locale) -> Markup {
    let answers = [
        (Address::SchoolSearch(l), text::school_search::TITLE, home::SCHOOL_SEARCH_HINT),
        (Address::Status(l), text::status::TITLE, home::STATUS_HINT),
        (Address::Applications(l), common::MY_APPLICATIONS, home::MY_APPLICATIONS_HINT),
        (Address::Queue(l), text::queue::NAME, text::queue::HINT),
        (Address::Schools(l), text::schools::TITLE, home::SCHOOLS_HINT),
        (Address::Teachers(l), text::teachers::TITLE, home::TEACHERS_HINT),
        (Address::Faq(l), common::FAQ, home::FAQ_HINT),
    ]
    .map(|(address, title, hint)| (address.to_string(), title.get(l), hint.get(l)));
    let tiles: Vec<Tile<'_>> = answers
        .iter()
        .map(|(href, title, text)| Tile { href: Some(href), title, text, tag: None, note: None })
        .collect();
    html! {
        h2 { (home::ANSWERS.get(l)) }
        (views::tiles(&tiles))
    }
}

/// The other services: those that have a campaign with where it stands, the rest with where to go instead.
fn services(l: Locale, site: &Site, now: Timestamp, campaigns: &[Campaign]) -> Markup {
    let others = campaigns.iter().filter(|campaign| campaign.service != Service::FirstGrade);
    let taken: Vec<_> = others
        .map(|campaign| {
            let standing = Standing::of(Some(campaign), None, site, l, now);
            (campaign.service, Address::Start(l, campaign.service).to_string(), standing)
        })
        .collect();
    let mut tiles: Vec<Tile<'_>> = taken
        .iter()
        .map(|(service, href, standing)| Tile {
            href: Some(href),
            title: text::service::name(*service).get(l),
            text: text::service::about(*service).lead.get(l),
            tag: Some(standing.tag),
            note: Some(&standing.note),
        })
        .collect();
    let has = |service: Service| campaigns.iter().any(|campaign| campaign.service == service);
    let elsewhere_of = [
        (Service::Transfer, home::TRANSFER_HINT),
        (Service::Meals, home::MEALS_HINT),
        (Service::Camp, home::CAMP_HINT),
    ];
    for (service, hint) in elsewhere_of {
        if !has(service) {
            tiles.push(elsewhere(l, text::service::name(service).get(l), hint.get(l)));
        }
    }
    html! {
        h2 { (home::SERVICES.get(l)) }
        (views::tiles(&tiles))
    }
}

/// A service that the city has and the portal does not take yet: says where to go instead.
fn elsewhere<'a>(l: Locale, title: &'a str, text: &'a str) -> Tile<'a> {
    Tile { href: None, title, text, tag: None, note: Some(home::NOT_HERE_YET.get(l)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standing::tests::{at, campaign};

    #[test]
    fn the_tiles_of_the_portal_are_there_and_only_what_works_is_reachable() {
        let l = Locale::Kk;
        let (site, now) = (testkit::site("http://localhost"), at("2026-01-01T00:00:00Z"));
        let standing = Standing::of(None, None, &site, l, now);
        let links = |page: &str| -> Vec<String> {
            page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let page = |campaigns: &[Campaign]| {
            [first_grade(l, &standing), answers(l), services(l, &site, now, campaigns)]
                .map(Markup::into_string)
                .concat()
        };
        let expected =
            ["first-grade", "school-search", "status", "applications", "queue", "schools", "teachers", "faq"];
        let (none, meals) = (page(&[]), page(&[Campaign { service: Service::Meals, ..campaign() }]));
        assert_eq!(links(&none), expected.map(|part| format!("/kk/{part}")));
        assert_eq!(
            links(&meals),
            expected.into_iter().chain(["meals"]).map(|part| format!("/kk/{part}")).collect::<Vec<_>>()
        );
        for (page, elsewhere) in [(none, 3), (meals, 2)] {
            assert_eq!(page.matches("</h3>").count() + page.matches("<h2><a").count(), 11);
            assert_eq!(page.matches(home::NOT_HERE_YET.get(l)).count(), elsewhere);
        }
    }
}
