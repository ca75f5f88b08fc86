//! The steps of the wizard: an answer is saved or it is not, the page says which, and the same form
//! sent again is taken.

use domain::answers::{Answers, HomeAddress};
use domain::{Draft, DraftId, Locale, Step};
use testkit::Fault;
use tests::faults::{Struck, at_every_call};
use tests::portal::block_on;
use tests::ready::ready;
use tests::{Device, Family, Page, Portal, Result, Stack};
use text::{common, errors, service};

const L: Locale = Locale::Kk;

/// What is changed on a step, and whether it was.
struct Change {
    step: Step,
    typed: Vec<(&'static str, String)>,
    is_there: fn(&Answers) -> bool,
}

fn changes(stack: &Stack) -> Vec<Change> {
    let typed =
        |pairs: &[(&'static str, &str)]| pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let sample = &stack.sample;
    vec![
        Change {
            step: Step::Family,
            typed: typed(&[("child-name", "Өзгерген")]),
            is_there: |answers| {
                answers.family.as_ref().is_some_and(|family| family.child.full_name().contains("Өзгерген"))
            },
        },
        Change {
            step: Step::School,
            typed: typed(&[("language", &sample.language), ("address", &sample.address), ("flat", "77")]),
            is_there: |answers| {
                let address = answers.school.as_ref().map(|school| &school.address);
                matches!(address, Some(HomeAddress::Known { flat, .. }) if flat == "77")
            },
        },
        Change {
            step: Step::Consent,
            typed: typed(&[("notice-language", "ru"), ("consent", "yes")]),
            is_there: |answers| answers.intentions.as_ref().is_some_and(|given| given.language == Locale::Ru),
        },
        // Without another phone: what is saved is the draft alone.
        Change {
            step: Step::Contacts,
            typed: typed(&[("email", "")]),
            is_there: |answers| answers.contacts.main.is_some(),
        },
    ]
}

/// A parent with all answers, on any step.
struct Walker<'a> {
    device: Device<'a>,
    id: DraftId,
}

impl<'a> Walker<'a> {
    async fn new(stack: &Stack, portal: &'a Portal) -> Result<Self> {
        let ready = ready(portal, &Family::invented(stack)?, false).await?;
        Ok(Self { device: Device::with(portal, ready.token), id: ready.id })
    }

    fn at(&self, step: Step) -> String {
        format!("/kk/first-grade/{}/{}", self.id, step.code())
    }

    async fn draft(&self) -> Result<Draft> {
        Ok(self.device.open(&self.id).await?.draft)
    }

    /// Types into a step and presses a button.
    async fn press(&self, step: Step, button: &str, typed: &[(&'static str, String)]) -> Result<Page> {
        let page = self.device.get(&self.at(step)).await?;
        self.press_on(&page, button, typed).await
    }

    async fn press_on(&self, page: &Page, button: &str, typed: &[(&'static str, String)]) -> Result<Page> {
        let typed: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.device.press(page, button, &typed).await
    }
}

/// The page says what happened, and the draft holds it: the version counts the saves.
fn check_saved(first: &Struck<Page>, before: &Draft, after: &Draft, onward: &dyn Fn(&Page) -> bool) -> bool {
    let case = first.case();
    let saved = first.is_unnoticed() || first.is_unheard() && first.at("PutItem");
    assert_eq!(after.version, before.version + u64::from(saved), "{case}");
    let Some(page) = &first.outcome else { return saved };
    let (status, heading) = (page.status, page.heading());
    match first.fault {
        _ if first.is_unnoticed() => assert!(onward(page), "{case}: {}", page.brief()),
        Fault::Throttled => assert_eq!((status, heading.as_str()), (503, errors::UNAVAILABLE_TITLE.get(L)), "{case}"),
        _ => assert_eq!((status, heading.as_str()), (500, errors::SERVER_TITLE.get(L)), "{case}"),
    }
    saved
}

/// At which call a step saves, the first being 1.
fn saving(portal: &Portal) -> Result<usize> {
    let calls = portal.wire.take();
    Ok(1 + calls.iter().position(|call| call.operation == "PutItem").ok_or("nothing was saved")?)
}

#[test]
fn a_fault_at_saving_a_step_saves_it_or_not_and_says_so() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        for Change { step, typed, is_there } in changes(&stack) {
            let walker = Walker::new(&stack, &portal).await?;
            let page = walker.device.get(&walker.at(step)).await?;
            portal.wire.take();
            let well = walker.press_on(&page, common::NEXT.get(L), &typed).await?;
            assert_eq!(well.status, 303, "{}", well.brief());
            let nth = saving(&portal)?;
            assert!(is_there(&walker.draft().await?.answers), "{step:?}");

            for fault in Fault::ALL {
                let walker = Walker::new(&stack, &portal).await?;
                let before = walker.draft().await?;
                let page = walker.device.get(&walker.at(step)).await?;
                let first = portal.struck((nth, fault), walker.press_on(&page, common::NEXT.get(L), &typed)).await?;
                let case = format!("{step:?}: {}", first.case());
                let after = walker.draft().await?;
                let saved = check_saved(&first, &before, &after, &|page| page.status == 303);
                assert_eq!(is_there(&after.answers), saved || is_there(&before.answers), "{case}");

                let again = walker.press(step, common::NEXT.get(L), &typed).await?;
                assert_eq!(again.status, 303, "{case}, then {}", again.brief());
                assert!(is_there(&walker.draft().await?.answers), "{case}");
            }
        }
        Ok(())
    })
}

#[test]
fn a_fault_at_keeping_what_is_typed_keeps_it_or_not_and_says_so() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        // Opening, then keeping; an answer that has to be corrected, and another button.
        for (button, status) in [(common::NEXT, 422), (common::BACK, 303)] {
            let typed = [("child-name", "Жарты".to_owned()), ("child-iin", "не всё".to_owned())];
            for fault in Fault::ALL {
                let walker = Walker::new(&stack, &portal).await?;
                let before = walker.draft().await?;
                let page = walker.device.get(&walker.at(Step::Family)).await?;
                let first = portal.struck((2, fault), walker.press_on(&page, button.get(L), &typed)).await?;
                let case = first.case();
                let after = walker.draft().await?;
                let kept = check_saved(&first, &before, &after, &|page| page.status == status);
                assert_eq!(after.answers, before.answers, "{case}");
                let page = walker.device.get(&walker.at(Step::Family)).await?;
                assert_eq!(page.body.contains("Жарты") && page.body.contains("не всё"), kept, "{case}");
                let again = walker.press_on(&page, button.get(L), &typed).await?;
                assert_eq!(again.status, status, "{case}, then {}", again.brief());
                let page = walker.device.get(&walker.at(Step::Family)).await?;
                assert!(page.body.contains("Жарты") && page.body.contains("не всё"), "{case}");
            }
        }
        Ok(())
    })
}

