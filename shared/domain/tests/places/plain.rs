//! The rules as plainly as `domain.md` section 5 says them: lists, searched from the start each time. Nothing is
//! counted in advance, nothing is kept that follows from something else.

use domain::places::{Event, Move, Numbers, Terms, Why};
use domain::{ApplicationNumber, Date, Place};

/// A ticket and who holds it.
#[derive(Clone, Debug)]
pub struct Child {
    pub number: ApplicationNumber,
    pub rank: u8,
    pub home: Option<Place>,
    pub choices: Vec<Place>,
    pub sits: Option<Place>,
    /// The outside place from which it moved up to where it sits
    pub came_from: Option<Place>,
    pub enrolled: bool,
    pub ended: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Plain {
    pub children: Vec<Child>,
    pub terms: Vec<(Place, Terms)>,
    pub today: Option<Date>,
    pub closed: bool,
}

impl Child {
    /// "A ticket wants: choice 1, choice 2, home; a choice that is its own home ends the list."
    pub fn wants(&self) -> Vec<Place> {
        let mut wants = Vec::new();
        for place in self.choices.iter().chain(&self.home) {
            wants.push(place.clone());
            if Some(place) == self.home.as_ref() {
                break;
            }
        }
        wants
    }

    /// What it wants more than a place; all that it wants if there is none.
    pub fn better_than(&self, place: Option<&Place>) -> Vec<Place> {
        self.wants().into_iter().take_while(|wanted| Some(wanted) != place).collect()
    }

    pub fn sits_outside(&self) -> bool {
        self.sits.is_some() && self.sits != self.home
    }

    fn moves(&mut self, to: Option<Place>, why: Why) -> Vec<Move> {
        let from = std::mem::replace(&mut self.sits, to.clone());
        if from == to {
            return Vec::new();
        }
        self.came_from = None;
        vec![Move { number: self.number, from, to, why }]
    }
}

impl Plain {
    /// An event, and who moves by it until nobody can; none if it changes nothing.
    pub fn happens(&mut self, event: &Event) -> Option<Vec<Move>> {
        let mut moves = self.begins(event)?;
        while let Some((number, place)) = self.next() {
            moves.push(self.grant(number, &place));
        }
        Some(moves)
    }

    /// The event alone: what becomes of its own ticket.
    pub fn begins(&mut self, event: &Event) -> Option<Vec<Move>> {
        match event {
            Event::Sent(ticket) => {
                if self.children.iter().any(|child| child.number == ticket.number) {
                    return None;
                }
                let mut choices = Vec::new();
                for choice in &ticket.choices {
                    if !choices.contains(choice) {
                        choices.push(choice.clone());
                    }
                }
                let mut child = Child {
                    number: ticket.number,
                    rank: ticket.rank,
                    home: ticket.home.clone(),
                    choices,
                    sits: None,
                    came_from: None,
                    enrolled: false,
                    ended: false,
                };
                // "A new ticket sits in its home place at once, even over capacity."
                let moves = child.moves(ticket.home.clone(), Why::Home);
                self.children.push(child);
                self.children.sort_by_key(|child| (child.rank, child.number));
                Some(moves)
            }
            Event::Assigned { number, home } => {
                let child = self.undecided(*number)?;
                if child.home.as_ref() == Some(home) {
                    return None;
                }
                // "It sits in the new home, unless it holds an outside place that it wants more."
                let was_outside = child.sits_outside();
                child.home = Some(home.clone());
                let wants_more = child.better_than(Some(home)).into_iter().any(|place| Some(place) == child.sits);
                if was_outside && wants_more {
                    return Some(Vec::new());
                }
                Some(child.moves(Some(home.clone()), Why::Home))
            }
            Event::Stayed { number, place } => {
                let child = self.undecided(*number)?;
                let sits_there = child.sits.as_ref() == Some(place);
                let came_from_there = child.came_from.as_ref() == Some(place);
                let left_home = child.home.as_ref() == Some(place) && child.sits_outside();
                // "Its better choices are struck."
                let better = child.better_than(Some(place));
                let is_there = sits_there || came_from_there || left_home;
                if !is_there || !child.wants().contains(place) || better.is_empty() {
                    return None;
                }
                child.choices.retain(|choice| !better.contains(choice));
                Some(child.moves(Some(place.clone()), Why::Stays))
            }
            Event::Left { number } => {
                let child = self.undecided(*number)?;
                child.ended = true;
                Some(child.moves(None, Why::Left))
            }
            Event::Struck { number, place } => {
                let child = self.undecided(*number)?;
                if !child.sits_outside() {
                    return None;
                }
                if child.sits.as_ref() == Some(place) {
                    // "That choice is struck and the child sits at home again."
                    child.choices.retain(|choice| choice != place);
                    return Some(child.moves(child.home.clone(), Why::Back));
                }
                // The school saw the child that had moved up already: the choice is struck all the same.
                if child.came_from.take_if(|from| from == place).is_some() {
                    child.choices.retain(|choice| choice != place);
                    return Some(Vec::new());
                }
                None
            }
            Event::Enrolled { number, place } => {
                let child = self.undecided(*number)?;
                if child.sits.as_ref() != Some(place) {
                    return None;
                }
                child.enrolled = true;
                Some(Vec::new())
            }
            Event::Changed { place, terms } => {
                if self.terms_of(place) == *terms {
                    return None;
                }
                self.terms.retain(|(of, _)| of != place);
                self.terms.push((place.clone(), terms.clone()));
                Some(Vec::new())
            }
            Event::Date(day) => {
                if self.today.is_some_and(|today| today >= *day) {
                    return None;
                }
                self.today = Some(*day);
                Some(Vec::new())
            }
            Event::Closed => {
                let was_open = !std::mem::replace(&mut self.closed, true);
                was_open.then(Vec::new)
            }
        }
    }

