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
    fn what_is_over_full_is_marked() {
        assert!(fill_bar(30, 20).into_string().contains("x=\"65\""));
        assert!(fill_bar(30, 20).into_string().contains("over"));
        let half = fill_bar(10, 20).into_string();
        assert!(half.contains("width=\"50\"") && !half.contains("over"));
        assert!(!fill_bar(0, 0).into_string().is_empty());
    }
}
