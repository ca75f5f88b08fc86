//! The recalculation, over the emulator and over Amazon's own DynamoDB: what it takes, in which order,
//! and that nothing that breaks off leaves a half.

use domain::decision::{Decision, Ground, Order, Reason};
use domain::life::{Act, Change, State};
use domain::places::{Event, Why};
use domain::{Application, ApplicationNumber};
use jiff::SignedDuration;
use store::keys;
use store::recalculation::{Recalculation, Run, SETTLED_AFTER};
use store::standings::Status;
use testkit::{Call, Fault};
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::tables::{partition, read};
use tests::trial::{Trial, place};
use tests::{Engine, Result, Stack};

tests::over_both! {
    a_resident_opens_an_outside_place_and_the_one_who_waits_is_told,
    of_two_runs_at_once_each_line_is_written_once,
    what_is_not_settled_waits_and_a_late_ticket_joins_where_it_belongs,
    what_breaks_off_is_finished_by_the_next_run,
    priority_ends_with_its_day_and_the_campaign_with_its_minute,
    who_is_enrolled_or_stays_is_not_moved,
    a_struck_choice_goes_to_the_next_in_line,
    terms_that_change_open_places_and_take_none_back,
    a_board_that_is_kept_is_the_board_of_all_lines,
}

/// What is pending of a campaign.
fn pending(stack: &Stack, trial: &Trial) -> Result<usize> {
    Ok(partition(stack, &trial.portal.tables.applications, &keys::pending(&trial.campaign.id))?.len())
}

/// How often an act stands in an application's history.
async fn times(trial: &Trial, application: &Application, act: Act) -> Result<usize> {
    let history: Vec<Change> = trial.portal.store.history(&application.id).await?;
    Ok(history.iter().filter(|change| change.act() == Some(act)).count())
}

/// Every live application sits where the ledger has its ticket.
async fn agree(trial: &Trial, applications: &[&Application]) -> Result<()> {
    let board = trial.board().await?;
    for application in applications {
        let now = trial.now(application).await?;
        let standing = board.ticket(now.number).ok_or("not in the ledger")?;
        assert_eq!(standing.left, !now.state.is_live(), "№ {}", now.number);
        if now.state.is_live() {
            assert_eq!(standing.held, now.place(), "№ {}", now.number);
            assert_eq!(standing.enrolled, now.state == State::Enrolled, "№ {}", now.number);
        }
    }
    Ok(())
}

fn a_resident_opens_an_outside_place_and_the_one_who_waits_is_told(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 10, 5, 2), ("b", 10, 5, 2)]).await?;
        let resident = trial.send(&stack, Some("a"), &[]).await?;
        let waits = trial.send(&stack, Some("b"), &["a"]).await?;
        let confirmed = trial.decide(&waits, &[Decision::Register, Decision::Confirm]).await?;
        assert_eq!(trial.settle().await?.changed, 0);
        assert_eq!(trial.now(&waits).await?, confirmed, "nobody is moved");
        let rows = trial.portal.store.tickets(&trial.campaign.id, &[place("a")?]).await?;
        let rows: Vec<_> = rows.values().flatten().map(|row| (row.number, row.status)).collect();
        assert_eq!(rows, [(resident.number, Status::Resident), (waits.number, Status::Waits(1))]);

        let opens = trial.send(&stack, Some("a"), &[]).await?;
        let run = trial.settle().await?;
        assert_eq!((run.lines, run.tickets, run.moves, run.changed), (1, 1, 2, 1));
        let moved = trial.now(&waits).await?;
        assert_eq!((moved.state, moved.place()), (State::Registered, Some(place("a")?)));
        assert_eq!(times(&trial, &waits, Act::Move).await?, 1);
        let own = partition(&stack, &trial.portal.tables.applications, &keys::application(&waits.id))?;
        let told = own.iter().filter(|item| read(item, &["body", "event"]) == Some("moved")).count();
        assert_eq!(told, 1, "one message");
        agree(&trial, &[&resident, &waits, &opens]).await?;

        let standings = trial.portal.store.standings(&trial.campaign.id).await?;
        let numbers = standings.places.get(&place("a")?).ok_or("no place")?;
        assert_eq!((numbers.residents, numbers.granted, numbers.free(), numbers.waiting), (2, 1, 0, 0));
        assert_eq!(
            standings.head.map(|head| (head.lines, head.applied)),
            Some((7, 7)),
            "two days, two places, three tickets"
        );
        assert_eq!(pending(&stack, &trial)?, 0);
        assert_eq!(trial.settle().await?, Run::default(), "nothing is new");

        trial.decide(&resident, &[Decision::Withdraw]).await?;
        trial.settle().await?;
        assert_eq!(trial.now(&waits).await?.place(), Some(place("a")?), "what is held is never taken back");
        agree(&trial, &[&resident, &waits, &opens]).await
    })
}

