//! Applications side by side.

use domain::answers::Family;
use domain::life::Change;
use domain::person::{Person, Sex};
use domain::{Application, Locale};
use text::{Phrase, common, decisions, desk, family, resolving as t, review};
use views::{Choice, FieldError, Markup, Radio, Tone, error_of, html};
use web::{Address, Fields, Visit, deciding};

use crate::{Compared, seen_field};

/// What the page tells besides the applications.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    pub errors: &'a [FieldError],
    /// What was changed after the form was shown
    pub met: &'a [&'a Change],
    /// Another one was sent since
    pub more: bool,
}

struct Page<'a> {
    visit: &'a Visit,
    compared: &'a Compared,
    l: Locale,
}

pub fn page(visit: &Visit, compared: &Compared, shown: &Fields, told: &Told<'_>) -> Markup {
    let l = visit.locale;
    let page = Page { visit, compared, l };
    let child = compared.live.iter().find_map(|one| one.answers.family.as_ref()).map(|family| family.child.full_name());
    let back = Address::OfficeApplication(l, compared.id.clone());
    let body = html! {
        a.back href=(back) { (common::BACK.get(l)) }
        h1 { (t::TITLE.get(l)) }
        @for change in told.met { (deciding::met(visit, compared.service, change)) }
        @if told.more { (views::warning(l, html! { p { (t::ONE_MORE.get(l)) } })) }
        @if let Some(child) = &child { p.lead { (t::CHILD.fill(l, &[("child", child)])) } }
        @match compared.live.as_slice() {
            [] | [_] => (views::notice(html! { p { (t::NOTHING.get(l)) } })),
            _ => { (page.table()) (page.form(shown, told.errors)) }
        }
    };
    compared.desk.page(visit, t::TITLE.get(l), told.errors, body)
}

/// A line of the comparison.
struct Line {
    key: String,
    values: Vec<String>,
    /// Whether it is an answer, so that a difference tells something
    answer: bool,
}