#[test]
fn a_fault_at_the_start_begins_a_draft_or_none() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let device = Device::new(&portal);
            let description = device.get("/kk/first-grade").await?;
            let first = portal.struck(planned, device.press(&description, service::START.get(L), &[])).await?;
            let case = first.case();
            // Without a cookie nobody knows of the draft and its session; both expire.
            assert_eq!(device.token().is_ok(), first.is_unnoticed(), "{case}");
            let begun = match first.outcome.filter(|page| page.status == 303) {
                Some(page) => page,
                None => device.press(&description, service::START.get(L), &[]).await?,
            };
            let to = begun.location.as_ref().ok_or("no way to go on")?;
            let contacts = device.get(to).await?;
            assert_eq!(
                (contacts.status, contacts.path.ends_with("/contacts")),
                (200, true),
                "{case}: {}",
                contacts.brief()
            );
            Ok(first.call)
        });
        assert!(struck.await? >= 15, "the campaign, the draft with its session");
        Ok(())
    })
}

#[test]
fn a_save_after_another_tabs_is_told_and_kept() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let walker = Walker::new(&stack, &portal).await?;
        let page = walker.device.get(&walker.at(Step::Family)).await?;
        // The two have opened the same version: what the wire loses once does not make one the other.
        let one = walker.device.open(&walker.id).await?;
        let mut other = one.clone();
        portal.store.save_draft(&mut other.draft, &other.campaign, portal.now()).await?;
        let mut late = one.draft.clone();
        late.keep_typed(Step::Family, [("child-name".to_owned(), "Кеш".to_owned())].into());
        portal.wire.plan(1, Fault::ReplyLostOnce);
        let saved = portal.store.save_draft(&mut late, &one.campaign, portal.now()).await;
        portal.wire.take();
        assert!(matches!(saved, Err(store::StoreError::Conflict)), "{saved:?}");
        assert_eq!(walker.draft().await?, other.draft);
        // A form that was opened before is taken all the same: each save opens the draft anew.
        let typed = [("child-name", "Өзгерген".to_owned())];
        let taken = walker.press_on(&page, common::NEXT.get(L), &typed).await?;
        assert_eq!(taken.status, 303, "{}", taken.brief());
        Ok(())
    })
}

#[test]
fn a_fault_after_another_tab_was_faster_takes_nothing_from_it() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (fast, slow) = ([("child-name", "Жылдам".to_owned())], [("child-name", "Баяу".to_owned())]);
        // Two openings, two saves; then the slower one opens again and keeps what is typed in it.
        let mut cases: Vec<_> = [5, 6].into_iter().flat_map(|nth| Fault::ALL.map(|fault| (nth, fault))).collect();
        let mut tries = 10 * cases.len();
        while let Some((nth, fault)) = cases.pop() {
            let walker = Walker::new(&stack, &portal).await?;
            let page = walker.device.get(&walker.at(Step::Family)).await?;
            let next = common::NEXT.get(L);
            let both = async {
                let both = futures::join!(walker.press_on(&page, next, &fast), walker.press_on(&page, next, &slow));
                Ok((both.0?, both.1?))
            };
            let first = portal.struck((nth, fault), both).await?;
            let case = first.case();
            let child = |draft: &Draft| draft.answers.family.as_ref().map(|family| family.child.full_name());
            let draft = walker.draft().await?;
            // On a busy machine one may be done before the other begins, or the slow one be faster.
            let alone = first.outcome.as_ref().is_some_and(|(_, slow)| slow.status == 303);
            if alone || child(&draft).is_none_or(|child| !child.contains("Жылдам")) {
                tries = tries.checked_sub(1).ok_or("the two never met")?;
                cases.push((nth, fault));
                continue;
            }
            let kept = draft.typed(Step::Family).is_some_and(|typed| typed.values().any(|value| value == "Баяу"));
            assert_eq!(kept, first.is_unnoticed() || first.is_unheard() && first.at("PutItem"), "{case}");
            if let Some((fast, slow)) = &first.outcome {
                assert_eq!(fast.status, 303, "{case}: {}", fast.brief());
                let expected = match fault {
                    _ if first.is_unnoticed() => 409,
                    Fault::Throttled => 503,
                    _ => 500,
                };
                assert_eq!(slow.status, expected, "{case}: {}", slow.brief());
            }
            let again = walker.press(Step::Family, next, &slow).await?;
            assert_eq!(again.status, 303, "{case}, then {}", again.brief());
            assert!(child(&walker.draft().await?).is_some_and(|child| child.contains("Баяу")), "{case}");
        }
        Ok(())
    })
}
