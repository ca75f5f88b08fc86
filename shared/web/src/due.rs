//! By when an answer is due, in the words of every page that tells it.

use domain::Application;
use domain::calendar::answer_due;
use domain::directory::Campaign;
use text::life;

use crate::visit::Visit;

/// Who owes an answer on an application and by which day; none where nobody does.
pub fn due(visit: &Visit, application: &Application, campaign: &Campaign) -> Option<String> {
    let phrase = life::due(application.state)?;
    let since = visit.site.local(application.since()).date();
    let date = answer_due(since, &campaign.holidays)?;
    Some(phrase.fill(visit.locale, &[("date", &text::date(date))]))
}
