//! The receipt of a sent application, as a page and as a PDF.

use domain::{Locale, Service};
use store::drafts::Opened;
use store::sessions::{Session, SessionToken};
use tests::portal::block_on;
use tests::ready::{Ready, ready};
use tests::{Device, Engine, Family, Page, Portal, Result, Stack};
use text::{applications, documents, life, receipt as t, review};

tests::over_both! { the_receipt_tells_its_owner_all_and_nobody_else_anything }

fn the_receipt_tells_its_owner_all_and_nobody_else_anything(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let family = Family::unclaimed(&stack, &portal)?;
        let draft = ready(&portal, &family, true).await?;
        let device = Device::with(&portal, draft.token.clone());
        for name in ["receipt", "receipt.pdf"] {
            assert_eq!(device.get(&at(&draft, Locale::Ru, name)).await?.status, 404, "{name} before it was sent");
        }
        let number = send(&portal, &draft).await?;
        for l in Locale::ALL {
            tells(&stack, &device.get(&at(&draft, l, "receipt")).await?, l, &number);
            is_pdf(&device.get(&at(&draft, l, "receipt.pdf")).await?, &number);
            for page in [at(&draft, l, "sent"), format!("/{}/applications", l.code())] {
                let page = device.get(&page).await?;
                assert!(page.body.contains(&format!("\"{}\"", at(&draft, l, "receipt"))), "{}", page.brief());
            }
        }
        elsewhere(&stack, &portal, &draft).await
    })
}

fn at(draft: &Ready, l: Locale, name: &str) -> String {
    format!("/{}/first-grade/{}/{name}", l.code(), draft.id)
}

async fn send(portal: &Portal, draft: &Ready) -> Result<String> {
    let now = portal.now();
    let Opened::Mine(mine) = portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, now).await? else {
        return Err("the draft is not its owner's".into());
    };
    portal.store.send(&mine, now).await?;
    let sent = portal.store.sent_application(&draft.id).await?.ok_or("it was not sent")?;
    Ok(sent.number.to_string())
}

fn tells(stack: &Stack, page: &Page, l: Locale, number: &str) {
    assert_eq!((page.status, page.heading()), (200, t::TITLE.fill(l, &[("n", number)])), "{}", page.brief());
    let status = format!("{}/{}/status?number={number}", stack.origin, l.code());
    let scan = documents::BIRTH_CERTIFICATE.get(l);
    for told in ["Сынақов", "Мысал", &status, scan, life::SUBMITTED.get(l), review::HOME_SCHOOL.get(l)] {
        assert!(page.says(told), "{told} is not told: {}", page.brief());
    }
    assert!(page.body.contains("<svg role=\"img\"") && page.body.contains(t::CODE.get(l)));
}

fn is_pdf(page: &Page, number: &str) {
    assert_eq!((page.status, page.header("content-type")), (200, "application/pdf"), "{}", page.brief());
    assert_eq!(page.header("content-disposition"), format!("inline; filename=\"receipt-{number}.pdf\""));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.bytes.starts_with(b"%PDF-"));
    // An empty file of a PDF library is smaller than that.
    assert!(page.bytes.len() > 10_000, "{} bytes", page.bytes.len());
}

/// Another device of the same parent, another parent, nobody.
async fn elsewhere(stack: &Stack, portal: &Portal, draft: &Ready) -> Result<()> {
    let l = Locale::Kk;
    let Opened::Mine(mine) =
        portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, portal.now()).await?
    else {
        return Err("the draft is not its owner's".into());
    };
    let token = SessionToken::random()?;
    let session = Session { phone: mine.session.phone.clone(), ..Session::anonymous(&token, portal.now()) };
    portal.store.put_session(&session).await?;
    let second = Device::with(portal, token);
    let other = ready(portal, &Family::invented(stack)?, true).await?;
    let stranger = Device::with(portal, other.token.clone());
    for name in ["receipt", "receipt.pdf"] {
        let address = at(draft, l, name);
        let asked = second.get(&address).await?;
        assert_eq!((asked.status, asked.location), (303, Some(at(draft, l, "sent"))), "{name} on a new device");
        assert_eq!(stranger.get(&address).await?.status, 404, "{name} of another parent");
        let nobody = Device::new(portal).get(&address).await?;
        assert_eq!((nobody.status, nobody.location), (303, Some("/kk/applications/sign-in".to_owned())));
    }
    let question = second.get(&at(draft, l, "sent")).await?;
    assert_eq!(question.heading(), review::BIRTH_TITLE.get(l));
    let list = second.get("/kk/applications").await?;
    assert_eq!(list.heading(), applications::TITLE.get(l));
    assert!(!list.body.contains("/receipt"), "a link that this device may not follow");
    Ok(())
}
