//! The frame of the office's pages: the same look, and who is signed in.

use maud::{Markup, html};
use text::{common, office as t};

use crate::assets;
use crate::form::FieldError;
use crate::page::{Shell, document, error_summary, language_switch, titled};

/// Who is signed in, as the header shows it.
#[derive(Clone, Copy, Debug)]
pub struct Badge<'a> {
    /// The officer's name
    pub name: &'a str,
    /// What they are here
    pub role: &'a str,
    /// Where signing out is sent
    pub sign_out: &'a str,
    /// The token of the session's forms
    pub csrf: Option<&'a str>,
}

/// A page of the office; without a badge before anybody has signed in. A summary of its errors
/// comes first.
pub fn office_page(shell: &Shell<'_>, badge: Option<Badge<'_>>, errors: &[FieldError], body: Markup) -> Markup {
    let l = shell.locale;
    let header = html! {
        div.wide {
            a.portal href={ "/" (l.code()) "/office" } {
                img src=(assets::path(&assets::crest())) alt="" width="40" height="40";
                span { (t::OFFICE.get(l)) }
            }
            nav aria-label=(common::SITE.get(l)) { (language_switch(l, shell.switch)) }
            @if let Some(badge) = badge {
                form.officer method="post" action=(badge.sign_out) {
                    @if let Some(token) = badge.csrf { input type="hidden" name="csrf" value=(token); }
                    p { strong { (badge.name) } br; (badge.role) }
                    button type="submit" { (t::SIGN_OUT.get(l)) }
                }
            }
        }
    };
    let body = html! { (error_summary(l, errors)) (body) };
    document(shell, &titled(l, errors, shell.title), header, body, None)
}
