//! How people reach the education department.

use domain::Locale;
use maud::{Markup, html};
use text::home as t;

use crate::site::Contacts;

/// Phone, mail, address and hours, as far as the city told them; none where it told nothing.
pub fn contacts(locale: Locale, contacts: &Contacts) -> Option<Markup> {
    let Contacts { phone, email, address } = contacts;
    if phone.is_empty() && email.is_empty() && address.is_none() {
        return None;
    }
    Some(html! {
        dl.facts {
            @if !phone.is_empty() {
                div { dt { (t::PHONE.get(locale)) } dd { (telephone(phone)) } }
            }
            @if !email.is_empty() {
                div { dt { (t::EMAIL.get(locale)) } dd { a href={ "mailto:" (email) } { (email) } } }
            }
            @if let Some(address) = address {
                div { dt { (t::ADDRESS.get(locale)) } dd { (address.get(locale)) } }
            }
        }
    })
}

/// A phone that can be called by pressing it.
pub fn telephone(printed: &str) -> Markup {
    let dialled: String = printed.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect();
    html! { a href={ "tel:" (dialled) } { (printed) } }
}

#[cfg(test)]
mod tests {
    use domain::directory::Bilingual;

    use super::*;

    #[test]
    fn what_the_city_did_not_tell_is_left_out() {
        assert!(contacts(Locale::Ru, &Contacts::default()).is_none());
        let phone = Contacts { phone: "+7 (7212) 00-00-00".to_owned(), ..Contacts::default() };
        let said = contacts(Locale::Kk, &phone).map(Markup::into_string).unwrap_or_default();
        assert!(said.contains("href=\"tel:+77212000000\"") && !said.contains("mailto"), "{said}");
        let address = Some(Bilingual::new("ул. Мира", "Мир көшесі"));
        let said = contacts(Locale::Kk, &Contacts { address, ..Contacts::default() }).map(Markup::into_string);
        assert!(said.is_some_and(|said| said.contains("Мир көшесі") && !said.contains("tel:")));
    }
}
