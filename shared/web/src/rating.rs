//! How a school or a teacher is rated: the sum, and the parts with where they come from.

use domain::Locale;
use domain::directory::Rating;
use maud::{Markup, html};
use text::Phrase;
use text::schools as t;

/// The section of a page; `none` is what is said without a rating.
pub fn section(locale: Locale, rating: Option<&Rating>, none: Phrase) -> Markup {
    html! {
        h2 { (t::RATING.get(locale)) }
        @if let Some(rating) = rating {
            p { strong { (t::rating(locale, rating)) } }
            p { (t::RATING_WHERE.get(locale)) }
            ul.parts role="list" {
                @for part in &rating.parts {
                    li {
                        p { (part.name.get(locale)) ": " strong { (t::part(locale, part)) } }
                        (views::fill_bar(part.points.into(), part.of.into()))
                        p.muted { (t::source(locale, part)) }
                    }
                }
            }
        } @else {
            p { (none.get(locale)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Date;
    use domain::directory::{Bilingual, RatingPart};

    use super::*;

    #[test]
    fn a_rating_is_shown_with_its_parts_and_where_they_come_from() {
        let part = |points, of| RatingPart {
            name: Bilingual::new("Качество знаний", "Білім сапасы"),
            points,
            of,
            source: Bilingual::new("отдел <образования>", "білім бөлімі"),
            as_of: Date::constant(2026, 9, 1),
        };
        let shown = Rating { parts: vec![part(34, 40), part(52, 60)] };
        let ru = section(Locale::Ru, Some(&shown), t::RATING_NONE).into_string();
        for said in ["86 из 100", "34 из 40", "width=\"85\"", "Источник: отдел &lt;образования&gt;, 01.09.2026"]
        {
            assert!(ru.contains(said), "{said}: {ru}");
        }
        assert!(section(Locale::Kk, Some(&shown), t::RATING_NONE).into_string().contains("100 балдан 86"));
        let none = section(Locale::Ru, None, t::RATING_NONE).into_string();
        assert!(none.contains(t::RATING_NONE.get(Locale::Ru)) && !none.contains("svg"), "{none}");
    }
}
