//! Free meals: the check, the way to the number, the school's answer, the end by itself, the renewal.

use domain::decision::{Decision, Ground, Reason};
use domain::directory::rows::CampaignRow;
use domain::directory::{CampaignId, SchoolId};
use domain::life::{Act, State};
use domain::meals::{Category, Class, MealsChoice};
use domain::{Application, DraftId, Locale, Service, Slot, Timestamp};
use jiff::civil::date;
use testkit::Fault;
use tests::deadlines::expire;
use tests::faults::at_every_call;
use tests::fresh::City;
use tests::officer::{Account, Worker, signed_in};
use tests::parent::expect;
use tests::portal::block_on;
use tests::ready::{Ready, applied, attach};
use tests::stack::patiently;
use tests::standing::{Held, held, led};
use tests::{Device, Engine, Family, Page, Parent, Portal, Result, Stack};
use text::{common, decisions, desk, documents, life, meals as t, messages::Notice, review, status};

tests::over_both! {
    what_is_approved_is_told_of_before_it_ends_and_can_be_renewed,
    a_school_decides_on_its_own_and_a_child_has_one_application,
    an_end_is_whole_or_not_made_whatever_fails,
}

/// The school of the officer whom the stack made.
fn officers_school() -> Result<SchoolId> {
    Ok(SchoolId::parse(&Account::of("school")?.school.ok_or("the officer has no school")?)?)
}

/// Step 4: from its page to the intentions.
fn choose(parent: &Parent<'_>, page: &Page, school: &str, category: Category) -> Result<Page> {
    let refused = parent.browser.press(page, common::NEXT.get(parent.locale), &[("category", category.code())])?;
    for missing in [t::SCHOOL_EMPTY, t::CLASS_EMPTY] {
        assert!(refused.says(missing.get(parent.locale)), "{}", refused.brief());
    }
    let paper = documents::name(category.paper()).get(parent.locale);
    let needed = documents::PAPER_NEEDED.fill(parent.locale, &[("document", paper)]);
    assert!(refused.status == 422 && refused.says(&needed), "{}", refused.brief());
    let page = parent.attach(&refused, category.paper())?;
    parent.next(&page, &[("school", school), ("class", "7б"), ("category", category.code())])
}

