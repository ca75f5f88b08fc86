//! Which list is shown: a state, narrowed by what the query says.

use domain::calendar::{Nearness, standing_since};
use domain::life::State;
use domain::{Date, Language, Timestamp};
use store::inbox::Choice;
use web::{Address, Trouble};

use crate::{Here, first_state};

/// What an officer has chosen to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub state: State,
    pub language: Option<Language>,
    pub due: Option<Nearness>,
    pub remarks: bool,
}

/// What a list may be narrowed to by when an answer is due, as the query names it.
pub const DUE: [(Nearness, &str); 2] = [(Nearness::Overdue, "overdue"), (Nearness::Today, "today")];

impl Chosen {
    /// Reads the query; what no page of ours asks for is not there.
    pub fn read(here: &Here<'_>) -> Result<Self, Trouble> {
        let query = &here.visit.query;
        let state = match query.text("state") {
            "" => first_state(here.campaign.service, here.desk.officer().group()),
            code => {
                let state = State::parse(code).filter(|state| here.campaign.service.states().contains(state));
                state.ok_or(Trouble::NotFound)?
            }
        };
        let language = match query.text("language") {
            "" => None,
            code => Some(Language::parse(code).ok_or(Trouble::NotFound)?),
        };
        let due = match query.text("due") {
            "" => None,
            code => Some(DUE.iter().find(|(_, named)| *named == code).ok_or(Trouble::NotFound)?.0),
        };
        let remarks = match query.text("remarks") {
            "" => false,
            "yes" => true,
            _ => return Err(Trouble::NotFound),
        };
        Ok(Self { state, language, due, remarks })
    }

    /// The same of another state.
    pub fn in_state(self, state: State) -> Self {
        Self { state, ..self }
    }

    /// What is asked of the store; none where nobody owes an answer that could be due.
    pub fn choice(&self, here: &Here<'_>) -> Option<Choice> {
        let Self { state, language, due, remarks } = *self;
        let since = match due {
            None => None,
            Some(near) => {
                let (today, days) = (here.visit.today(), state.answer_days(here.campaign.service)?);
                let days = standing_since(near, today, days, &here.campaign.holidays)?;
                Some(midnight(here, days.start)..midnight(here, days.end))
            }
        };
        Some(Choice { state, since, language, remarks })
    }

    /// The fields of the query by their names, none that says nothing.
    pub fn fields(&self, here: &Here<'_>) -> Vec<(&'static str, &'static str)> {
        let mut fields = Vec::new();
        if !here.visit.query.text("service").is_empty() {
            fields.push(("service", here.campaign.service.code()));
        }
        fields.push(("state", self.state.code()));
        fields.extend(self.language.map(|language| ("language", language.code())));
        fields.extend(DUE.iter().find(|(near, _)| Some(*near) == self.due).map(|(_, code)| ("due", *code)));
        fields.extend(self.remarks.then_some(("remarks", "yes")));
        fields
    }

    /// Where this list is.
    pub fn path(&self, here: &Here<'_>) -> String {
        let fields: Vec<_> = self.fields(here).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}?{}", Address::Office(here.visit.locale), fields.join("&"))
    }
}

/// When a day of the city begins; where it cannot be told, before or after all that was ever sent.
fn midnight(here: &Here<'_>, day: Date) -> Timestamp {
    let zone = here.visit.site.city.time_zone.clone();
    match day.to_zoned_datetime(zone) {
        Ok(begins) => begins.timestamp().max(Timestamp::UNIX_EPOCH),
        Err(_) if day < Date::ZERO => Timestamp::UNIX_EPOCH,
        Err(_) => Timestamp::MAX,
    }
}
