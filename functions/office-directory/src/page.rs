//! The pages of the directory.

use domain::directory::sheet::{Difference, Faults, Report, Sheet};
use domain::{Locale, Timestamp};
use files::MAX_SHEET_BYTES;
use store::directory::{Current, HeldSheet};
use store::imports::{SheetImport, State};
use text::directory as t;
use views::{Checkbox, FieldError, Markup, Row, SheetUpload, Tone, error_of, html, summary_list, tag};
use web::office::Desk;
use web::{Address, SheetAction, Visit};

use crate::{Here, columns};

/// The files, and since when each counts.
pub fn list(visit: &Visit, desk: &Desk, current: &Current) -> Markup {
    let l = visit.locale;
    let headings = [t::FILE, t::ROWS, t::APPLIED_AT, t::APPLIED_BY].map(|heading| heading.get(l));
    let lines: Vec<_> = Sheet::ALL
        .into_iter()
        .map(|sheet| {
            let held = current.of(sheet);
            let page = Address::OfficeSheet(l, sheet, SheetAction::Page);
            [
                html! { a href=(page) { (t::name(sheet).get(l)) } },
                html! { @if let Some(held) = held { (held.rows) } },
                match held {
                    Some(held) => html! { (moment(visit, held.at)) },
                    None => html! { span.muted { (t::NEVER.get(l)) } },
                },
                html! { @if let Some(held) = held { (by(l, held)) } },
            ]
        })
        .collect();
    let title = t::DIRECTORY.get(l);
    let body = html! {
        h1 { (title) }
        (views::lead(t::INTRO.get(l)))
        (views::desk_table(t::FILES.get(l), &headings, &lines))
    };
    desk.page(visit, title, &[], body)
}

/// One file: what counts of it, and the form for a new one.
pub fn sheet(visit: &Visit, desk: &Desk, sheet: Sheet, held: Option<&HeldSheet>, fault: Option<&str>) -> Markup {
    let l = visit.locale;
    let at = |action| Address::OfficeSheet(l, sheet, action).to_string();
    let (action, ticket, back) =
        (at(SheetAction::Page), at(SheetAction::Ticket), Address::OfficeDirectory(l).to_string());
    let csrf = visit.csrf();
    let file = format!("{}.csv", sheet.code());
    let title = t::name(sheet).get(l);
    let columns: Vec<[String; 2]> =
        columns(sheet).into_iter().map(|(name, holds)| [name.to_owned(), holds.get(l).to_owned()]).collect();
    let body = html! {
        a.back href=(back) { (t::TO_DIRECTORY.get(l)) }
        h1 { (title) }
        @match held {
            Some(held) => {
                (summary_list(l, &[
                    Row::text(l, t::ROWS.get(l), &held.rows.to_string(), None),
                    Row::text(l, t::APPLIED_AT.get(l), &moment(visit, held.at), None),
                    Row::text(l, t::APPLIED_BY.get(l), by(l, held), None),
                ]))
                p { a href=(at(SheetAction::Export)) download=(file) { (t::EXPORT_OF.fill(l, &[("file", &file)])) } }
            }
            None => { p { (t::NEVER.get(l)) } }
        }
        h2 { (t::UPLOAD.get(l)) }
        p { (t::UPLOAD_INTRO.get(l)) }
        (views::sheet_form(&SheetUpload {
            locale: l,
            action: &action,
            csrf: csrf.as_deref(),
            ticket: &ticket,
            back: &back,
            limit: MAX_SHEET_BYTES,
            error: fault,
        }))
        (views::details(t::COLUMNS.get(l), html! {
            p { (t::COLUMNS_INTRO.get(l)) }
            (views::table(&[t::COLUMN.get(l), t::HOLDS.get(l)], &columns))
        }))
    };
    let errors: Vec<FieldError> = fault.map(|fault| FieldError::new("file", fault.to_owned())).into_iter().collect();
    desk.page(visit, title, &errors, body)
}

/// What became of a file that was sent.
pub fn import(visit: &Visit, here: &Here, errors: &[FieldError]) -> Markup {
    let (l, import) = (visit.locale, &here.import);
    let name = t::name(import.sheet).get(l);
    let title = t::IMPORT.fill(l, &[("file", name)]);
    let checking = import.is_checking(visit.now);
    let body = html! {
        a.back href=(Address::OfficeSheet(l, import.sheet, SheetAction::Page)) { (name) }
        h1 { (title) }
        p.muted { (t::SENT.fill(l, &[("when", &moment(visit, import.at)), ("name", &import.name)])) }
        (views::waiting("import", checking, standing(visit, here, checking, errors)))
    };
    here.desk.page(visit, &title, errors, body)
}