#[test]
fn a_parent_applies_the_school_approves_and_both_see_until_when() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let school = officers_school()?;
    for l in Locale::ALL {
        let mut parent = Parent::of(&stack, Service::Meals, l)?;
        let home = parent.browser.visit(&format!("/{}", l.code()))?;
        assert!(home.body.contains(&format!("href=\"/{}/meals\"", l.code())), "no way from the home page");
        let contacts = parent.start()?;
        let family = parent.confirm_phone(&contacts)?;
        assert!(!family.says(documents::PHOTO.get(l)), "nobody needs a photo to eat");
        let step = parent.tell_family(&family)?;
        assert_eq!(step.path, parent.at("meals"), "{}", step.brief());
        let consent = choose(&parent, &step, school.as_str(), Category::LowIncome)?;
        let review = parent.consent(&consent)?;
        for told in [t::category(Category::LowIncome).get(l), "7 Б", documents::name(Slot::Income).get(l)] {
            assert!(review.says(told), "{told}: {}", review.brief());
        }
        let sent = parent.send(&review)?;
        assert!(sent.says(t::THANKS.get(l)) && sent.says(t::NEXT_SCHOOL.get(l)), "{}", sent.brief());
        let number = parent.number(&sent)?;
        let told = Notice::of(Service::Meals, None).sms(l, domain::ApplicationNumber::new(number).ok_or("no number")?);
        let phone = parent.stored_phone()?;
        let came = |told: &str| Ok(stack.texts(&phone)?.iter().any(|text| text == told).then_some(()));
        patiently(|| came(&told), "the number did not come by SMS")?;

        // The school finds it by itself, among its free meals and in no list of grade 1.
        let (officer, _) = signed_in(&stack, l, "school")?;
        let id = parent.draft.rsplit('/').next().ok_or("no draft")?;
        let link = format!("/{}/office/applications/{id}", l.code());
        let list = |query: &str| officer.visit(&format!("/{}/office?{query}", l.code()));
        patiently(|| Ok(list("service=meals")?.body.contains(&link).then_some(())), "it is in no inbox")?;
        assert!(!list("state=submitted")?.body.contains(&link));
        let page = officer.visit(&link)?;
        for told in [t::SUBMITTED.get(l), t::category(Category::LowIncome).get(l), t::APPROVE.get(l), t::REFUSE.get(l)]
        {
            assert!(page.says(told), "{told}: {}", page.brief());
        }
        assert!(!page.says(decisions::REGISTER.get(l)), "what belongs to grade 1 is offered");
        let ask = officer.visit(&format!("{link}/approve-meals"))?;
        let late = [("until-year", "2199")];
        let again = officer.press(&ask, t::APPROVE.get(l), &late)?;
        assert!(again.status == 422 && again.body.contains("id=\"until-error\""), "{}", again.brief());
        let approved = officer.follow(expect(officer.press(&ask, t::APPROVE.get(l), &[])?, 303)?)?;
        assert!(approved.says(t::APPROVED.get(l)) && approved.says("31.08."), "{}", approved.brief());

        let thanks = parent.browser.visit(&sent.path)?;
        for told in [t::APPROVED_MEANS.get(l), t::UNTIL.get(l), "31.08."] {
            assert!(thanks.says(told), "{told}: {}", thanks.brief());
        }
        assert!(!thanks.says(t::RENEW.get(l)), "nothing is renewed before it ends");
        let told = Notice::of(Service::Meals, Some(Act::Approve));
        let told = told.sms(l, domain::ApplicationNumber::new(number).ok_or("no number")?);
        patiently(|| came(&told), "the approval did not come by SMS")?;
        assert!(parent.applications()?.says(t::TITLE.get(l)));

        // Whoever has the number and the IIN is told the same; a number is its service's own.
        let ask = parent.browser.visit(&format!("/{}/status?number={number}&service=meals", l.code()))?;
        let typed = [("child-iin", parent.family.child_iin.as_str())];
        let found = parent.browser.press(&ask, status::CHECK.get(l), &typed)?;
        assert!(found.says(t::APPROVED.get(l)) && found.says("7 Б"), "{}", found.brief());
        let receipt = parent.browser.visit(&parent.at("receipt"))?;
        assert!(receipt.says("7 Б") && !receipt.says(text::queue::RECEIPT.get(l)), "{}", receipt.brief());
        // What a family lives on is told to itself and the school, not to whoever has a number or a receipt.
        for page in [&found, &receipt] {
            for private in [t::category(Category::LowIncome), documents::INCOME] {
                assert!(!page.says(private.get(l)), "{}", page.brief());
            }
        }
    }
    Ok(())
}

#[test]
fn the_check_says_which_category_may_fit_and_keeps_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for l in Locale::ALL {
        let parent = Parent::of(&stack, Service::Meals, l)?;
        let ask = parent.browser.visit(&format!("/{}/meals/check", l.code()))?;
        assert!(!ask.says(t::CHECK_FITS.get(l)));
        let nothing = parent.browser.press(&ask, t::CHECK_BUTTON.get(l), &[])?;
        assert!(nothing.says(t::COLLEGIAL.get(l)) && nothing.says(t::CHECK_OTHERWISE.get(l)), "{}", nothing.brief());
        let said = [("social-assistance", "yes"), ("emergency", "yes"), ("collegial", "yes"), ("other", "yes")];
        let fits = parent.browser.press(&ask, t::CHECK_BUTTON.get(l), &said[..2])?;
        for told in [t::SOCIAL_ASSISTANCE, t::EMERGENCY, documents::SOCIAL_ASSISTANCE, documents::EMERGENCY] {
            assert!(fits.says(told.get(l)), "{}", fits.brief());
        }
        assert!(!fits.says(t::LOW_INCOME.get(l)));
        // The other language says the same, at the same address.
        let other = parent.browser.press(&fits, text::own_name(l.other()), &said[..2])?;
        assert!(other.status == 200 && other.says(t::SOCIAL_ASSISTANCE.get(l.other())), "{}", other.brief());
    }
    Ok(())
}

