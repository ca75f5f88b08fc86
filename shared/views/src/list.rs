//! Long lists that anybody may look through: what narrows them is in the address, and so is the page.

use maud::{Markup, html};

use crate::form::{Field, hidden, text_input};
use crate::office::Filter;

/// What narrows a list.
#[derive(Clone, Copy, Debug)]
pub struct Narrowing<'a> {
    /// Where the list is
    pub action: &'a str,
    /// What is sent along
    pub kept: &'a [(&'a str, &'a str)],
    /// Words that are looked for
    pub words: Field<'a>,
    /// What begins to look
    pub find: &'a str,
    /// What the further choices are called; they are folded as long as none is made
    pub more: &'a str,
    /// Whether one is made
    pub chosen: bool,
    /// The further choices
    pub filters: &'a [Filter<'a>],
    /// A box to tick: name, label, whether it is ticked
    pub tick: Option<(&'a str, &'a str, bool)>,
    /// What applies them
    pub show: &'a str,
}

/// The form that narrows a list.
pub fn narrowing(narrowing: &Narrowing<'_>) -> Markup {
    html! {
        form.narrowing action=(narrowing.action) role="search" {
            @for (name, value) in narrowing.kept { (hidden(name, value)) }
            div.search {
                (text_input(&narrowing.words))
                button type="submit" { (narrowing.find) }
            }
            details open[narrowing.chosen] {
                summary { (narrowing.more) }
                div {
                    div.filters { @for filter in narrowing.filters { (filter) } }
                    @if let Some((name, label, ticked)) = narrowing.tick {
                        div.option {
                            input #(name) type="checkbox" name=(name) value="yes" checked[ticked];
                            label for=(name) { (label) }
                        }
                    }
                    button type="submit" { (narrowing.show) }
                }
            }
        }
    }
}

/// The pages of a list, by numbers that lead to them; nothing of a list of one page. `said` says in words
/// what a number is.
pub fn pages(
    label: &str,
    current: usize,
    pages: usize,
    said: impl Fn(usize) -> String,
    href: impl Fn(usize) -> String,
) -> Markup {
    html! {
        @if pages > 1 {
            nav.pages aria-label=(label) {
                ul role="list" {
                    @for number in 1..=pages {
                        li { a href=(href(number)) aria-label=(said(number)) aria-current=[(number == current).then_some("page")] { (number) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Locale;

    use super::*;

    #[test]
    fn a_list_is_narrowed_by_its_address_and_folds_what_is_not_chosen() {
        let filters = [Filter { name: "a", label: "A", any: "-", options: &[("1", "one"), ("<", "two")], value: "<" }];
        let all = Narrowing {
            action: "/ru/list",
            kept: &[("kept", "\"x")],
            words: Field { value: "<b>", ..Field::new(Locale::Ru, "q", "Q") },
            find: "find",
            more: "more",
            chosen: false,
            filters: &filters,
            tick: Some(("t", "T", true)),
            show: "show",
        };
        let form = narrowing(&all).into_string();
        for part in [
            "name=\"kept\" value=\"&quot;x\"",
            "value=\"&lt;b&gt;\"",
            "<option value=\"&lt;\" selected>two",
            "name=\"t\" value=\"yes\" checked",
            "<details>",
        ] {
            assert!(form.contains(part), "{part}: {form}");
        }
        let chosen = Narrowing { chosen: true, tick: None, ..all };
        let form = narrowing(&chosen).into_string();
        assert!(form.contains("<details open>") && !form.contains("checkbox"), "{form}");
    }

    #[test]
    fn pages_are_links_and_the_one_that_is_shown_is_marked() {
        let links = |current, count| {
            pages("P", current, count, |number| format!("page {number}"), |number| format!("?page={number}"))
                .into_string()
        };
        let three = links(2, 3);
        assert_eq!(three.matches("<a ").count(), 3);
        assert!(three.contains("href=\"?page=2\" aria-label=\"page 2\" aria-current=\"page\""), "{three}");
        assert_eq!((links(1, 1), links(1, 0)), (String::new(), String::new()));
    }
}
