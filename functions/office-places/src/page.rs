//! The pages of places.

use domain::directory::PlaceTerms;
use domain::places::{Move, Numbers, Terms};
use domain::{Locale, Place};
use store::recalculation::Run;
use store::standings::Standings;
use store::terms::{TermsChange, TermsInForce};
use text::{Phrase, desk, places as t};
use views::{DateField, Field, FieldError, Kind, Markup, Row, Tone, Width, error_of, html};
use web::{Address, Fields, following};

use crate::forecast::{Forecast, Opening};
use crate::wish::{MOST, MOST_RATIO, UNTIL};
use crate::{DO, EDIT, FORM, Here, SAVE, SEEN, SHOWN, Shown, numbers};

/// Letters of a note's field at most: more than a note has, so that one is refused and not cut.
const NOTE_FIELD: u16 = 1_000;
/// Moves that a forecast shows.
const MOVES: usize = 50;

/// All places that the officer may see, narrowed by the name of a school.
pub fn list(here: &Here<'_>, standings: &Standings, in_force: &TermsInForce, run: Option<Run>) -> Markup {
    let (visit, l) = (here.visit, here.visit.locale);
    let sought = visit.query.text("q");
    let all = here.places();
    let fits = |place: &Place| here.schools.find(&place.school).map_or(sought.is_empty(), |school| school.fits(sought));
    let found: Vec<&Place> = all.iter().filter(|place| fits(place)).collect();
    let title = here.desk.title(t::TITLE, t::TITLE_OF, here.schools, l);
    let body = html! {
        h1 { (title) }
        @if let Some(run) = run { (ran(l, run)) }
        (views::lead(t::INTRO.get(l)))
        @if !here.may_change() { p { (t::READ_ONLY.get(l)) } }
        @if here.desk.officer().school().is_none() {
            (views::finder(&Address::OfficePlaces(l).to_string(), t::FIND.get(l), sought, desk::FIND.get(l)))
        }
        @if all.is_empty() { p { (t::NO_PLACES.get(l)) } }
        @else if found.is_empty() { p { (t::NOTHING_FOUND.get(l)) } }
        @else { (lines(here, &found, standings, in_force)) }
        @if here.may_change() { (recalculate(here)) }
    };
    here.desk.page(visit, &title, &[], body)
}

fn ran(l: Locale, run: Run) -> Markup {
    let said = match run {
        Run { conflicts: 1.., .. } => t::RECALCULATED_ELSEWHERE.get(l).to_owned(),
        Run { lines: 0, .. } => t::RECALCULATED_NOTHING.get(l).to_owned(),
        Run { lines, tickets, moves, .. } => {
            let [lines, tickets, moves] = [lines, tickets, moves].map(|number| number.to_string());
            t::RECALCULATED_TOLD.fill(l, &[("lines", &lines), ("tickets", &tickets), ("moves", &moves)])
        }
    };
    views::success(html! { h2.name { (t::RECALCULATED.get(l)) } p { (said) } })
}

fn recalculate(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    let inner = html! {
        p { (t::RECALCULATE_NOTE.get(l)) }
        (views::buttons(html! { (views::primary_button(t::RECALCULATE.get(l))) }))
    };
    views::action_form(&Address::OfficePlaces(l).to_string(), here.visit.csrf().as_deref(), inner)
}

