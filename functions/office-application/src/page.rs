//! The page of an application: its answers in the order of the steps.

use domain::answers::{Contacts, Family, Intentions, Remark};
use domain::calendar::Nearness;
use domain::directory::{Campaign, Phase};
use domain::life::{Act, Change};
use domain::person::{Person, Sex};
use domain::{Application, Locale, Service, Slot, Timestamp};
use store::directory::Schools;
use text::{common, consent, decisions as t_decisions, desk as t, documents as d, family, life, review, status, steps};
use views::{Markup, Row, html, summary_list};
use web::documents::with_state;
use web::queue::Queues;
use web::{Address, Visit, deciding, due_day, following};

use crate::{Mine, decide, viewer};

/// What the page tells beside the application itself.
pub struct Facts<'a> {
    pub history: &'a [Change],
    pub campaign: Option<&'a Campaign>,
    pub schools: &'a Schools,
    /// The other applications for the same child that are not over
    pub rivals: &'a [Application],
    /// How the places that it waits for stand
    pub queues: &'a Queues,
}

struct Page<'a> {
    visit: &'a Visit,
    mine: &'a Mine,
    facts: &'a Facts<'a>,
    l: Locale,
}

/// The part of the answers that a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Parent,
    Child,
    Address,
}

const fn part(remark: Remark) -> Part {
    match remark {
        Remark::ParentUnlikeRegister | Remark::ParentUnlikeIin | Remark::NotLinked => Part::Parent,
        Remark::ChildUnlikeRegister | Remark::ChildUnlikeIin => Part::Child,
        Remark::AddressTyped | Remark::AddressUnlikeRegister => Part::Address,
    }
}

pub fn page(visit: &Visit, mine: &Mine, facts: &Facts<'_>) -> Markup {
    let l = visit.locale;
    let page = Page { visit, mine, facts, l };
    let application = &mine.application;
    let title = t::APPLICATION.fill(l, &[("n", &application.number.to_string())]);
    let answers = &application.answers;
    let body = html! {
        a.back href=(Address::Office(l)) { (t::TO_INBOX.get(l)) }
        h1 { (title) }
        (page.standing())
        (decide::panel(visit, mine, facts.rivals))
        h2 { (steps::name(domain::Step::Contacts).get(l)) }
        (page.contacts(&answers.contacts))
        @if let Some(family) = &answers.family { (page.family(family)) }
        @if !mine.partly {
            h2 { (family::DOCUMENTS.get(l)) }
            (page.scans())
        }
        (page.chosen())
        @if let Some(intentions) = &answers.intentions { h2 { (review::NOTICES.get(l)) } (page.intentions(intentions)) }
        h2 { (t::HISTORY.get(l)) }
        (page.history())
    };
    mine.desk.page(visit, &title, &[], body)
}