/// A portal whose city has free meals besides, and the campaign of those.
async fn with_meals(stack: &Stack) -> Result<Portal> {
    let now = Timestamp::now();
    let mut city = City::open(2, now)?;
    city.others = vec![CampaignRow {
        id: CampaignId::parse("meals-fresh")?,
        service: Service::Meals,
        school_year: YEAR,
        first_day: date(YEAR, 9, 1),
        ..city.campaign.clone()
    }];
    Portal::fresh(stack, &city).await
}

/// The school year of these campaigns.
const YEAR: i16 = 2098;

/// A sent application of a family for free meals at a school.
async fn sent(portal: &Portal, family: &Family, linked: bool, school: &str) -> Result<(Ready, Application)> {
    let choice = MealsChoice {
        school: SchoolId::parse(school)?,
        class: Class::parse("7 Б").map_err(|_| "no class")?,
        category: Category::Emergency,
    };
    let answer = |draft: &mut domain::Draft| draft.answer_meals(choice);
    applied(portal, Service::Meals, (family, linked), answer, &[Slot::Emergency]).await
}

async fn state(portal: &Portal, application: &Application) -> Result<State> {
    Ok(portal.store.sent_application(&application.id).await?.ok_or("no application")?.state)
}

fn what_is_approved_is_told_of_before_it_ends_and_can_be_renewed(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = with_meals(&stack).await?;
        let family = Family::unclaimed(&stack, &portal)?;
        let (draft, application) = sent(&portal, &family, true, "fresh-1").await?;
        let school = SchoolId::parse("fresh-1")?;
        let worker = Worker::of_school(&portal, &school).await?;
        let address = format!("/kk/office/applications/{}/approve-meals", application.id);
        let ask = worker.get(&address).await?;
        let until = [("until-day", "31"), ("until-month", "5"), ("until-year", "2099")];
        let done = worker.press(&ask, t::APPROVE.get(Locale::Kk), &until).await?;
        assert_eq!(done.status, 303, "{}", done.brief());
        // The same form once more is the same decision.
        let again = worker.press(&ask, t::APPROVE.get(Locale::Kk), &until).await?;
        assert_eq!(again.status, 303, "{}", again.brief());
        let approved = held(&stack, &portal, &application)?;
        assert_eq!((approved.state.as_str(), approved.history, approved.locked), ("approved", 2, true));

        // A day too early, at night, in time; and once, however often the hour comes.
        let device = Device::with(&portal, draft.token.clone());
        for (at, now) in [
            ("2099-05-16T12:00:00+05:00", State::Approved),
            ("2099-05-17T08:59:00+05:00", State::Approved),
            ("2099-05-17T09:00:00+05:00", State::Ending),
            ("2099-05-17T10:00:00+05:00", State::Ending),
            ("2099-05-31T20:00:00+05:00", State::Ending),
        ] {
            expire(&portal, at).await?;
            assert_eq!(state(&portal, &application).await?, now, "{at}");
        }
        let told = held(&stack, &portal, &application)?;
        assert_eq!((told.history, told.outbox, told.locked), (3, 3, false), "told once, and room for the next");

        // The renewal begins with what is known, and asks for a fresh paper and a consent only.
        let thanks = device.get(&format!("/kk/meals/{}/sent", application.id)).await?;
        assert!(thanks.says(t::ENDING_MEANS.get(Locale::Kk)), "{}", thanks.brief());
        let begun = device.press(&thanks, t::RENEW.get(Locale::Kk), &[]).await?;
        let step = begun.location.clone().ok_or("the renewal leads nowhere")?;
        assert!(step.ends_with("/meals"), "{step}");
        let page = device.get(&step).await?;
        for known in ["value=\"7 Б\"", "value=\"fresh-1\" selected", "value=\"emergency\" checked"] {
            assert!(page.body.contains(known), "{known}");
        }
        let renewal = step.split('/').nth(3).and_then(DraftId::parse).ok_or("no draft")?;
        let refused = device.press(&page, common::NEXT.get(Locale::Kk), &[]).await?;
        assert_eq!(refused.status, 422, "the old paper does for the new time");
        attach(&portal, &renewal, Slot::Emergency).await?;
        let next = device.press(&device.get(&step).await?, common::NEXT.get(Locale::Kk), &[]).await?;
        let consent = device.get(&next.location.ok_or("not accepted")?).await?;
        let next = device.press(&consent, common::NEXT.get(Locale::Kk), &[("consent", "yes")]).await?;
        let review = device.get(&next.location.ok_or("no consent")?).await?;
        let done = device.press(&review, review::SEND.get(Locale::Kk), &[]).await?;
        assert!(done.location.as_ref().is_some_and(|to| to.ends_with("/sent")), "{}", done.brief());
        let next = portal.store.sent_application(&renewal).await?.ok_or("not sent")?;
        assert_eq!((next.renews.map(|of| of.id), next.state), (Some(application.id.clone()), State::Submitted));
        let page = worker.get(&format!("/kk/office/applications/{}", next.id)).await?;
        let number = application.number.to_string();
        assert!(page.says(&t::RENEWS.fill(Locale::Kk, &[("n", &number)])), "{}", page.brief());

        // The old one ends by itself, beside the new one.
        expire(&portal, "2099-06-01T09:00:00+05:00").await?;
        assert_eq!(state(&portal, &application).await?, State::Lapsed);
        expire(&portal, "2099-06-02T09:00:00+05:00").await?;
        let ended = held(&stack, &portal, &application)?;
        assert_eq!((ended.history, ended.outbox), (4, 4));
        // Nothing is renewed that was not approved, and nobody else's.
        let unapproved = device.post(&thanks, "/kk/meals", &[("renews", next.id.as_str())]).await?;
        assert_eq!(unapproved.location.as_deref(), Some(format!("/kk/meals/{}/sent", next.id).as_str()));
        let (stranger, _) = sent(&portal, &Family::unclaimed(&stack, &portal)?, true, "fresh-2").await?;
        let stranger = Device::with(&portal, stranger.token);
        let theirs = stranger.get("/kk/meals").await?;
        let forged = stranger.post(&theirs, "/kk/meals", &[("renews", application.id.as_str())]).await?;
        assert_eq!(forged.status, 404, "{}", forged.brief());
        Ok(())
    })
}

