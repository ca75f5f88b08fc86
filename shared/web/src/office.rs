//! The office's door: every page of it begins with [`enter`], which alone makes a [`Desk`].

use domain::directory::Campaign;
use domain::life::{Act, State};
use domain::officer::Scope;
use domain::{Group, Locale, Officer, Service};
use futures::future::Either;
use store::Store;
use store::directory::Schools;
use store::office_sessions::OfficeRefusal;
use text::Phrase;
use views::{Badge, FieldError, LanguageSwitch, Markup, Tab};

use crate::Trouble;
use crate::address::Address;
use crate::visit::{Method, Visit};

/// Which officers a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need(&'static [Group]);

impl Need {
    /// Whoever is signed in
    pub const OFFICER: Self = Self(&Group::ALL);
    /// The department, and nobody else
    pub const DEPARTMENT: Self = Self(&[Group::Department]);
    /// A school, and nobody else
    pub const SCHOOL: Self = Self(&[Group::School]);
    /// Those who keep directory and settings
    pub const ADMINISTRATOR: Self = Self(&[Group::Administrator]);

    /// Those who look after undelivered messages
    pub const MESSAGES: Self = Self(&[Group::Department, Group::Administrator]);

    /// Those who set the terms of places
    pub const TERMS: Self = Self(&[Group::Department, Group::Administrator]);

    /// Those who do an act to applications of some service.
    #[must_use]
    pub fn act(act: Act) -> Self {
        let by = |group| act.groups().any(|one| one == group);
        match (by(Group::Department), by(Group::School)) {
            (true, true) => Self(&[Group::Department, Group::School]),
            (true, false) => Self::DEPARTMENT,
            (false, true) => Self::SCHOOL,
            (false, false) => Self(&[]),
        }
    }

    /// Whether a group is among them.
    #[must_use]
    pub fn admits(self, group: Group) -> bool {
        self.0.contains(&group)
    }
}

/// An officer at work: that somebody signed in, and may see the page, is known wherever one is
/// at hand.
#[derive(Clone, Debug)]
pub struct Desk {
    officer: Officer,
}

/// The officer of a request.
///
/// # Errors
/// [`Trouble::OfficeSignIn`] without a live session; [`Trouble::OfficeForbidden`] for another
/// group, which the audit then knows; [`Trouble::Store`]. One wait, two once a minute.
pub async fn enter(store: &Store, visit: &Visit, need: Need) -> Result<Desk, Trouble> {
    let session = match &visit.office {
        Some(token) => Either::Left(store.office_session(token, visit.now)),
        None => Either::Right(std::future::ready(Ok(None))),
    };
    let Some(session) = session.await? else {
        // Only what can be shown again is come back to: a form is not sent by signing in.
        let wanted = (visit.method == Method::Get).then(|| visit.address.clone());
        return Err(Trouble::OfficeSignIn { wanted });
    };
    let desk = Desk { officer: session.officer };
    if need.admits(desk.officer.group()) { Ok(desk) } else { Err(desk.refuse(store, visit).await) }
}

/// How an address names a service; none for the one that is meant where none is named.
#[must_use]
pub fn named(service: Service) -> Option<&'static str> {
    (service != Service::FirstGrade).then(|| service.code())
}

/// Reads what [`named`] wrote.
///
/// # Errors
/// [`Trouble::NotFound`] for what is no service.
pub fn meant(text: &str) -> Result<Service, Trouble> {
    match text {
        "" => Ok(Service::FirstGrade),
        code => Service::parse(code).ok_or(Trouble::NotFound),
    }
}

/// The campaign of a service, and the services that have one.
///
/// # Errors
/// [`Trouble::Ours`] where the service has none.
pub fn campaign_of(service: Service, campaigns: Vec<Campaign>) -> Result<(Campaign, Vec<Service>), Trouble> {
    let services = campaigns.iter().map(|campaign| campaign.service).collect();
    let campaign = campaigns.into_iter().find(|campaign| campaign.service == service);
    Ok((campaign.ok_or_else(|| Trouble::Ours("the service has no campaign".to_owned()))?, services))
}

/// The list of a service's applications in a state.
#[must_use]
pub fn inbox(locale: Locale, service: Service, state: State) -> String {
    let to = Address::Office(locale);
    match named(service) {
        Some(service) => format!("{to}?service={service}&state={}", state.code()),
        None => format!("{to}?state={}", state.code()),
    }
}

impl Desk {
    /// Who it is.
    #[must_use]
    pub const fn officer(&self) -> &Officer {
        &self.officer
    }

    /// Whose applications they may see.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.officer.scope()
    }

    /// The title of a page that shows the whole city, or the officer's own school: `of` names it as `{school}`.
    #[must_use]
    pub fn title(&self, whole: Phrase, of: Phrase, schools: &Schools, locale: Locale) -> String {
        let Some(id) = self.officer.school() else { return whole.get(locale).to_owned() };
        let name = schools.find(id).map_or_else(|| id.as_str(), |school| school.name.get(locale));
        of.fill(locale, &[("school", name)])
    }

    /// The trouble of an officer who wants what is not theirs: another group's page, another
    /// school's application. It is written down first; one wait.
    pub async fn refuse(self, store: &Store, visit: &Visit) -> Trouble {
        let refusal = OfficeRefusal {
            officer: self.officer.id.clone(),
            asked: visit.address.office().unwrap_or("other").to_owned(),
            at: visit.now,
        };
        let today = visit.today();
        match store.record_office_refusal(&refusal, today).await {
            Ok(()) => Trouble::OfficeForbidden { officer: Box::new(self.officer) },
            Err(error) => error.into(),
        }
    }

    /// A page of the office with this officer in its header; errors come first on it.
    pub fn page(&self, visit: &Visit, title: &str, errors: &[FieldError], body: Markup) -> Markup {
        page(visit, Some(&self.officer), title, errors, body)
    }
}

