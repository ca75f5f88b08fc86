//! The page of step 3.

use domain::fields::{ASKED, OUTCOME};
use domain::{Locale, Slot};
use store::drafts::Mine;
use text::{common, consent, family as t};
use views::{Checkbox, DocumentRow, Field, FieldError, Kind, Markup, Width, error_of, html};
use web::people::Form;
use web::step::StepVisit;
use web::{Address, Fields, documents};

struct Page<'a> {
    here: &'a StepVisit<'a>,
    mine: &'a Mine,
    shown: &'a Fields,
    errors: &'a [FieldError],
    l: Locale,
}

pub fn page(here: &StepVisit<'_>, mine: &Mine, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let service = mine.draft.service;
    let page = Page { here, mine, shown, errors, l };
    let inner = html! {
        p { (t::INTRO.get(l)) }
        (page.register_consent())
        (views::fieldset(l, "parent", t::PARENT.get(l), None, None, false, page.person("parent")))
        (views::fieldset(l, "child", t::CHILD.get(l), None, None, false, page.person("child")))
        @if service.asks_wish() { (page.form().early_wish()) }
        (page.not_linked())
        (views::fieldset(l, "certificate", t::CERTIFICATE.get(l), None, None, false, page.certificate()))
        h2 { (t::DOCUMENTS.get(l)) }
        p { (t::DOCUMENTS_INTRO.get(l)) }
        (page.documents(Slot::required(service)))
        h3 { (t::DOCUMENTS_MORE.get(l)) }
        (page.documents(Slot::explaining(service)))
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
            (self.form().names(who))
            (self.form().birth_date(who))
            (self.form().sex(who))
        }
    }

    fn form(&self) -> Form<'_> {
        Form { locale: self.l, shown: self.shown, errors: self.errors }
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
        html! {
            (self.form().certificate_number())
            (self.form().certificate_issued())
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
