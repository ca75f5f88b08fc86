//! What search engines ask for: what they may read, and which pages there are.

use domain::{Locale, Service};
use maud::{Markup, PreEscaped, html};
use store::directory::Schools;
use web::{Address, Kept, Reply, Site};

/// Search engines read what anybody may read; a draft's pages and its scripts' answers tell them nothing.
pub fn robots(site: &Site) -> Reply {
    let closed = Locale::ALL.map(|l| {
        let drafts = Service::ALL.map(|service| format!("Disallow: {}/\n", Address::Start(l, service)));
        format!("{}Disallow: {}\n", drafts.concat(), Address::SuggestAddress(l))
    });
    let said = format!("User-agent: *\n{}Sitemap: {}{}\n", closed.concat(), site.origin, Address::Sitemap);
    Reply::bytes("text/plain; charset=utf-8", said.into_bytes()).kept(Kept::A_DAY)
}

/// The public pages, each with its other language. Teachers are found from their list, not by their names.
pub fn sitemap(site: &Site, schools: &Schools) -> Reply {
    let all = [
        Address::Home,
        Address::SchoolSearch,
        Address::Schools,
        Address::Queue,
        Address::Camps,
        Address::Teachers,
        Address::Faq,
        Address::Status,
        Address::Accessibility,
    ];
    let mut pages: Vec<[Address; 2]> = all.iter().map(|page| Locale::ALL.map(page)).collect();
    for school in schools.all() {
        for page in [Address::SchoolPage, Address::SchoolTerritory, Address::QueueOf] {
            pages.push(Locale::ALL.map(|l| page(l, school.id.clone())));
        }
    }
    for shift in schools.shifts() {
        pages.push(Locale::ALL.map(|l| Address::CampShift(l, shift.id.clone())));
    }
    let xml = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" "xmlns:xhtml"="http://www.w3.org/1999/xhtml" {
            @for languages in &pages { @for page in languages { (entry(site, page, languages)) } }
        }
    };
    Reply::bytes("application/xml; charset=utf-8", xml.into_string().into_bytes()).kept(Kept::A_DAY)
}

fn entry(site: &Site, page: &Address, languages: &[Address; 2]) -> Markup {
    html! {
        url {
            loc { (site.origin) (page) }
            @for other in languages {
                @let l = other.locale().map(Locale::code);
                (PreEscaped("<xhtml:link rel=\"alternate\" hreflang=\"")) (l.unwrap_or_default())
                (PreEscaped("\" href=\"")) (site.origin) (other) (PreEscaped("\"/>"))
            }
        }
    }
}