fn lines(here: &Here<'_>, places: &[&Place], standings: &Standings, in_force: &TermsInForce) -> Markup {
    let l = here.visit.locale;
    let headings = [
        t::PLACE,
        t::CAPACITY,
        t::FORECAST,
        t::RESIDENTS,
        t::GRANTED,
        t::FREE,
        t::WAITING,
        t::HERE,
        t::AWAY,
        t::RATIO,
        t::UNTIL,
    ]
    .map(|heading| heading.get(l));
    let mut total = [0_u64; 8];
    let mut rows: Vec<[Markup; 11]> = Vec::with_capacity(places.len() + 1);
    for place in places {
        let stands = numbers(standings, in_force, place);
        let terms = in_force.of(place);
        let capacity = terms.map_or(0, |terms| u32::from(terms.capacity));
        let forecast = terms.map_or(0, |terms| u32::from(terms.forecast));
        let counts = [
            capacity,
            forecast,
            stands.residents,
            stands.here(),
            stands.away,
            stands.granted,
            stands.free(),
            stands.waiting,
        ];
        total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += u64::from(count));
        let [_, _, residents, seated, away, granted, free, waiting] = counts.map(|count| html! { (count) });
        rows.push([
            html! {
                span.long {
                    a href=(Address::OfficePlace(l, (*place).clone())) { (following::place(place, here.schools, l)) }
                }
                @if is_not_yet_counted(&stands, terms) { " " (views::tag(Tone::Active, t::NOT_YET.get(l))) }
            },
            html! {
                @match terms { Some(terms) => (terms.capacity), None => span.muted { (t::NO_TERMS.get(l)) } }
                @if let Some(over) = over(&stands, capacity) {
                    " " (views::tag(Tone::Attention, &t::OVER.fill(l, &[("n", &over.to_string())])))
                }
            },
            html! { @if let Some(terms) = terms { (terms.forecast) } },
            residents,
            granted,
            free,
            waiting,
            seated,
            away,
            html! { @if let Some(terms) = terms { (ratio(terms.ratio)) } },
            html! { @if let Some(terms) = terms { (text::date(terms.priority_until)) } },
        ]);
    }
    if rows.len() > 1 {
        let [capacity, forecast, residents, seated, away, granted, free, waiting] =
            total.map(|sum| html! { strong { (sum) } });
        let name = html! { strong { (t::TOTAL.get(l)) } };
        let (ratio, until) = (html! {}, html! {});
        let sums = [name, capacity, forecast, residents, granted, free, waiting, seated, away, ratio, until];
        rows.insert(0, sums);
    }
    views::desk_table(t::TABLE.get(l), &headings, &rows)
}

fn ratio(ratio: u16) -> String {
    format!("{ratio}\u{a0}:\u{a0}1")
}

/// How many sit beyond the capacity; none where there is room.
fn over(stands: &Numbers, capacity: u32) -> Option<u32> {
    stands.seated().checked_sub(capacity).filter(|over| *over > 0)
}

/// Whether the terms in force are others than those by which the place stands.
fn is_not_yet_counted(stands: &Numbers, terms: Option<&PlaceTerms>) -> bool {
    stands.terms != terms.map_or(Terms::NONE, Terms::from)
}

/// One place: its terms, how it stands, the form for other terms, who changed what.
pub fn place(here: &Here<'_>, shown: &Shown, form: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let title = following::place(&shown.place, here.schools, l);
    let stands = numbers(&shown.standings, &shown.in_force, &shown.place);
    let terms = shown.in_force.of(&shown.place);
    let capacity = terms.map_or(0, |terms| u32::from(terms.capacity));
    let body = html! {
        a.back href=(Address::OfficePlaces(l)) { (t::TO_PLACES.get(l)) }
        h1 { (title) }
        @if is_not_yet_counted(&stands, terms) { (views::notice(html! { p { (t::NOT_YET_NOTE.get(l)) } })) }
        @if let Some(over) = over(&stands, capacity) {
            (views::warning(l, html! { p { (t::OVER_NOTE.fill(l, &[("n", &over.to_string())])) } }))
        }
        h2 { (t::TERMS.get(l)) }
        @match terms {
            Some(terms) => (views::summary_list(l, &said(&Terms::from(terms)).each_ref().map(|(key, value)| {
                Row::text(l, key.get(l), value, None)
            }))),
            None => p { (t::NO_TERMS_NOTE.get(l)) },
        }
        h2 { (t::STANDS.get(l)) }
        (stand(l, &stands))
        @if here.may_change() {
            h2 { (t::CHANGE.get(l)) }
            p { (t::CHANGE_INTRO.get(l)) }
            (change(here, &shown.place, form, errors))
        } @else { p { (t::READ_ONLY.get(l)) } }
        h2 { (t::HISTORY.get(l)) }
        (history(here, &shown.changes))
    };
    here.desk.page(here.visit, &title, errors, body)
}

/// The terms in words.
fn said(terms: &Terms) -> [(Phrase, String); 4] {
    let date = if terms.priority_until == domain::Date::MIN { String::new() } else { text::date(terms.priority_until) };
    [
        (t::CAPACITY, terms.capacity.to_string()),
        (t::FORECAST, terms.forecast.to_string()),
        (t::RATIO, ratio(terms.ratio)),
        (t::UNTIL, date),
    ]
}

