//! What is sent to a parent: SMS and e-mail.
//!
//! A Cyrillic SMS is paid by parts of 67 letters (70 when one part is enough); the tests below
//! hold every SMS to two parts with the longest values that it can get.

use domain::life::Act;
use domain::{ApplicationNumber, Locale, Service};

use crate::{Phrase, camp, meals, transfer};

crate::phrases! {
    /// SMS that carries a code. The last line binds the code to the host that may read it; its form
    /// (`@host #code`, after an empty line) is fixed by the browsers.
    CODE_SMS: "{code} — код подтверждения. Никому его не сообщайте.\n\n@{host} #{code}",
        "{code} — растау коды. Оны ешкімге айтпаңыз.\n\n@{host} #{code}";
    /// Subject of the e-mail that carries a code.
    CODE_SUBJECT: "{code} — код подтверждения", "{code} — растау коды";
    /// Body of the e-mail that carries a code.
    CODE_BODY: "Здравствуйте!\n\n{code} — код подтверждения вашей электронной почты на портале зачисления в школы.\n\nВведите его на странице, на которой вы его запросили. Код действует 10 минут. Никому его не сообщайте.\n\nЕсли вы не запрашивали код, ничего делать не нужно.\n\nЭто письмо отправлено автоматически, отвечать на него не нужно.\n",
        "Сәлеметсіз бе!\n\n{code} — мектептерге қабылдау порталында электрондық поштаңызды растау коды.\n\nОны сұратқан бетке енгізіңіз. Код 10 минут жарамды. Оны ешкімге айтпаңыз.\n\nЕгер кодты сіз сұратпаған болсаңыз, ештеңе істеудің қажеті жоқ.\n\nБұл хат автоматты түрде жіберілді, оған жауап берудің қажеті жоқ.\n";
    /// SMS after an application was sent.
    ACCEPTED_SMS: "Ваше заявление принято и отправлено на регистрацию в отдел образования. Номер заявления — {number}.",
        "Өтінішіңіз қабылданып, білім бөліміне тіркеуге жіберілді. Өтініш нөмірі — {number}.";
    ACCEPTED_SUBJECT: "Заявление № {number} принято", "№ {number} өтініш қабылданды";
    ACCEPTED: "Спасибо, ваше заявление принято и отправлено на регистрацию в отдел образования. Ваш номер заявления — {number}.\n\nОтдел образования рассмотрит заявление в течение одного рабочего дня. О каждом изменении вы узнаете из уведомления.",
        "Рақмет, өтінішіңіз қабылданып, білім бөліміне тіркеуге жіберілді. Өтініш нөміріңіз — {number}.\n\nБілім бөлімі өтінішті бір жұмыс күні ішінде қарайды. Әр өзгеріс туралы сізге хабарлама келеді.";
    /// SMS after the department registered an application.
    REGISTERED_SMS: "Заявление № {number} зарегистрировано, теперь его рассматривает школа.",
        "№ {number} өтініш тіркелді, енді оны мектеп қарайды.";
    REGISTERED_SUBJECT: "Заявление № {number} зарегистрировано", "№ {number} өтініш тіркелді";
    REGISTERED: "Отдел образования зарегистрировал заявление № {number}. Теперь его рассматривает школа: она ответит в течение одного рабочего дня.",
        "Білім бөлімі № {number} өтінішті тіркеді. Енді оны мектеп қарайды: ол бір жұмыс күні ішінде жауап береді.";
    /// SMS after the department asked for corrections.
    RETURNED_SMS: "Заявление № {number} нужно исправить. Что именно — на портале, в «Моих заявлениях». Номер и очередь сохраняются.",
        "№ {number} өтінішті түзету керек. Нақтысы порталда, «Менің өтініштерімде». Нөмір мен кезек сақталады.";
    RETURNED_SUBJECT: "Заявление № {number} нужно исправить", "№ {number} өтінішті түзету керек";
    RETURNED: "Отдел образования просит исправить заявление № {number}. Что именно, сказано в «Моих заявлениях»; там же можно отправить исправленное. Номер и место в очереди остаются за вами.",
        "Білім бөлімі № {number} өтінішті түзетуді сұрайды. Нені түзету керегі «Менің өтініштерімде» айтылған; түзетілгенін де сол жерден жіберуге болады. Нөміріңіз бен кезектегі орныңыз сақталады.";
    /// SMS after the parent sent the corrections.
    RESENT_SMS: "Исправленное заявление № {number} снова отправлено на регистрацию.",
        "Түзетілген № {number} өтініш қайтадан тіркеуге жіберілді.";
    RESENT_SUBJECT: "Заявление № {number} отправлено снова", "№ {number} өтініш қайта жіберілді";
    RESENT: "Исправленное заявление № {number} снова отправлено на регистрацию. Отдел образования рассмотрит его в течение одного рабочего дня.",
        "Түзетілген № {number} өтініш қайтадан тіркеуге жіберілді. Білім бөлімі оны бір жұмыс күні ішінде қарайды.";
    /// SMS after the department refused to register.
    REFUSED_SMS: "Заявление № {number}: отказано в регистрации. Причина — на портале, в «Моих заявлениях».",
        "№ {number} өтініш: тіркеуден бас тартылды. Себебі — порталда, «Менің өтініштерімде».";
    REFUSED_SUBJECT: "Заявление № {number}: отказано в регистрации", "№ {number} өтініш: тіркеуден бас тартылды";
    REFUSED: "Отдел образования отказал в регистрации заявления № {number}. Причина указана в «Моих заявлениях». Если вы не согласны, обратитесь в отдел образования.",
        "Білім бөлімі № {number} өтінішті тіркеуден бас тартты. Себебі «Менің өтініштерімде» көрсетілген. Келіспесеңіз, білім бөліміне жүгініңіз.";
    /// SMS after the school confirmed the place.
    CONFIRMED_SMS: "Заявление № {number}: школа подтвердила место. Приказ о зачислении — не раньше 25 августа.",
        "№ {number} өтініш: мектеп орынды растады. Қабылдау бұйрығы 25 тамыздан ерте шықпайды.";
    CONFIRMED_SUBJECT: "Заявление № {number}: место подтверждено", "№ {number} өтініш: орын расталды";
    CONFIRMED: "Школа подтвердила место по заявлению № {number}. Приказ о зачислении выходит не раньше 25 августа.",
        "Мектеп № {number} өтініш бойынша орынды растады. Қабылдау туралы бұйрық 25 тамыздан ерте шықпайды.";
    /// SMS after the school declined.
    DECLINED_SMS: "Заявление № {number}: школа отказала в зачислении. Причина — на портале, в «Моих заявлениях».",
        "№ {number} өтініш: мектеп қабылдаудан бас тартты. Себебі — порталда, «Менің өтініштерімде».";
    DECLINED_SUBJECT: "Заявление № {number}: отказано в зачислении", "№ {number} өтініш: қабылдаудан бас тартылды";
    DECLINED: "Школа отказала в зачислении по заявлению № {number}. Причина указана в «Моих заявлениях». Если вы не согласны, обратитесь в отдел образования.",
        "Мектеп № {number} өтініш бойынша қабылдаудан бас тартты. Себебі «Менің өтініштерімде» көрсетілген. Келіспесеңіз, білім бөліміне жүгініңіз.";
    /// SMS after the order was written.
    ENROLLED_SMS: "Заявление № {number}: ребёнок зачислен в школу. Ждём 1 сентября!",
        "№ {number} өтініш: бала мектепке қабылданды. 1 қыркүйекте күтеміз!";
    ENROLLED_SUBJECT: "Заявление № {number}: ребёнок зачислен", "№ {number} өтініш: бала қабылданды";
    ENROLLED: "Ребёнок по заявлению № {number} зачислен в школу: приказ издан, его номер и дата указаны в «Моих заявлениях». Ждём 1 сентября!",
        "№ {number} өтініш бойынша бала мектепке қабылданды: бұйрық шықты, оның нөмірі мен күні «Менің өтініштерімде» көрсетілген. 1 қыркүйекте күтеміз!";
    /// SMS after an officer assigned the school of residence.
    ASSIGNED_SMS: "Заявление № {number}: назначена школа по месту жительства. Номер и очередь сохраняются.",
        "№ {number} өтініш: тұрғылықты жері бойынша мектеп белгіленді. Нөмір мен кезек сақталады.";
    ASSIGNED_SUBJECT: "Заявление № {number}: назначена школа", "№ {number} өтініш: мектеп белгіленді";
    ASSIGNED: "По адресу ребёнка назначена школа по месту жительства; она указана в заявлении № {number} в «Моих заявлениях». Номер и место в очереди остаются за вами.",
        "Баланың мекенжайы бойынша мектеп белгіленді; ол «Менің өтініштерімдегі» № {number} өтініште көрсетілген. Нөміріңіз бен кезектегі орныңыз сақталады.";
    /// SMS after the parent chose to stay.
    STAYED_SMS: "Заявление № {number}: вы остаётесь в своей школе, другие школы из заявления сняты.",
        "№ {number} өтініш: сіз өз мектебіңізде қаласыз, өтініштегі басқа мектептер алынды.";
    STAYED_SUBJECT: "Заявление № {number}: вы остаётесь в этой школе", "№ {number} өтініш: осы мектепте қаласыз";
    STAYED: "Вы решили остаться в школе, место в которой сейчас за вами по заявлению № {number}. Других школ вы больше не ждёте; это нельзя отменить.",
        "Сіз № {number} өтініш бойынша қазір орныңыз бар мектепте қалуды шештіңіз. Басқа мектептерді енді күтпейсіз; мұны кері қайтаруға болмайды.";
    /// SMS after a quota school declined.
    STRUCK_SMS: "Заявление № {number}: школа по квоте отказала, вы снова в школе по месту жительства. Причина — на портале.",
        "№ {number} өтініш: квота мектебі бас тартты, сіз қайтадан тұрғылықты жердегі мектептесіз. Себебі — порталда.";
    STRUCK_SUBJECT: "Заявление № {number}: школа по квоте отказала", "№ {number} өтініш: квота бойынша мектеп бас тартты";
    STRUCK: "Школа по квоте отказала в месте по заявлению № {number}. Причина указана в «Моих заявлениях». Место в школе по месту жительства остаётся за вами, другие школы из заявления вы по-прежнему ждёте.",
        "Квота бойынша мектеп № {number} өтініш бойынша орыннан бас тартты. Себебі «Менің өтініштерімде» көрсетілген. Тұрғылықты жеріңіздегі мектептегі орын сізде қалады, өтініштегі басқа мектептерді бұрынғыдай күтесіз.";
    /// SMS after the queue gave a better place.
    MOVED_SMS: "Заявление № {number}: вам дано место в школе, которую вы ждали. Какой — на портале, в «Моих заявлениях».",
        "№ {number} өтініш: сізге күткен мектебіңізден орын берілді. Қайсысы — порталда, «Менің өтініштерімде».";
    MOVED_SUBJECT: "Заявление № {number}: место в другой школе", "№ {number} өтініш: басқа мектептен орын";
    MOVED: "По заявлению № {number} подошла очередь: вам дано место в школе, которую вы ждали; она указана в «Моих заявлениях». Теперь заявление рассматривает эта школа. Если вы больше ничего не хотите ждать, нажмите там «Остаюсь в этой школе».",
        "№ {number} өтініш бойынша кезек келді: сізге күткен мектебіңізден орын берілді; ол «Менің өтініштерімде» көрсетілген. Енді өтінішті сол мектеп қарайды. Басқа ештеңе күткіңіз келмесе, сол жерде «Осы мектепте қаламын» түймесін басыңыз.";
    /// SMS after the parent took an application back.
    WITHDRAWN_SMS: "Вы отозвали заявление № {number}. Если это были не вы, обратитесь в отдел образования.",
        "Сіз № {number} өтінішті қайтарып алдыңыз. Бұл сіз болмасаңыз, білім бөліміне жүгініңіз.";
    WITHDRAWN_SUBJECT: "Заявление № {number} отозвано", "№ {number} өтініш қайтарып алынды";
    WITHDRAWN: "Вы отозвали заявление № {number}: оно больше не занимает место в очереди. Пока идёт приём, можно подать новое.\n\nЕсли это были не вы, обратитесь в отдел образования.",
        "Сіз № {number} өтінішті қайтарып алдыңыз: ол енді кезекте орын алмайды. Қабылдау аяқталғанша жаңа өтініш беруге болады.\n\nБұл сіз болмасаңыз, білім бөліміне жүгініңіз.";
    /// What stands around the text of every letter about an application.
    LETTER: "Здравствуйте!\n\n{said}\n\nВсе ваши заявления и их состояние: {link}\n\nЭто письмо отправлено автоматически, отвечать на него не нужно. Не получать таких писем: {stop}\n",
        "Сәлеметсіз бе!\n\n{said}\n\nБарлық өтініштеріңіз және олардың мәртебесі: {link}\n\nБұл хат автоматты түрде жіберілді, оған жауап берудің қажеті жоқ. Мұндай хаттарды алмау үшін: {stop}\n";
}