fn of_two_runs_at_once_each_line_is_written_once(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 10, 5, 1), ("b", 10, 5, 1)]).await?;
        let mut sent = Vec::new();
        for home in ["a", "b", "a", "b", "a", "b"] {
            sent.push(trial.send(&stack, Some(home), &["b"]).await?);
        }
        let now = trial.portal.now() + SETTLED_AFTER + SignedDuration::from_secs(1);
        let others: Vec<_> = (0..4).map(|_| Recalculation::new(trial.portal.store.clone())).collect();
        let runs = others.iter().map(|one| one.run(&trial.campaign, &trial.zone, now));
        let runs = futures::future::try_join_all(runs).await?;
        assert_eq!(runs.iter().map(|run| run.tickets).sum::<u64>(), 6, "{runs:?}");
        assert_eq!(trial.settle().await?.lines, 0);
        assert_eq!(pending(&stack, &trial)?, 0);
        for application in &sent {
            assert!(times(&trial, application, Act::Move).await? <= 1);
        }
        agree(&trial, &sent.iter().collect::<Vec<_>>()).await
    })
}

fn what_is_not_settled_waits_and_a_late_ticket_joins_where_it_belongs(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 10, 0, 1), ("b", 10, 0, 1)]).await?;
        let early = trial.send(&stack, Some("b"), &["a"]).await?;
        assert_eq!(
            trial.settle_at(trial.portal.now() + SETTLED_AFTER - SignedDuration::from_secs(20)).await?.tickets,
            0
        );
        // A number that settles after a later one was served: its sender was held up for longer than may be.
        let late = partition(&stack, &trial.portal.tables.applications, &keys::pending(&trial.campaign.id))?;
        let table = &trial.portal.tables.applications;
        tests::tables::remove(&stack, table, &keys::pending_sent(&trial.campaign.id, early.number))?;
        let later = trial.send(&stack, Some("b"), &["a"]).await?;
        trial.settle().await?;
        tests::tables::put_all(&stack, table, &late)?;
        trial.settle().await?;
        let board = trial.board().await?;
        let line: Vec<ApplicationNumber> = board.waiting(&place("a")?).collect();
        assert_eq!(line, [early.number, later.number], "its number is its place in line");
        // The same news once more is old news.
        tests::tables::put_all(&stack, table, &late)?;
        let again = trial.settle().await?;
        assert_eq!((again.lines, pending(&stack, &trial)?), (0, 0));
        agree(&trial, &[&early, &later]).await
    })
}