    /// "The lowest number", of the lowest rank, "that can improve takes the best of its wanted places with `granted < allowed`."
    fn next(&self) -> Option<(ApplicationNumber, Place)> {
        for child in &self.children {
            for place in self.waits(child) {
                if self.is_open(&place) {
                    return Some((child.number, place));
                }
            }
        }
        None
    }

    /// Seats a ticket in a place outside its territory, with what the numbers say at this moment.
    pub fn grant(&mut self, number: ApplicationNumber, place: &Place) -> Move {
        let Numbers { terms, priority, residents, away, granted, .. } = self.numbers(place);
        let why = if priority {
            Why::Ratio { outside: granted + 1, residents, ratio: terms.ratio.max(1) }
        } else {
            Why::Seat { seat: residents - away + granted + 1, capacity: terms.capacity }
        };
        let child = self.children.iter_mut().find(|child| child.number == number).unwrap();
        let from = child.sits.clone().filter(|_| child.sits_outside());
        let moved = child.moves(Some(place.clone()), why).remove(0);
        child.came_from = from;
        moved
    }

    /// "It waits for what it wants more than what it holds, until it is enrolled, says 'I stay here', or the campaign
    /// closes."
    pub fn waits(&self, child: &Child) -> Vec<Place> {
        if child.ended || child.enrolled || self.closed {
            return Vec::new();
        }
        child.better_than(child.sits.as_ref())
    }

    /// Who waits for a place, the lowest number of the lowest rank first.
    pub fn line(&self, place: &Place) -> Vec<ApplicationNumber> {
        self.children.iter().filter(|child| self.waits(child).contains(place)).map(|child| child.number).collect()
    }

    /// "Live: sent, and not withdrawn, refused or ended (Enrolled is live)."
    pub fn live(&self) -> impl Iterator<Item = &Child> {
        self.children.iter().filter(|child| !child.ended)
    }

    /// The numbers of a place, as the text defines them.
    pub fn numbers(&self, place: &Place) -> Numbers {
        let terms = self.terms_of(place);
        let residents = || self.live().filter(|child| child.home.as_ref() == Some(place));
        let away = residents().filter(|child| child.sits.as_ref() != Some(place)).count();
        let granted = self.live().filter(|child| child.sits_outside() && child.sits.as_ref() == Some(place)).count();
        Numbers {
            priority: self.today.is_none_or(|today| today <= terms.priority_until),
            terms,
            residents: residents().count() as u32,
            away: away as u32,
            granted: granted as u32,
            waiting: self.line(place).len() as u32,
        }
    }

    /// Whether `granted < allowed`.
    pub fn is_open(&self, place: &Place) -> bool {
        i64::from(self.numbers(place).granted) < self.allowed(place)
    }

    /// The two formulas of the text.
    pub fn allowed(&self, place: &Place) -> i64 {
        let Numbers { terms, priority, residents, away, .. } = self.numbers(place);
        let (capacity, forecast) = (i64::from(terms.capacity), i64::from(terms.forecast));
        let (residents, away, ratio) = (i64::from(residents), i64::from(away), i64::from(terms.ratio.max(1)));
        if priority {
            let held = residents.max(forecast) - away;
            (capacity - held).min(residents / ratio)
        } else {
            let here = residents - away;
            capacity - here
        }
    }

    fn terms_of(&self, place: &Place) -> Terms {
        self.terms.iter().find(|(of, _)| of == place).map_or(Terms::NONE, |(_, terms)| terms.clone())
    }

    /// A ticket that can still be decided on: live and not enrolled.
    fn undecided(&mut self, number: ApplicationNumber) -> Option<&mut Child> {
        self.children.iter_mut().find(|child| child.number == number && !child.ended && !child.enrolled)
    }
}
