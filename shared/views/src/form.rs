//! Forms and their fields. The id of a field is its name; optional fields are marked, required
//! ones are not.

use std::borrow::Cow;

use domain::Locale;
use maud::{Markup, html};
use text::common;

/// A fault of one field, shown beside the field and in the summary that links to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field, date or group
    pub id: Cow<'static, str>,
    /// What to do, in the language of the page
    pub message: Cow<'static, str>,
}

impl FieldError {
    /// A fault of the field of that name.
    pub fn new(id: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { id: id.into(), message: message.into() }
    }
}

/// The first message for the field of that name.
pub fn error_of<'a>(errors: &'a [FieldError], id: &str) -> Option<&'a str> {
    errors.iter().find(|error| error.id == id).map(|error| error.message.as_ref())
}

/// The page's one form: a POST that the server checks, with the token when there is a session.
/// Enter in a field always means the form's first button, which means "next".
pub fn form(action: &str, csrf: Option<&str>, multipart: bool, inner: Markup) -> Markup {
    html! {
        form #step method="post" action=(action) enctype=[multipart.then_some("multipart/form-data")] novalidate {
            @if let Some(token) = csrf { (hidden("csrf", token)) }
            (default_button())
            (inner)
        }
    }
}

/// A form of one button beside other forms on a page, like signing out.
pub fn action_form(action: &str, csrf: Option<&str>, inner: Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            @if let Some(token) = csrf { (hidden("csrf", token)) }
            (inner)
        }
    }
}

/// The button that Enter presses: out of sight, out of the tab order, before all others. A page
/// whose frame holds buttons of the form has one before each of them.
pub fn default_button() -> Markup {
    html! { button.default type="submit" form="step" tabindex="-1" aria-hidden="true" {} }
}

/// What the form sends besides what is typed.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The button that leads on.
pub fn primary_button(label: &str) -> Markup {
    html! { button.primary type="submit" { (label) } }
}

/// The button that does what cannot be undone.
pub fn warning_button(label: &str) -> Markup {
    html! { button.warning type="submit" { (label) } }
}

/// A button of the form that does something else, with what it does as a field. `formaction`
/// sends the same form to another function.
pub fn secondary_button(label: &str, name: &str, value: &str, formaction: Option<&str>) -> Markup {
    html! { button type="submit" name=(name) value=(value) formaction=[formaction] { (label) } }
}

/// A quiet button that takes something away; `what` completes its name for screen readers.
pub fn remove_button(label: &str, what: &str, name: &str, value: &str, formaction: Option<&str>) -> Markup {
    html! { button.quiet type="submit" name=(name) value=(value) formaction=[formaction] { (label) span.vh { ": " (what) } } }
}

/// The type of a text field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Plain text
    #[default]
    Text,
    /// A phone number
    Tel,
    /// An e-mail address
    Email,
    /// A number that is not counted with: an IIN, a code
    Digits,
    /// A name to sign in with: nothing is corrected or begun with a capital
    Name,
    /// A password; it is never sent back
    Password,
}

/// How much a field is expected to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// As wide as the column
    #[default]
    Full,
    /// About twenty characters
    W20,
    /// About twelve characters
    W12,
    /// About six characters
    W6,
}

/// A field of one line.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The name and id
    pub name: &'a str,
    /// What is asked
    pub label: &'a str,
    /// How to answer
    pub hint: Option<&'a str>,
    /// What was typed, valid or not
    pub value: &'a str,
    /// What is wrong with it
    pub error: Option<&'a str>,
    /// Whether it may stay empty
    pub optional: bool,
    /// The value of `autocomplete`
    pub autocomplete: Option<&'a str>,
    /// The type
    pub kind: Kind,
    /// The most characters that can be typed
    pub maxlength: Option<u16>,
    /// The expected length of the answer
    pub width: Width,
    /// Shown but not to be changed
    pub readonly: bool,
}