impl Page<'_> {
    fn standing(&self) -> Markup {
        let (l, application) = (self.l, &self.mine.application);
        let today = self.visit.today();
        let due = self
            .facts
            .campaign
            .and_then(|campaign| due_day(self.visit, application.state, application.since(), campaign));
        let none = if application.service == Service::Camp { text::camp::NOT_GIVEN } else { t::NO_PLACE };
        let place = application
            .place()
            .map_or_else(|| none.get(l).to_owned(), |place| following::place(&place, self.facts.schools, l));
        let remarks = application.remarks.len().to_string();
        let due = match due {
            Some(day) => html! { (text::date(day)) " " (views::nearness_tag(l, Nearness::of(day, today))) },
            None => html! { (t::NOT_DUE.get(l)) },
        };
        let order = application.order.as_ref().map(|order| deciding::order(self.visit, order));
        let row = |key: text::Phrase, value: Markup| Row { key: key.get(l), value, change: None };
        let renews = application.renews.as_ref().map(|renewed| {
            let said = text::meals::RENEWS.fill(l, &[("n", &renewed.number.to_string())]);
            row(text::meals::RENEW, html! { a href=(Address::OfficeApplication(l, renewed.id.clone())) { (said) } })
        });
        let released = application.released.as_ref().map(|order| deciding::released(self.visit, order));
        let until =
            application.until.map(|until| row(following::until_name(application), html! { (text::date(until)) }));
        let queued = application
            .service
            .has_queue()
            .then(|| [row(t::PLACE, html! { (place) }), row(t_decisions::AWAITED, self.awaited())]);
        let queued = queued.into_iter().flatten();
        summary_list(
            l,
            &[
                row(t::STATE, views::state_tag(l, application.service, application.state)),
                row(t::SINCE, html! { (self.at(application.since())) }),
                row(t::DUE, due),
                row(t::SENT, html! { (self.at(application.sent)) }),
                row(t::REMARKS, html! { (remarks) }),
            ]
            .into_iter()
            .chain(queued)
            .chain(renews)
            .chain(until)
            .chain(released.as_deref().map(|order| row(text::transfer::ORDER_OUT, html! { (order) })))
            .chain(order.as_deref().map(|order| row(t_decisions::ORDER_NUMBER, html! { (order) })))
            .collect::<Vec<_>>(),
        )
    }

    /// The choices that it waits for, with its position in line for each.
    fn awaited(&self) -> Markup {
        let l = self.l;
        let (application, facts) = (&self.mine.application, self.facts);
        let over = facts.campaign.is_some_and(|campaign| campaign.phase(self.visit.now) == Phase::Closed);
        match application.awaits().is_empty() {
            true => html! { (t_decisions::AWAITED_NOTHING.get(l)) },
            false => web::queue::awaited_rows(l, application, facts.queues, over, facts.schools),
        }
    }

    fn contacts(&self, given: &Contacts) -> Markup {
        let main = given.main.as_ref().map_or(String::new(), |main| main.value.spaced());
        let second = given.second.as_ref().map_or(String::new(), |second| second.value.spaced());
        let email = given.email.as_ref().map_or("", |email| email.value.as_str());
        self.list(&[(review::PHONE, main.as_str()), (review::SECOND_PHONE, second.as_str()), (review::EMAIL, email)])
    }

    fn family(&self, given: &Family) -> Markup {
        let l = self.l;
        let issued = text::date(given.certificate.issued);
        let mut rest = vec![
            (family::CERTIFICATE_NUMBER, given.certificate.number.as_str()),
            (family::CERTIFICATE_ISSUED, issued.as_str()),
        ];
        if given.early_wish {
            rest.push((review::EARLY_WISH, common::YES.get(l)));
        }
        html! {
            h2 { (family::PARENT.get(l)) }
            (self.remarks(Part::Parent))
            (self.person(&given.parent))
            h2 { (family::CHILD.get(l)) }
            (self.remarks(Part::Child))
            (self.person(&given.child))
            h2 { (family::CERTIFICATE.get(l)) }
            (self.list(&rest))
        }
    }

    fn person(&self, person: &Person) -> Markup {
        let (name, born) = (person.full_name(), text::date(person.birth_date));
        let sex = match person.sex {
            Sex::Male => family::MALE,
            Sex::Female => family::FEMALE,
        };
        self.list(&[
            (review::FULL_NAME, name.as_str()),
            (family::IIN, person.iin.as_str()),
            (family::BIRTH_DATE, born.as_str()),
            (family::SEX, sex.get(self.l)),
        ])
    }

    fn scans(&self) -> Markup {
        let (l, mine) = (self.l, self.mine);
        let shown: Vec<Slot> = Slot::ALL.into_iter().filter(|slot| mine.documents.accepted(*slot)).collect();
        if shown.is_empty() {
            return html! { p { (t::NO_SCANS.get(l)) } };
        }
        let scan = |slot: Slot| {
            let preview = Address::OfficeScan(l, mine.application.id.clone(), slot);
            let state = with_state(self.visit, mine.documents.get(slot), &preview, |state| {
                views::document_state(l, slot, state)
            });
            html! { (state) (viewer::link(self.visit, mine, slot)) }
        };
        let rows: Vec<Row<'_>> =
            shown.into_iter().map(|slot| Row { key: d::name(slot).get(l), value: scan(slot), change: None }).collect();
        summary_list(l, &rows)
    }

    /// What was answered on the step of the service's own.
    fn chosen(&self) -> Markup {
        let chosen = web::chosen::lines(self.l, &self.mine.application.answers, self.facts.schools);
        let told = |line: &web::chosen::Line| !self.mine.partly || !line.is_private();
        let chosen = chosen.map(|(name, lines)| (name, lines.into_iter().filter(told).collect::<Vec<_>>()));
        html! {
            @if let Some((name, lines)) = &chosen {
                h2 { (name) }
                (self.remarks(Part::Address))
                (summary_list(self.l, &web::chosen::rows(self.l, lines)))
            }
        }
    }

    fn intentions(&self, given: &Intentions) -> Markup {
        let l = self.l;
        let channels: Vec<&str> = [(given.by_sms, review::BY_SMS), (given.by_email, review::BY_EMAIL)]
            .iter()
            .filter(|(by, _)| *by)
            .map(|(_, phrase)| phrase.get(l))
            .collect();
        let channels = if channels.is_empty() { review::NONE.get(l).to_owned() } else { channels.join(", ") };
        let at = self.visit.site.local(given.consent_at);
        let agreed =
            consent::CONSENT_GIVEN.fill(l, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))]);
        self.list(&[
            (review::NOTICES, channels.as_str()),
            (review::NOTICE_LANGUAGE, text::own_name(given.language)),
            (review::CONSENT, agreed.as_str()),
        ])
    }

    fn history(&self) -> Markup {
        let l = self.l;
        // What the new school wrote to the parent is between those two.
        let told = |change: &Change| !self.mine.partly || !matches!(change.act(), Some(Act::Return | Act::Refuse));
        let said = |change: &Change| match told(change) {
            true => deciding::said(self.visit, change, self.facts.schools),
            false => String::new(),
        };
        let line = |change: &Change| {
            [
                self.at(change.at),
                life::changed(self.mine.application.service, change).get(l).to_owned(),
                deciding::who(self.visit, &change.actor).to_owned(),
                said(change),
            ]
        };
        let lines: Vec<[String; 4]> = self.facts.history.iter().map(line).collect();
        views::table(
            &[status::WHEN.get(l), status::WHAT.get(l), t_decisions::WHO.get(l), t_decisions::SAID.get(l)],
            &lines,
        )
    }

    fn remarks(&self, about: Part) -> Markup {
        let found = self.mine.application.remarks.iter().filter(|remark| part(**remark) == about);
        html! { @for remark in found { (views::remark(self.l, t::remark(*remark).get(self.l))) } }
    }

    fn list(&self, rows: &[(text::Phrase, &str)]) -> Markup {
        let l = self.l;
        let rows: Vec<Row<'_>> = rows.iter().map(|(key, value)| Row::text(l, key.get(l), value, None)).collect();
        summary_list(l, &rows)
    }

    fn at(&self, at: Timestamp) -> String {
        let at = self.visit.site.local(at);
        format!("{} {}", text::date(at.date()), text::time(at.time()))
    }
}