impl Page<'_> {
    fn form(&self, shown: &Fields, errors: &[FieldError]) -> Markup {
        let (l, live) = (self.l, &self.compared.live);
        let beyond = self.compared.beyond();
        if beyond.len() == live.len() {
            return views::warning(l, html! { p { (t::NOT_REFUSABLE.get(l)) } });
        }
        let names: Vec<String> = live.iter().map(|one| self.which(one)).collect();
        let options: Vec<Radio<'_>> = live
            .iter()
            .zip(&names)
            .map(|(one, name)| Radio { value: one.id.as_str(), label: name, hint: None })
            .collect();
        let press = if beyond.is_empty() { t::PRESS } else { t::PRESS_BEYOND };
        let address = Address::OfficeResolve(l, self.compared.id.clone());
        let inner = html! {
            @for one in live { (views::hidden(&seen_field(&one.id), &one.version.to_string())) }
            @for one in &beyond {
                (views::warning(l, html! { p { (t::BEYOND.fill(l, &[("n", &one.number.to_string())])) } }))
            }
            @if beyond.is_empty() {
                (views::radios(&Choice {
                    locale: l,
                    name: "keep",
                    label: t::KEEP.get(l),
                    hint: Some(t::KEEP_HINT.get(l)),
                    options: &options,
                    value: shown.text("keep"),
                    error: error_of(errors, "keep"),
                    optional: false,
                    inline: false,
                }))
            }
            (deciding::note_field(self.visit, decisions::NOTE.get(l), true, shown, errors))
            (views::warning(l, html! { p { (decisions::WARN_REFUSE.get(l)) } }))
            (views::buttons(views::warning_button(press.get(l))))
        };
        views::action_form(&address.to_string(), self.visit.csrf().as_deref(), inner)
    }

    fn table(&self) -> Markup {
        let (l, live) = (self.l, &self.compared.live);
        html! {
            div.table.desk tabindex="0" role="region" aria-label=(t::COMPARE.get(l)) {
                table {
                    thead {
                        tr {
                            th scope="col" { (t::QUESTION.get(l)) }
                            @for one in live {
                                th scope="col" { a href=(Address::OfficeApplication(l, one.id.clone())) { (self.which(one)) } }
                            }
                        }
                    }
                    tbody {
                        tr {
                            th scope="row" { (desk::STATE.get(l)) }
                            @for one in live { td { (views::state_tag(l, one.service, one.state)) } }
                        }
                        @for line in self.lines() {
                            tr {
                                th scope="row" {
                                    (line.key)
                                    @if line.differs() { " " (views::tag(Tone::Attention, t::DIFFERS.get(l))) }
                                }
                                @for value in &line.values { td { (value) } }
                            }
                        }
                        tr {
                            th scope="row" { (desk::REMARKS.get(l)) }
                            @for one in live {
                                td {
                                    @if one.remarks.is_empty() { (t::NO.get(l)) }
                                    @for remark in &one.remarks { p { (desk::remark(*remark).get(l)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn lines(&self) -> Vec<Line> {
        let l = self.l;
        let line = |key: Phrase, answer: bool, value: &dyn Fn(&Application) -> String| Line {
            key: key.get(l).to_owned(),
            values: self.compared.live.iter().map(value).collect(),
            answer,
        };
        let family = |one: &Application, tell: &dyn Fn(&Family) -> String| {
            one.answers.family.as_ref().map(tell).unwrap_or_default()
        };
        let yes = |yes: bool| if yes { common::YES } else { t::NO }.get(l).to_owned();
        let contacts = |one: &Application| one.answers.contacts.clone();
        let mut lines = vec![
            line(desk::SENT, false, &|one| self.at(one)),
            line(t::LINKED, false, &|one| yes(one.linked)),
            line(family::PARENT, true, &|one| family(one, &|family| self.person(&family.parent))),
            line(review::PHONE, true, &|one| contacts(one).main.map(|main| main.value.spaced()).unwrap_or_default()),
            line(review::EMAIL, true, &|one| {
                contacts(one).email.map(|email| email.value.as_str().to_owned()).unwrap_or_default()
            }),
            line(family::CHILD, true, &|one| family(one, &|family| self.person(&family.child))),
            line(family::CERTIFICATE_NUMBER, true, &|one| family(one, &|family| family.certificate.number.clone())),
            line(family::CERTIFICATE_ISSUED, true, &|one| family(one, &|family| text::date(family.certificate.issued))),
        ];
        lines.extend(self.chosen());
        lines.push(line(t::SCANS, false, &|one| one.scans.len().to_string()));
        lines
    }

    /// What was answered on the step of the service's own, each question once.
    fn chosen(&self) -> Vec<Line> {
        let chosen = |one: &Application| web::chosen::lines(self.l, &one.answers, &self.compared.schools);
        let each: Vec<_> =
            self.compared.live.iter().map(|one| chosen(one).map_or_else(Vec::new, |(_, all)| all)).collect();
        let mut keys: Vec<&str> = Vec::new();
        for line in each.iter().flatten() {
            if !keys.contains(&line.key.as_str()) {
                keys.push(&line.key);
            }
        }
        let value = |of: &Vec<web::chosen::Line>, key: &str| {
            of.iter().find(|line| line.key == key).map(|line| line.value.clone()).unwrap_or_default()
        };
        let line = |key: &str| Line {
            key: key.to_owned(),
            values: each.iter().map(|of| value(of, key)).collect(),
            answer: true,
        };
        keys.into_iter().map(line).collect()
    }

    fn which(&self, one: &Application) -> String {
        t::WHICH.fill(self.l, &[("n", &one.number.to_string())])
    }

    fn at(&self, one: &Application) -> String {
        let at = self.visit.site.local(one.sent);
        format!("{} {}", text::date(at.date()), text::time(at.time()))
    }

    fn person(&self, person: &Person) -> String {
        let sex = match person.sex {
            Sex::Male => family::MALE,
            Sex::Female => family::FEMALE,
        };
        let born = text::date(person.birth_date);
        format!("{}, {}, {born}, {}", person.full_name(), person.iin.as_str(), sex.get(self.l).to_lowercase())
    }
}

impl Line {
    fn differs(&self) -> bool {
        self.answer && self.values.iter().any(|value| Some(value) != self.values.first())
    }
}
