//! Deciding on an application: buttons and questions of the office, and what was decided in the
//! words that a parent reads.

use domain::Service;
use domain::decision::{Field, Ground, Unfit};
use domain::life::Act;

use crate::{Phrase, camp, family, meals, school, transfer};

crate::phrases! {
    DECIDE: "Решение", "Шешім";
    REGISTER: "Зарегистрировать", "Тіркеу";
    RETURN: "Вернуть на исправление", "Түзетуге қайтару";
    RESEND: "Исправить и отправить снова", "Түзетіп, қайта жіберу";
    REFUSE: "Отказать в регистрации", "Тіркеуден бас тарту";
    CONFIRM: "Подтвердить место", "Орынды растау";
    DECLINE: "Отказать в зачислении", "Қабылдаудан бас тарту";
    STRIKE: "Отказать в месте по квоте", "Квота бойынша орыннан бас тарту";
    ENROL: "Зачислить", "Қабылдау";
    MOVE: "Дать место в другой школе", "Басқа мектептен орын беру";
    ASSIGN: "Назначить школу по месту жительства", "Тұрғылықты жері бойынша мектепті белгілеу";
    STAY: "Остаюсь в этой школе", "Осы мектепте қаламын";
    WITHDRAW: "Отозвать заявление", "Өтінішті қайтарып алу";
    AND_NEXT: "{act} и открыть следующее", "{act} және келесісін ашу";
    BACK: "К заявлению № {n}", "№ {n} өтінішке";
    SUBJECT: "Заявление № {n}: {child}", "№ {n} өтініш: {child}";

    WHAT: "Что исправить", "Нені түзету керек";
    WHAT_FIELDS: "Данные", "Деректер";
    WHAT_SCANS: "Документы", "Құжаттар";
    WHAT_EMPTY: "Отметьте хотя бы одно поле или один документ", "Кемінде бір өрісті немесе бір құжатты белгілеңіз";
    WHAT_HINT: "Родитель сможет изменить только отмеченное. Номер и место в очереди останутся за ним.",
        "Ата-ана тек белгіленгенді өзгерте алады. Нөмірі мен кезектегі орны сақталады.";
    NOTE_RETURN: "Что не так", "Не дұрыс емес";
    NOTE: "Пояснение", "Түсіндірме";
    NOTE_HINT: "Родитель прочитает этот текст. До 500 знаков.", "Бұл мәтінді ата-ана оқиды. 500 таңбаға дейін.";
    NOTE_EMPTY: "Напишите родителю, что не так", "Ата-анаға не дұрыс емес екенін жазыңыз";
    NOTE_LONG: "Не больше 500 знаков, сейчас {n}", "500 таңбадан аспасын, қазір {n}";
    GROUND: "Основание", "Негізі";
    GROUND_EMPTY: "Выберите основание", "Негізін таңдаңыз";
    ORDER_NUMBER: "Номер приказа", "Бұйрықтың нөмірі";
    ORDER_NUMBER_EMPTY: "Введите номер приказа", "Бұйрықтың нөмірін енгізіңіз";
    ORDER_NUMBER_LONG: "Не больше 30 знаков", "30 таңбадан аспасын";
    ORDER_DATE: "Дата приказа", "Бұйрықтың күні";
    ORDER_DATE_HINT: "Не раньше {date}", "{date} күнінен ерте емес";
    ORDER_DATE_EMPTY: "Введите дату приказа", "Бұйрықтың күнін енгізіңіз";
    ORDER_EARLY: "Приказ не может быть раньше {date}", "Бұйрық {date} күнінен ерте бола алмайды";
    ORDER_FUTURE: "Дата приказа не может быть в будущем", "Бұйрықтың күні болашақта бола алмайды";
    ORDER: "Приказ о зачислении № {n} от {date}", "{date} күнгі № {n} қабылдау туралы бұйрық";
    WARN_REFUSE: "Отказ нельзя отменить: родителю придётся подавать новое заявление с новым номером.",
        "Бас тартуды кері қайтару мүмкін емес: ата-анаға жаңа нөмірмен жаңа өтініш беруге тура келеді.";
    WARN_STRIKE: "Отказ нельзя отменить: ребёнок вернётся в школу по месту жительства, эта школа будет снята из заявления.",
        "Бас тартуды кері қайтару мүмкін емес: бала тұрғылықты жеріндегі мектепке қайтады, бұл мектеп өтініштен алынады.";
    WARN_DECLINE: "Отказ нельзя отменить: заявление будет закрыто, ребёнок потеряет место.",
        "Бас тартуды кері қайтару мүмкін емес: өтініш жабылады, бала орнынан айырылады.";

    GROUND_FALSE_DATA: "Недостоверные документы или сведения", "Құжаттар немесе мәліметтер дұрыс емес";
    GROUND_REQUIREMENTS: "Ребёнок или документы не соответствуют требованиям", "Бала немесе құжаттар талаптарға сай емес";
    GROUND_CONSENT: "Нет согласия на использование персональных данных", "Дербес деректерді пайдалануға келісім жоқ";
    GROUND_FULL: "Классы заполнены", "Сыныптар толы";
    GROUND_PAPERS: "Неполный пакет документов", "Құжаттар толық емес";
    GROUND_LIVE: "На ребёнка уже подано другое заявление", "Бала үшін басқа өтініш берілген";

    FIELD_PARENT_NAME: "ФИО родителя", "Ата-ананың ТАӘ";
    FIELD_PARENT_BIRTH: "Дата рождения родителя", "Ата-ананың туған күні";
    FIELD_PARENT_SEX: "Пол родителя", "Ата-ананың жынысы";
    FIELD_CHILD_NAME: "ФИО ребёнка", "Баланың ТАӘ";
    FIELD_CHILD_BIRTH: "Дата рождения ребёнка", "Баланың туған күні";
    FIELD_CHILD_SEX: "Пол ребёнка", "Баланың жынысы";

    UNFIT_STATE: "Статус заявления уже другой, это решение больше не подходит.",
        "Өтініштің мәртебесі өзгерген, бұл шешім енді сай келмейді.";
    UNFIT_PLACE: "У заявления нет школы по месту жительства. Сначала назначьте её.",
        "Өтініште тұрғылықты жері бойынша мектеп жоқ. Алдымен оны белгілеңіз.";
    UNFIT_ELSEWHERE: "Ребёнок уже в другой школе, это решение больше не подходит.",
        "Бала енді басқа мектепте, бұл шешім енді сай келмейді.";
    UNFIT_SAME: "Это место уже назначено.", "Бұл орын белгіленіп қойған.";
    UNFIT_NOTHING: "Других школ это заявление не ждёт.", "Бұл өтініш басқа мектептерді күтпейді.";
    UNFIT_RIVAL: "На этого ребёнка есть ещё одно заявление. Сначала решите, какое оставить.",
        "Осы балаға тағы бір өтініш бар. Алдымен қайсысын қалдыру керегін шешіңіз.";
    /// To a school, which cannot decide which one is kept.
    UNFIT_RIVAL_ELSEWHERE: "Какое заявление оставить, решает отдел образования. После этого можно решать по этому.",
        "Қай өтінішті қалдыруды білім бөлімі шешеді. Содан кейін осы бойынша шешуге болады.";
    RESOLVE: "Сравнить заявления и решить", "Өтініштерді салыстырып, шешу";
    RIVAL_NUMBER: "Другое заявление: № {n}", "Басқа өтініш: № {n}";

    MET_TITLE: "Заявление уже изменилось", "Өтініш өзгеріп кетті";
    MET: "Пока вы решали, заявление изменили: {what} — {who}, {when}. Ваше решение не записано.",
        "Сіз шешім қабылдап жатқанда өтініш өзгерді: {what} — {who}, {when}. Шешіміңіз жазылған жоқ.";
    MET_TYPED: "Вы написали:", "Сіз жазғаныңыз:";
    BY_PARENT: "родитель", "ата-ана";
    BY_SYSTEM: "портал", "портал";

    CHANGED_STAY: "Родитель остаётся в этой школе", "Ата-ана осы мектепте қалады";
    CHANGED_STRIKE: "Школа по квоте отказала, место в школе по месту жительства сохранено",
        "Квота бойынша мектеп бас тартты, тұрғылықты жердегі мектептегі орын сақталды";
    CHANGED_MOVE: "Подошла очередь: дано место в другой школе", "Кезек келді: басқа мектептен орын берілді";
    CHANGED_ASSIGN: "Назначена школа по месту жительства", "Тұрғылықты жері бойынша мектеп белгіленді";
    ASKED: "Исправить: {what}", "Түзету керек: {what}";
    WHO: "Кто", "Кім";
    SAID: "Пояснение", "Түсіндірме";
    AWAITED: "Ждёт", "Күтеді";
    AWAITED_NOTHING: "Ничего", "Ештеңе";
}