/// What is said of one thing that happened to an application, on either channel.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    sms: Phrase,
    subject: Phrase,
    said: Phrase,
}

impl Notice {
    /// Of the sending (none) or of what was done to an application of a service.
    pub const fn of(service: Service, act: Option<Act>) -> Self {
        let (sms, subject, said) = match (service, act) {
            (Service::Transfer, None) => (transfer::SENT_SMS, transfer::SENT_SUBJECT, transfer::SENT),
            (Service::Transfer, Some(Act::Return)) => {
                (transfer::RETURNED_SMS, transfer::RETURNED_SUBJECT, transfer::RETURNED_SAID)
            }
            (Service::Transfer, Some(Act::Resend)) => {
                (transfer::RESENT_SMS, transfer::RESENT_SUBJECT, transfer::RESENT)
            }
            (Service::Transfer, Some(Act::Refuse)) => {
                (transfer::REFUSED_SMS, transfer::REFUSED_SUBJECT, transfer::REFUSED_SAID)
            }
            (Service::Transfer, Some(Act::Enrol)) => {
                (transfer::ENROLLED_SMS, transfer::ENROLLED_SUBJECT, transfer::ENROLLED_SAID)
            }
            (Service::Transfer, Some(Act::Withdraw)) => {
                (transfer::WITHDRAWN_SMS, transfer::WITHDRAWN_SUBJECT, transfer::WITHDRAWN)
            }
            (_, Some(Act::Accept)) => (transfer::ACCEPTED_SMS, transfer::ACCEPTED_SUBJECT, transfer::ACCEPTED_SAID),
            (_, Some(Act::Release)) => (transfer::RELEASED_SMS, transfer::RELEASED_SUBJECT, transfer::RELEASED_TOLD),
            (_, Some(Act::Expire)) => (transfer::EXPIRED_SMS, transfer::EXPIRED_SUBJECT, transfer::EXPIRED),
            (Service::Meals, None) => (meals::ACCEPTED_SMS, meals::ACCEPTED_SUBJECT, meals::ACCEPTED),
            (Service::Meals, Some(Act::Return)) => (meals::RETURNED_SMS, meals::RETURNED_SUBJECT, meals::RETURNED_SAID),
            (Service::Meals, Some(Act::Resend)) => (meals::RESENT_SMS, meals::RESENT_SUBJECT, meals::RESENT),
            (Service::Meals, Some(Act::Refuse)) => (meals::REFUSED_SMS, meals::REFUSED_SUBJECT, meals::REFUSED_SAID),
            (Service::Meals, Some(Act::Withdraw)) => (meals::WITHDRAWN_SMS, meals::WITHDRAWN_SUBJECT, meals::WITHDRAWN),
            (Service::Camp, Some(Act::Register)) => {
                (camp::REGISTERED_SMS, camp::REGISTERED_SUBJECT, camp::REGISTERED_SAID)
            }
            (Service::Camp, Some(Act::Move)) => (camp::MOVED_SMS, camp::MOVED_SUBJECT, camp::MOVED),
            (Service::Camp, Some(Act::Confirm)) => (camp::CONFIRMED_SMS, camp::CONFIRMED_SUBJECT, camp::CONFIRMED_SAID),
            (Service::Camp, Some(Act::Lapse)) => (camp::LAPSED_SMS, camp::LAPSED_SUBJECT, camp::LAPSED_SAID),
            (_, Some(Act::Offer)) => (camp::OFFERED_SMS, camp::OFFERED_SUBJECT, camp::OFFERED_SAID),
            (_, Some(Act::Approve)) => (meals::APPROVED_SMS, meals::APPROVED_SUBJECT, meals::APPROVED_SAID),
            (_, Some(Act::Remind)) => (meals::REMINDED_SMS, meals::REMINDED_SUBJECT, meals::REMINDED),
            (_, Some(Act::Lapse)) => (meals::LAPSED_SMS, meals::LAPSED_SUBJECT, meals::LAPSED_SAID),
            (_, None) => (ACCEPTED_SMS, ACCEPTED_SUBJECT, ACCEPTED),
            (_, Some(Act::Register)) => (REGISTERED_SMS, REGISTERED_SUBJECT, REGISTERED),
            (_, Some(Act::Return)) => (RETURNED_SMS, RETURNED_SUBJECT, RETURNED),
            (_, Some(Act::Resend)) => (RESENT_SMS, RESENT_SUBJECT, RESENT),
            (_, Some(Act::Refuse)) => (REFUSED_SMS, REFUSED_SUBJECT, REFUSED),
            (_, Some(Act::Confirm)) => (CONFIRMED_SMS, CONFIRMED_SUBJECT, CONFIRMED),
            (_, Some(Act::Decline)) => (DECLINED_SMS, DECLINED_SUBJECT, DECLINED),
            (_, Some(Act::Strike)) => (STRUCK_SMS, STRUCK_SUBJECT, STRUCK),
            (_, Some(Act::Enrol)) => (ENROLLED_SMS, ENROLLED_SUBJECT, ENROLLED),
            (_, Some(Act::Assign)) => (ASSIGNED_SMS, ASSIGNED_SUBJECT, ASSIGNED),
            (_, Some(Act::Stay)) => (STAYED_SMS, STAYED_SUBJECT, STAYED),
            (_, Some(Act::Move)) => (MOVED_SMS, MOVED_SUBJECT, MOVED),
            (_, Some(Act::Withdraw)) => (WITHDRAWN_SMS, WITHDRAWN_SUBJECT, WITHDRAWN),
        };
        Self { sms, subject, said }
    }

