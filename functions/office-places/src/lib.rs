//! Places in the office: how each stands, what a change of its terms would do, and changing them. The
//! department and administrators change; a school sees its own.

mod forecast;
mod page;
mod wish;

use domain::directory::Campaign;
use domain::officer::Scope;
use domain::places::{Numbers, Terms};
use domain::{Language, Place, Service};
use http::StatusCode;
use lambda::metrics::{self, Metric};
use store::Store;
use store::directory::{Directory, Schools};
use store::recalculation::{Recalculation, Run};
use store::standings::Standings;
use store::terms::{Changing, TermsChange, TermsInForce, Wanted};
use views::FieldError;
use web::office::{Desk, Need, enter};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

use forecast::Forecast;
use wish::Wish;

/// The button that was pressed.
const DO: &str = "do";
/// Its value where the change is to be saved.
const SAVE: &str = "save";
/// Its value where it is to be typed otherwise.
const EDIT: &str = "edit";
/// The version of the terms that was seen.
const SEEN: &str = "seen";
/// The forecast that was seen.
const SHOWN: &str = "shown";
/// What tells one form from another.
const FORM: &str = "form";

/// The function.
#[derive(Clone)]
pub struct Places {
    /// Terms, officers' sessions, the campaign
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
    /// The ledger, and its next lines
    pub recalculation: Recalculation,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Places {
        directory: Directory::new(store.clone()),
        recalculation: Recalculation::new(store.clone()),
        store,
    })
    .await
}

/// An officer at the places.
struct Here<'a> {
    visit: &'a Visit,
    desk: Desk,
    campaign: Campaign,
    schools: &'a Schools,
}

/// How a place stands, with all that its page tells.
struct Shown {
    place: Place,
    in_force: TermsInForce,
    standings: Standings,
    changes: Vec<TermsChange>,
}

impl web::Function for Places {
    /// Shows the places, or one; forecasts a change of its terms, or makes it; recalculates. Two waits to
    /// look, about four for a forecast, and as many as they need for the rest.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let need = if visit.method == Method::Post { Need::TERMS } else { Need::OFFICER };
        let (desk, campaign, schools) = futures::try_join!(
            enter(&self.store, &visit, need),
            async { Ok(self.store.campaign(Service::FirstGrade).await?) },
            async { Ok(self.directory.schools().await?) },
        )?;
        let campaign = campaign.ok_or_else(|| Trouble::Ours("the service has no campaign".to_owned()))?;
        let here = Here { visit: &visit, desk, campaign, schools: &schools };
        match (&visit.address, visit.method) {
            (Address::OfficePlaces(_), Method::Get) => self.list(&here, None).await,
            (Address::OfficePlaces(_), Method::Post) => self.recalculate(&here).await,
            (Address::OfficePlace(_, place), method) => {
                if !here.sees(place) {
                    return Err(here.desk.refuse(&self.store, &visit).await);
                }
                if !here.is_taught(place) {
                    return Err(Trouble::NotFound);
                }
                match method {
                    Method::Get => self.show(&here, place).await,
                    Method::Post => self.change(&here, place).await,
                }
            }
            _ => Err(Trouble::NotFound),
        }
    }
}

impl Here<'_> {
    fn sees(&self, place: &Place) -> bool {
        match self.desk.scope() {
            Scope::All => true,
            Scope::School(school) => school == place.school,
        }
    }

    fn may_change(&self) -> bool {
        Need::TERMS.admits(self.desk.officer().group())
    }

    fn is_taught(&self, place: &Place) -> bool {
        self.schools.find(&place.school).is_some_and(|school| school.teaches(place.language))
    }

    /// Every place where somebody teaches, by school and language, of one's own school where it is a
    /// school that asks.
    fn places(&self) -> Vec<Place> {
        let places = self.schools.all().iter().flat_map(|school| {
            let taught = Language::ALL.into_iter().filter(|language| school.teaches(*language));
            taught.map(|language| Place::new(school.id.clone(), language))
        });
        places.filter(|place| self.sees(place)).collect()
    }
}

/// How a place stands; one that no ticket has named and no recalculation has seen stands by its terms.
fn numbers(standings: &Standings, in_force: &TermsInForce, place: &Place) -> Numbers {
    standings.places.get(place).cloned().unwrap_or_else(|| Numbers {
        terms: in_force.of(place).map_or(Terms::NONE, Terms::from),
        priority: true,
        residents: 0,
        away: 0,
        granted: 0,
        waiting: 0,
    })
}

impl Places {
    async fn list(&self, here: &Here<'_>, run: Option<Run>) -> Result<Reply, Trouble> {
        let campaign = &here.campaign.id;
        let (standings, in_force) = futures::try_join!(self.store.standings(campaign), self.store.terms(campaign))?;
        Ok(Reply::page(page::list(here, &standings, &in_force, run)))
    }

    /// As the schedule does, but now; what it came to is shown above the places.
    async fn recalculate(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        // Only its token matters.
        here.visit.form()?;
        let zone = &here.visit.site.city.time_zone;
        let run = Box::pin(self.recalculation.run(&here.campaign, zone, here.visit.now)).await?;
        tracing::info!(lines = run.lines, moves = run.moves, conflicts = run.conflicts, "recalculated for the office");
        metrics::count(Metric::PlacesGranted, run.moves);
        self.list(here, Some(run)).await
    }