/// What is pressed to do an act to an application of a service.
pub const fn act(service: Service, act: Act) -> Phrase {
    match act {
        Act::Refuse => match service {
            Service::FirstGrade | Service::Camp => REFUSE,
            Service::Transfer => transfer::REFUSE,
            Service::Meals => meals::REFUSE,
        },
        Act::Register => REGISTER,
        Act::Return => RETURN,
        Act::Resend => RESEND,
        Act::Offer => camp::OFFER,
        Act::Confirm => match service {
            Service::Camp => camp::CONFIRM_ACT,
            _ => CONFIRM,
        },
        Act::Decline => DECLINE,
        Act::Strike => STRIKE,
        Act::Enrol => ENROL,
        Act::Assign => ASSIGN,
        Act::Stay => STAY,
        Act::Move => MOVE,
        Act::Accept => transfer::ACCEPT,
        Act::Release => transfer::RELEASE,
        Act::Expire => transfer::EXPIRE,
        Act::Approve => meals::APPROVE,
        Act::Remind => meals::REMIND,
        Act::Lapse => match service {
            Service::Camp => camp::LAPSE,
            _ => meals::LAPSE,
        },
        Act::Withdraw => WITHDRAW,
    }
}

/// A ground in words that the parent reads.
pub const fn ground(ground: Ground) -> Phrase {
    match ground {
        Ground::FalseData => GROUND_FALSE_DATA,
        Ground::RequirementsNotMet => GROUND_REQUIREMENTS,
        Ground::NoConsent => GROUND_CONSENT,
        Ground::ClassesFull => GROUND_FULL,
        Ground::IncompletePapers => GROUND_PAPERS,
        Ground::LiveApplication => GROUND_LIVE,
    }
}