/// A page of the office whose language is switched by a link; nobody is signed in without an officer.
pub(crate) fn page(
    visit: &Visit,
    officer: Option<&Officer>,
    title: &str,
    errors: &[FieldError],
    body: Markup,
) -> Markup {
    let l = visit.locale;
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(title, LanguageSwitch::Link(&other));
    let (sign_out, csrf) = (Address::OfficeSignOut(l).to_string(), visit.csrf());
    let rooms = officer.map(|officer| rooms(l, officer)).unwrap_or_default();
    let paths: Vec<String> = rooms.iter().map(|(address, _)| address.to_string()).collect();
    let rooms: Vec<Tab<'_>> = rooms
        .iter()
        .zip(&paths)
        .map(|((address, label), href)| Tab {
            label: label.get(l),
            href,
            current: *address == visit.address,
            count: None,
        })
        .collect();
    let badge = officer.map(|officer| Badge {
        rooms: &rooms,
        name: &officer.name,
        role: text::office::role(officer.group()).get(l),
        sign_out: &sign_out,
        csrf: csrf.as_deref(),
    });
    views::office_page(&shell, badge, errors, body)
}

/// The rooms of the office that an officer may enter, in the order of the header.
fn rooms(l: Locale, officer: &Officer) -> Vec<(Address, Phrase)> {
    let all = [
        (Need::OFFICER, Address::Office(l), text::desk::INBOX),
        (Need::DEPARTMENT, Address::OfficePaper(l), text::paper::TITLE),
        (Need::SCHOOL, Address::OfficeEnrol(l), text::enrolling::ROOM),
        (Need::MESSAGES, Address::OfficeMessages(l), text::undelivered::ROOM),
        (Need::OFFICER, Address::OfficePlaces(l), text::places::TITLE),
        (Need::OFFICER, Address::OfficeFreePlaces(l), text::transfer::FREE),
        (Need::OFFICER, Address::OfficeReports(l), text::reports::TITLE),
        (Need::ADMINISTRATOR, Address::OfficeDirectory(l), text::directory::DIRECTORY),
    ];
    let open = all.into_iter().filter(|(need, ..)| need.admits(officer.group()));
    open.map(|(_, address, label)| (address, label)).collect()
}

/// Where officers sign in, with the page that they come back to afterwards.
#[must_use]
pub fn sign_in_path(locale: Locale, wanted: Option<&Address>) -> String {
    let address = Address::OfficeSignIn(locale).to_string();
    match wanted {
        Some(wanted) => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("to", &wanted.to_string()).finish();
            format!("{address}?{query}")
        }
        None => address,
    }
}

/// Reads what [`sign_in_path`] wrote: a page of the office and nothing else, whoever wrote it.
#[must_use]
pub fn wanted(text: &str) -> Option<Address> {
    Address::parse(text).filter(|address| {
        address.is_office() && !matches!(address, Address::OfficeSignIn(_) | Address::OfficeSignOut(_))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_need_admits_its_groups_and_no_other() {
        let all = [
            (Need::OFFICER, [true, true, true]),
            (Need::DEPARTMENT, [true, false, false]),
            (Need::SCHOOL, [false, true, false]),
            (Need::ADMINISTRATOR, [false, false, true]),
            (Need::TERMS, [true, false, true]),
            (Need::act(Act::Register), [true, false, false]),
            (Need::act(Act::Decline), [false, true, false]),
            (Need::act(Act::Confirm), [true, true, false]),
            (Need::act(Act::Withdraw), [false, false, false]),
        ];
        for (need, expected) in all {
            assert_eq!(Group::ALL.map(|group| need.admits(group)), expected, "{need:?}");
        }
    }

    #[test]
    fn each_officer_is_led_to_the_rooms_that_are_theirs() {
        let seen = |group: &str| {
            let officer = Officer::new("a", "", &[group.to_owned()], Some("school-7")).unwrap();
            rooms(Locale::Ru, &officer).into_iter().map(|(address, _)| address).collect::<Vec<_>>()
        };
        let l = Locale::Ru;
        let (office, reports, messages) = (Address::Office(l), Address::OfficeReports(l), Address::OfficeMessages(l));
        let (places, free) = (Address::OfficePlaces(l), Address::OfficeFreePlaces(l));
        let of_administrator = [
            office.clone(),
            messages.clone(),
            places.clone(),
            free.clone(),
            reports.clone(),
            Address::OfficeDirectory(l),
        ];
        assert_eq!(seen("administrator"), of_administrator);
        let of_department =
            [office.clone(), Address::OfficePaper(l), messages, places.clone(), free.clone(), reports.clone()];
        assert_eq!(seen("department"), of_department);
        assert_eq!(seen("school"), [office, Address::OfficeEnrol(l), places, free, reports]);
    }

    #[test]
    fn after_signing_in_nobody_is_sent_anywhere_but_to_the_office() {
        let office = Address::Office(Locale::Kk);
        assert_eq!(sign_in_path(Locale::Kk, Some(&office)), "/kk/office/sign-in?to=%2Fkk%2Foffice");
        assert_eq!(sign_in_path(Locale::Ru, None), "/ru/office/sign-in");
        assert_eq!(wanted("/kk/office"), Some(office));
        for text in [
            "",
            "/",
            "/ru",
            "/ru/applications",
            "//evil.example/ru/office",
            "https://evil.example/ru/office",
            "/ru/office/sign-out",
            "/ru/office/sign-in",
            "/ru/office?x",
        ] {
            assert_eq!(wanted(text), None, "{text}");
        }
    }
}
