//! The review page: every answer with a way to change it.

use domain::answers::{Family, Intentions};
use domain::directory::Phase;
use domain::person::{Person, Sex};
use domain::{Locale, Slot, Step};
use store::directory::Schools;
use store::drafts::Mine;
use text::{consent, documents as d, family, review as t, steps};
use views::{FieldError, Markup, Row, html, summary_list};
use web::documents::{Standing, required, standing};
use web::step::StepVisit;
use web::{Fields, Visit, documents};

/// What stands between this draft and sending it: scans that are missing, refused or under way.
pub fn problems(visit: &Visit, mine: &Mine) -> Vec<FieldError> {
    let l = visit.locale;
    let required = required(mine);
    let scans = Slot::ALL.into_iter().filter_map(|slot| {
        let phrase = match standing(&mine.documents, slot, visit) {
            Standing::Empty if required.contains(&slot) => t::MISSING,
            Standing::Checking => t::CHECKING,
            Standing::Refused => t::REFUSED,
            Standing::Empty | Standing::Accepted => return None,
        };
        Some(FieldError::new(slot.code(), phrase.fill(l, &[("document", d::name(slot).get(l))])))
    });
    // What was in time when it was typed may be late when it is sent.
    let late = mine
        .draft
        .answers
        .transfer
        .as_ref()
        .filter(|given| !given.motive.is_in_time(&mine.campaign.breaks, visit.today()));
    let late = late.map(|_| FieldError::new("review", text::transfer::MOTIVE_LATE.get(l)));
    scans.chain(late).collect()
}

/// The shifts of a camp that do not take the child any more: the city's file, or the day, is another than when
/// they were chosen.
pub fn unfit_shifts(visit: &Visit, mine: &Mine, schools: &Schools) -> Vec<FieldError> {
    let answers = &mine.draft.answers;
    let born = answers.family.as_ref().map(|family| family.child.birth_date);
    let chosen = answers.camp.iter().flat_map(|camp| &camp.shifts);
    let unfit = chosen.filter_map(|one| text::camp::unfit(visit.locale, schools.shift(&one.id), born, visit.today()));
    unfit.map(|said| FieldError::new("review", said)).collect()
}

/// Which version of the answers the page showed.
const SEEN_ANSWERS: &str = "seen-answers";
/// Which revision of the scans; it is renewed with them while they are checked.
const SEEN_SCANS: &str = "seen-scans";

/// Whether the page that was sent showed the answers and scans as they are now: what was changed
/// in another tab or on another device is to be seen before it is sent. A page from before a
/// deployment may not say what it showed.
pub fn showed_this(form: &Fields, mine: &Mine) -> bool {
    let same = |field: &str, now: u64| form.text(field).is_empty() || form.text(field) == now.to_string();
    same(SEEN_ANSWERS, mine.draft.version) && same(SEEN_SCANS, mine.documents.revision())
}

struct Page<'a> {
    here: &'a StepVisit<'a>,
    mine: &'a Mine,
    schools: &'a Schools,
    l: Locale,
}

pub fn page(here: &StepVisit<'_>, mine: &Mine, schools: &Schools, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let page = Page { here, mine, schools, l };
    let answers = &mine.draft.answers;
    let when = |at: domain::Timestamp| here.visit.site.local(at);
    let inner = html! {
        div #review tabindex="-1" {}
        @if mine.campaign.phase(here.visit.now) != Phase::Closed { p { (t::INTRO.get(l)) } }
        h2 { (steps::CONTACTS.get(l)) }
        (page.contacts())
        @if let Some(family) = &answers.family { (page.family(family)) }
        h2 { (family::DOCUMENTS.get(l)) }
        (views::hidden(SEEN_ANSWERS, &mine.draft.version.to_string()))
        (views::waiting("scans", mine.documents.checking(here.visit.now), html! {
            (views::hidden(SEEN_SCANS, &mine.documents.revision().to_string()))
            (page.scans())
        }))
        (page.chosen())
        @if let Some(intentions) = &answers.intentions { h2 { (t::NOTICES.get(l)) } (page.intentions(intentions)) }
        @match mine.campaign.phase(here.visit.now) {
            Phase::Open => (views::primary_button(t::SEND.get(l))),
            Phase::Before => {
                (views::notice(html! { p { (t::BEFORE.fill(l, &[("date", &text::date(when(mine.campaign.opens).date())), ("time", &text::time(when(mine.campaign.opens).time()))])) } }))
            }
            Phase::Closed => {
                (views::warning(l, html! { p { (t::CLOSED.fill(l, &[("date", &text::date(when(mine.campaign.closes).date()))])) } }))
            }
        }
    };
    here.page(&mine.draft, t::TITLE.get(l), errors, inner)
}

