//! Long lists, twenty at a time.

/// Which part of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// Its number, from 1
    pub page: usize,
    /// How many there are, at least 1
    pub pages: usize,
    found: usize,
}

impl ListPage {
    /// Elements of a part.
    pub const SIZE: usize = 20;

    /// The page that is asked for, or the nearest one that there is.
    pub fn of(found: usize, asked: &str) -> Self {
        let pages = found.div_ceil(Self::SIZE).max(1);
        // A number that is too long is a large one.
        let digits = !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit());
        let asked = if digits { asked.parse().unwrap_or(usize::MAX) } else { 1 };
        Self { page: asked.clamp(1, pages), pages, found }
    }

    /// What of the list stands on it.
    pub fn shown<T>(self, list: &[T]) -> &[T] {
        list.chunks(Self::SIZE).nth(self.page - 1).unwrap_or_default()
    }

    /// From which element to which, from 1; none where all are shown.
    pub fn bounds(self) -> Option<(usize, usize)> {
        let before = (self.page - 1) * Self::SIZE;
        (self.pages > 1).then(|| (before + 1, (before + Self::SIZE).min(self.found)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_there_is_not_is_the_nearest_that_there_is() {
        for (found, asked, page) in [
            (80, "", 1),
            (80, "4", 4),
            (81, "5", 5),
            (80, "5", 4),
            (80, "0", 1),
            (80, "-1", 1),
            (80, "2.5", 1),
            (80, "999999", 4),
            (80, "99999999999999999999999", 4),
            (80, "<b>", 1),
            (0, "7", 1),
        ] {
            assert_eq!(ListPage::of(found, asked).page, page, "{found} {asked}");
        }
    }

    #[test]
    fn a_page_shows_its_part() {
        let list: Vec<usize> = (1..=45).collect();
        for (asked, shown, bounds) in
            [("1", &list[..20], (1, 20)), ("2", &list[20..40], (21, 40)), ("3", &list[40..], (41, 45))]
        {
            let page = ListPage::of(list.len(), asked);
            assert_eq!((page.pages, page.shown(&list), page.bounds()), (3, shown, Some(bounds)));
        }
        let all = ListPage::of(20, "2");
        assert_eq!((all.shown(&list[..20]).len(), all.bounds()), (20, None));
        assert!(ListPage::of(0, "").shown::<usize>(&[]).is_empty());
    }
}