    /// The SMS.
    pub fn sms(self, locale: Locale, number: ApplicationNumber) -> String {
        self.sms.fill(locale, &[("number", &number.to_string())])
    }

    /// The e-mail; `link` leads to "my applications", `stop` to where letters are stopped.
    pub fn letter(self, locale: Locale, number: ApplicationNumber, link: &str, stop: &str) -> Letter {
        let number = number.to_string();
        let number = [("number", number.as_str())];
        let said = self.said.fill(locale, &number);
        let body = LETTER.fill(locale, &[("said", &said), ("link", link), ("stop", stop)]);
        Letter { subject: self.subject.fill(locale, &number), body }
    }
}

/// A subject and a body of plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, one line.
    pub subject: String,
    /// The body.
    pub body: String,
}

/// The SMS that carries a confirmation code; `host` is the portal's, without scheme and port.
pub fn code_sms(locale: Locale, code: &str, host: &str) -> String {
    CODE_SMS.fill(locale, &[("code", code), ("host", host)])
}

/// The e-mail that carries a confirmation code.
pub fn code_letter(locale: Locale, code: &str) -> Letter {
    let values = [("code", code)];
    Letter { subject: CODE_SUBJECT.fill(locale, &values), body: CODE_BODY.fill(locale, &values) }
}