impl Page<'_> {
    fn change(&self, step: Step, field: &str) -> String {
        format!("{}?return=review#{field}", self.here.at(&self.mine.draft, step))
    }

    fn contacts(&self) -> Markup {
        let given = &self.mine.draft.answers.contacts;
        let main = given.main.as_ref().map_or(String::new(), |main| main.value.spaced());
        let second = given.second.as_ref().map_or(String::new(), |second| second.value.spaced());
        let email = given.email.as_ref().map_or("", |email| email.value.as_str());
        self.list(
            Step::Contacts,
            &[
                (t::PHONE.get(self.l), main.as_str(), "phone"),
                (t::SECOND_PHONE.get(self.l), second.as_str(), "second-phone"),
                (t::EMAIL.get(self.l), email, "email"),
            ],
        )
    }

    fn family(&self, given: &Family) -> Markup {
        let l = self.l;
        let issued = text::date(given.certificate.issued);
        let mut rest = vec![
            (family::CERTIFICATE_NUMBER.get(l), given.certificate.number.as_str(), "certificate-number"),
            (family::CERTIFICATE_ISSUED.get(l), issued.as_str(), "certificate-issued"),
        ];
        if given.early_wish {
            rest.push((t::EARLY_WISH.get(l), text::common::YES.get(l), "early-wish"));
        }
        html! {
            h2 { (family::PARENT.get(l)) }
            (self.person(&given.parent, "parent"))
            h2 { (family::CHILD.get(l)) }
            (self.person(&given.child, "child"))
            h2 { (family::CERTIFICATE.get(l)) }
            (self.list(Step::Family, &rest))
            @if !self.mine.draft.register.links(given) {
                (views::notice(html! { p { (family::NOT_LINKED.get(l)) } }))
            }
        }
    }

    fn person(&self, person: &Person, who: &str) -> Markup {
        let l = self.l;
        let (name, born) = (person.full_name(), text::date(person.birth_date));
        let sex = match person.sex {
            Sex::Male => family::MALE,
            Sex::Female => family::FEMALE,
        };
        let ids = ["surname", "iin", "birth-date", "sex"].map(|field| format!("{who}-{field}"));
        let [name_id, iin_id, born_id, sex_id] = &ids;
        self.list(
            Step::Family,
            &[
                (t::FULL_NAME.get(l), name.as_str(), name_id),
                (family::IIN.get(l), person.iin.as_str(), iin_id),
                (family::BIRTH_DATE.get(l), born.as_str(), born_id),
                (family::SEX.get(l), sex.get(l), sex_id),
            ],
        )
    }

    fn scans(&self) -> Markup {
        let visit = self.here.visit;
        let required = required(self.mine);
        let shown: Vec<Slot> = Slot::ALL
            .into_iter()
            .filter(|slot| required.contains(slot) || standing(&self.mine.documents, *slot, visit) != Standing::Empty)
            .collect();
        let links: Vec<String> =
            shown.iter().map(|slot| self.change(slot.step(self.mine.draft.service), slot.code())).collect();
        let rows: Vec<Row<'_>> = shown
            .iter()
            .zip(&links)
            .map(|(slot, link)| Row { key: d::name(*slot).get(self.l), value: self.scan(*slot), change: Some(link) })
            .collect();
        summary_list(self.l, &rows)
    }

    fn scan(&self, slot: Slot) -> Markup {
        let visit = self.here.visit;
        let preview = documents::preview(visit, &self.mine.draft, slot);
        html! {
            div #(slot.code()) tabindex="-1" {
                @if standing(&self.mine.documents, slot, visit) == Standing::Empty {
                    (d::NOT_ATTACHED.get(self.l))
                } @else {
                    (documents::with_state(visit, self.mine.documents.get(slot), &preview, |state| views::document_state(self.l, slot, state)))
                }
            }
        }
    }

    /// What was answered on the step of the service's own.
    fn chosen(&self) -> Markup {
        let chosen = web::chosen::lines(self.l, &self.mine.draft.answers, self.schools);
        html! {
            @if let Some((name, lines)) = &chosen {
                h2 { (name) }
                @let rows: Vec<_> = lines.iter().map(|line| (line.key.as_str(), line.value.as_str(), line.field.as_str())).collect();
                (self.list(self.mine.draft.service.own_step(), &rows))
            }
        }
    }

    fn intentions(&self, given: &Intentions) -> Markup {
        let l = self.l;
        let channels: Vec<&str> = [(given.by_sms, t::BY_SMS), (given.by_email, t::BY_EMAIL)]
            .iter()
            .filter(|(by, _)| *by)
            .map(|(_, phrase)| phrase.get(l))
            .collect();
        let channels = if channels.is_empty() { t::NONE.get(l).to_owned() } else { channels.join(", ") };
        let at = self.here.visit.site.local(given.consent_at);
        let consent =
            consent::CONSENT_GIVEN.fill(l, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))]);
        self.list(
            Step::Consent,
            &[
                (t::NOTICES.get(l), channels.as_str(), "channels"),
                (t::NOTICE_LANGUAGE.get(l), text::own_name(given.language), "notice-language"),
                (t::CONSENT.get(l), consent.as_str(), "consent"),
            ],
        )
    }

    fn list(&self, step: Step, rows: &[(&str, &str, &str)]) -> Markup {
        let links: Vec<String> = rows.iter().map(|(_, _, field)| self.change(step, field)).collect();
        let rows: Vec<Row<'_>> =
            rows.iter().zip(&links).map(|((key, value, _), link)| Row::text(self.l, key, value, Some(link))).collect();
        summary_list(self.l, &rows)
    }
}
