//! What a receipt says, the same on the page and in the PDF.

use std::borrow::Cow;

use domain::directory::Campaign;
use domain::{Application, ApplicationNumber, Language, Locale, Place, Slot, Step, Timestamp};
use store::directory::Schools;
use store::standings::DayHead;
use text::{common, documents, family, life, queue as t_queue, receipt as t, review, service, status, transfer};
use web::following::status_of;
use web::{Address, Visit};

/// What checks an open ledger.
pub const COMMAND: &str = "cargo portal verify";

/// A receipt in one language.
#[derive(Clone)]
pub struct Receipt {
    /// The language
    pub locale: Locale,
    /// The application's number
    pub number: ApplicationNumber,
    /// What this is
    pub title: String,
    /// Who gives it: the portal of the city
    pub portal: String,
    /// That the data are made up, where they are
    pub demo: Option<String>,
    /// When it was made
    pub made: String,
    /// What was sent and how it stands
    pub rows: Vec<Row>,
    /// Where the ticket stands in the open ledger, and how to find and check it there
    pub queue: Option<Row>,
    /// Where the status is checked: the number and nothing personal
    pub check: String,
    /// What it means to have it
    pub means: &'static str,
    /// Whom to ask
    pub department: String,
}

/// What is known of the open ledger.
pub struct Ledger {
    /// Where it stood at the end of its last day
    pub day: Option<DayHead>,
    /// Where it is published
    pub folder: Option<String>,
}

/// A line of a receipt.
#[derive(Clone)]
pub struct Row {
    /// What it tells
    pub key: Cow<'static, str>,
    /// What it tells of it, one or several lines
    pub value: Vec<String>,
}

/// Names of a family.
impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt(redacted)")
    }
}

impl Receipt {
    /// The receipt of an application as it stands now.
    pub fn new(visit: &Visit, application: &Application, facts: (&Campaign, &Schools, &Ledger)) -> Self {
        let (campaign, schools, ledger) = facts;
        let l = visit.locale;
        let number = application.number.to_string();
        let city = [("city", visit.site.city_name(l))];
        let mut rows = vec![
            Row::new(status::NUMBER.get(l), number.clone()),
            Row::new(t::SERVICE.get(l), service::name(application.service).get(l)),
            Row::new(t::SCHOOL_YEAR.get(l), format!("{}/{}", campaign.school_year, campaign.school_year + 1)),
            Row::new(t::SENT.get(l), at(visit, t::AT, application.sent)),
        ];
        if let Some(told) = &application.answers.family {
            rows.push(Row::new(family::CHILD.get(l), told.child.full_name()));
            rows.push(Row::new(family::PARENT.get(l), told.parent.full_name()));
        }
        if let Some(choice) = &application.answers.school {
            let home = match choice.home_place() {
                Some(home) => place(&home, schools, l),
                None => review::HOME_UNKNOWN.get(l).to_owned(),
            };
            rows.push(Row::new(review::HOME_SCHOOL.get(l), home));
            let quota = choice.quota.iter().zip(1..).map(|(chosen, n)| format!("{n}. {}", place(chosen, schools, l)));
            rows.push(Row { key: t::QUOTA.get(l).into(), value: or_none(quota.collect(), l) });
        } else if let Some((_, chosen)) = web::chosen::lines(l, &application.answers, schools) {
            let chosen = chosen.into_iter().filter(|line| !line.is_private());
            rows.extend(chosen.map(|line| Row::new(line.key, line.value)));
        }
        // A paper of the service's own step tells what befell a family: like the answer that it proves, it is private.
        let told = |slot: &&Slot| slot.step(application.service) == Step::Family || **slot == Slot::AddressProof;
        let scans = application.scans.iter().filter(told).map(|slot| documents::name(*slot).get(l).to_owned());
        rows.push(Row { key: t::DOCUMENTS.get(l).into(), value: or_none(scans.collect(), l) });
        rows.push(Row {
            key: status::WHAT.get(l).into(),
            value: vec![
                life::state(application.service, application.state).get(l).to_owned(),
                at(visit, t::SINCE, application.since()),
            ],
        });
        Self {
            locale: l,
            number: application.number,
            title: t::TITLE.fill(l, &[("n", &number)]),
            portal: common::PORTAL.fill(l, &city),
            demo: visit.site.demo.then(|| format!("{}. {}", common::DEMO.get(l), common::DEMO_NOTE.get(l))),
            made: at(visit, t::MADE, visit.now),
            rows,
            queue: application.service.has_queue().then(|| queue(visit, application, ledger)),
            check: format!("{}{}", visit.site.origin, status_of(l, application)),
            means: t::MEANS.get(l),
            department: common::DEPARTMENT.fill(l, &city),
        }
    }

