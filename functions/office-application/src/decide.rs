//! What this officer may do with an application, on its page.

use domain::decision::Unfit;
use domain::life::Act;
use domain::{Application, Group, Service};
use text::{decisions as t, paper};
use views::{Markup, html};
use web::{Address, Visit, deciding};

use crate::Mine;

/// The buttons of the acts that the state allows and that are this officer's; before them what is
/// in the way.
pub fn panel(visit: &Visit, mine: &Mine, rivals: &[Application]) -> Markup {
    let (l, application) = (visit.locale, &mine.application);
    let group = mine.desk.officer().group();
    let mine_to_decide = mine.desk.scope().handles(application);
    let may = |act: &Act| mine_to_decide && act.group(application.service) == Some(group) && application.allows(*act);
    let acts: Vec<Act> = Act::ALL.into_iter().filter(may).collect();
    let in_the_way = match (rivals, application.place()) {
        ([_, ..], _) => Some(Unfit::Rival),
        ([], None) if application.service != Service::Camp => Some(Unfit::NoPlace),
        ([], _) => None,
    };
    // What is one press here needs no questions; registering has to wait until nothing is in its way.
    let press = |act: &Act| match act {
        Act::Confirm => !application.offer_ended(visit.today()),
        Act::Register => in_the_way.is_none(),
        Act::Accept => in_the_way != Some(Unfit::Rival),
        _ => false,
    };
    let asks = |act: &Act| !matches!(act, Act::Confirm | Act::Register | Act::Accept);
    html! {
        @if !rivals.is_empty() {
            (views::warning(l, html! {
                p { (t::unfit(Unfit::Rival).get(l)) }
                @for rival in rivals {
                    p { a href=(Address::OfficeApplication(l, rival.id.clone())) {
                        (t::RIVAL_NUMBER.fill(l, &[("n", &rival.number.to_string())]))
                    } }
                }
                @if group == domain::Group::Department {
                    p { a href=(Address::OfficeResolve(l, application.id.clone())) { (t::RESOLVE.get(l)) } }
                }
            }))
        }
        @if group == Group::Department && application.owner.is_nobody() {
            (views::notice(html! { p { (paper::NOBODY.get(l)) } }))
            (views::action_form(&Address::OfficePaper(l).to_string(), visit.csrf().as_deref(), html! {
                (views::buttons(views::secondary_button(
                    paper::ACT_FOR.get(l), "sent", &application.id.to_string(), None,
                )))
            }))
        }
        @if !acts.is_empty() {
            section.card aria-labelledby="decide" {
                h2.name #decide { (t::DECIDE.get(l)) }
                @if in_the_way == Some(Unfit::NoPlace) && acts.contains(&Act::Register) {
                    (views::notice(html! { p { (t::unfit(Unfit::NoPlace).get(l)) } }))
                }
                @for act in acts.iter().filter(|act| press(act)) { (deciding::one_press(visit, application, *act)) }
                (views::buttons(html! {
                    @for act in acts.iter().filter(|act| asks(act)) {
                        a.button href=(Address::OfficeAct(l, application.id.clone(), *act)) { (t::act(application.service, *act).get(l)) }
                    }
                }))
            }
        }
    }
}
