//! The stylesheet, the script and the crest, named after their content so that they may be
//! cached for ever.

/// One file as it is delivered under `/assets/{name}`.
#[derive(Debug)]
pub struct Asset {
    /// The file name, with a hash of the content in it
    pub name: &'static str,
    /// The value of `content-type`
    pub content_type: &'static str,
    /// The content
    pub bytes: &'static [u8],
    /// The content compressed with gzip
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

static ALL: [Asset; 4] = [STYLESHEET, SCRIPT, CREST, SHARE];

/// The one stylesheet.
pub const fn stylesheet() -> Asset {
    STYLESHEET
}

/// The one script; pages are complete without it.
pub const fn script() -> Asset {
    SCRIPT
}

/// The crest of the header, also the icon of the browser's tab.
pub const fn crest() -> Asset {
    CREST
}

/// The picture that messengers show beside a link to a public page, 1200 by 630.
pub const fn share() -> Asset {
    SHARE
}

/// The asset of that name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

/// The path of an asset on the portal.
pub(crate) fn path(asset: &Asset) -> String {
    format!("/assets/{}", asset.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_found_by_the_name_of_their_content_only() {
        for asset in [stylesheet(), script(), crest(), share()] {
            assert!(asset.name.split('.').nth(1).is_some_and(|hash| hash.len() == 12), "{}", asset.name);
            assert_eq!(find(asset.name).map(|found| found.bytes), Some(asset.bytes));
        }
        assert!(find("portal.css").is_none());
        assert!(find("../portal.css").is_none());
    }

    #[test]
    fn assets_stay_within_their_budgets_as_delivered() {
        assert!(stylesheet().gzip.len() <= 12 * 1024, "stylesheet: {} bytes", stylesheet().gzip.len());
        assert!(script().gzip.len() <= 8 * 1024, "script: {} bytes", script().gzip.len());
    }

    /// WCAG 2.2: text 4.5:1, edges of controls and focus 3:1.
    #[test]
    fn colours_can_be_told_apart_in_both_modes() {
        let css = String::from_utf8_lossy(stylesheet().bytes);
        let (light, dark) = css.split_once("@media screen and (prefers-color-scheme: dark)").unwrap_or_default();
        for (mode, block) in [("light", light), ("dark", dark.split("\n*").next().unwrap_or_default())] {
            for (front, back, least) in [
                ("ink", "page", 4.5),
                ("ink", "soft", 4.5),
                ("muted", "page", 4.5),
                ("muted", "soft", 4.5),
                ("link", "page", 4.5),
                ("link", "soft", 4.5),
                ("on-fill", "fill", 4.5),
                ("on-fill", "fill-over", 4.5),
                ("good", "good-soft", 4.5),
                ("good", "page", 4.5),
                ("bad", "bad-soft", 4.5),
                ("bad", "page", 4.5),
                ("care", "care-soft", 4.5),
                ("info", "info-soft", 4.5),
                ("ink", "info-soft", 4.5),
                ("ink", "care-soft", 4.5),
                ("ink", "good-soft", 4.5),
                ("link", "info-soft", 4.5),
                ("link", "care-soft", 4.5),
                ("edge", "page", 3.0),
                ("edge", "soft", 3.0),
                ("focus", "page", 3.0),
                ("focus", "soft", 3.0),
            ] {
                let pair = colour(block, front).zip(colour(block, back));
                let contrast = pair.map_or(0.0, |(front, back)| contrast(front, back));
                assert!(contrast >= least, "{mode}: {front} on {back} is {contrast:.2}");
            }
        }
    }

    fn colour(block: &str, name: &str) -> Option<[f64; 3]> {
        let hex = block.split(&format!("--{name}: #")).nth(1)?.get(..6)?;
        let value = u32::from_str_radix(hex, 16).ok()?;
        let parts = [value >> 16, value >> 8 & 255, value & 255].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        Some(parts)
    }

    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let [one, other] = [one, other].map(|[red, green, blue]| 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
        one.max(other) / one.min(other)
    }
}
