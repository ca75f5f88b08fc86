//! Wizard step 5: how to be notified, in which language, and the consent to the use of data.

use domain::answers::Intentions;
use domain::{Draft, Locale, Step};
use store::Store;
use store::drafts::Mine;
use text::{common, consent as t, own_name};
use views::{Checkbox, Choice, FieldError, Markup, Radio, error_of, html};
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct ConsentStep {
    /// Drafts
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| ConsentStep { store }).await
}

impl web::Function for ConsentStep {
    /// Shows the step or takes its answer.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Step(_, service, id, Step::Consent) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::Consent };
        let mine = open(&self.store, &visit, *service, id).await?;
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        if visit.method == Method::Get {
            let shown = here.shown(&mine.draft, answered(&mine.draft, visit.locale));
            return Ok(Reply::page(page(&here, &mine.draft, &shown, &[])));
        }
        let form = visit.form()?;
        let answered = self.answer(&here, mine, &form).await;
        here.or_kept(&self.store, *service, id, &form, answered).await
    }
}

impl ConsentStep {
    async fn answer(&self, here: &StepVisit<'_>, mut mine: Mine, form: &Fields) -> Result<Reply, Trouble> {
        let visit = here.visit;
        let act = Act::of(form);
        if act != Act::Next {
            return here.keep_and_go(&self.store, &mut mine, form, act).await;
        }
        match parse(form, &mine.draft, visit) {
            Ok(intentions) => {
                mine.draft.answer_consent(intentions);
                self.store.save_draft(&mut mine.draft, &mine.campaign, visit.now).await?;
                Ok(here.onward(&mine.draft))
            }
            Err(errors) => {
                here.keep(&self.store, &mut mine, form).await?;
                Ok(Reply::invalid(page(here, &mine.draft, form, &errors)))
            }
        }
    }
}

fn parse(form: &Fields, draft: &Draft, visit: &Visit) -> Result<Intentions, Vec<FieldError>> {
    let l = visit.locale;
    let contacts = &draft.answers.contacts;
    let mut errors = Vec::new();
    let (by_sms, by_email) = (form.ticked("by-sms"), form.ticked("by-email"));
    if by_sms && contacts.main.is_none() {
        errors.push(FieldError::new("by-sms", t::CHANNEL_NOT_CONFIRMED.get(l)));
    }
    if by_email && contacts.email.is_none() {
        errors.push(FieldError::new("by-email", t::CHANNEL_NOT_CONFIRMED.get(l)));
    }
    let language = Locale::parse(form.text("notice-language"));
    if language.is_none() {
        errors.push(FieldError::new("notice-language", t::LANGUAGE_MISSING.get(l)));
    }
    if !form.ticked("consent") {
        errors.push(FieldError::new("consent", t::CONSENT_MISSING.get(l)));
    }
    match language {
        Some(language) if errors.is_empty() => {
            Ok(Intentions { by_sms, by_email, language, consent_version: t::VERSION.to_owned(), consent_at: visit.now })
        }
        _ => Err(errors),
    }
}

/// The fields as answered before; the language of the page and SMS are suggested.
fn answered(draft: &Draft, page: Locale) -> Fields {
    let mut fields = Fields::default();
    let mut tick = |name: &str, ticked: bool| {
        if ticked {
            fields.set(name, "yes");
        }
    };
    match &draft.answers.intentions {
        Some(given) => {
            tick("by-sms", given.by_sms);
            tick("by-email", given.by_email);
            tick("consent", true);
            fields.set("notice-language", given.language.code());
        }
        None => {
            tick("by-sms", draft.answers.contacts.main.is_some());
            tick("by-email", draft.answers.contacts.email.is_some());
            fields.set("notice-language", page.code());
        }
    }
    fields
}

fn page(here: &StepVisit<'_>, draft: &Draft, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let contacts = &draft.answers.contacts;
    let tick = |name: &'static str, label: &str| {
        views::checkbox(&Checkbox {
            locale: l,
            name,
            value: "yes",
            label,
            hint: None,
            checked: shown.ticked(name),
            error: error_of(errors, name),
        })
    };
    let channels = html! {
        @if let Some(main) = &contacts.main { (tick("by-sms", &t::BY_SMS.fill(l, &[("phone", &main.value.spaced())]))) }
        @match &contacts.email {
            Some(email) => (tick("by-email", &t::BY_EMAIL.fill(l, &[("email", email.value.as_str())]))),
            None => p.hint { (t::EMAIL_ABSENT.get(l)) },
        }
    };
    let languages = Locale::ALL.map(|locale| Radio { value: locale.code(), label: own_name(locale), hint: None });
    let inner = html! {
        (views::fieldset(l, "channels", t::CHANNELS.get(l), Some(t::CHANNELS_HINT.get(l)), None, false, channels))
        (views::radios(&Choice {
            locale: l,
            name: "notice-language",
            label: t::LANGUAGE.get(l),
            hint: None,
            options: &languages,
            value: shown.text("notice-language"),
            error: error_of(errors, "notice-language"),
            optional: false,
            inline: true,
        }))
        h2 { (t::CONSENT_TITLE.get(l)) }
        @for paragraph in [t::CONSENT_WHAT, t::CONSENT_WHY, t::CONSENT_WHO, t::CONSENT_REGISTER, t::CONSENT_WITHDRAW] {
            p { (paragraph.get(l)) }
        }
        (tick("consent", t::CONSENT_LABEL.get(l)))
        (views::primary_button(common::NEXT.get(l)))
    };
    here.page(draft, t::TITLE.get(l), errors, inner)
}