fn stand(l: Locale, stands: &Numbers) -> Markup {
    let rows = [
        (t::RESIDENTS_LONG, stands.residents.to_string()),
        (t::HERE_LONG, stands.here().to_string()),
        (t::AWAY_LONG, stands.away.to_string()),
        (t::GRANTED_LONG, stands.granted.to_string()),
        (t::FREE_LONG, stands.free().to_string()),
        (t::WAITING_LONG, stands.waiting.to_string()),
        (t::NEXT_OPEN, t::obstacle(l, stands.obstacle())),
    ];
    views::summary_list(l, &rows.each_ref().map(|(key, value)| Row::text(l, key.get(l), value, None)))
}

fn change(here: &Here<'_>, place: &Place, form: &Fields, errors: &[FieldError]) -> Markup {
    let (visit, l) = (here.visit, here.visit.locale);
    let most = [("most", &*MOST.to_string())];
    let (capacity, forecast) = (t::CAPACITY_HINT.fill(l, &most), t::FORECAST_HINT.fill(l, &most));
    let ratio = t::RATIO_HINT.fill(l, &[("most", &MOST_RATIO.to_string())]);
    let until = t::UNTIL_HINT.fill(l, &[("year", &here.campaign.school_year.to_string())]);
    let number = |name, label: Phrase, hint| {
        views::text_input(&Field {
            hint: Some(hint),
            value: form.text(name),
            error: error_of(errors, name),
            kind: Kind::Digits,
            maxlength: Some(20),
            width: Width::W6,
            ..Field::new(l, name, label.get(l))
        })
    };
    let inner = html! {
        (number("capacity", t::CAPACITY, &capacity))
        (number("forecast", t::FORECAST_LONG, &forecast))
        (number("ratio", t::RATIO_LONG, &ratio))
        (views::date_input(&DateField {
            locale: l,
            name: UNTIL,
            label: t::UNTIL_LONG.get(l),
            hint: Some(&until),
            value: form.date_parts(UNTIL),
            error: error_of(errors, UNTIL),
            optional: false,
            own_birthday: false,
        }))
        (views::textarea(&Field {
            hint: Some(t::WHY_HINT.get(l)),
            value: form.text("note"),
            error: error_of(errors, "note"),
            maxlength: Some(NOTE_FIELD),
            ..Field::new(l, "note", t::WHY.get(l))
        }))
        (views::buttons(html! { (views::primary_button(t::PREVIEW.get(l))) }))
    };
    let action = Address::OfficePlace(l, place.clone()).to_string();
    views::form(&action, visit.csrf().as_deref(), false, inner)
}

fn history(here: &Here<'_>, changes: &[TermsChange]) -> Markup {
    let l = here.visit.locale;
    if changes.is_empty() {
        return html! { p { (t::HISTORY_NONE.get(l)) } p.muted { (t::HISTORY_NOTE.get(l)) } };
    }
    let headings = [t::WHEN, t::WHO, t::CELLS, t::REASON].map(|heading| heading.get(l));
    let line = |change: &TermsChange| {
        let at = here.visit.site.local(change.at);
        let when = format!("{} {}", text::date(at.date()), text::time(at.time()));
        [when, change.name.clone(), cells(l, change).join("\n"), change.why.as_str().to_owned()]
    };
    let lines: Vec<_> = changes.iter().map(line).collect();
    html! {
        (views::table(&headings, &lines))
        p.muted { (t::HISTORY_NOTE.get(l)) }
    }
}

/// What a change made of each term that it changed.
fn cells(l: Locale, change: &TermsChange) -> Vec<String> {
    let after = said(&change.after);
    let before = change.before.as_ref().map(said);
    let cell = |at: usize, (name, after): &(Phrase, String)| {
        let before = before.as_ref().and_then(|before| before.get(at)).map(|(_, before)| before);
        match before {
            Some(before) if before == after => None,
            Some(before) => Some(format!("{}: {before} → {after}", name.get(l))),
            None => Some(format!("{}: {after}", name.get(l))),
        }
    };
    after.iter().enumerate().filter_map(|(at, term)| cell(at, term)).collect()
}

