//! The page of step 3.

use domain::fields::{ASKED, OUTCOME};
use domain::{Locale, Slot};
use store::drafts::Mine;
use text::{common, consent, family as t};
use views::{Checkbox, Choice, DateField, DocumentRow, Field, FieldError, Kind, Markup, Radio, Width, error_of, html};
use web::step::StepVisit;
use web::{Address, Fields, documents};

/// The scans that only some families need.
const SOME_NEED: [Slot; 3] = [Slot::Pmpc, Slot::StatusDocument, Slot::Guardianship];
/// The scans that every family is asked for.
const ALL_NEED: [Slot; 5] =
    [Slot::BirthCertificate, Slot::Photo, Slot::HealthPassport1, Slot::HealthPassport17, Slot::HealthPassport18];

struct Page<'a> {
    here: &'a StepVisit<'a>,
    mine: &'a Mine,
    shown: &'a Fields,
    errors: &'a [FieldError],
    l: Locale,
}

pub fn page(here: &StepVisit<'_>, mine: &Mine, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let page = Page { here, mine, shown, errors, l };
    let inner = html! {
        p { (t::INTRO.get(l)) }
        (page.register_consent())
        (views::fieldset(l, "parent", t::PARENT.get(l), None, None, false, page.person("parent")))
        (views::fieldset(l, "child", t::CHILD.get(l), None, None, false, page.person("child")))
        (page.early_wish())
        (page.not_linked())
        (views::fieldset(l, "certificate", t::CERTIFICATE.get(l), None, None, false, page.certificate()))
        h2 { (t::DOCUMENTS.get(l)) }
        p { (t::DOCUMENTS_INTRO.get(l)) }
        (page.documents(&ALL_NEED))
        h3 { (t::DOCUMENTS_MORE.get(l)) }
        (page.documents(&SOME_NEED))
        (views::primary_button(common::NEXT.get(l)))
    };
    here.page(&mine.draft, t::TITLE.get(l), errors, inner)
}