fn what_breaks_off_is_finished_by_the_next_run(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 5_000, 0, 1), ("b", 5_000, 0, 1)]).await?;
        trial.settle().await?;
        let faults = match engine {
            Engine::Emulator => &Fault::ALL[..],
            // It is asked about what only it knows.
            Engine::DynamoDbLocal | Engine::Counted | Engine::Embedded => &[Fault::KilledAfter, Fault::ReplyLost],
        };
        let struck = at_every_call(faults, async |plan| -> Result<Option<Call>> {
            let waits = trial.send(&stack, Some("b"), &["a"]).await?;
            let opens = trial.send(&stack, Some("a"), &[]).await?;
            let now = trial.portal.now() + SETTLED_AFTER + SignedDuration::from_secs(1);
            let fresh = Recalculation::new(trial.portal.store.clone());
            let broken = trial
                .portal
                .struck(plan, async { Ok(fresh.run(&trial.campaign, &trial.zone, now).await.map_err(drop)) })
                .await?;
            // Whoever reads meanwhile finds lines that follow from one another.
            trial.board().await?;
            trial.settle().await?;
            assert_eq!(pending(&stack, &trial)?, 0, "{}", broken.case());
            assert_eq!(times(&trial, &waits, Act::Move).await?, 1, "{}", broken.case());
            agree(&trial, &[&waits, &opens]).await?;
            let standings = trial.portal.store.standings(&trial.campaign.id).await?;
            let board = trial.board().await?;
            for (place, numbers) in board.places() {
                assert_eq!(standings.places.get(place), Some(&numbers), "{}", broken.case());
            }
            let head = standings.head.ok_or("no head")?;
            assert_eq!(head.applied, head.lines, "{}", broken.case());
            Ok(broken.call)
        })
        .await?;
        assert!(struck > 10, "{struck}");
        Ok(())
    })
}

fn priority_ends_with_its_day_and_the_campaign_with_its_minute(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 3, 3, 3), ("b", 9, 3, 3)]).await?;
        let resident = trial.send(&stack, Some("a"), &[]).await?;
        let waits = trial.send(&stack, Some("b"), &["a"]).await?;
        let second = trial.send(&stack, Some("b"), &["a"]).await?;
        let third = trial.send(&stack, Some("b"), &["a"]).await?;
        // The last minute of the last day, by the clock of the city, and the first of the next.
        let midnight = trial.priority_until().tomorrow()?.to_zoned_datetime(trial.zone.clone())?.timestamp();
        let before = trial.settle_at(midnight + SETTLED_AFTER - SignedDuration::from_secs(1)).await?;
        assert_eq!((before.tickets, before.moves), (4, 4), "all sit at home");
        let run = trial.settle_at(midnight + SETTLED_AFTER).await?;
        assert_eq!((run.lines, run.moves, run.changed), (1, 2, 2), "two seats are left");
        let moved = trial.now(&waits).await?;
        assert_eq!(moved.place(), Some(place("a")?));
        let standings = trial.portal.store.standings(&trial.campaign.id).await?;
        let day = standings.head.clone().and_then(|head| head.day).ok_or("no day has ended")?;
        assert!(day.day <= trial.priority_until() && standings.head.is_some_and(|head| day.line < head.lines));

        let closes = trial.campaign.closes;
        trial.settle_at(closes + SETTLED_AFTER - SignedDuration::from_secs(1)).await?;
        assert!(!trial.board().await?.is_closed());
        trial.settle_at(closes + SETTLED_AFTER).await?;
        let board = trial.board().await?;
        assert!(board.is_closed() && board.waiting(&place("a")?).next().is_none());
        let left = trial.decide(&resident, &[Decision::Withdraw]).await?;
        trial.settle_at(closes + SETTLED_AFTER + SETTLED_AFTER).await?;
        assert_eq!(trial.now(&third).await?.place(), Some(place("b")?), "nobody waits any more");
        agree(&trial, &[&left, &waits, &second, &third]).await
    })
}

fn who_is_enrolled_or_stays_is_not_moved(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 10, 0, 1), ("b", 10, 0, 1)]).await?;
        let stays = trial.send(&stack, Some("b"), &["a"]).await?;
        let enrolled = trial.send(&stack, Some("b"), &["a"]).await?;
        let waits = trial.send(&stack, Some("b"), &["a"]).await?;
        trial.settle().await?;
        // A place opens, and before the recalculation knows of it both decide on what they see.
        let opens = trial.send(&stack, Some("a"), &[]).await?;
        let order = Order { number: "7".to_owned(), date: trial.priority_until() };
        trial.decide(&stays, &[Decision::Stay]).await?;
        trial.decide(&enrolled, &[Decision::Register, Decision::Confirm, Decision::Enrol(order)]).await?;
        trial.settle().await?;
        for application in [&stays, &enrolled] {
            assert_eq!(trial.now(application).await?.place(), Some(place("b")?));
            assert_eq!(times(&trial, application, Act::Move).await?, 0);
        }
        assert_eq!(trial.now(&waits).await?.place(), Some(place("a")?), "it goes to the next");
        agree(&trial, &[&stays, &enrolled, &waits, &opens]).await
    })
}