/// What a change would do, before it is saved.
pub fn preview(here: &Here<'_>, place: &Place, form: &Fields, forecast: &Forecast, met: bool) -> Markup {
    let l = here.visit.locale;
    let title = following::place(place, here.schools, l);
    let action = Address::OfficePlace(l, place.clone());
    let body = html! {
        a.back href=(action) { (t::TO_PLACE.get(l)) }
        h1 { (title) }
        @if met {
            (views::warning(l, html! { h2.name { (t::MET_TITLE.get(l)) } p { (t::MET.get(l)) } }))
        }
        h2 { (t::PREVIEW_TITLE.get(l)) }
        (compared(l, forecast))
        p { (opening(l, forecast.opening())) }
        h3 { (t::MOVES.get(l)) }
        (moves(here, forecast))
        (views::warning(l, html! {
            p { (t::FOR_GOOD.get(l)) }
            @if forecast.is_below_granted() {
                @let allowed = u32::try_from(forecast.after.allowed()).unwrap_or(0).to_string();
                @let granted = forecast.before.granted.to_string();
                p { (t::BELOW.fill(l, &[("allowed", &allowed), ("granted", &granted)])) }
            } @else if forecast.is_stricter() { p { (t::LOWER.get(l)) } }
        }))
        p.muted { (t::NOT_COUNTED.fill(l, &[("line", &forecast.line.to_string())])) }
        (views::summary_list(l, &[Row {
            key: t::WHY.get(l),
            value: html! { span.said { (form.text("note")) } },
            change: None,
        }]))
        (views::action_form(&action.to_string(), here.visit.csrf().as_deref(), html! {
            @for name in ["capacity", "forecast", "ratio", "until-day", "until-month", "until-year", "note", SEEN, SHOWN, FORM] {
                (views::hidden(name, form.text(name)))
            }
            (views::buttons(html! {
                button.primary type="submit" name=(DO) value=(SAVE) { (t::SAVE.get(l)) }
                (views::secondary_button(t::EDIT.get(l), DO, EDIT, None))
            }))
        }))
    };
    here.desk.page(here.visit, &title, &[], body)
}

fn compared(l: Locale, forecast: &Forecast) -> Markup {
    let headings = [t::WHAT, t::BEFORE, t::AFTER].map(|heading| heading.get(l));
    let terms = said(&forecast.before.terms).into_iter().zip(said(&forecast.after.terms));
    let terms = terms.map(|((name, before), (_, after))| (name, before, after));
    let count = |name: Phrase, of: fn(&Numbers) -> u32| {
        (name, of(&forecast.before).to_string(), of(&forecast.after).to_string())
    };
    let counts = [
        count(t::QUOTA, Numbers::quota),
        count(t::GRANTED, |numbers| numbers.granted),
        count(t::FREE, Numbers::free),
        count(t::WAITING, |numbers| numbers.waiting),
    ];
    let rows: Vec<[String; 3]> =
        terms.chain(counts).map(|(name, before, after)| [name.get(l).to_owned(), before, after]).collect();
    views::table(&headings, &rows)
}

fn opening(l: Locale, opening: Opening) -> String {
    match opening {
        Opening::Opens(n) => t::OPENS.fill(l, &[("n", &n.to_string())]),
        Opening::Shuts(n) => t::SHUTS.fill(l, &[("n", &n.to_string())]),
        Opening::Same => t::OPENS_NONE.get(l).to_owned(),
    }
}

fn moves(here: &Here<'_>, forecast: &Forecast) -> Markup {
    let l = here.visit.locale;
    if forecast.moves.is_empty() {
        return html! { p { (t::MOVES_NONE.get(l)) } };
    }
    let place = |of: Option<&Place>| {
        of.map_or_else(|| t::NO_PLACE.get(l).to_owned(), |place| following::place(place, here.schools, l))
    };
    let headings = [desk::NUMBER, t::FROM_TO, t::REASON].map(|heading| heading.get(l));
    let line = |one: &Move| {
        let way = format!("{} → {}", place(one.from.as_ref()), place(one.to.as_ref()));
        [one.number.to_string(), way, t::why(l, &one.why)]
    };
    let rows: Vec<_> = forecast.moves.iter().take(MOVES).map(line).collect();
    let (shown, all) = (rows.len().to_string(), forecast.moves.len().to_string());
    html! {
        (views::table(&headings, &rows))
        @if forecast.moves.len() > MOVES { p { (t::MOVES_MORE.fill(l, &[("shown", &shown), ("all", &all)])) } }
    }
}

/// What is said of terms that are in force already.
pub fn same(here: &Here<'_>) -> FieldError {
    FieldError::new("capacity", t::SAME.get(here.visit.locale))
}