impl<'a> Field<'a> {
    /// An empty required field; the rest by struct update.
    pub const fn new(locale: Locale, name: &'a str, label: &'a str) -> Self {
        Self {
            locale,
            name,
            label,
            hint: None,
            value: "",
            error: None,
            optional: false,
            autocomplete: None,
            kind: Kind::Text,
            maxlength: None,
            width: Width::Full,
            readonly: false,
        }
    }
}

/// A field of one line.
pub fn text_input(field: &Field<'_>) -> Markup {
    input(field, None)
}

/// A field of one line under which suggestions open; `source` answers `GET {source}?q=` with
/// `[{"label", "value"}]`.
pub fn suggest_input(field: &Field<'_>, source: &str) -> Markup {
    input(field, Some(source))
}

fn input(field: &Field<'_>, suggest: Option<&str>) -> Markup {
    let Field { locale, name, .. } = *field;
    let (kind, inputmode) = match field.kind {
        Kind::Text => ("text", None),
        Kind::Tel => ("tel", None),
        Kind::Email => ("email", None),
        Kind::Digits => ("text", Some("numeric")),
        Kind::Name => ("text", None),
        Kind::Password => ("password", None),
    };
    let verbatim = field.kind != Kind::Text;
    let value = if field.kind == Kind::Password { "" } else { field.value };
    let body = html! {
        (label(locale, name, field.label, field.optional))
        (hint(name, field.hint))
        (error(locale, name, field.error))
        input.(width(field.width)) #(name) name=(name) type=(kind) value=(value)
            inputmode=[inputmode] autocomplete=[field.autocomplete] maxlength=[field.maxlength]
            spellcheck=[verbatim.then_some("false")] autocapitalize=[verbatim.then_some("none")]
            readonly[field.readonly] aria-invalid=[field.error.map(|_| "true")]
            aria-describedby=[described_by(name, field.hint, field.error)];
    };
    html! {
        @match suggest {
            None => div.field.wrong[field.error.is_some()] { (body) }
            Some(source) => div.field.wrong[field.error.is_some()] data-suggest=(source)
                data-count=(common::SUGGESTIONS.get(locale)) data-none=(common::SUGGESTIONS_NONE.get(locale))
                data-list=(common::SUGGESTIONS_LIST.get(locale)) { (body) }
        }
    }
}

/// A form that only asks: what is typed is in the address that it leads to. Suggestions open where
/// somebody answers them, as [`suggest_input`] says.
pub fn search(action: &str, button: &str, field: &Field<'_>, suggest: Option<&str>) -> Markup {
    html! {
        form.search action=(action) role="search" {
            (input(field, suggest))
            button type="submit" { (button) }
        }
    }
}

/// A field of several lines.
pub fn textarea(field: &Field<'_>) -> Markup {
    let Field { locale, name, .. } = *field;
    html! {
        div.field.wrong[field.error.is_some()] {
            (label(locale, name, field.label, field.optional))
            (hint(name, field.hint))
            (error(locale, name, field.error))
            textarea #(name) name=(name) rows="4" maxlength=[field.maxlength] readonly[field.readonly]
                aria-invalid=[field.error.map(|_| "true")]
                aria-describedby=[described_by(name, field.hint, field.error)] { (field.value) }
        }
    }
}

/// A date in three boxes, `{name}-day`, `{name}-month` and `{name}-year`; the group's id is `name`.
#[derive(Clone, Copy, Debug)]
pub struct DateField<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The beginning of the names
    pub name: &'a str,
    /// What is asked
    pub label: &'a str,
    /// How to answer
    pub hint: Option<&'a str>,
    /// Day, month and year as typed
    pub value: [&'a str; 3],
    /// What is wrong with it
    pub error: Option<&'a str>,
    /// Whether it may stay empty
    pub optional: bool,
    /// Whether it is the birthday of whoever types, for autofill
    pub own_birthday: bool,
}

