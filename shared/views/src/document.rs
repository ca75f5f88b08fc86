//! Scans: the row of a slot on a page of the wizard, and the form of its sub-page.
//!
//! The script of the sub-page asks `POST {ticket}` (urlencoded `csrf`, `name`, `size`) for JSON
//! `{"url", "fields": {…}, "status_url"}`, posts the file with those fields to `url`, then asks
//! `GET {status_url}` for `{"state": "checking" | "accepted" | "refused"}` until the check has
//! ended. Where the ticket has a `done` instead of a `status_url`, the page there tells of the check. If any of it fails, the same form can be sent without the script.

use domain::{Locale, Slot};
use maud::{Markup, html};
use text::{directory, documents};

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
        (picker(&Picker {
            locale: l,
            action: upload.action,
            csrf: upload.csrf,
            ticket: upload.ticket,
            done: upload.done,
            label: documents::CHOOSE_FILE.get(l),
            hint: documents::FORMATS.get(l),
            hint_without_script: documents::FORMATS_WITHOUT_SCRIPT.get(l),
            accept: "image/jpeg,image/png,application/pdf",
            limit: None,
            big: documents::TOO_BIG.get(l),
            empty: documents::EMPTY.get(l),
            failed: documents::UPLOAD_FAILED.get(l),
            send: documents::SEND_FILE.get(l),
            back: documents::BACK_TO_APPLICATION.get(l),
            error: upload.error,
        }))
    }
}

/// The form that sends a file of the directory.
#[derive(Clone, Copy, Debug)]
pub struct SheetUpload<'a> {
    /// The language of the page
    pub locale: Locale,
    /// Where the form is sent
    pub action: &'a str,
    /// The token of the session
    pub csrf: Option<&'a str>,
    /// Where the script asks for a ticket, which then says where to go on
    pub ticket: &'a str,
    /// The page to return to
    pub back: &'a str,
    /// The largest file, in bytes
    pub limit: u64,
    /// What is wrong with the file that was just sent
    pub error: Option<&'a str>,
}

/// The form that sends a file of the directory: the field is `file`.
pub fn sheet_form(upload: &SheetUpload<'_>) -> Markup {
    let l = upload.locale;
    picker(&Picker {
        locale: l,
        action: upload.action,
        csrf: upload.csrf,
        ticket: upload.ticket,
        done: upload.back,
        label: directory::CHOOSE.get(l),
        hint: directory::FORMAT.get(l),
        hint_without_script: documents::FORMATS_WITHOUT_SCRIPT.get(l),
        accept: ".csv,text/csv",
        limit: Some(upload.limit),
        big: directory::BIG.get(l),
        empty: directory::EMPTY_FILE.get(l),
        failed: directory::FAILED.get(l),
        send: directory::SEND.get(l),
        back: directory::TO_DIRECTORY.get(l),
        error: upload.error,
    })
}

/// What differs between the forms that send a file.
struct Picker<'a> {
    locale: Locale,
    action: &'a str,
    csrf: Option<&'a str>,
    ticket: &'a str,
    done: &'a str,
    label: &'a str,
    hint: &'a str,
    hint_without_script: &'a str,
    accept: &'a str,
    limit: Option<u64>,
    big: &'a str,
    empty: &'a str,
    failed: &'a str,
    send: &'a str,
    back: &'a str,
    error: Option<&'a str>,
}

fn picker(picker: &Picker<'_>) -> Markup {
    let l = picker.locale;
    html! {
        div data-upload=(picker.ticket) data-done=(picker.done) data-limit=[picker.limit]
            data-preparing=(documents::PREPARING.get(l)) data-uploading=(documents::UPLOADING.get(l))
            data-uploaded=(documents::UPLOADED.get(l)) data-failed=(picker.failed)
            data-pick=(documents::PICK_FILE.get(l)) data-unpicked=(documents::UNPICKED.get(l))
            data-none=(documents::NO_FILE.get(l)) data-empty=(picker.empty) data-big=(picker.big) {
            (form(picker.action, picker.csrf, true, html! {
                div.field.wrong[picker.error.is_some()] {
                    (label(l, "file", picker.label, false))
                    (hint("file", Some(picker.hint)))
                    noscript { p.hint { (picker.hint_without_script) } }
                    (error(l, "file", picker.error))
                    input #file type="file" name="file" accept=(picker.accept)
                        aria-invalid=[picker.error.map(|_| "true")]
                        aria-describedby=[described_by("file", Some(picker.hint), picker.error)];
                }
                div.buttons {
                    (primary_button(picker.send))
                    a href=(picker.done) { (picker.back) }
                }
            }))
        }
    }
}
