//! What stands in a ledger, in words.

use domain::places::ledger::{Fault, Line};
use domain::places::{Board, Event, Move, Obstacle, Why};
use domain::{Place, Ticket};

/// How many moves are told one by one.
const MOVES: usize = 5;

pub(crate) fn place(place: &Place) -> String {
    match place.section {
        None => format!("{} ({})", place.school, place.language.code()),
        Some(section) => format!("{} ({}, {})", place.school, place.language.code(), section.code()),
    }
}

/// What happened.
pub(crate) fn event(event: &Event) -> String {
    match event {
        Event::Sent(Ticket { number, home, choices, rank }) => {
            let home = home.as_ref().map_or("none yet".to_owned(), place);
            let choices: Vec<_> = choices.iter().map(place).collect();
            let choices = if choices.is_empty() { "nothing else".to_owned() } else { choices.join(", then ") };
            let rank = if *rank == 0 { String::new() } else { format!(" in rank {rank}") };
            format!("ticket {number} was sent{rank}; home place: {home}; wants: {choices}")
        }
        Event::Assigned { number, home } => format!("ticket {number} was assigned the home place {}", place(home)),
        Event::Stayed { number, place: of } => format!("ticket {number} stays in {} and waits no more", place(of)),
        Event::Left { number } => format!("ticket {number} left"),
        Event::Struck { number, place: of } => format!("the choice {} of ticket {number} was struck", place(of)),
        Event::Enrolled { number, place: of } => format!("ticket {number} was enrolled in {}", place(of)),
        Event::Changed { place: of, terms } => format!(
            "{} has {} seats, {} residents expected, {} residents to one outside place until {}",
            place(of),
            terms.capacity,
            terms.forecast,
            terms.ratio.max(1),
            terms.priority_until
        ),
        Event::Date(day) => format!("{day} begins"),
        Event::Closed => "the campaign is closed".to_owned(),
    }
}

/// Who moved, and why.
pub(crate) fn moved(Move { number, from, to, why }: &Move) -> String {
    let moved = match (from, to) {
        (None, Some(to)) => format!("takes a place in {}", place(to)),
        (Some(from), Some(to)) => format!("moves from {} to {}", place(from), place(to)),
        (Some(from), None) => format!("gives up its place in {}", place(from)),
        (None, None) => "moves nowhere".to_owned(),
    };
    format!("ticket {number} {moved}: {}", because(why))
}

fn because(why: &Why) -> String {
    match why {
        Why::Home => "its home place is guaranteed".to_owned(),
        Why::Back => "its choice was struck".to_owned(),
        Why::Stays => "it said so before it was moved up".to_owned(),
        Why::Left => "it left".to_owned(),
        Why::Ratio { outside, residents, ratio } => {
            format!("outside place {outside} is open with {residents} residents, {ratio} to one")
        }
        Why::Seat { seat, capacity } => {
            format!("residents no longer come first, and seat {seat} of {capacity} is free")
        }
    }
}

/// Why a place is given to nobody now.
pub(crate) fn obstacle(obstacle: Obstacle, residents: u32) -> String {
    match obstacle {
        Obstacle::Full => "every seat is taken or kept for residents".to_owned(),
        Obstacle::Ratio { outside, residents: wanted } => {
            format!("outside place {outside} opens with {wanted} residents, now there are {residents}")
        }
    }
}

/// What is wrong with a line. The board is that of the lines before it, unless its moves are wrong.
pub(crate) fn fault(fault: &Fault, board: &Board, text: &str) -> String {
    let line: Option<Line> = serde_json::from_str(text).ok();
    let told = line.as_ref().map(|line| event(&line.event)).unwrap_or_default();
    match fault {
        Fault::Unreadable(error) => format!("It is not written as a line of a ledger is: {error}."),
        Fault::NotNext { expected, found } if found > expected => {
            format!("It calls itself line {found}, where line {expected} belongs: lines were left out.")
        }
        Fault::NotNext { expected, found } => {
            format!("It calls itself line {found}, where line {expected} belongs: lines are repeated or out of order.")
        }
        Fault::Chain { expected, found } => {
            let before = board.lines();
            if before == 0 {
                return "It says that another line stood before it.".to_owned();
            }
            format!(
                "It was not written after line {before} as that stands here: line {before} was changed, or another one was put there.\n\
                 Hash of the line that it was written after: {expected}\n\
                 Hash of line {before} as it stands here:     {found}"
            )
        }
        Fault::Day => "It happened on a day that has not begun in the ledger: the line that begins a day comes before all others of that day.".to_owned(),
        Fault::Stale => {
            let why = line.map_or("that changes nothing", |line| stale(&line.event, board));
            format!("It says: {told}. That cannot be: {why}.")
        }
        Fault::Moves { expected } => {
            let written = line.map(|line| line.moves).unwrap_or_default();
            let same = expected.iter().zip(&written).take_while(|(one, other)| one == other).count();
            let before = match same {
                0 => String::new(),
                1 => "\nThe first move is right; after it:".to_owned(),
                some => format!("\nThe first {some} moves are right; after them:"),
            };
            format!(
                "It says: {told}. By the rules other moves follow from that than it tells.{before}\nBy the rules:\n{}\nThe line tells:\n{}",
                moves(expected.get(same..).unwrap_or_default()),
                moves(written.get(same..).unwrap_or_default())
            )
        }
    }
}

fn moves(moves: &[Move]) -> String {
    let mut told: Vec<_> = moves.iter().take(MOVES).map(|one| format!("  {}", moved(one))).collect();
    if moves.is_empty() {
        told.push("  nobody moves".to_owned());
    } else if moves.len() > MOVES {
        told.push(format!("  and {} more", moves.len() - MOVES));
    }
    told.join("\n")
}

/// Why an event changes nothing.
fn stale(event: &Event, board: &Board) -> &'static str {
    let standing = event.number().and_then(|number| board.ticket(number));
    match (event, standing) {
        (Event::Sent(_), _) => "it was sent before",
        (Event::Changed { .. }, _) => "these were its terms before",
        (Event::Date(_), _) => "that day or a later one has begun before",
        (Event::Closed, _) => "it was closed before",
        (_, None) => "no such ticket was sent before",
        (_, Some(standing)) if standing.left => "it had left before",
        (_, Some(standing)) if standing.enrolled => "it was enrolled before",
        (Event::Assigned { .. }, _) => "that was its home place before",
        (Event::Stayed { .. }, _) => "it waited for nothing better",
        (Event::Struck { .. } | Event::Enrolled { .. }, _) => "it does not sit there",
        (Event::Left { .. }, _) => "that changes nothing",
    }
}
