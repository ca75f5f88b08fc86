//! The frame of every page: header, banner, help, footer.

use domain::Locale;
use maud::{DOCTYPE, Markup, html};
use text::{common, faq};

use crate::assets;
use crate::form::{FieldError, default_button};

/// What the frame around a page needs to know.
#[derive(Clone, Debug)]
pub struct Shell<'a> {
    /// The language of the page
    pub locale: Locale,
    /// The city's name in that language
    pub city: &'a str,
    /// Whether the data are made up: said on every page
    pub demo: bool,
    /// The page's own title, also the heading of a wizard page
    pub title: &'a str,
    /// How the page is shown in the other language
    pub switch: LanguageSwitch<'a>,
    /// What search engines and messengers tell of the page; only where it is public
    pub found: Option<Found<'a>>,
    /// Whether the panel of questions and answers is shown; wizard pages always show it
    pub help: bool,
}

/// What search engines and messengers are told of a public page. Whatever else there is, they are asked
/// not to keep.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// Scheme, host and port
    pub origin: &'a str,
    /// What the page is for, in a sentence or two
    pub description: &'a str,
    /// The path in Russian
    pub ru: String,
    /// The path in Kazakh
    pub kk: String,
}

/// How the language is switched.
#[derive(Clone, Copy, Debug)]
pub enum LanguageSwitch<'a> {
    /// A link to the same page in the other language, where nothing is typed
    Link(&'a str),
    /// A submit button `act=language` of the form `step`, so that what is typed is kept
    Button,
}

/// How a wizard page leads to the step before it.
#[derive(Clone, Copy, Debug)]
pub enum Back<'a> {
    /// There is nothing before
    None,
    /// A link, where nothing is typed
    Link(&'a str),
    /// A submit button `act=back` of the form `step`, so that what is typed is kept
    Button,
}

/// Where in the wizard a page stands.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The number of this step, from 1
    pub current: usize,
    /// The number of steps
    pub total: usize,
    /// The names of all steps in order
    pub names: &'a [&'a str],
    /// The way back
    pub back: Back<'a>,
}

/// A whole page. `body` begins with its own `h1`.
pub fn page(shell: &Shell<'_>, body: Markup) -> Markup {
    let aside = shell.help.then(|| help(shell.locale));
    frame(shell, shell.title, body, aside)
}

/// A page with a form that is not a step of the wizard: a summary of its errors comes first.
pub fn form_page(shell: &Shell<'_>, errors: &[FieldError], body: Markup) -> Markup {
    let l = shell.locale;
    let aside = shell.help.then(|| help(l));
    frame(shell, &titled(l, errors, shell.title), html! { (error_summary(l, errors)) (body) }, aside)
}

/// A page of the wizard: way back, errors, step, heading (the shell's title), body, help.
pub fn wizard_page(shell: &Shell<'_>, progress: &Progress<'_>, errors: &[FieldError], body: Markup) -> Markup {
    let l = shell.locale;
    let step = common::STEP.fill(l, &[("n", &progress.current.to_string()), ("total", &progress.total.to_string())]);
    let title = titled(l, errors, &format!("{} · {step}", shell.title));
    let main = html! {
        @match progress.back {
            Back::None => {}
            Back::Link(href) => a.back href=(href) { (common::BACK.get(l)) }
            Back::Button => {
                (default_button())
                button.back type="submit" form="step" name="act" value="back" { (common::BACK.get(l)) }
            }
        }
        (error_summary(l, errors))
        div.progress {
            p { (step) }
            ol aria-label=(common::STEPS.get(l)) {
                @for (index, name) in progress.names.iter().enumerate() {
                    li.done[index + 1 < progress.current] aria-current=[(index + 1 == progress.current).then_some("step")] { span { (name) } }
                }
            }
        }
        h1 { (shell.title) }
        (body)
    };
    frame(shell, &title, main, Some(help(l)))
}

/// The title says first that something is wrong: it is what a screen reader reads first.
pub(crate) fn titled(locale: Locale, errors: &[FieldError], title: &str) -> String {
    match errors {
        [] => title.to_owned(),
        _ => format!("{}: {title}", common::ERROR.get(locale)),
    }
}