/// An answer that can be corrected.
pub const fn field(field: Field) -> Phrase {
    match field {
        Field::ParentName => FIELD_PARENT_NAME,
        Field::ParentBirthDate => FIELD_PARENT_BIRTH,
        Field::ParentSex => FIELD_PARENT_SEX,
        Field::ChildName => FIELD_CHILD_NAME,
        Field::ChildBirthDate => FIELD_CHILD_BIRTH,
        Field::ChildSex => FIELD_CHILD_SEX,
        Field::CertificateNumber => family::CERTIFICATE_NUMBER,
        Field::CertificateIssued => family::CERTIFICATE_ISSUED,
        Field::Address => school::ADDRESS_LEGEND,
    }
}

/// Why a decision does not fit.
pub const fn unfit(unfit: Unfit) -> Phrase {
    match unfit {
        Unfit::NotAllowed(_) => UNFIT_STATE,
        Unfit::NoPlace => UNFIT_PLACE,
        Unfit::Ground => GROUND_EMPTY,
        Unfit::Elsewhere => UNFIT_ELSEWHERE,
        Unfit::SamePlace => UNFIT_SAME,
        Unfit::NothingAwaited => UNFIT_NOTHING,
        Unfit::Rival => UNFIT_RIVAL,
        Unfit::Full => transfer::FULL,
        Unfit::SlipEnded => transfer::SLIP_ENDED,
        Unfit::OfferEnded => camp::OFFER_ENDED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Locale;

    #[test]
    fn everything_that_can_be_chosen_has_a_name_of_its_own() {
        for (service, locale) in Service::ALL.into_iter().flat_map(|one| Locale::ALL.map(|locale| (one, locale))) {
            let mut names = Vec::new();
            names.extend(Act::ALL.map(|one| act(service, one).get(locale)));
            names.extend(Ground::ALL.map(|one| ground(one).get(locale)));
            names.extend(Field::ALL.map(|one| field(one).get(locale)));
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
