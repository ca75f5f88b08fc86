//! By when an answer is due, in the words of every page that tells it.

use domain::calendar::answer_due;
use domain::directory::Campaign;
use domain::life::State;
use domain::{Application, Date, Timestamp};
use text::life;

use crate::visit::Visit;

/// Who owes an answer on an application and by which day; none where nobody does.
pub fn due(visit: &Visit, application: &Application, campaign: &Campaign) -> Option<String> {
    let phrase = life::due(application.service, application.state)?;
    let date = due_day(visit, application.state, application.since(), campaign)?;
    Some(phrase.fill(visit.locale, &[("date", &text::date(date))]))
}

/// The day by which somebody owes an answer on what stands in a state since then; none where
/// nobody does.
pub fn due_day(visit: &Visit, state: State, since: Timestamp, campaign: &Campaign) -> Option<Date> {
    let since = visit.site.local(since).date();
    answer_due(since, state.answer_days(campaign.service)?, &campaign.holidays)
}