impl Page<'_> {
    fn error(&self, id: &str) -> Option<&str> {
        error_of(self.errors, id)
    }

    fn register_consent(&self) -> Markup {
        html! {
            h2 { (consent::REGISTER_TITLE.get(self.l)) }
            p { (consent::REGISTER_NOTICE.get(self.l)) }
            (views::checkbox(&Checkbox {
                locale: self.l,
                name: "register-consent",
                value: "yes",
                label: consent::REGISTER_LABEL.get(self.l),
                hint: None,
                checked: self.shown.ticked("register-consent"),
                error: self.error("register-consent"),
            }))
        }
    }

    fn person(&self, who: &str) -> Markup {
        let l = self.l;
        let (fill, iin_hint) = match who {
            "parent" => (t::FILL_PARENT, t::IIN_HINT),
            _ => (t::FILL_CHILD, t::CHILD_IIN_HINT),
        };
        let look_up = self.here.with_return(&Address::LookUp(l, self.mine.draft.service, self.mine.draft.id.clone()));
        let iin = format!("{who}-iin");
        let birth_date = format!("{who}-birth-date");
        let sex = format!("{who}-sex");
        html! {
            (views::text_input(&Field {
                hint: Some(iin_hint.get(l)),
                value: self.shown.text(&iin),
                error: self.error(&iin),
                kind: Kind::Digits,
                maxlength: Some(16),
                width: Width::W20,
                ..Field::new(l, &iin, t::IIN.get(l))
            }))
            (views::secondary_button(fill.get(l), "who", who, Some(&look_up)))
            (self.outcome(who))
            (self.name(&format!("{who}-surname"), t::SURNAME, false, "family-name"))
            (self.name(&format!("{who}-name"), t::NAME, false, "given-name"))
            (self.name(&format!("{who}-patronymic"), t::PATRONYMIC, true, "additional-name"))
            (views::date_input(&DateField {
                locale: l,
                name: &birth_date,
                label: t::BIRTH_DATE.get(l),
                hint: Some(t::BIRTH_DATE_HINT.get(l)),
                value: self.shown.date_parts(&birth_date),
                error: self.error(&birth_date),
                optional: false,
                own_birthday: who == "parent",
            }))
            (views::radios(&Choice {
                locale: l,
                name: &sex,
                label: t::SEX.get(l),
                hint: None,
                options: &[
                    Radio { value: "female", label: t::FEMALE.get(l), hint: None },
                    Radio { value: "male", label: t::MALE.get(l), hint: None },
                ],
                value: self.shown.text(&sex),
                error: self.error(&sex),
                optional: false,
                inline: true,
            }))
        }
    }

    fn name(&self, name: &str, label: text::Phrase, optional: bool, autocomplete: &str) -> Markup {
        // Only the parent's own name is the browser's to fill in.
        let autocomplete = if name.starts_with("parent") { autocomplete } else { "off" };
        views::text_input(&Field {
            value: self.shown.text(name),
            error: self.error(name),
            optional,
            autocomplete: Some(autocomplete),
            maxlength: Some(100),
            ..Field::new(self.l, name, label.get(self.l))
        })
    }

    /// What the last look-up of this person came to.
    fn outcome(&self, who: &str) -> Markup {
        if self.shown.text(ASKED) != who {
            return html! {};
        }
        let said = match self.shown.text(OUTCOME) {
            "found" => return views::success(html! { p { (t::FOUND.get(self.l)) } }),
            "not-found" => t::NOT_FOUND,
            "down" => t::REGISTER_DOWN,
            "spent" => t::LOOK_UPS_SPENT,
            _ => return html! {},
        };
        views::notice(html! { p { (said.get(self.l)) } })
    }

    fn early_wish(&self) -> Markup {
        views::checkbox(&Checkbox {
            locale: self.l,
            name: "early-wish",
            value: "yes",
            label: t::EARLY_WISH.get(self.l),
            hint: Some(t::EARLY_WISH_HINT.get(self.l)),
            checked: self.shown.ticked("early-wish"),
            error: self.error("early-wish"),
        })
    }

    /// Said once the parent has filled in the step, or asked for the child in vain.
    fn not_linked(&self) -> Markup {
        let draft = &self.mine.draft;
        let asked_in_vain = self.shown.text(ASKED) == "child" && self.shown.text(OUTCOME) == "not-found";
        let answered_unlinked = draft.answers.family.as_ref().is_some_and(|family| !draft.register.links(family));
        html! {
            @if asked_in_vain || answered_unlinked {
                (views::notice(html! { p { (t::NOT_LINKED.get(self.l)) } }))
            }
        }
    }

    fn certificate(&self) -> Markup {
        let l = self.l;
        html! {
            (views::text_input(&Field {
                hint: Some(t::CERTIFICATE_NUMBER_HINT.get(l)),
                value: self.shown.text("certificate-number"),
                error: self.error("certificate-number"),
                maxlength: Some(40),
                width: Width::W20,
                ..Field::new(l, "certificate-number", t::CERTIFICATE_NUMBER.get(l))
            }))
            (views::date_input(&DateField {
                locale: l,
                name: "certificate-issued",
                label: t::CERTIFICATE_ISSUED.get(l),
                hint: None,
                value: self.shown.date_parts("certificate-issued"),
                error: self.error("certificate-issued"),
                optional: false,
                own_birthday: false,
            }))
        }
    }

    fn documents(&self, slots: &[Slot]) -> Markup {
        let visit = self.here.visit;
        let required = documents::required(self.mine);
        html! {
            @for slot in slots {
                (documents::with_state(visit, self.mine.documents.get(*slot), &documents::preview(visit, &self.mine.draft, *slot), |state| {
                    views::document_row(&DocumentRow {
                        locale: self.l,
                        slot: *slot,
                        optional: !required.contains(slot),
                        state,
                        error: self.error(slot.code()),
                    })
                }))
            }
        }
    }
}