fn frame(shell: &Shell<'_>, title: &str, body: Markup, aside: Option<Markup>) -> Markup {
    let l = shell.locale;
    let portal = common::PORTAL.fill(l, &[("city", shell.city)]);
    let header = html! {
        div.wide {
            a.portal href={ "/" (l.code()) } {
                img src=(assets::path(&assets::crest())) alt="" width="40" height="40";
                span { (portal) }
            }
            nav aria-label=(common::SITE.get(l)) {
                a href={ "/" (l.code()) "/applications" } { (common::MY_APPLICATIONS.get(l)) }
                (language_switch(l, shell.switch))
            }
        }
    };
    document(shell, title, header, body, aside)
}

/// The document around a header and a body.
pub(crate) fn document(shell: &Shell<'_>, title: &str, header: Markup, body: Markup, aside: Option<Markup>) -> Markup {
    let l = shell.locale;
    let city = [("city", shell.city)];
    html! {
        (DOCTYPE)
        html lang=(l.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="format-detection" content="telephone=no";
                title { (title) " — " (common::PORTAL.fill(l, &city)) }
                (found(l, title, shell.found.as_ref()))
                link rel="stylesheet" href=(assets::path(&assets::stylesheet()));
                link rel="icon" type="image/svg+xml" href=(assets::path(&assets::crest()));
                script type="module" src=(assets::path(&assets::script())) {}
            }
            body {
                a.skip href="#main" { (common::SKIP.get(l)) }
                header.top {
                    (header)
                    @if shell.demo {
                        div.demo { p.wide { strong { (common::DEMO.get(l)) "." } " " (common::DEMO_NOTE.get(l)) } }
                    }
                }
                div.wide.columns[aside.is_some()] {
                    main #main tabindex="-1" { (body) }
                    @if let Some(aside) = aside { (aside) }
                }
                footer {
                    div.wide {
                        p { (common::DEPARTMENT.fill(l, &city)) }
                        p { (common::SAFETY.get(l)) }
                        p { a href={ "/" (l.code()) "/queue" } { (text::queue::TITLE.get(l)) } }
                    }
                }
            }
        }
    }
}

/// What search engines and messengers read.
fn found(locale: Locale, title: &str, found: Option<&Found<'_>>) -> Markup {
    let Some(Found { origin, description, ru, kk }) = found else {
        return html! { meta name="robots" content="noindex, nofollow"; };
    };
    let (path, spoken) = match locale {
        Locale::Ru => (ru, "ru_RU"),
        Locale::Kk => (kk, "kk_KZ"),
    };
    html! {
        meta name="description" content=(description);
        link rel="canonical" href={ (origin) (path) };
        link rel="alternate" hreflang="ru" href={ (origin) (ru) };
        link rel="alternate" hreflang="kk" href={ (origin) (kk) };
        link rel="alternate" hreflang="x-default" href={ (origin) (kk) };
        meta property="og:type" content="website";
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        meta property="og:url" content={ (origin) (path) };
        meta property="og:locale" content=(spoken);
        meta property="og:image" content={ (origin) (assets::path(&assets::share())) };
    }
}

pub(crate) fn language_switch(locale: Locale, switch: LanguageSwitch<'_>) -> Markup {
    let other = locale.other();
    let name = text::own_name(other);
    html! {
        @match switch {
            LanguageSwitch::Link(href) => a href=(href) lang=(other.code()) hreflang=(other.code()) { (name) }
            LanguageSwitch::Button => {
                (default_button())
                button type="submit" form="step" name="act" value="language" lang=(other.code()) { (name) }
            }
        }
    }
}

/// What is wrong, above everything else; each line leads to its field.
pub(crate) fn error_summary(locale: Locale, errors: &[FieldError]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errors role="alert" tabindex="-1" aria-labelledby="errors-title" data-errors {
                h2 #errors-title { (common::ERROR_SUMMARY.get(locale)) }
                ul {
                    @for error in errors { li { a href={ "#" (error.id) } { (error.message) } } }
                }
            }
        }
    }
}

/// The questions and answers, in the same order and place on every page that has them.
fn help(locale: Locale) -> Markup {
    html! {
        aside.help aria-label=(common::HELP.get(locale)) {
            details {
                summary { h2 { (common::FAQ.get(locale)) } }
                @for group in faq::GROUPS {
                    h3 { (group.title.get(locale)) }
                    @for entry in group.questions {
                        details {
                            summary { (entry.question.get(locale)) }
                            p { (entry.answer.get(locale)) }
                        }
                    }
                }
            }
        }
    }
}