fn a_struck_choice_goes_to_the_next_in_line(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 10, 0, 1), ("b", 10, 0, 1), ("c", 10, 0, 1)]).await?;
        let opens = trial.send(&stack, Some("a"), &[]).await?;
        let first = trial.send(&stack, Some("b"), &["a", "c"]).await?;
        let next = trial.send(&stack, Some("b"), &["a"]).await?;
        trial.settle().await?;
        assert_eq!(trial.now(&first).await?.place(), Some(place("a")?));
        let reason = Reason { ground: Ground::ClassesFull, note: None };
        let struck = trial.decide(&first, &[Decision::Register, Decision::Strike(reason)]).await?;
        assert_eq!((struck.state, struck.place()), (State::Registered, Some(place("b")?)));
        assert_eq!(struck.awaits(), [place("c")?]);
        trial.settle().await?;
        assert_eq!(trial.now(&first).await?, struck, "it sits where it was told");
        assert_eq!(trial.now(&next).await?.place(), Some(place("a")?));
        // It still waits for its second choice.
        let other = trial.send(&stack, Some("c"), &[]).await?;
        trial.settle().await?;
        assert_eq!(trial.now(&first).await?.place(), Some(place("c")?));
        agree(&trial, &[&opens, &first, &next, &other]).await
    })
}

fn terms_that_change_open_places_and_take_none_back(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[("a", 1, 0, 1), ("b", 10, 0, 1)]).await?;
        let mut sent = vec![trial.send(&stack, Some("a"), &[]).await?];
        for _ in 0..3 {
            sent.push(trial.send(&stack, Some("b"), &["a"]).await?);
        }
        assert_eq!(trial.settle().await?.changed, 0, "its only seat is the resident's");
        trial.change(&[("a", 9, 0, 1), ("b", 10, 0, 1)]).await?;
        let run = trial.settle().await?;
        assert_eq!((run.lines, run.moves, run.changed), (1, 1, 1), "one outsider to one resident");
        trial.change(&[("b", 10, 0, 1)]).await?;
        let run = trial.settle().await?;
        assert_eq!((run.lines, run.moves), (1, 0));
        let board = trial.board().await?;
        let numbers = board.numbers(&place("a")?);
        assert_eq!((numbers.terms.capacity, numbers.granted, numbers.free()), (0, 1, 0));
        assert_eq!(board.event(&Event::Closed), Event::Closed);
        let lines = trial.portal.store.ledger_lines(&trial.campaign.id, 1, board.lines()).await?;
        let ratio = |line: &String| serde_json::from_str::<domain::places::ledger::Line>(line);
        let lines: Vec<_> = lines.iter().map(ratio).collect::<Result<_, _>>()?;
        let whys: Vec<_> = lines.iter().flat_map(|line| &line.moves).map(|moved| &moved.why).collect();
        assert!(whys.contains(&&Why::Ratio { outside: 1, residents: 1, ratio: 1 }), "{whys:?}");
        agree(&trial, &sent.iter().collect::<Vec<_>>()).await
    })
}

fn a_board_that_is_kept_is_the_board_of_all_lines(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let schools: Vec<String> = (0..1_010).map(|school| format!("s-{school}")).collect();
        let seats: Vec<_> = schools.iter().map(|school| (school.as_str(), 10, 5, 3)).collect();
        let trial = Trial::new(&stack, &seats).await?;
        trial.settle().await?;
        let head = trial.portal.store.ledger_head(&trial.campaign.id).await?.ok_or("no head")?;
        assert_eq!(head.board, head.lines, "more than a thousand lines");
        let application = trial.send(&stack, Some("s-1"), &["s-2"]).await?;
        trial.settle().await?;
        let fresh = Recalculation::new(trial.portal.store.clone());
        let ledger = fresh.ledger(&trial.campaign.id).await?;
        assert_eq!(ledger.board(), &trial.board().await?);
        assert!(ledger.sent(application.number).is_some());
        agree(&trial, &[&application]).await
    })
}
