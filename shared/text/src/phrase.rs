//! One thing said in both languages.

use domain::Locale;

/// The same words in Russian and in Kazakh. `{name}` marks a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    ru: &'static str,
    kk: &'static str,
}

impl Phrase {
    /// Pairs the two languages; neither may be left out.
    pub const fn new(ru: &'static str, kk: &'static str) -> Self {
        Self { ru, kk }
    }

    /// The words in one language, placeholders as they stand.
    pub const fn get(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ru => self.ru,
            Locale::Kk => self.kk,
        }
    }

    /// The words with each `{name}` replaced by its value; values are not escaped here.
    pub fn fill(self, locale: Locale, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(locale);
        let mut out = String::with_capacity(rest.len() + 32);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => out.push_str(value),
                None => {
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

/// The names of the placeholders of a text, in order.
#[cfg(test)]
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_once_and_never_read_as_placeholders_themselves() {
        let phrase = Phrase::new("Номер {n}, код {code}", "{n}, {code}");
        assert_eq!(phrase.fill(Locale::Ru, &[("n", "{code}"), ("code", "7")]), "Номер {code}, код 7");
        assert_eq!(phrase.fill(Locale::Kk, &[("n", "1")]), "1, {code}");
    }
}