    /// The slip of a school in a transfer: of the new one that it accepts the child, or of the old one that
    /// it releases it. None while that school has not given it.
    pub fn slip(visit: &Visit, application: &Application, out: bool, schools: &Schools) -> Option<Self> {
        let l = visit.locale;
        let number = application.number.to_string();
        let city = [("city", visit.site.city_name(l))];
        let (given, family) = (application.answers.transfer.as_ref()?, application.answers.family.as_ref()?);
        application.free_place()?;
        let mut rows = vec![
            Row::new(family::CHILD.get(l), family.child.full_name()),
            Row::new(transfer::GRADE.get(l), given.grade.to_string()),
            Row::new(transfer::FROM_SCHOOL.get(l), place(&given.from, schools, l)),
            Row::new(transfer::TO.get(l), place(&given.to, schools, l)),
        ];
        let (title, means) = if out {
            let order = application.released.as_ref()?;
            let words = [("n", order.number.as_str()), ("date", &*text::date(order.date))];
            rows.push(Row::new(transfer::ORDER_OUT.get(l), transfer::RELEASED_SAID.fill(l, &words)));
            (transfer::SLIP_OUT_TITLE, transfer::SLIP_OUT_MEANS)
        } else {
            rows.push(Row::new(transfer::SLIP_UNTIL.get(l), text::date(application.until?)));
            (transfer::SLIP_TITLE, transfer::SLIP_MEANS)
        };
        rows.push(Row {
            key: status::WHAT.get(l).into(),
            value: vec![
                life::state(application.service, application.state).get(l).to_owned(),
                at(visit, t::SINCE, application.since()),
            ],
        });
        Some(Self {
            locale: l,
            number: application.number,
            title: title.fill(l, &[("n", &number)]),
            portal: common::PORTAL.fill(l, &city),
            demo: visit.site.demo.then(|| format!("{}. {}", common::DEMO.get(l), common::DEMO_NOTE.get(l))),
            made: at(visit, t::MADE, visit.now),
            rows,
            queue: None,
            check: format!("{}{}", visit.site.origin, status_of(l, application)),
            means: means.get(l),
            department: common::DEPARTMENT.fill(l, &city),
        })
    }
}

impl Row {
    /// A line with one value.
    pub fn new(key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: vec![value.into()] }
    }
}

/// How to find the ticket in the queue and in the open ledger, with a hash that nobody can change later.
fn queue(visit: &Visit, application: &Application, ledger: &Ledger) -> Row {
    let l = visit.locale;
    let number = application.number.to_string();
    let mut value = vec![t_queue::RECEIPT_HOW.fill(l, &[("n", &number)])];
    let choices = application.answers.school.iter().flat_map(|school| school.quota.first()).cloned();
    let page = match application.place().into_iter().chain(choices).next() {
        Some(place) => format!("{}?number={number}", Address::QueueOf(l, place.school)),
        None => Address::Queue(l).to_string(),
    };
    value.push(format!("{}{page}", visit.site.origin));
    // An older day tells nothing of this ticket.
    let sent = visit.site.local(application.sent).date();
    let told = ledger.day.as_ref().filter(|head| head.day >= sent);
    match told {
        Some(DayHead { day, line, hash }) => {
            let words = [("date", &*text::date(*day)), ("n", &*line.to_string())];
            value.push(format!("{}: {hash}", t_queue::LEDGER_DAY.fill(l, &words)));
        }
        None => value.push(t_queue::RECEIPT_LATER.get(l).to_owned()),
    }
    if let Some(folder) = &ledger.folder {
        let told = told.map(|day| format!(" --line {}={}", day.line, day.hash)).unwrap_or_default();
        value.push(format!("{}:", t_queue::LEDGER.get(l)));
        value.push(folder.clone());
        value.push(format!("{}:", t_queue::LEDGER_HOW.get(l)));
        value.push(format!("{COMMAND} {folder} --ticket {number}{told}"));
    }
    Row { key: t_queue::RECEIPT.get(l).into(), value }
}

fn or_none(lines: Vec<String>, l: Locale) -> Vec<String> {
    if lines.is_empty() { vec![t::NONE.get(l).to_owned()] } else { lines }
}

fn at(visit: &Visit, phrase: text::Phrase, at: Timestamp) -> String {
    let at = visit.site.local(at);
    phrase.fill(visit.locale, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))])
}

fn place(place: &Place, schools: &Schools, l: Locale) -> String {
    let name = schools.find(&place.school).map_or(place.school.as_str(), |school| school.name.get(l));
    let language = match place.language {
        Language::Kazakh => t::IN_KAZAKH,
        Language::Russian => t::IN_RUSSIAN,
    };
    format!("{name}, {}", language.get(l))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const CHECK: &str = "https://portal.example.kz/kk/status?number=44";

    pub const QUEUE: &str = "https://portal.example.kz/kk/queue/school-14?number=44";

    /// A receipt for a child of that name.
    pub fn receipt(locale: Locale, name: &str) -> Receipt {
        let city = [("city", "Қарағанды")];
        Receipt {
            locale,
            number: ApplicationNumber::new(44).unwrap(),
            title: t::TITLE.fill(locale, &[("n", "44")]),
            portal: common::PORTAL.fill(locale, &city),
            demo: Some(common::DEMO_NOTE.get(locale).to_owned()),
            made: t::MADE.fill(locale, &[("date", "02.04.2027"), ("time", "10:15")]),
            rows: vec![
                Row::new(family::CHILD.get(locale), name),
                Row {
                    key: t::DOCUMENTS.get(locale).into(),
                    value: vec!["Туу туралы куәлік".to_owned(), "Фото".to_owned()],
                },
            ],
            queue: Some(Row {
                key: t_queue::RECEIPT.get(locale).into(),
                value: vec![QUEUE.to_owned(), "0a".repeat(32)],
            }),
            check: CHECK.to_owned(),
            means: t::MEANS.get(locale),
            department: common::DEPARTMENT.fill(locale, &city),
        }
    }

    #[test]
    fn a_receipt_is_never_printed_into_a_log() {
        assert_eq!(format!("{:?}", receipt(Locale::Kk, "Мысал")), "Receipt(redacted)");
    }
}