/// A date in three boxes.
pub fn date_input(field: &DateField<'_>) -> Markup {
    let DateField { locale, name, .. } = *field;
    let boxes = [
        ("day", common::DAY, "bday-day", 2, Width::W6),
        ("month", common::MONTH, "bday-month", 2, Width::W6),
        ("year", common::YEAR, "bday-year", 4, Width::W6),
    ];
    fieldset(
        locale,
        name,
        field.label,
        field.hint,
        field.error,
        field.optional,
        html! {
            div.date {
                @for ((part, part_label, autofill, length, size), value) in boxes.into_iter().zip(field.value) {
                    @let id = format!("{name}-{part}");
                    div {
                        label for=(id) { (part_label.get(locale)) }
                        input.(width(size)) #(id) name=(id) type="text" inputmode="numeric" maxlength=(length) value=(value)
                            autocomplete=[field.own_birthday.then_some(autofill)] aria-invalid=[field.error.map(|_| "true")];
                    }
                }
            }
        },
    )
}

/// Fields under one legend; the group's id is `name`.
pub fn fieldset(
    locale: Locale,
    name: &str,
    legend: &str,
    hint_text: Option<&str>,
    error_text: Option<&str>,
    optional: bool,
    inner: Markup,
) -> Markup {
    html! {
        fieldset.field.wrong[error_text.is_some()] #(name) aria-describedby=[described_by(name, hint_text, error_text)] {
            legend { (legend) (optional_mark(locale, optional)) }
            (hint(name, hint_text))
            (error(locale, name, error_text))
            (inner)
        }
    }
}

/// One of several answers.
#[derive(Clone, Copy, Debug)]
pub struct Radio<'a> {
    /// The submitted value
    pub value: &'a str,
    /// The answer
    pub label: &'a str,
    /// What it means
    pub hint: Option<&'a str>,
}

/// A question with answers to choose from; the group's id is `name`.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The name of the field
    pub name: &'a str,
    /// What is asked
    pub label: &'a str,
    /// How to answer
    pub hint: Option<&'a str>,
    /// The answers
    pub options: &'a [Radio<'a>],
    /// The chosen value; empty for none
    pub value: &'a str,
    /// What is wrong with it
    pub error: Option<&'a str>,
    /// Whether it may stay empty
    pub optional: bool,
    /// Whether short answers stand side by side
    pub inline: bool,
}

/// A question with one answer.
pub fn radios(choice: &Choice<'_>) -> Markup {
    radios_with(choice, &[])
}

/// A question with one answer, and below each what it asks for besides. Browsers that can show only what
/// belongs to the chosen one do.
pub fn radios_with(choice: &Choice<'_>, revealed: &[Markup]) -> Markup {
    let Choice { locale, name, .. } = *choice;
    fieldset(
        locale,
        name,
        choice.label,
        choice.hint,
        choice.error,
        choice.optional,
        html! {
            div.options.inline[choice.inline] {
                @for (at, option) in choice.options.iter().enumerate() {
                    @let id = format!("{name}-{}", option.value);
                    div.option {
                        input #(id) type="radio" name=(name) value=(option.value) checked[option.value == choice.value]
                            aria-describedby=[described_by(&id, option.hint, None)];
                        label for=(id) { (option.label) }
                        (hint(&id, option.hint))
                    }
                    @if let Some(revealed) = revealed.get(at) { div.revealed { (revealed) } }
                }
            }
        },
    )
}

/// A box to tick.
#[derive(Clone, Copy, Debug)]
pub struct Checkbox<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The name and id
    pub name: &'a str,
    /// The submitted value
    pub value: &'a str,
    /// What is agreed to
    pub label: &'a str,
    /// What it means
    pub hint: Option<&'a str>,
    /// Whether it is ticked
    pub checked: bool,
    /// What is wrong with it
    pub error: Option<&'a str>,
}

/// A box to tick.
pub fn checkbox(field: &Checkbox<'_>) -> Markup {
    html! {
        div.field.wrong[field.error.is_some()] {
            (error(field.locale, field.name, field.error))
            (tick(field))
        }
    }
}

