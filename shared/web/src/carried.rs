//! An address that was found before the wizard was entered, on its way to step 4: fields of a form, no
//! part of any URL and no draft's until one begins.

use domain::directory::StreetId;
use domain::draft::Typed;
use domain::{Language, Step, fields};
use maud::{Markup, html};

use crate::fields::Fields;

/// Where it comes from, as the query of step 1 says it.
pub const FROM: &str = "school-search";

/// Letters of an address, and of a flat.
const LONGEST: [(&str, usize); 2] = [("address", 200), ("flat", 10)];

/// The fields of step 4 that are carried. Whatever else was sent, or is no such thing, is left out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Carried(Typed);

impl Carried {
    /// Reads a form.
    pub fn of(form: &Fields) -> Self {
        let fits = |name: &str, value: &str| match name {
            "language" => Language::parse(value).is_some(),
            "address-match" => StreetId::parse(value).is_ok(),
            _ => LONGEST.iter().any(|(field, longest)| *field == name && value.chars().count() <= *longest),
        };
        let told = fields::kept(Step::School).iter().map(|name| (*name, form.text(name)));
        let told = told.filter(|(name, value)| !value.is_empty() && fits(name, value));
        let typed: Typed = told.map(|(name, value)| (name.to_owned(), one_line(value))).collect();
        // Without an address there is nothing to carry.
        Self(if typed.contains_key("address") { typed } else { Typed::new() })
    }

    /// The address; none where nothing is carried.
    pub fn address(&self) -> Option<&str> {
        self.0.get("address").map(String::as_str)
    }

    /// What is typed on step 4 of a draft that begins with it.
    pub fn typed(self) -> Typed {
        self.0
    }

    /// The same as hidden fields.
    pub fn hidden(&self) -> Markup {
        html! { @for (name, value) in &self.0 { (views::hidden(name, value)) } }
    }
}

/// An address is one line, whatever was sent.
fn one_line(value: &str) -> String {
    value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(form: &str) -> Vec<(String, String)> {
        Carried::of(&Fields::decode(form.as_bytes()).unwrap()).typed().into_iter().collect()
    }

    #[test]
    fn what_step_4_knows_is_carried_and_nothing_else() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            carried("address=Abai+5&flat=7&language=kazakh&address-match=abaya&csrf=x&act=next&quota-1=s-1:kazakh"),
            [pair("address", "Abai 5"), pair("address-match", "abaya"), pair("flat", "7"), pair("language", "kazakh")]
        );
        assert_eq!(carried("address=a%0D%0Ab%00c"), [pair("address", "a  bc")]);
        assert_eq!(carried("address=5&language=klingon&address-match=../x&flat=12345678901"), [pair("address", "5")]);
        let huge = format!("address={}&language=kazakh", "a".repeat(201));
        for nothing in ["", "flat=7&language=kazakh", "address=++", huge.as_str()] {
            assert!(carried(nothing).is_empty(), "{nothing}");
        }
        assert_eq!(Carried::of(&Fields::default()).hidden().into_string(), "");
        let hidden = Carried::of(&Fields::decode(b"address=%22%3E%3Cb%3E").unwrap()).hidden().into_string();
        assert!(!hidden.contains("<b>"), "{hidden}");
    }
}
