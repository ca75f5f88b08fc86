//! What all visitors together, or all from one network, may ask for.

use domain::Locale;
use lambda_http::http::Method;
use store::codes::Ceilings;
use testkit::Ask;
use tests::portal::block_on;
use tests::{Family, Page, Portal, Result, Stack};
use text::contacts;

/// Somebody without a session asks for a code on the sign-in page, and sees what came of it.
async fn ask(stack: &Stack, portal: &Portal, network: &str, claimed: &[(&str, &str)]) -> Result<(String, Page)> {
    let phone = Family::invented(stack)?.phone;
    let form = format!("phone={}", phone.replace('+', "%2B"));
    let mut request = Ask::new(Method::POST, "/ru/send-code").header("origin", &stack.origin).from(network).form(form);
    for (name, value) in claimed {
        request = request.header(name, value);
    }
    let asked = portal.page(request.request()).await?;
    let cookie = asked.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let shown = Ask::new(Method::GET, "/ru/applications/sign-in").header("cookie", &cookie).from(network);
    Ok((phone, portal.page(shown.request()).await?))
}

/// Whether the page says so, whatever the time in it.
fn says(page: &Page, phrase: text::Phrase) -> bool {
    page.says(phrase.get(Locale::Ru).split('{').next().unwrap_or_default())
}

#[test]
fn one_network_has_its_ceiling_and_other_networks_theirs() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        portal.ceilings.set(Ceilings { network_an_hour: 2, ..portal.ceilings.get() });
        // Addresses of one IPv6 subscriber are one network; drawn, so that the test can be repeated.
        let subscriber = format!("2001:db8:{:x}:{:x}", u16::from_be_bytes(random()?), u16::from_be_bytes(random()?));
        for (visitor, expected) in [("1", true), ("ffff:2", true), ("3", false), ("4", false)] {
            let (phone, page) = ask(&stack, &portal, &format!("{subscriber}::{visitor}"), &[]).await?;
            assert_eq!(says(&page, contacts::CODE_CROWDED), !expected, "{}", page.brief());
            assert_eq!(stack.texts(&phone)?.len(), usize::from(expected), "{visitor}");
            assert!(page.body.contains(&phone), "what is typed is kept");
        }
        // A claim without the secret of CloudFront buys nothing.
        let claim = [("cloudfront-viewer-address", "198.51.100.1:5"), ("x-forwarded-for", "198.51.100.1")];
        let (_, page) = ask(&stack, &portal, &format!("{subscriber}::5"), &claim).await?;
        assert!(says(&page, contacts::CODE_CROWDED), "{}", page.brief());

        let (phone, page) = ask(&stack, &portal, &format!("{}::1", subscriber.replace("db8", "db9")), &[]).await?;
        assert!(!says(&page, contacts::CODE_CROWDED), "{}", page.brief());
        assert_eq!(stack.texts(&phone)?.len(), 1);
        Ok(())
    })
}

#[test]
fn a_ceiling_of_nought_sends_nothing_and_says_so() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let ceilings = portal.ceilings.get();
        for (ceilings, expected) in [
            (Ceilings { sms_a_day: 0, ..ceilings }, contacts::CODE_SPENT),
            (Ceilings { network_an_hour: 0, ..ceilings }, contacts::CODE_CROWDED),
        ] {
            portal.ceilings.set(ceilings);
            let (phone, page) = ask(&stack, &portal, "203.0.113.1", &[]).await?;
            assert!(says(&page, expected), "{}", page.brief());
            assert!(stack.texts(&phone)?.is_empty());
        }
        Ok(())
    })
}

fn random() -> Result<[u8; 2]> {
    Ok(store::sessions::random::<2>()?)
}