fn a_school_decides_on_its_own_and_a_child_has_one_application(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = with_meals(&stack).await?;
        let l = Locale::Kk;
        let family = Family::unclaimed(&stack, &portal)?;
        let (_, first) = sent(&portal, &family, true, "fresh-1").await?;
        let link = |application: &Application, act: &str| format!("/kk/office/applications/{}{act}", application.id);
        let mine = Worker::of_school(&portal, &SchoolId::parse("fresh-1")?).await?;
        let other = Worker::of_school(&portal, &SchoolId::parse("fresh-2")?).await?;
        let department = Worker::of_department(&portal).await?;

        // Another school sees nothing; the department sees it and does not decide; nobody does what is grade 1's.
        for act in ["", "/approve-meals", "/refuse", "/return"] {
            assert_eq!(other.get(&link(&first, act)).await?.status, 403, "{act}");
        }
        let page = department.get(&link(&first, "")).await?;
        assert!(page.status == 200 && !page.says(decisions::DECIDE.get(l)), "{}", page.brief());
        for act in ["/approve-meals", "/refuse", "/return", "/register", "/assign-territory"] {
            assert_eq!(department.get(&link(&first, act)).await?.status, 403, "{act}");
        }
        for act in ["/confirm", "/decline", "/enrol", "/register"] {
            assert_eq!(mine.get(&link(&first, act)).await?.status, 403, "{act}");
        }
        for act in ["/remind", "/lapse", "/withdraw"] {
            assert_eq!(mine.get(&link(&first, act)).await?.status, 404, "{act}");
        }

        // A linked parent has the lock; who is not linked is accepted, and then nothing is approved.
        let again = sent(&portal, &family, true, "fresh-2").await;
        assert!(again.is_err_and(|error| error.to_string() == "refused"));
        let (_, second) = sent(&portal, &family, false, "fresh-2").await?;
        let blocked = mine.get(&link(&first, "/approve-meals")).await?;
        assert!(blocked.status == 422 && blocked.says(decisions::UNFIT_RIVAL.get(l)), "{}", blocked.brief());
        let until = date(YEAR + 1, 5, 31);
        let reason = Reason { ground: Ground::LiveApplication, note: None };
        led(&portal, second, &[Decision::Refuse(reason)]).await?;
        let ask = mine.get(&link(&first, "/approve-meals")).await?;
        let done = mine.press(&ask, t::APPROVE.get(l), &[]).await?;
        assert_eq!(done.status, 303, "{}", done.brief());

        // What is approved can be taken back, and then ends no more.
        let first = portal.store.sent_application(&first.id).await?.ok_or("gone")?;
        assert!(first.until.is_some_and(|day| day > until));
        led(&portal, first.clone(), &[Decision::Withdraw]).await?;
        expire(&portal, "2099-09-01T09:00:00+05:00").await?;
        assert_eq!(state(&portal, &first).await?, State::Withdrawn);
        assert!(portal.store.due(date(2100, 1, 1)).await?.is_empty(), "a deadline of nobody is left");

        // Returned by the school, in the school's words.
        let (draft, third) = sent(&portal, &Family::unclaimed(&stack, &portal)?, true, "fresh-1").await?;
        let ask = mine.get(&link(&third, "/return")).await?;
        assert!(!ask.says(text::school::ADDRESS_LEGEND.get(l)) && ask.says(documents::EMERGENCY.get(l)));
        let typed = [("scan-emergency", "yes"), ("note", "Анықтама көрінбейді")];
        let done = mine.press(&ask, decisions::act(Service::Meals, Act::Return).get(l), &typed).await?;
        assert_eq!(done.status, 303, "{}", done.brief());
        let device = Device::with(&portal, draft.token);
        let thanks = device.get(&format!("/kk/meals/{}/sent", third.id)).await?;
        for told in [t::RETURNED_MEANS.get(l), t::NOTE.get(l), "Анықтама көрінбейді"] {
            assert!(thanks.says(told), "{told}: {}", thanks.brief());
        }
        // In the reports it is where it stands.
        let page = mine.get("/kk/office/reports?service=meals").await?;
        assert!(page.says(life::state(Service::Meals, State::Approved).get(l)), "{}", page.brief());
        assert!(!page.says(life::state(Service::FirstGrade, State::Enrolled).get(l)), "{}", page.brief());
        let list = mine.get("/kk/office?service=meals&state=returned").await?;
        assert!(list.says(&third.number.to_string()) && list.says(desk::SERVICE.get(l)), "{}", list.brief());
        for strange in ["service=meals&state=registered", "service=camp-fire", "state=approved"] {
            assert_eq!(mine.get(&format!("/kk/office?{strange}")).await?.status, 404, "{strange}");
        }
        Ok(())
    })
}

fn an_end_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = with_meals(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let (_, application) = sent(&portal, &Family::unclaimed(&stack, &portal)?, true, "fresh-1").await?;
            let approve = Decision::Approve { until: date(2099, 5, 31) };
            let approved = held(&stack, &portal, &led(&portal, application.clone(), &[approve]).await?)?;
            let reminded = Held { moves: approved.moves, ..approved.decided("ending").free() };
            let run = async { Ok(expire(&portal, "2099-05-17T09:00:00+05:00").await.is_ok()) };
            let first = portal.struck(planned, run).await?;
            let after = held(&stack, &portal, &application)?;
            assert!(after == approved || after == reminded, "{}: {after:?}", first.case());
            assert!(first.outcome != Some(true) || after == reminded, "{}", first.case());
            assert!(first.outcome == Some(true) || !first.is_unnoticed(), "{}", first.case());
            expire(&portal, "2099-05-17T10:00:00+05:00").await?;
            assert_eq!(held(&stack, &portal, &application)?, reminded, "{}", first.case());
            assert!(portal.store.due(date(2099, 5, 17)).await?.is_empty());
            Ok(first.call)
        })
        .await?;
        assert!(struck >= 10, "only {struck} faults came about");
        Ok(())
    })
}
