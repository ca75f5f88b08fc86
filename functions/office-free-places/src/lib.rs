//! The free places that schools keep themselves, for transfers: a school changes its own, everybody else in the
//! office sees all of them.

use std::collections::BTreeMap;

use domain::directory::{School, SchoolId};
use domain::transfer::{FreePlaces, GRADES};
use domain::{Language, Locale, Service};
use store::Store;
use store::directory::{Directory, Schools};
use store::free_places::Kept;
use text::review::language;
use text::{desk, transfer as t};
use views::{Field, FieldError, Kind, Markup, Width, error_of, html};
use web::deciding::SEEN;
use web::office::{Desk, Need, enter};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct FreeRooms {
    /// Officers' sessions, the campaign, the free places
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| FreeRooms { directory: Directory::new(store.clone()), store }).await
}

/// An officer in front of the free places of one school.
struct Here<'a> {
    visit: &'a Visit,
    desk: &'a Desk,
    school: &'a School,
}

/// What a page tells beside its fields.
#[derive(Clone, Copy, Debug)]
enum Beside<'a> {
    Nothing,
    /// That they are kept
    Saved,
    /// What is kept now, where that is something else
    Now(&'a FreePlaces),
}

impl web::Function for FreeRooms {
    /// Shows the free places, or keeps a school's. Two waits, three to keep.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeFreePlaces(_) = visit.address else { return Err(Trouble::NotFound) };
        let need = if visit.method == Method::Post { Need::SCHOOL } else { Need::OFFICER };
        let (desk, campaign, schools) = futures::try_join!(
            enter(&self.store, &visit, need),
            async { Ok(self.store.campaign(Service::Transfer).await?) },
            async { Ok(self.directory.schools().await?) },
        )?;
        let campaign = campaign.ok_or(Trouble::NotFound)?;
        let Some(id) = desk.officer().school().cloned() else {
            let all = self.store.free_places(&campaign.id).await?;
            return Ok(Reply::page(overview(&visit, &desk, &schools, &all)));
        };
        let school = schools.find(&id).ok_or(Trouble::NotFound)?;
        let here = Here { visit: &visit, desk: &desk, school };
        let kept = self.store.free_places_of(&campaign.id, &id).await?;
        if visit.method == Method::Get {
            let beside = if visit.query.text("saved").is_empty() { Beside::Nothing } else { Beside::Saved };
            return Ok(Reply::page(here.page(&here.shown(&kept.free), kept.version, &[], beside)));
        }
        let form = visit.form()?;
        let (free, errors) = here.read(&form);
        if !errors.is_empty() {
            let seen = form.text(SEEN).parse().unwrap_or(kept.version);
            return Ok(Reply::invalid(here.page(&form, seen, &errors, Beside::Nothing)));
        }
        let seen = form.text(SEEN).parse().ok().filter(|seen| *seen == kept.version);
        let stored = match seen {
            // Pressed again after a lost reply, or kept so by somebody else: it is as they want it.
            _ if free == kept.free => true,
            Some(version) => self.store.keep_free_places(&campaign.id, &id, &Kept { free, version }).await?,
            None => false,
        };
        if stored {
            tracing::info!(school = %id, "free places kept");
            return Ok(Reply::to(&format!("{}?saved=yes", visit.address)));
        }
        let now = self.store.free_places_of(&campaign.id, &id).await?;
        let errors = [FieldError::new("free", t::FREE_CHANGED.get(visit.locale))];
        // What was typed stays, beside what is kept now.
        let page = here.page(&form, now.version, &errors, Beside::Now(&now.free));
        Ok(Reply::page(page).status(http::StatusCode::CONFLICT))
    }
}

fn name(language: Language, grade: u8) -> String {
    format!("{}-{grade}", language.code())
}

