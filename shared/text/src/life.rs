//! The life of an application in words: what each state is called, what it means and what comes next.

use domain::Service;
use domain::life::{Act, Change, State};

use crate::{Phrase, camp, decisions, meals, transfer};

crate::phrases! {
    SUBMITTED: "Отправлено на регистрацию", "Тіркеуге жіберілді";
    RETURNED: "Возвращено на исправление", "Түзетуге қайтарылды";
    REGISTERED: "Зарегистрировано", "Тіркелді";
    REGISTRATION_REFUSED: "Отказано в регистрации", "Тіркеуден бас тартылды";
    PLACE_CONFIRMED: "Место подтверждено", "Орын расталды";
    DECLINED: "Отказано в зачислении", "Мектепке қабылдаудан бас тартылды";
    ENROLLED: "Ребёнок зачислен", "Мектепке қабылданды";
    WITHDRAWN: "Отозвано родителем", "Ата-ана кері қайтарып алды";

    SUBMITTED_MEANS: "Отдел образования проверяет заявление.", "Білім бөлімі өтінішті тексеріп жатыр.";
    RETURNED_MEANS: "Отдел образования просит что-то исправить. Номер и место в очереди остаются за вами.",
        "Білім бөлімі бірдеңені түзетуді сұрайды. Нөміріңіз бен кезектегі орныңыз сақталады.";
    REGISTERED_MEANS: "Отдел образования зарегистрировал заявление, теперь его рассматривает школа.",
        "Білім бөлімі өтінішті тіркеді, енді оны мектеп қарап жатыр.";
    REGISTRATION_REFUSED_MEANS: "Отдел образования отказал в регистрации. Причина указана в истории.",
        "Білім бөлімі тіркеуден бас тартты. Себебі тарихта көрсетілген.";
    PLACE_CONFIRMED_MEANS: "Школа подтвердила место для ребёнка. Приказ о зачислении выходит не раньше 25 августа.",
        "Мектеп балаға орын бар екенін растады. Қабылдау туралы бұйрық 25 тамыздан ерте шықпайды.";
    DECLINED_MEANS: "Школа отказала в зачислении. Причина указана в истории.", "Мектеп қабылдаудан бас тартты. Себебі тарихта көрсетілген.";
    ENROLLED_MEANS: "Приказ о зачислении издан. Ждём ребёнка 1 сентября.", "Қабылдау туралы бұйрық шықты. Баланы 1 қыркүйекте күтеміз.";
    WITHDRAWN_MEANS: "Вы отозвали заявление. Оно больше не занимает место в очереди; можно подать новое.",
        "Сіз өтінішті қайтарып алдыңыз. Ол енді кезекте орын алмайды; жаңасын беруге болады.";

    DUE_DEPARTMENT: "Ответ отдела образования — до {date} включительно.", "Білім бөлімінің жауабы — {date} дейін (осы күнді қоса).";
    DUE_SCHOOL: "Ответ школы — до {date} включительно.", "Мектептің жауабы — {date} дейін (осы күнді қоса).";
}

/// What a state of a service's application is called.
pub const fn state(service: Service, state: State) -> Phrase {
    match (service, state) {
        (Service::Transfer, State::Submitted) => transfer::SUBMITTED,
        (Service::Transfer, State::RegistrationRefused) => transfer::REFUSED,
        (Service::Meals, State::Submitted) => meals::SUBMITTED,
        (Service::Meals, State::RegistrationRefused) => meals::REFUSED,
        (Service::Camp, State::Lapsed) => camp::LAPSED,
        (_, State::Submitted) => SUBMITTED,
        (_, State::Returned) => RETURNED,
        (_, State::Registered) => REGISTERED,
        (_, State::RegistrationRefused) => REGISTRATION_REFUSED,
        (_, State::Offered) => camp::OFFERED,
        (_, State::PlaceConfirmed) => PLACE_CONFIRMED,
        (_, State::Declined) => DECLINED,
        (_, State::Enrolled) => ENROLLED,
        (_, State::Accepted) => transfer::ACCEPTED,
        (_, State::Released) => transfer::RELEASED,
        (_, State::Approved) => meals::APPROVED,
        (_, State::Ending) => meals::ENDING,
        (_, State::Lapsed) => meals::LAPSED,
        (_, State::Withdrawn) => WITHDRAWN,
    }
}

