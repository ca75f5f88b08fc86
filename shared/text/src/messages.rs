//! What is sent to a parent: SMS and e-mail.
//!
//! A Cyrillic SMS is paid by parts of 67 letters (70 when one part is enough); the tests below
//! hold every SMS to two parts with the longest values that it can get.

use domain::{ApplicationNumber, Locale};

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
    /// SMS after the parent took an application back.
    WITHDRAWN_SMS: "Вы отозвали заявление № {number}. Если это были не вы, обратитесь в отдел образования.",
        "Сіз № {number} өтінішті қайтарып алдыңыз. Бұл сіз болмасаңыз, білім бөліміне жүгініңіз.";
    /// Subject of the e-mail after the parent took an application back.
    WITHDRAWN_SUBJECT: "Заявление № {number} отозвано", "№ {number} өтініш қайтарып алынды";
    /// Body of the e-mail after the parent took an application back.
    WITHDRAWN_BODY: "Здравствуйте!\n\nВы отозвали заявление № {number}: оно больше не занимает место в очереди. Пока идёт приём, можно подать новое.\n\nЕсли это были не вы, обратитесь в отдел образования.\n\nВсе ваши заявления и их состояние: {link}\n\nЭто письмо отправлено автоматически, отвечать на него не нужно.\n",
        "Сәлеметсіз бе!\n\nСіз № {number} өтінішті қайтарып алдыңыз: ол енді кезекте орын алмайды. Қабылдау аяқталғанша жаңа өтініш беруге болады.\n\nБұл сіз болмасаңыз, білім бөліміне жүгініңіз.\n\nБарлық өтініштеріңіз және олардың мәртебесі: {link}\n\nБұл хат автоматты түрде жіберілді, оған жауап берудің қажеті жоқ.\n";
    /// Subject of the e-mail after an application was sent.
    ACCEPTED_SUBJECT: "Заявление № {number} принято", "№ {number} өтініш қабылданды";
    /// Body of the e-mail after an application was sent.
    ACCEPTED_BODY: "Здравствуйте!\n\nСпасибо, ваше заявление принято и отправлено на регистрацию в отдел образования. Ваш номер заявления — {number}.\n\nОтдел образования рассмотрит заявление в течение одного рабочего дня. О каждом изменении вы узнаете из уведомления.\n\nВсе ваши заявления и их состояние: {link}\n\nЭто письмо отправлено автоматически, отвечать на него не нужно.\n",
        "Сәлеметсіз бе!\n\nРақмет, өтінішіңіз қабылданып, білім бөліміне тіркеуге жіберілді. Өтініш нөміріңіз — {number}.\n\nБілім бөлімі өтінішті бір жұмыс күні ішінде қарайды. Әр өзгеріс туралы сізге хабарлама келеді.\n\nБарлық өтініштеріңіз және олардың мәртебесі: {link}\n\nБұл хат автоматты түрде жіберілді, оған жауап берудің қажеті жоқ.\n";
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

/// The SMS after an application was sent.
pub fn accepted_sms(locale: Locale, number: ApplicationNumber) -> String {
    ACCEPTED_SMS.fill(locale, &[("number", &number.to_string())])
}

/// The e-mail after an application was sent; `link` leads to "my applications".
pub fn accepted_letter(locale: Locale, number: ApplicationNumber, link: &str) -> Letter {
    let number = number.to_string();
    let values = [("number", number.as_str()), ("link", link)];
    Letter { subject: ACCEPTED_SUBJECT.fill(locale, &values), body: ACCEPTED_BODY.fill(locale, &values) }
}

/// The SMS after the parent took an application back.
pub fn withdrawn_sms(locale: Locale, number: ApplicationNumber) -> String {
    WITHDRAWN_SMS.fill(locale, &[("number", &number.to_string())])
}

/// The e-mail after the parent took an application back; `link` leads to "my applications".
pub fn withdrawn_letter(locale: Locale, number: ApplicationNumber, link: &str) -> Letter {
    let number = number.to_string();
    let values = [("number", number.as_str()), ("link", link)];
    Letter { subject: WITHDRAWN_SUBJECT.fill(locale, &values), body: WITHDRAWN_BODY.fill(locale, &values) }
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

    #[test]
    fn every_sms_fits_two_parts_with_the_longest_values() {
        let templates: Vec<_> = ALL.iter().filter(|(name, _)| name.ends_with("_SMS")).collect();
        assert_eq!(templates.len(), 3, "a new SMS needs its longest values here");
        for locale in Locale::ALL {
            for text in [
                code_sms(locale, "000000", LONGEST_HOST),
                accepted_sms(locale, longest_number()),
                withdrawn_sms(locale, longest_number()),
            ] {
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
            for letter in [
                code_letter(locale, "012345"),
                accepted_letter(locale, longest_number(), "https://example.kz/ru/applications"),
                withdrawn_letter(locale, longest_number(), "https://example.kz/ru/applications"),
            ] {
                assert!(!letter.body.contains('{') && !letter.subject.contains('{'));
                assert!(!letter.subject.contains('\n') && letter.subject.chars().count() < 60, "{}", letter.subject);
                assert!(letter.body.contains("012345") || letter.body.contains("https://example.kz"));
            }
        }
    }
}
