//! Charts, drawn on the server: the stylesheet colours them, a table beside them says the same.

use domain::Locale;
use maud::{Markup, html};
use text::Phrase;

/// One column of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it stands for
    pub label: String,
    /// How high it is
    pub value: u64,
}

/// Width of a column and of the gap behind it, and the height of the chart, in its own units.
const COLUMN: usize = 8;
const GAP: usize = 2;
const HEIGHT: u64 = 60;

/// A chart of columns under its name. `about` says in words what it shows: `{name}`, `{sum}`, and the
/// highest column's `{most}` and `{at}`.
pub fn chart(name: &str, about: Phrase, locale: Locale, bars: &[Bar]) -> Markup {
    let sum: u64 = bars.iter().map(|bar| bar.value).sum();
    let highest = bars.iter().max_by_key(|bar| bar.value);
    let (most, at) = highest.map_or((0, ""), |bar| (bar.value, bar.label.as_str()));
    let words = [("name", name), ("sum", &sum.to_string()), ("most", &most.to_string()), ("at", at)];
    let said = about.fill(locale, &words);
    let ends = bars.first().zip(bars.last());
    html! {
        figure.chart {
            figcaption { (name) ": " (sum) }
            svg viewBox={ "0 0 " (bars.len() * (COLUMN + GAP)) " " (HEIGHT) } role="img" aria-label=(said) preserveAspectRatio="none" {
                @for (index, bar) in bars.iter().enumerate() {
                    @let high = height(bar.value, most);
                    rect x=(index * (COLUMN + GAP)) y=(HEIGHT - high) width=(COLUMN) height=(high) {
                        title { (bar.label) ": " (bar.value) }
                    }
                }
            }
            @if let Some((first, last)) = ends { p.ends aria-hidden="true" { span { (first.label) } span { (last.label) } } }
        }
    }
}

/// A column that is not empty is seen.
fn height(value: u64, most: u64) -> u64 {
    match (value, most) {
        (0, _) | (_, 0) => 0,
        (value, most) => (value.saturating_mul(HEIGHT) / most).clamp(1, HEIGHT),
    }
}

/// How full something is, as a bar with a mark where it is full; the numbers stand beside it.
pub fn fill_bar(value: u64, full: u64) -> Markup {
    let whole = value.max(full).max(1);
    let part = |of: u64| of.saturating_mul(100) / whole;
    html! {
        svg.fill viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.whole width="100" height="10" {}
            rect.part.over[value > full] width=(part(value)) height="10" {}
            rect.mark x=(part(full).saturating_sub(1)) width="1" height="10" {}
        }
    }
}

/// The seats of a place, as its bar shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// Residents who sit here
    pub residents: u32,
    /// Others who sit here
    pub granted: u32,
    /// Outside places that are free
    pub free: u32,
    /// All seats
    pub capacity: u32,
}

/// Heights tell apart what colours alone would not: residents stand over the whole height, others over
/// the half of it, free outside places are hollow, the rest is a line.
const WHOLE: u32 = 20;
const HALF: u32 = 12;
const LINE: u32 = 2;

/// The seats of a place as a bar with a mark where it is full; `said` says in words what it shows.
pub fn seats_bar(seats: &Seats, said: &str) -> Markup {
    let Seats { residents, granted, free, capacity } = *seats;
    let taken = residents + granted;
    let whole = capacity.max(taken + free).max(1);
    let part = |of: u32| u64::from(of) * 1000 / u64::from(whole);
    html! {
        svg.seats viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label=(said) {
            rect.rest y=(WHOLE - LINE) width=(part(capacity)) height=(LINE) {}
            rect.resident width=(part(residents)) height=(WHOLE) {}
            rect.outside x=(part(residents)) y=(WHOLE - HALF) width=(part(granted)) height=(HALF) {}
            @if free > 0 {
                rect.free x=(part(taken) + 3) y=(WHOLE - HALF + 1) width=(part(free).saturating_sub(6).max(1)) height=(HALF - 2) {}
            }
            rect.mark x=(part(capacity).min(994)) width="6" height=(WHOLE) {}
        }
    }
}

/// What the parts of the bars mean: names for residents, others, free outside places, the rest.
pub fn seats_legend(label: &str, names: &[&str; 4]) -> Markup {
    html! {
        ul.legend role="list" aria-label=(label) {
            @for (class, name) in ["resident", "outside", "free", "rest"].into_iter().zip(names) {
                li {
                    svg.seats width="30" height="20" viewBox="0 0 30 20" aria-hidden="true" {
                        @match class {
                            "resident" => rect.resident width="30" height=(WHOLE) {},
                            "outside" => rect.outside y=(WHOLE - HALF) width="30" height=(HALF) {},
                            "free" => rect.free x="1" y=(WHOLE - HALF + 1) width="28" height=(HALF - 2) {},
                            _ => rect.rest y=(WHOLE - LINE) width="30" height=(LINE) {},
                        }
                    }
                    " " (name)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: Phrase = Phrase::new("{name}: {sum}, {most} {at}", "{name}: {sum}, {most} {at}");

    #[test]
    fn a_chart_says_what_it_shows_and_draws_it_to_scale() {
        let bars = [("a", 0), ("<b>", 400), ("c", 100), ("d", 1)];
        let bars = bars.map(|(label, value)| Bar { label: label.to_owned(), value });
        let drawn = chart("N", ABOUT, Locale::Ru, &bars).into_string();
        assert!(drawn.contains("aria-label=\"N: 501, 400 &lt;b&gt;\""), "{drawn}");
        for height in ["height=\"0\"", "height=\"60\"", "height=\"15\"", "height=\"1\""] {
            assert!(drawn.contains(height), "{height}: {drawn}");
        }
        assert!(!drawn.contains("<b>") && !drawn.contains("style="));
        assert!(chart("N", ABOUT, Locale::Kk, &[]).into_string().contains("N: 0"));
    }

    #[test]
    fn a_bar_of_seats_is_drawn_to_scale_and_said_in_words() {
        let drawn = seats_bar(&Seats { residents: 15, granted: 5, free: 3, capacity: 30 }, "20 \"30\"").into_string();
        assert!(drawn.contains("aria-label=\"20 &quot;30&quot;\""), "{drawn}");
        for part in ["width=\"500\" height=\"20\"", "x=\"500\" y=\"8\" width=\"166\"", "x=\"669\" y=\"9\" width=\"94\""]
        {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
        let over = seats_bar(&Seats { residents: 40, granted: 0, free: 0, capacity: 30 }, "").into_string();
        assert!(over.contains("x=\"750\" width=\"6\"") && !over.contains("free"), "{over}");
        let none = seats_bar(&Seats { residents: 0, granted: 0, free: 0, capacity: 0 }, "").into_string();
        assert!(none.contains("class=\"resident\" width=\"0\""), "{none}");
        assert!(seats_legend("x", &["a", "b", "c", "d"]).into_string().matches("<li>").count() == 4);
    }

    #[test]
    fn what_is_over_full_is_marked() {
        assert!(fill_bar(30, 20).into_string().contains("x=\"65\""));
        assert!(fill_bar(30, 20).into_string().contains("over"));
        let half = fill_bar(10, 20).into_string();
        assert!(half.contains("width=\"50\"") && !half.contains("over"));
        assert!(!fill_bar(0, 0).into_string().is_empty());
    }
}