/// What a line of the history says: the state that was reached, or what was done within one.
pub fn changed(service: Service, change: &Change) -> Phrase {
    match change.act() {
        Some(Act::Stay) => decisions::CHANGED_STAY,
        Some(Act::Strike) => decisions::CHANGED_STRIKE,
        Some(Act::Move) if matches!(service, Service::Camp) => camp::CHANGED_MOVE,
        Some(Act::Move) => decisions::CHANGED_MOVE,
        Some(Act::Assign) => decisions::CHANGED_ASSIGN,
        Some(Act::Expire) => transfer::CHANGED_EXPIRE,
        _ => state(service, change.to),
    }
}

/// What a state means to the parent.
pub const fn meaning(service: Service, state: State) -> Phrase {
    match (service, state) {
        (Service::Transfer, State::Submitted) => transfer::SUBMITTED_MEANS,
        (Service::Transfer, State::Returned) => transfer::RETURNED_MEANS,
        (Service::Transfer, State::RegistrationRefused) => transfer::REFUSED_MEANS,
        (Service::Transfer, State::Enrolled) => transfer::ENROLLED_MEANS,
        (Service::Transfer, State::Withdrawn) => transfer::WITHDRAWN_MEANS,
        (Service::Meals, State::Submitted) => meals::SUBMITTED_MEANS,
        (Service::Meals, State::Returned) => meals::RETURNED_MEANS,
        (Service::Meals, State::RegistrationRefused) => meals::REFUSED_MEANS,
        (Service::Meals, State::Withdrawn) => meals::WITHDRAWN_MEANS,
        (Service::Camp, State::Registered) => camp::REGISTERED_MEANS,
        (Service::Camp, State::PlaceConfirmed) => camp::CONFIRMED_MEANS,
        (Service::Camp, State::Lapsed) => camp::LAPSED_MEANS,
        (_, State::Submitted) => SUBMITTED_MEANS,
        (_, State::Returned) => RETURNED_MEANS,
        (_, State::Registered) => REGISTERED_MEANS,
        (_, State::RegistrationRefused) => REGISTRATION_REFUSED_MEANS,
        (_, State::Offered) => camp::OFFERED_MEANS,
        (_, State::PlaceConfirmed) => PLACE_CONFIRMED_MEANS,
        (_, State::Declined) => DECLINED_MEANS,
        (_, State::Enrolled) => ENROLLED_MEANS,
        (_, State::Accepted) => transfer::ACCEPTED_MEANS,
        (_, State::Released) => transfer::RELEASED_MEANS,
        (_, State::Approved) => meals::APPROVED_MEANS,
        (_, State::Ending) => meals::ENDING_MEANS,
        (_, State::Lapsed) => meals::LAPSED_MEANS,
        (_, State::Withdrawn) => WITHDRAWN_MEANS,
    }
}

/// Who owes an answer, by `{date}`; none where nobody does.
pub const fn due(service: Service, state: State) -> Option<Phrase> {
    match (service, state) {
        (Service::FirstGrade | Service::Camp, State::Submitted) => Some(DUE_DEPARTMENT),
        (Service::Transfer, State::Submitted) => Some(transfer::DUE_NEW),
        (Service::Transfer, State::Accepted) => Some(transfer::DUE_OLD),
        (Service::Transfer, State::Released) => Some(transfer::DUE_ORDER),
        (Service::FirstGrade, State::Registered) | (Service::Meals, State::Submitted) => Some(DUE_SCHOOL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Locale;

    #[test]
    fn every_state_has_its_own_name_and_meaning_and_an_answer_that_is_awaited_a_day() {
        for (service, locale) in Service::ALL.into_iter().flat_map(|service| Locale::ALL.map(|l| (service, l))) {
            let said = service.states().iter().flat_map(|one| [state(service, *one), meaning(service, *one)]);
            let mut said: Vec<_> = said.map(|phrase| phrase.get(locale)).collect();
            said.sort_unstable();
            said.dedup();
            assert_eq!(said.len(), 2 * service.states().len(), "{service:?}");
        }
        for (service, one) in Service::ALL.into_iter().flat_map(|service| State::ALL.map(|one| (service, one))) {
            assert_eq!(due(service, one).is_some(), one.is_awaited(service), "{service:?} {one:?}");
        }
    }
}