fn standing(visit: &Visit, here: &Here, checking: bool, errors: &[FieldError]) -> Markup {
    let (l, import) = (visit.locale, &here.import);
    match &import.state {
        State::Waiting if checking => html! {
            (headline(l, import, Tone::Active, t::CHECKING.get(l)))
            p { (t::CHECKING_HINT.get(l)) }
            p { a href=(visit.address) { (t::REFRESH.get(l)) } }
        },
        State::Waiting => html! { (headline(l, import, Tone::Bad, t::LOST.get(l))) (again(l, import)) },
        State::Refused(refusal) => html! {
            (headline(l, import, Tone::Bad, t::REFUSED.get(l)))
            p { (t::refusal(l, refusal)) }
            (again(l, import))
        },
        State::Checked(report) if report.faults.count > 0 => html! {
            (headline(l, import, Tone::Bad, t::FAULTY.get(l)))
            p { (t::FAULTY_HINT.get(l)) }
            (faults(l, import.sheet, &report.faults))
            (again(l, import))
        },
        State::Checked(report) if !report.applies() => html! {
            (headline(l, import, Tone::Neutral, t::SAME.get(l)))
            p { (t::SAME_HINT.get(l)) }
            p { (t::records(l, report.rows)) }
        },
        State::Checked(report) => html! {
            (headline(l, import, Tone::Good, t::SOUND.get(l)))
            (apply(visit, errors))
            h2 { (t::CHANGES.get(l)) }
            (changes(l, report))
        },
        State::Applied { at, report } => html! {
            (headline(l, import, Tone::Good, t::APPLIED.get(l)))
            p { (t::APPLIED_HINT.fill(l, &[("when", &moment(visit, *at))])) }
            h2 { (t::CHANGED_NOW.get(l)) }
            (changes(l, report))
        },
        State::Overtaken(_) => html! {
            (headline(l, import, Tone::Attention, t::OVERTAKEN.get(l)))
            p { (t::OVERTAKEN_HINT.get(l)) }
            @if let Some(held) = &here.held {
                p { (t::OVERTAKEN_BY.fill(l, &[("when", &moment(visit, held.at)), ("name", by(l, held))])) }
            }
            (again(l, import))
        },
    }
}

/// The file and how it stands, as the script says it when the check has ended.
fn headline(l: Locale, import: &SheetImport, tone: Tone, text: &str) -> Markup {
    html! { p { span.name { (t::name(import.sheet).get(l)) } " " (tag(tone, text)) } }
}

fn again(l: Locale, import: &SheetImport) -> Markup {
    html! { p { a href=(Address::OfficeSheet(l, import.sheet, SheetAction::Page)) { (t::AGAIN.get(l)) } } }
}

fn apply(visit: &Visit, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let inner = html! {
        (views::checkbox(&Checkbox {
            locale: l,
            name: "confirm",
            value: "yes",
            label: t::CONFIRM.get(l),
            hint: Some(t::CONFIRM_HINT.get(l)),
            checked: false,
            error: error_of(errors, "confirm"),
        }))
        (views::buttons(views::warning_button(t::APPLY.get(l))))
    };
    views::form(&visit.address.to_string(), visit.csrf().as_deref(), false, inner)
}

fn faults(l: Locale, sheet: Sheet, faults: &Faults) -> Markup {
    let lines: Vec<[String; 3]> = faults
        .first
        .iter()
        .map(|fault| {
            let column = fault.column.as_deref();
            [
                fault.line.map_or_else(|| "—".to_owned(), |line| line.to_string()),
                column.unwrap_or(t::WHOLE_ROW.get(l)).to_owned(),
                t::fault(l, sheet, column, &fault.fault),
            ]
        })
        .collect();
    html! {
        h2 { (t::FAULTS.get(l)) }
        (more(l, lines.len(), faults.count))
        (views::table(&[t::LINE, t::COLUMN, t::WRONG].map(|heading| heading.get(l)), &lines))
    }
}

fn changes(l: Locale, report: &Report) -> Markup {
    let found = &report.differences;
    let counted = [
        (t::ADDED, found.added),
        (t::CHANGED, found.changed),
        (t::REMOVED, found.removed),
        (t::UNTOUCHED, found.untouched),
    ]
    .map(|(what, number)| (what.get(l), t::records(l, number)));
    let counted: Vec<Row<'_>> = counted.iter().map(|(what, number)| Row::text(l, what, number, None)).collect();
    let lines: Vec<[String; 3]> = found
        .first
        .iter()
        .map(|difference| {
            [difference.key.clone(), t::change(difference.change).get(l).to_owned(), cells(l, difference)]
        })
        .collect();
    html! {
        (summary_list(l, &counted))
        (more(l, lines.len(), found.added + found.changed + found.removed))
        @if !lines.is_empty() {
            (views::table(&[t::ROW, t::WHAT, t::CELLS].map(|heading| heading.get(l)), &lines))
        }
    }
}

fn cells(l: Locale, difference: &Difference) -> String {
    let shown = |cell: &str| if cell.is_empty() { format!("({})", t::NOTHING.get(l)) } else { cell.to_owned() };
    let cells = difference.cells.iter();
    cells
        .map(|cell| format!("{}: {} → {}", cell.column, shown(&cell.before), shown(&cell.after)))
        .collect::<Vec<_>>()
        .join("; ")
}

fn more(l: Locale, shown: usize, all: u64) -> Markup {
    let said = t::MORE.fill(l, &[("shown", &shown.to_string()), ("all", &all.to_string())]);
    html! { @if (shown as u64) < all { p { (said) } } }
}

fn by(l: Locale, held: &HeldSheet) -> &str {
    held.by.as_deref().unwrap_or(t::BY_TOOL.get(l))
}

fn moment(visit: &Visit, at: Timestamp) -> String {
    let at = visit.site.local(at);
    format!("{} {}", text::date(at.date()), text::time(at.time()))
}
