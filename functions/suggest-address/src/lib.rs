//! The address search of wizard step 4: suggestions while typing, as JSON for the script, and the
//! "find" button, which keeps what is typed and shows the step again with what was found.

use domain::address::{AddressIndex, Suggestion};
use domain::{DraftId, Locale, Service};
use serde::Serialize;
use store::Store;
use store::directory::Directory;
use text::school as t;
use web::step::{StepVisit, open};
use web::{Address, Kept, Method, Reply, Site, Trouble, Visit};

/// Letters of a query that are read: no address is longer.
const LONGEST: usize = 200;

/// The function.
#[derive(Clone)]
pub struct SuggestAddress {
    /// Drafts
    pub store: Store,
    /// The index of the streets
    pub directory: Directory,
}

/// A line of the list under the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Line {
    /// What is shown
    label: String,
    /// What the field gets
    value: String,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    let directory = Directory::new(store.clone());
    // While the function starts its CPU is not throttled: read the streets and build the index now.
    if let Err(error) = directory.streets().await {
        tracing::warn!(%error, "the streets could not be read at start-up");
    }
    let suggest = SuggestAddress { store, directory };
    web::serve(Site::from_env()?, suggest).await
}

impl web::Function for SuggestAddress {
    /// Suggests, or keeps the form of step 4 and goes back to it.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match &visit.address {
            Address::SuggestAddress(locale) if visit.method == Method::Get => {
                let text: String = visit.query.text("q").chars().take(LONGEST).collect();
                // The same for everybody: who deletes a letter has the answer still.
                Ok(Reply::json(&lines(&*self.directory.streets().await?, &text, *locale))?.kept(Kept::A_MINUTE))
            }
            Address::SuggestAddress(_) => Err(Trouble::Method),
            Address::FindAddress(_, service, id) => self.find(&visit, *service, id).await,
            _ => Err(Trouble::NotFound),
        }
    }
}

impl SuggestAddress {
    /// Two waits: open, keep. The step itself shows what is found.
    async fn find(&self, visit: &Visit, service: Service, id: &DraftId) -> Result<Reply, Trouble> {
        let step = service.own_step();
        let here = StepVisit { visit, step };
        if visit.method != Method::Post {
            // A reload of the address that the form was sent to.
            return Ok(Reply::see_other(&Address::Step(visit.locale, service, id.clone(), step)));
        }
        let form = visit.form()?;
        let mut mine = open(&self.store, visit, service, id).await?;
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        here.keep(&self.store, &mut mine, &form).await?;
        let back = here.with_return(&here.at(&mine.draft, step));
        Ok(Reply::to(&format!("{back}#address")))
    }
}

fn lines(index: &AddressIndex, text: &str, locale: Locale) -> Vec<Line> {
    index.search(text).iter().map(|found| line(found, locale)).collect()
}

fn line(found: &Suggestion<'_>, locale: Locale) -> Line {
    let value = found.line(locale);
    let label = match found.old_name {
        Some(old) => format!("{value} ({})", t::OLD_NAME.fill(locale, &[("name", old)])),
        None => value.clone(),
    };
    Line { label, value }
}

#[cfg(test)]
mod tests {
    use domain::directory::{Bilingual, Street, StreetId, StreetKind};

    use super::*;

    #[test]
    fn a_suggestion_fills_the_field_and_tells_the_former_name() {
        let index = AddressIndex::new(vec![Street {
            id: StreetId::parse("bukhar-zhyrau").unwrap(),
            kind: StreetKind::Avenue,
            name: Bilingual::new("Бухар-Жырау", "Бұқар жырау"),
            old_names: vec!["Советский".to_owned()],
            area: None,
        }]);
        let suggested =
            |text: &str, locale| lines(&index, text, locale).into_iter().map(|line| (line.label, line.value)).next();
        assert_eq!(
            suggested("советск 40 кв 3", Locale::Ru),
            Some((
                "проспект Бухар-Жырау, 40 (прежнее название: Советский)".to_owned(),
                "проспект Бухар-Жырау, 40".to_owned()
            ))
        );
        assert_eq!(suggested("бухар", Locale::Kk).map(|(_, value)| value), Some("Бұқар жырау даңғылы".to_owned()));
        assert_eq!(suggested("Ленина", Locale::Ru), None);
    }
}
