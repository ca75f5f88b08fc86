//! Step 5: how to be notified, in which language, and the consent to the use of data; besides,
//! the two consents that are asked earlier: to a text message and to a look-up in the register.
//!
//! A consent is stored with the version of its words. Other words are another version: the test
//! below holds the two together.

crate::phrases! {
    /// Heading of the page.
    TITLE: "Уведомления и согласие", "Хабарламалар және келісім";

    CHANNELS: "Как сообщать вам о заявлении?", "Өтініш туралы сізге қалай хабарлайық?";
    CHANNELS_HINT:
        "Здесь только подтверждённые контакты. Можно ничего не выбирать: статус всегда виден в разделе «Мои заявления».",
        "Мұнда тек расталған байланыс деректері тұр. Ештеңе таңдамауға да болады: мәртебе «Менің өтініштерім» бөлімінде әрдайым көрініп тұрады.";
    BY_SMS: "По SMS: {phone}", "SMS арқылы: {phone}";
    BY_EMAIL: "По электронной почте: {email}", "Электрондық пошта арқылы: {email}";
    EMAIL_ABSENT:
        "Чтобы получать письма, подтвердите электронную почту на втором шаге.",
        "Хат алу үшін екінші қадамда электрондық поштаңызды растаңыз.";
    CHANNEL_NOT_CONFIRMED:
        "Этот контакт не подтверждён: выберите другой или подтвердите его на втором шаге",
        "Бұл байланыс дерегі расталмаған: басқасын таңдаңыз немесе оны екінші қадамда растаңыз";

    LANGUAGE: "На каком языке присылать уведомления?", "Хабарламаларды қай тілде жіберейік?";
    LANGUAGE_MISSING: "Выберите язык уведомлений", "Хабарламалар тілін таңдаңыз";

    CONSENT_TITLE:
        "Согласие на использование сведений, охраняемых законом",
        "Заңмен қорғалатын мәліметтерді пайдалануға келісім";
    CONSENT_WHAT:
        "Я соглашаюсь на сбор, проверку и использование сведений, составляющих охраняемую законом тайну: моих персональных данных и данных ребёнка, адреса, сведений о здоровье из приложенных документов и самих документов.",
        "Мен заңмен қорғалатын құпияны құрайтын мәліметтерді: өзімнің және баланың дербес деректерін, мекенжайды, қоса жүктелген құжаттардағы денсаулық туралы мәліметтерді және құжаттардың өзін жинауға, тексеруге және пайдалануға келісемін.";
    CONSENT_WHY:
        "Они нужны, чтобы рассмотреть это заявление и зачислить ребёнка в школу, и ни для чего другого.",
        "Олар осы өтінішті қарау және баланы мектепке қабылдау үшін ғана керек.";
    CONSENT_WHO:
        "Их увидят специалисты отдела образования и школы, в которой решается вопрос о месте.",
        "Оларды білім бөлімінің және орын туралы мәселе шешілетін мектептің мамандары көреді.";
    CONSENT_REGISTER:
        "Портал может сверить их с государственным реестром.",
        "Портал оларды мемлекеттік тізіліммен салыстыра алады.";
    CONSENT_WITHDRAW:
        "Согласие можно отозвать вместе с заявлением; без согласия заявление не рассматривают.",
        "Келісімді өтінішпен бірге кері қайтарып алуға болады; келісімсіз өтініш қаралмайды.";
    CONSENT_LABEL:
        "Даю согласие и подтверждаю, что сведения верны",
        "Келісім беремін және мәліметтердің дұрыс екенін растаймын";
    CONSENT_MISSING:
        "Отметьте согласие: без него заявление не рассматривают",
        "Келісімді белгілеңіз: онсыз өтініш қаралмайды";
    /// On the review page; the date is written beside it.
    CONSENT_GIVEN: "Дано {date} в {time}", "Берілген уақыты: {date}, {time}";

    REGISTER_TITLE: "Прежде чем заполнить ФИО", "ТАӘ толтырмас бұрын";
    REGISTER_NOTICE:
        "По ИИН портал спросит в государственном реестре ФИО, дату рождения, пол, связь родителя с ребёнком и адрес ребёнка. Ответ нужен только для этого заявления, каждый запрос записывается. Без согласия всё можно вписать самим.",
        "Портал ЖСН бойынша мемлекеттік тізілімнен ТАӘ, туған күнін, жынысын, ата-ана мен баланың байланысын және баланың мекенжайын сұрайды. Жауап тек осы өтініш үшін керек, әр сұрау жазылып отырады. Келісім бермесеңіз, бәрін өзіңіз толтыра аласыз.";
    REGISTER_LABEL:
        "Соглашаюсь на запрос в реестр",
        "Тізілімге сұрау жіберуге келісемін";
    REGISTER_MISSING:
        "Отметьте согласие на запрос в реестр или впишите данные сами",
        "Тізілімге сұрау жіберуге келісімді белгілеңіз немесе деректерді өзіңіз толтырыңыз";

    SMS_LABEL:
        "Соглашаюсь получать на этот номер SMS с кодами и сообщениями о заявлении",
        "Осы нөмірге кодтар мен өтініш туралы хабарлары бар SMS алуға келісемін";
    SMS_MISSING:
        "Отметьте согласие на SMS: без него код не отправить",
        "SMS алуға келісімді белгілеңіз: онсыз код жіберілмейді";
}

use crate::Phrase;

/// The consent of step 5, paragraph by paragraph.
pub const CONSENT: &[Phrase] =
    &[CONSENT_WHAT, CONSENT_WHY, CONSENT_WHO, CONSENT_REGISTER, CONSENT_WITHDRAW, CONSENT_LABEL];

/// The version that is stored with the consent of step 5.
pub const VERSION: &str = "1";

/// The version that is stored with the consent to a look-up in the register.
pub const REGISTER_VERSION: &str = "1";

/// The version that is stored with the consent to text messages.
pub const SMS_VERSION: &str = "1";

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Locale;

    /// FNV-1a: the standard hasher may change with the compiler, stored consents do not.
    fn fingerprint(phrases: &[Phrase]) -> u64 {
        phrases
            .iter()
            .flat_map(|phrase| [phrase.get(Locale::Ru), phrase.get(Locale::Kk)])
            .flat_map(str::bytes)
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    #[test]
    fn other_words_are_another_version() {
        let seen = [
            (VERSION, fingerprint(CONSENT)),
            (REGISTER_VERSION, fingerprint(&[REGISTER_NOTICE, REGISTER_LABEL])),
            (SMS_VERSION, fingerprint(&[SMS_LABEL])),
        ];
        let agreed = [("1", 0x7a0f_12c0_4280_9594), ("1", 0xdeb4_7141_134d_9775), ("1", 0x406f_dce6_b3a1_c971)];
        assert_eq!(seen, agreed, "the words changed: raise the version, then write the new pair here");
    }
}
