//! Scans: the row of a slot on a page of the wizard, and the form of its sub-page.
//!
//! The script of the sub-page asks `POST {ticket}` (urlencoded `csrf`, `name`, `size`) for JSON
//! `{"url", "fields": {…}, "status_url"}`, posts the file with those fields to `url`, then asks
//! `GET {status_url}` for `{"state": "checking" | "accepted" | "refused"}` until the check has
//! ended. If any of it fails, the same form can be sent without the script.

use domain::{Locale, Slot};
use maud::{Markup, html};
use text::documents;

use crate::content::{Tone, tag};
use crate::form::{described_by, error, form, hint, label, primary_button};

/// What has become of a slot's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentState<'a> {
    /// Nothing is attached
    None,
    /// Being checked
    Checking {
        /// The file's own name, made safe to show
        name: &'a str,
    },
    /// Accepted
    Accepted {
        /// The file's own name, made safe to show
        name: &'a str,
        /// Size, pages
        about: &'a str,
        /// The address of the preview, for images
        preview: Option<&'a str>,
    },
    /// Refused
    Refused {
        /// The file's own name, made safe to show
        name: &'a str,
        /// What was wrong and what to do
        reason: &'a str,
    },
}

/// A slot on a page of the wizard. Its buttons send the page's form with `act=document:{slot}`
/// (attach, replace) or `act=remove:{slot}`, so that what is typed is kept.
#[derive(Clone, Copy, Debug)]
pub struct DocumentRow<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The slot; its code is the id of the row
    pub slot: Slot,
    /// Whether it may stay empty
    pub optional: bool,
    /// What has become of it
    pub state: DocumentState<'a>,
    /// What is wrong with it, beside a refusal
    pub error: Option<&'a str>,
}

/// A slot with its state and buttons.
pub fn document_row(row: &DocumentRow<'_>) -> Markup {
    let l = row.locale;
    let id = row.slot.code();
    let title = documents::name(row.slot).get(l);
    let hint_text = documents::hint(row.slot).get(l);
    let label_id = format!("{id}-label");
    let empty = row.state == DocumentState::None;
    let failed = row.error.is_some() || matches!(row.state, DocumentState::Refused { .. });
    let attach = if empty { documents::ATTACH } else { documents::REPLACE };
    html! {
        div.card.document.wrong[failed] #(id) role="group" tabindex="-1" aria-labelledby=(label_id)
            data-checking[matches!(row.state, DocumentState::Checking { .. })]
            aria-describedby=[described_by(id, Some(hint_text), row.error)] {
            div.about {
                p.name #(label_id) {
                    (title)
                    @if row.optional { " " span.optional { (text::common::OPTIONAL.get(l)) } }
                }
                (hint(id, Some(hint_text)))
                (error(l, id, row.error))
                (document_state(l, row.slot, row.state))
            }
            div.actions {
                button type="submit" name="act" value={ "document:" (id) } { (attach.get(l)) span.vh { ": " (title) } }
                @if !empty {
                    button.quiet type="submit" name="act" value={ "remove:" (id) } { (documents::REMOVE.get(l)) span.vh { ": " (title) } }
                }
            }
        }
    }
}

/// What has become of a slot's file: its tag, its name, its preview or the reason.
pub fn document_state(locale: Locale, slot: Slot, state: DocumentState<'_>) -> Markup {
    let title = documents::name(slot).get(locale);
    html! {
        @match state {
            DocumentState::None => {}
            DocumentState::Checking { name } => {
                p.state { (tag(Tone::Active, documents::CHECKING.get(locale))) " " span.file { (name) } }
                p.hint { (documents::CHECKING_HINT.get(locale)) }
            }
            DocumentState::Accepted { name, about, preview } => {
                p.state { (tag(Tone::Good, documents::ACCEPTED.get(locale))) " " span.file { (name) } " " span.muted { (about) } }
                @if let Some(preview) = preview {
                    a.preview href=(preview) target="_blank" rel="noopener" {
                        img src=(preview) alt=(documents::PREVIEW.fill(locale, &[("name", title)])) loading="lazy" width="96" height="96";
                    }
                }
            }
            DocumentState::Refused { name, reason } => {
                p.state { (tag(Tone::Bad, documents::REFUSED.get(locale))) " " span.file { (name) } }
                p.error { (reason) }
            }
        }
    }
}

/// The sub-page of one slot.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The slot
    pub slot: Slot,
    /// Where the form is sent
    pub action: &'a str,
    /// The token of the session
    pub csrf: Option<&'a str>,
    /// Where the script asks for a ticket
    pub ticket: &'a str,
    /// The page of the wizard to return to
    pub done: &'a str,
    /// What has become of the slot
    pub state: DocumentState<'a>,
    /// What is wrong with the file that was just sent
    pub error: Option<&'a str>,
}

/// The form that sends the file of a slot: the field is `file`. The page brings its heading.
pub fn upload_form(upload: &Upload<'_>) -> Markup {
    let l = upload.locale;
    let checking = matches!(upload.state, DocumentState::Checking { .. });
    html! {
        p { (documents::hint(upload.slot).get(l)) }
        @if upload.state != DocumentState::None {
            div.card.document #state data-checking[checking] {
                div.about { (document_state(l, upload.slot, upload.state)) }
            }
        }
        div data-upload=(upload.ticket) data-done=(upload.done)
            data-preparing=(documents::PREPARING.get(l)) data-uploading=(documents::UPLOADING.get(l))
            data-uploaded=(documents::UPLOADED.get(l)) data-failed=(documents::UPLOAD_FAILED.get(l))
            data-pick=(documents::PICK_FILE.get(l)) data-unpicked=(documents::UNPICKED.get(l))
            data-none=(documents::NO_FILE.get(l)) data-empty=(documents::EMPTY.get(l)) data-big=(documents::TOO_BIG.get(l)) {
            (form(upload.action, upload.csrf, true, html! {
                div.field.wrong[upload.error.is_some()] {
                    (label(l, "file", documents::CHOOSE_FILE.get(l), false))
                    (hint("file", Some(documents::FORMATS.get(l))))
                    noscript { p.hint { (documents::FORMATS_WITHOUT_SCRIPT.get(l)) } }
                    (error(l, "file", upload.error))
                    input #file type="file" name="file" accept="image/jpeg,image/png,application/pdf"
                        aria-invalid=[upload.error.map(|_| "true")]
                        aria-describedby=[described_by("file", Some(documents::FORMATS.get(l)), upload.error)];
                }
                div.buttons {
                    (primary_button(documents::SEND_FILE.get(l)))
                    a href=(upload.done) { (documents::BACK_TO_APPLICATION.get(l)) }
                }
            }))
        }
    }
}