/// Several boxes to tick under a name of their own.
pub fn checkboxes(name: &str, boxes: &[Checkbox<'_>]) -> Markup {
    html! {
        div role="group" aria-label=(name) {
            p { strong { (name) } }
            div.options { @for field in boxes { (tick(field)) } }
        }
    }
}

fn tick(field: &Checkbox<'_>) -> Markup {
    let name = field.name;
    html! {
        div.option {
            input #(name) type="checkbox" name=(name) value=(field.value) checked[field.checked]
                aria-invalid=[field.error.map(|_| "true")] aria-describedby=[described_by(name, field.hint, field.error)];
            label for=(name) { (field.label) }
            (hint(name, field.hint))
        }
    }
}

/// A long list to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Select<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The name and id
    pub name: &'a str,
    /// What is asked
    pub label: &'a str,
    /// How to answer
    pub hint: Option<&'a str>,
    /// Values with their labels
    pub options: &'a [(&'a str, &'a str)],
    /// The chosen value; empty for none
    pub value: &'a str,
    /// What is wrong with it
    pub error: Option<&'a str>,
    /// Whether it may stay empty
    pub optional: bool,
}

/// A long list to choose from; its first line is empty.
pub fn select(field: &Select<'_>) -> Markup {
    let Select { locale, name, .. } = *field;
    html! {
        div.field.wrong[field.error.is_some()] {
            (label(locale, name, field.label, field.optional))
            (hint(name, field.hint))
            (error(locale, name, field.error))
            select #(name) name=(name) aria-invalid=[field.error.map(|_| "true")]
                aria-describedby=[described_by(name, field.hint, field.error)] {
                option value="" { (common::NOT_CHOSEN.get(locale)) }
                @for (value, text) in field.options {
                    option value=(value) selected[*value == field.value] { (text) }
                }
            }
        }
    }
}

/// Longer waits are told by the answer to a press, with date and time: nobody counts thousands of seconds.
const LONGEST_COUNTDOWN: u64 = 60;

/// A button that sends a code again, with the seconds until it may; the script counts them down.
pub fn resend(locale: Locale, seconds: u64, button: Markup) -> Markup {
    html! {
        @if !(1..=LONGEST_COUNTDOWN).contains(&seconds) {
            (button)
        } @else {
            div.resend data-resend=(seconds) data-wait=(common::RESEND_WAIT.get(locale)) data-ready=(common::RESEND_READY.get(locale)) {
                p.hint { (common::RESEND_WAIT.fill(locale, &[("n", &seconds.to_string())])) }
                (button)
            }
        }
    }
}

pub(crate) fn label(locale: Locale, name: &str, text: &str, optional: bool) -> Markup {
    html! { label for=(name) { (text) (optional_mark(locale, optional)) } }
}

pub(crate) fn hint(name: &str, text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p.hint #{ (name) "-hint" } { (text) } } }
}

pub(crate) fn error(locale: Locale, name: &str, text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            p.error #{ (name) "-error" } { span.vh { (common::ERROR.get(locale)) ": " } (text) }
        }
    }
}

pub(crate) fn described_by(name: &str, hint: Option<&str>, error: Option<&str>) -> Option<String> {
    match (hint, error) {
        (None, None) => None,
        (Some(_), None) => Some(format!("{name}-hint")),
        (None, Some(_)) => Some(format!("{name}-error")),
        (Some(_), Some(_)) => Some(format!("{name}-hint {name}-error")),
    }
}

fn optional_mark(locale: Locale, optional: bool) -> Markup {
    html! { @if optional { " " span.optional { (common::OPTIONAL.get(locale)) } } }
}

const fn width(width: Width) -> &'static str {
    match width {
        Width::Full => "w",
        Width::W20 => "w20",
        Width::W12 => "w12",
        Width::W6 => "w6",
    }
}
