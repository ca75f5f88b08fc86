//! Questions and answers: one text for the help panel and the page.

use domain::Locale;
use tests::{Browser, Parent, Result, Stack};
use text::faq;

#[test]
fn the_page_and_the_help_panel_say_the_same() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for l in Locale::ALL {
        let wizard = Parent::new(&stack, l)?.start()?;
        let page = Browser::new(&stack.origin).get(&format!("/{}/faq", l.code()))?;
        for group in faq::GROUPS {
            let texts = group.questions.iter().flat_map(|asked| [asked.question, asked.answer]);
            for said in std::iter::once(group.title).chain(texts) {
                let said = said.get(l);
                assert!(page.says(said) && wizard.says(said), "{said}");
            }
            for id in std::iter::once(group.id).chain(group.questions.iter().map(|asked| asked.id)) {
                assert_eq!(page.body.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
            }
        }
    }
    Ok(())
}

#[test]
fn whatever_an_answer_leads_to_is_there() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    for l in Locale::ALL {
        let page = stranger.get(&format!("/{}/faq", l.code()))?;
        let main = page.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).ok_or("no main")?;
        let links: Vec<&str> = main.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() > 17, "{links:?}");
        for link in links {
            match link.strip_prefix('#') {
                Some(id) => assert!(main.contains(&format!(" id=\"{id}\"")), "{link}"),
                None if link.starts_with('/') => {
                    let status = stranger.get(link)?.status;
                    assert!(matches!(status, 200 | 303), "{link}: {status}");
                }
                None => assert!(link.starts_with("tel:") || link.starts_with("mailto:"), "{link}"),
            }
        }
    }
    Ok(())
}
