//! The file's own name, for showing only. It is never part of a key.

/// How many characters are shown at most.
const LONGEST: usize = 80;
/// How many of them are the end, which holds the extension.
const TAIL: usize = 16;

/// Makes a name from a browser fit to be shown in one line: no path (`C:\fakepath\`), no line
/// breaks, nothing invisible that could turn the line around, not too long.
pub fn display_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = name
        .chars()
        .map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c })
        .filter(|c| !invisible(*c))
        .collect();
    let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    let name = words.join(" ");
    let length = name.chars().count();
    if length == 0 {
        return "—".to_owned();
    }
    if length <= LONGEST {
        return name;
    }
    let head: String = name.chars().take(LONGEST - TAIL - 1).collect();
    let tail: String = name.chars().skip(length - TAIL).collect();
    format!("{head}…{tail}")
}

/// Marks that have no width or set the direction of what follows.
const fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::display_name;

    #[test]
    fn a_plain_name_is_kept() {
        assert_eq!(display_name("Туу туралы куәлік 1.pdf"), "Туу туралы куәлік 1.pdf");
        assert_eq!(display_name("📄 скан.jpg"), "📄 скан.jpg");
    }

    #[test]
    fn paths_line_breaks_and_invisible_marks_go() {
        assert_eq!(display_name("C:\\fakepath\\scan.jpg"), "scan.jpg");
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("a\r\nSet-Cookie: x\t.jpg"), "a Set-Cookie: x .jpg");
        assert_eq!(display_name("scan\u{202e}gpj.exe"), "scangpj.exe");
        assert_eq!(display_name("\u{0}\u{200b}"), "—");
        assert_eq!(display_name("photo/"), "—");
    }

    #[test]
    fn a_long_name_keeps_its_start_and_its_extension() {
        let shown = display_name(&format!("{}.jpeg", "ж".repeat(300)));
        assert_eq!(shown.chars().count(), 80);
        assert!(shown.contains('…') && shown.ends_with(".jpeg"));
    }
}