/// How many SMS parts a text is paid as. Both languages need letters outside the GSM alphabet, so
/// every text is counted in UTF-16 units: 70 in a single part, 67 in each of several.
pub fn sms_parts(text: &str) -> usize {
    match text.encode_utf16().count() {
        0..=70 => 1,
        longer => longer.div_ceil(67),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than any host a city would choose.
    const LONGEST_HOST: &str = "mektepke-qabyldau.bilim-bolimi.karaganda.gov.kz";

    /// Ten digits: far beyond any campaign.
    fn longest_number() -> ApplicationNumber {
        ApplicationNumber::new(9_999_999_999).unwrap()
    }

    #[test]
    fn parts_are_counted_as_the_networks_count_them() {
        for (letters, parts) in [(0, 1), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)] {
            assert_eq!(sms_parts(&"ә".repeat(letters)), parts, "{letters} letters");
        }
        assert_eq!(sms_parts(&"😀".repeat(36)), 2, "a letter outside the basic plane is two units");
    }

    /// Everything that is told: the sending and every act.
    fn notices() -> Vec<Notice> {
        let of = |service| [None].into_iter().chain(Act::ALL.map(Some)).map(move |act| Notice::of(service, act));
        Service::ALL.into_iter().flat_map(of).collect()
    }

    #[test]
    fn every_sms_fits_two_parts_with_the_longest_values() {
        let templates = [ALL, camp::ALL, meals::ALL, transfer::ALL].concat();
        let templates = templates.iter().filter(|(name, _)| name.ends_with("_SMS")).count();
        let mut told: Vec<_> = notices().iter().map(|notice| notice.sms.get(Locale::Ru)).collect();
        told.sort_unstable();
        told.dedup();
        assert_eq!(templates, told.len() + 1, "an SMS that is neither a code nor a notice");
        for locale in Locale::ALL {
            let notices = notices().into_iter().map(|notice| notice.sms(locale, longest_number()));
            for text in notices.chain([code_sms(locale, "000000", LONGEST_HOST)]) {
                assert!(sms_parts(&text) <= 2, "{} units: {text}", text.encode_utf16().count());
                assert!(!text.contains('{'), "unfilled: {text}");
            }
        }
    }

    #[test]
    fn the_last_line_of_a_code_is_bound_to_the_host() {
        for locale in Locale::ALL {
            let text = code_sms(locale, "012345", "localhost");
            assert!(text.ends_with("\n\n@localhost #012345"), "{text}");
            assert!(text.starts_with("012345 "), "{text}");
        }
    }

    #[test]
    fn letters_are_filled_and_their_subjects_are_one_line() {
        for locale in Locale::ALL {
            let link = "https://example.kz/ru/applications";
            let stop = "https://example.kz/ru/unsubscribe/0a";
            let notices = notices().into_iter().map(|notice| notice.letter(locale, longest_number(), link, stop));
            let notices = notices.inspect(|letter| assert!(letter.body.contains(stop), "no way to stop letters"));
            for letter in notices.chain([code_letter(locale, "012345")]) {
                assert!(!letter.body.contains('{') && !letter.subject.contains('{'));
                assert!(!letter.subject.contains('\n') && letter.subject.chars().count() < 60, "{}", letter.subject);
                assert!(letter.body.contains("012345") || letter.body.contains("https://example.kz"));
            }
        }
    }
}