    async fn shown(&self, here: &Here<'_>, place: &Place) -> Result<Shown, Trouble> {
        let campaign = &here.campaign.id;
        let (standings, in_force, changes) = futures::try_join!(
            self.store.standings(campaign),
            self.store.terms(campaign),
            self.store.terms_changes(campaign, place),
        )?;
        Ok(Shown { place: place.clone(), in_force, standings, changes })
    }

    async fn show(&self, here: &Here<'_>, place: &Place) -> Result<Reply, Trouble> {
        let shown = self.shown(here, place).await?;
        let form = wish::begin(shown.in_force.of(place));
        Ok(Reply::page(page::place(here, &shown, &form, &[])))
    }

    async fn change(&self, here: &Here<'_>, place: &Place) -> Result<Reply, Trouble> {
        let (visit, form) = (here.visit, here.visit.form()?);
        let pressed = form.text(DO);
        if pressed == EDIT {
            return Ok(Reply::page(page::place(here, &self.shown(here, place).await?, &form, &[])));
        }
        let wish = match Wish::read(&form, visit.locale, wish::days(&here.campaign, &visit.site)) {
            Ok(wish) => wish,
            Err(errors) => return self.again(here, place, &form, &errors).await,
        };
        let (in_force, forecast) = self.forecast(here, place, &wish.terms).await?;
        if pressed == SAVE {
            return self.save(here, place, &form, wish, &in_force, forecast).await;
        }
        if in_force.of(place).is_some_and(|terms| Terms::from(terms) == wish.terms) {
            return self.again(here, place, &form, &[page::same(here)]).await;
        }
        self.preview(here, place, &form, &in_force, &forecast, false)
    }

    /// What the change would do, as the ledger stands now.
    async fn forecast(
        &self,
        here: &Here<'_>,
        place: &Place,
        terms: &Terms,
    ) -> Result<(TermsInForce, Forecast), Trouble> {
        let campaign = &here.campaign.id;
        let (in_force, ledger) =
            futures::try_join!(self.store.terms(campaign), Box::pin(self.recalculation.ledger(campaign)))?;
        let forecast = Forecast::new(ledger.board(), &in_force, place, terms);
        Ok((in_force, forecast))
    }

    /// Saves what was seen before; where that is not how it is any more, shows how it is.
    async fn save(
        &self,
        here: &Here<'_>,
        place: &Place,
        form: &Fields,
        wish: Wish,
        in_force: &TermsInForce,
        forecast: Forecast,
    ) -> Result<Reply, Trouble> {
        let officer = here.desk.officer();
        let wanted = Wanted {
            seen: domain::directory::sheet::ImportId::parse(form.text(SEEN)),
            form: form.text(FORM).to_owned(),
            place: place.clone(),
            terms: wish.terms,
            by: officer.id.clone(),
            name: officer.name.clone(),
            why: wish.why,
        };
        let campaign = &here.campaign.id;
        let is_seen = in_force.version == wanted.seen && forecast.seal() == form.text(SHOWN);
        let changing = match is_seen {
            true => self.store.change_terms(campaign, &wanted, here.visit.now).await?,
            // The same form once more, or an old one.
            false if self.store.is_changed(campaign, &wanted).await? => Changing::Done,
            false => Changing::Overtaken,
        };
        match changing {
            Changing::Done => {
                let (school, language) = (&place.school, place.language.code());
                tracing::info!(%school, language, "the terms of a place are changed");
                Ok(Reply::see_other(&Address::OfficePlace(here.visit.locale, place.clone())))
            }
            Changing::Overtaken => {
                let (in_force, forecast) = self.forecast(here, place, &wanted.terms).await?;
                self.preview(here, place, form, &in_force, &forecast, true)
            }
            Changing::Same => self.again(here, place, form, &[page::same(here)]).await,
            Changing::NoPlace => Err(Trouble::NotFound),
        }
    }

    fn preview(
        &self,
        here: &Here<'_>,
        place: &Place,
        form: &Fields,
        in_force: &TermsInForce,
        forecast: &Forecast,
        met: bool,
    ) -> Result<Reply, Trouble> {
        let mut form = form.clone();
        form.set(SEEN, in_force.version.as_ref().map_or_else(String::new, ToString::to_string));
        form.set(SHOWN, forecast.seal());
        form.set(FORM, Store::import_id()?.to_string());
        let reply = Reply::page(page::preview(here, place, &form, forecast, met));
        Ok(if met { reply.status(StatusCode::CONFLICT) } else { reply })
    }

    async fn again(
        &self,
        here: &Here<'_>,
        place: &Place,
        form: &Fields,
        errors: &[FieldError],
    ) -> Result<Reply, Trouble> {
        let shown = self.shown(here, place).await?;
        Ok(Reply::invalid(page::place(here, &shown, form, errors)))
    }
}

#[cfg(test)]
mod tests {
    use domain::Date;
    use domain::directory::{PlaceTerms, SchoolId};

    use super::*;

    #[test]
    fn a_place_that_nobody_has_named_stands_by_its_terms() {
        let place = Place::new(SchoolId::parse("school-1").unwrap(), Language::Russian);
        let terms = PlaceTerms {
            school: place.school.clone(),
            language: place.language,
            capacity: 25,
            forecast: 20,
            ratio: 3,
            priority_until: Date::constant(2027, 5, 31),
        };
        let in_force = TermsInForce { version: None, terms: vec![terms.clone()] };
        let stands = numbers(&Standings::default(), &in_force, &place);
        assert_eq!((stands.terms.clone(), stands.free(), stands.seated()), (Terms::from(&terms), 0, 0));
        let none = numbers(&Standings::default(), &TermsInForce::default(), &place);
        assert_eq!(none.terms, Terms::NONE);
    }
}
