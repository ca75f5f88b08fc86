//! Look-ups in the state register: counted and audited together or not at all; only a register that
//! does not answer is said not to, only a used-up day is said to be used up.

use domain::{Draft, Iin, Locale, Phone};
use jiff::SignedDuration;
use store::keys;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::ready::begun;
use tests::tables::{count, item, partition, read};
use tests::{Device, Page, Portal, Result, Stack};
use text::{Phrase, family as t};

const L: Locale = Locale::Ru;

/// A parent on a day on which nobody has asked.
struct Asker<'a> {
    stack: &'a Stack,
    portal: &'a Portal,
    device: Device<'a>,
    draft: Draft,
}

impl<'a> Asker<'a> {
    async fn new(stack: &'a Stack, portal: &'a Portal, phone: &str) -> Result<Self> {
        portal.wait(SignedDuration::from_hours(24));
        let phone = Phone::parse(phone).map_err(|_| "the phone is none")?;
        let (device, draft) = begun(portal, Some(&phone)).await?;
        Ok(Self { stack, portal, device, draft })
    }

    fn at(&self, page: &str) -> String {
        format!("/ru/first-grade/{}/{page}", self.draft.id)
    }

    async fn page(&self) -> Result<Page> {
        self.device.get(&self.at("family")).await
    }

    /// Asks for the parent, with a child's name typed beside.
    async fn ask(&self, page: &Page) -> Result<Page> {
        let parent = self.stack.sample.parent_iin.as_str();
        let typed = [("who", "parent"), ("register-consent", "yes"), ("parent-iin", parent), ("child-name", "Мысал")];
        self.device.post(page, &self.at("look-up"), &typed).await
    }

    /// How many IINs count on this day, and how many lines the audit has.
    fn recorded(&self) -> Result<(usize, usize)> {
        let tables = &self.portal.tables;
        let today = self.portal.today();
        let day = item(self.stack, &tables.sessions, &keys::look_ups(self.draft.owner.as_str(), today))?;
        let own = partition(self.stack, &tables.applications, &keys::application(&self.draft.id))?;
        let audit = own.iter().filter(|item| read(item, &["entity"]) == Some("audit")).count();
        Ok((day.map_or(0, |day| count(&day, &["iins"])), audit))
    }
}

/// The portal on some day to come: what others do with the sample family's phone counts on other days.
async fn some_day(stack: &Stack) -> Result<Portal> {
    let portal = Portal::over(stack, &stack.origin).await?;
    let days = i64::from_str_radix(&Portal::unique()?, 16)? % 1_000_000;
    portal.wait(SignedDuration::from_hours(24 * days));
    Ok(portal)
}

fn says(page: &Page, phrase: Phrase) -> bool {
    page.says(phrase.get(L))
}

#[test]
fn a_fault_at_a_look_up_counts_it_with_its_audit_or_not_at_all() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = some_day(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let asker = Asker::new(&stack, &portal, &stack.sample.phone).await?;
            let page = asker.page().await?;
            let asked = portal.struck(planned, asker.ask(&page)).await?;
            let case = asked.case();
            let recorded = asker.recorded()?;
            let counted = asked.nth > 2 || asked.is_unnoticed() || asked.nth == 2 && asked.is_unheard();
            assert_eq!(recorded, if counted { (1, 1) } else { (0, 0) }, "{case}");

            let page = asker.page().await?;
            assert!(!says(&page, t::LOOK_UPS_SPENT), "{case}: said to be used up");
            let register_is_down = asked.at("GetItem") && !asked.is_unnoticed() && asked.outcome.is_some();
            assert_eq!(says(&page, t::REGISTER_DOWN), register_is_down, "{case}");
            assert_eq!(
                says(&page, t::FOUND),
                asked.is_unnoticed() || asked.is_unheard() && asked.at("PutItem"),
                "{case}"
            );
            if let Some(answer) = &asked.outcome {
                let goes_on = asked.is_unnoticed() || register_is_down;
                let expected = match asked.fault {
                    _ if goes_on => 303,
                    Fault::Throttled => 503,
                    _ => 500,
                };
                assert_eq!(answer.status, expected, "{case}: {}", answer.brief());
                let kept = asked.nth > 1 && (goes_on || !asked.at("PutItem") || asked.is_unheard());
                assert!(!kept || page.body.contains("Мысал"), "{case}: what was typed is lost");
            }

            let again = asker.ask(&page).await?;
            assert_eq!(again.status, 303, "{case}, then {}", again.brief());
            let page = asker.page().await?;
            assert!(says(&page, t::FOUND) && page.body.contains("Мысал"), "{case}, then {}", page.brief());
            // The same IIN again is one of the day, and every look-up has its line.
            assert_eq!(asker.recorded()?, (1, recorded.1 + 1), "{case}");
            Ok(asked.call)
        });
        assert!(struck.await? >= 30, "opening, the record, the register, the draft");
        Ok(())
    })
}

#[test]
fn others_in_the_way_of_a_look_up_do_not_use_up_the_day() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = some_day(&stack).await?;
        let asker = Asker::new(&stack, &portal, &stack.sample.phone).await?;
        let page = asker.page().await?;
        portal.wire.plan_all(2..=5, Fault::Conflict);
        let asked = asker.ask(&page).await?;
        portal.wire.take();
        assert_eq!(asked.status, 503, "{}", asked.brief());
        assert_eq!(asker.recorded()?, (0, 0));
        let page = asker.page().await?;
        assert!(!says(&page, t::LOOK_UPS_SPENT) && page.body.contains("Мысал"), "{}", page.brief());

        portal.wire.plan_all(2..=4, Fault::Conflict);
        let asked = asker.ask(&page).await?;
        portal.wire.take();
        assert_eq!(asked.status, 303, "{}", asked.brief());
        assert_eq!(asker.recorded()?, (1, 1));
        assert!(says(&asker.page().await?, t::FOUND));
        Ok(())
    })
}

#[test]
fn a_used_up_day_is_said_to_be_used_up() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = some_day(&stack).await?;
        let asker = Asker::new(&stack, &portal, &stack.sample.phone).await?;
        let (now, owner) = (portal.now(), &asker.draft.owner);
        let today = portal.today();
        let mut others = std::collections::BTreeSet::new();
        while others.len() < store::look_ups::A_DAY {
            others.insert(tests::Family::invented(&stack)?.parent_iin);
        }
        for iin in &others {
            let iin = Iin::parse(iin).map_err(|_| "the family's IIN is none")?;
            assert!(portal.store.record_look_up(&asker.draft.id, owner, &iin, today, now).await?);
        }
        let full = asker.recorded()?;
        let asked = asker.ask(&asker.page().await?).await?;
        assert_eq!(asked.status, 303, "{}", asked.brief());
        let page = asker.page().await?;
        assert!(says(&page, t::LOOK_UPS_SPENT) && page.body.contains("Мысал"), "{}", page.brief());
        assert_eq!(asker.recorded()?, full, "neither counted nor in the audit");
        Ok(())
    })
}