impl Here<'_> {
    fn cells(&self) -> impl Iterator<Item = (Language, u8)> {
        self.school.languages.iter().flat_map(|language| GRADES.map(|grade| (*language, grade)))
    }

    /// Below none is nothing to type: it is told beside.
    fn shown(&self, free: &FreePlaces) -> Fields {
        let mut fields = Fields::default();
        for (language, grade) in self.cells() {
            let count = free.get(language, grade);
            fields.set(name(language, grade), count.max(0).to_string());
            if count < 0 {
                fields.set(format!("over-{}", name(language, grade)), count.unsigned_abs().to_string());
            }
        }
        fields
    }

    fn read(&self, form: &Fields) -> (FreePlaces, Vec<FieldError>) {
        let l = self.visit.locale;
        let (mut free, mut errors) = (FreePlaces::default(), Vec::new());
        for (of, grade) in self.cells() {
            let field = name(of, grade);
            let typed = form.text(&field).trim();
            match typed.parse::<i32>().ok().filter(|count| (0..=FreePlaces::MOST).contains(count)) {
                Some(count) => free.set(of, grade, count),
                None if typed.is_empty() => free.set(of, grade, 0),
                None => {
                    let grade = t::FREE_GRADE.fill(l, &[("n", &grade.to_string())]);
                    let language = language(of).get(l).to_lowercase();
                    let most = FreePlaces::MOST.to_string();
                    let words = [("grade", &*grade), ("language", &*language), ("most", &*most)];
                    errors.push(FieldError::new(field, t::FREE_FORM.fill(l, &words)));
                }
            }
        }
        (free, errors)
    }

    fn page(&self, shown: &Fields, seen: u64, errors: &[FieldError], beside: Beside<'_>) -> Markup {
        let l = self.visit.locale;
        let title = t::FREE_OF.fill(l, &[("school", self.school.name.get(l))]);
        let field = |of: Language, grade: u8| {
            let (id, label) = (name(of, grade), t::FREE_GRADE.fill(l, &[("n", &grade.to_string())]));
            let over = shown.text(&format!("over-{id}"));
            let over = (!over.is_empty()).then(|| t::FREE_OVER.fill(l, &[("n", over)]));
            let now = match beside {
                Beside::Now(free) => Some(free.get(of, grade).to_string()).filter(|now| now != shown.text(&id)),
                Beside::Nothing | Beside::Saved => None,
            };
            let over = over.or(now.map(|now| t::FREE_NOW.fill(l, &[("n", &now)])));
            views::text_input(&Field {
                hint: over.as_deref(),
                value: shown.text(&id),
                error: error_of(errors, &id),
                kind: Kind::Digits,
                maxlength: Some(3),
                width: Width::W6,
                ..Field::new(l, &id, &label)
            })
        };
        let inner = html! {
            div #free tabindex="-1" {}
            (views::hidden(SEEN, &seen.to_string()))
            @for of in &self.school.languages {
                (views::fieldset(l, of.code(), language(*of).get(l), None, None, false, html! {
                    div.cells { @for grade in GRADES { (field(*of, grade)) } }
                }))
            }
            (views::buttons(views::primary_button(t::FREE_SAVE.get(l))))
        };
        let body = html! {
            a.back href=(Address::Office(l)) { (desk::TO_INBOX.get(l)) }
            h1 { (title) }
            @if matches!(beside, Beside::Saved) { (views::success(html! { p { (t::FREE_SAVED.get(l)) } })) }
            p { (t::FREE_INTRO.get(l)) }
            (views::form(&self.visit.address.to_string(), self.visit.csrf().as_deref(), false, inner))
        };
        self.desk.page(self.visit, &title, errors, body)
    }
}

/// Every school's, for those who change none.
fn overview(visit: &Visit, desk: &Desk, schools: &Schools, all: &BTreeMap<SchoolId, FreePlaces>) -> Markup {
    let l: Locale = visit.locale;
    let none = FreePlaces::default();
    let row = |school: &School, of: Language| {
        let free = all.get(&school.id).unwrap_or(&none);
        let mut cells = vec![school.name.get(l).to_owned(), language(of).get(l).to_owned()];
        cells.extend(GRADES.map(|grade| free.get(of, grade).to_string()));
        cells
    };
    let rows: Vec<Vec<String>> =
        schools.all().iter().flat_map(|school| school.languages.iter().map(|of| row(school, *of))).collect();
    let grades: Vec<String> = GRADES.map(|grade| grade.to_string()).collect();
    let headings: Vec<&str> =
        [desk::SCHOOL.get(l), desk::LANGUAGE.get(l)].into_iter().chain(grades.iter().map(String::as_str)).collect();
    let body = html! {
        a.back href=(Address::Office(l)) { (text::desk::TO_INBOX.get(l)) }
        h1 { (t::FREE.get(l)) }
        p { (t::FREE_INTRO.get(l)) }
        (views::table(&headings, &rows))
    };
    desk.page(visit, t::FREE.get(l), &[], body)
}
