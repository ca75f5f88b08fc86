//! Items as they were once stored: whatever is deployed reads them, and a change of the stored
//! format shows here before it meets a table. `golden/<schema>/<item>.json` has one of each kind; a
//! new schema gets a folder of its own, and the old ones stay.

use domain::directory::rows::{RatingRow, SchoolRow, TerritoryRow};
use domain::directory::sheet::Sheet;
use domain::directory::{Campaign, CampaignId};
use domain::draft::Typed;
use domain::life::{Act, Change};
use domain::{Application, Draft, Slot, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::changes::PendingMoved;
use crate::directory::{Current, rows_in};
use crate::documents::{Documents, State};
use crate::imports::{self, SheetImport};
use crate::inbox::Opening;
use crate::item::{Item, SCHEMA, body, read_number};
use crate::keys;
use crate::office_sessions::{Asked, OfficeRefusal, OfficeSession, OfficeSignIn};
use crate::outbox::{OutboxEntry, Undelivered};
use crate::packed;
use crate::sending::PendingSent;
use crate::sessions::Session;
use crate::standings::{Head, Standing, Status, TicketRow};
use crate::street_index;
use crate::tally::{self, HistoryLine};
use crate::terms::TermsChange;

fn stored(text: &str) -> Item {
    let item: serde_dynamo::Item = serde_json::from_str(text).unwrap();
    let item = Item::from(item);
    assert_eq!(read_number(&item, "schema"), Some(SCHEMA), "this code writes a new schema: add its items");
    item
}

/// Read by today's code, and written as it was: nothing is lost, renamed or added.
fn reads<T: DeserializeOwned + Serialize>(text: &str) -> T {
    let item = stored(text);
    let read: T = body(&item).unwrap();
    let written = serde_dynamo::to_attribute_value(&read).unwrap();
    assert_eq!(item.get("body"), Some(&written));
    read
}

/// The same of a chunk of the directory, of which the packed bytes may come out otherwise.
fn chunk<T: DeserializeOwned + Serialize>(text: &str) -> Vec<T> {
    let item = stored(text);
    let read: Vec<T> = rows_in(&item).unwrap();
    let key = keys::Key::of(&item);
    let as_stored: serde_json::Value = packed::unpack(&key, packed::bytes(&item).unwrap()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), as_stored);
    read
}

#[test]
fn a_draft_is_read_with_what_was_typed() {
    let draft: Draft = reads(include_str!("../golden/1/draft.json"));
    let typed = draft.typed(domain::Step::Family).unwrap();
    assert_eq!(typed.get("parent-name").map(String::as_str), Some("Үлгі"));
    assert!(draft.answers.school.is_some_and(|school| school.home.is_some() && school.quota.len() == 1));
    let sent: Draft = reads(include_str!("../golden/1/draft-sent.json"));
    assert_eq!(sent.sent.map(|number| number.get()), Some(8));
}

#[test]
fn an_application_is_read_with_its_history_its_ticket_and_its_messages() {
    let application: Application = reads(include_str!("../golden/1/application.json"));
    assert!(application.linked && application.scans.len() == 5);
    let change: Change = reads(include_str!("../golden/1/history.json"));
    assert_eq!((change.from, change.to), (None, application.state));
    let decided: Change = reads(include_str!("../golden/1/history-decided.json"));
    assert_eq!((decided.act(), decided.from), (Some(Act::Return), Some(change.to)));
    let moved: PendingMoved = reads(include_str!("../golden/1/pending-moved.json"));
    let key =
        keys::pending_moved(&CampaignId::parse("first-grade-2027-demo").unwrap(), moved.at, &moved.application, 4);
    assert_eq!(key, keys::Key::of(&stored(include_str!("../golden/1/pending-moved.json"))));
    let counted: Change = reads(include_str!("../golden/1/history-counted.json"));
    assert_eq!(counted, change);
    let told = serde_json::from_str(include_str!("../golden/1/history-counted.json")).unwrap();
    let line = HistoryLine::read(told).unwrap().unwrap();
    let item = stored(include_str!("../golden/1/history-counted.json"));
    assert_eq!(tally::history_item(None, &application, &change).unwrap(), item, "{line:?}");
    let pending: PendingSent = reads(include_str!("../golden/1/pending.json"));
    assert_eq!(pending.ticket.number, application.number);
    let entry: OutboxEntry = reads(include_str!("../golden/1/outbox.json"));
    assert!(entry.is_done());
    let _: OutboxEntry = reads(include_str!("../golden/1/outbox-undelivered.json"));
    let left = Undelivered::read(&stored(include_str!("../golden/1/outbox-undelivered.json"))).unwrap();
    let sms = left.entry.sms.as_ref().and_then(|target| left.why(target));
    let mail = left.entry.mail.as_ref().and_then(|target| left.why(target));
    assert_eq!((sms, mail), (Some("Throttling"), Some("MessageRejected")));
    assert_eq!((left.name(), left.at().as_second()), ("1795647990545-accepted", 1_775_016_600));
    assert!(left.is_on_its_way(left.at()) && !left.is_on_its_way("2026-04-01T04:12:00Z".parse().unwrap()));
    let stopped: OutboxEntry = reads(include_str!("../golden/1/outbox-stopped.json"));
    assert!(stopped.is_done());
}

#[test]
fn scans_are_read_however_far_they_came() {
    let item = stored(include_str!("../golden/1/documents.json"));
    let documents = Documents::of_item(Some(&item)).unwrap();
    let states: Vec<_> = documents.iter().map(|(_, document)| &document.state).collect();
    assert!(matches!(
        states.as_slice(),
        [State::Accepted(_), State::Accepted(_), State::Accepted(_), State::Waiting, State::Refused(_)]
    ));
    let open = Documents::of_item(Some(&stored(include_str!("../golden/1/documents-open.json")))).unwrap();
    assert!(open.frozen() && open.may_change(Slot::Photo) && !open.may_change(Slot::BirthCertificate));
}

#[test]
fn what_is_typed_of_corrections_and_who_wants_no_messages_is_read() {
    let typed: Typed = reads(include_str!("../golden/1/corrections.json"));
    assert_eq!(typed.get("child-name").map(String::as_str), Some("Үлгі"));
    let text = include_str!("../golden/1/stop.json");
    let _since: Timestamp = reads(text);
    assert_eq!(keys::Key::of(&stored(text)), keys::mail_stop("00112233445566778899aabbccddeeff"));
}

#[test]
fn sessions_and_campaigns_are_read() {
    let session: Session = reads(include_str!("../golden/1/session.json"));
    assert!(session.phone.is_some());
    let campaign: Campaign = reads(include_str!("../golden/1/campaign.json"));
    assert!(campaign.opens < campaign.closes && campaign.news.is_none());
    let told: Campaign = reads(include_str!("../golden/1/campaign-news.json"));
    assert_eq!(told.news.as_ref().map(|news| news.kk.as_str()), Some("Құжаттарды 28 ақпанға дейін қабылдаймыз"));
    assert_eq!(Campaign { news: None, ..told }, campaign);
}

#[test]
fn the_directory_and_its_imports_are_read() {
    let current = Current::of_item(Some(&stored(include_str!("../golden/1/directory-current.json")))).unwrap();
    let held = current.of(Sheet::Schools).unwrap();
    assert!(held.previous.is_some() && current.version(Sheet::Teachers) == held.previous.as_ref());
    let applied: SheetImport = reads(include_str!("../golden/1/sheet-import.json"));
    assert!(applied.id == held.version && matches!(applied.state, imports::State::Applied { .. }));
    let faulty: SheetImport = reads(include_str!("../golden/1/sheet-import-faulty.json"));
    assert!(matches!(faulty.state, imports::State::Checked(report) if report.faults.count == 2));
    let rows: Vec<TerritoryRow> = reads(include_str!("../golden/1/sheet-rows.json"));
    assert_eq!(rows_in::<TerritoryRow>(&stored(include_str!("../golden/1/sheet-rows.json"))).unwrap(), rows);
    assert!(rows.iter().any(|row| row.from.is_none()) && rows.len() == 2);
    let ratings: Vec<RatingRow> = chunk(include_str!("../golden/1/sheet-rows-ratings.json"));
    assert!(ratings.iter().map(|row| row.teacher.is_some()).eq([false, true]));
    let schools: Vec<SchoolRow> = chunk(include_str!("../golden/1/sheet-rows-schools.json"));
    assert!(schools.iter().all(|row| row.programmes_ru.len() == 2 && !row.website.is_empty()));
    // Stored before a school had lists, a site and a mail address.
    let bare: Vec<SchoolRow> = rows_in(&stored(include_str!("../golden/1/sheet-rows-schools-bare.json"))).unwrap();
    assert!(bare.iter().all(|row| row.programmes_ru.is_empty() && row.email.is_empty() && row.seats == 900));
}

#[test]
fn the_search_index_of_the_streets_is_read() {
    let item = stored(include_str!("../golden/1/street-index.json"));
    let key = keys::Key::of(&item);
    let version = keys::version_of(&key.sk).unwrap();
    assert_eq!(key, keys::chunk(keys::street_index(), &version, 0));
    // Another format of it is another FORMAT: what is deployed builds the index anew then.
    let index = street_index::read(std::slice::from_ref(&item), &version).unwrap().unwrap();
    let found = index.search("пионерск 5");
    assert_eq!(found.iter().map(|found| found.old_name).collect::<Vec<_>>(), [Some("Пионерская")]);
    let kept: serde_json::Value = packed::unpack(&key, packed::bytes(&item).unwrap()).unwrap();
    assert_eq!(serde_json::to_value(&index).unwrap(), kept);
}

#[test]
fn how_places_stand_and_who_waits_is_read() {
    let standing: Standing = reads(include_str!("../golden/1/standing.json"));
    assert_eq!((standing.numbers.residents, standing.numbers.waiting, standing.numbers.priority), (2, 1, true));
    let campaign = CampaignId::parse("first-grade-2027-demo").unwrap();
    let place = standing.place;
    let key = |text| keys::Key::of(&stored(text));
    assert_eq!(key(include_str!("../golden/1/standing.json")), keys::standing(&campaign, &place));
    let tickets = stored(include_str!("../golden/1/tickets.json"));
    assert_eq!(keys::Key::of(&tickets), keys::tickets(&campaign, &place));
    let rows: Vec<TicketRow> = packed::unpack(&keys::Key::of(&tickets), packed::bytes(&tickets).unwrap()).unwrap();
    let rows: Vec<_> = rows.iter().map(|row| (row.number.get(), row.sent.is_some(), row.status)).collect();
    assert_eq!(rows, [(1, true, Status::Resident), (2, true, Status::Resident), (3, true, Status::Waits(1))]);
    let head = Head::of(&stored(include_str!("../golden/1/ledger-head.json"))).unwrap();
    assert_eq!(key(include_str!("../golden/1/ledger-head.json")), keys::ledger_head(&campaign));
    assert!(head.lines == 8 && head.applied == 8 && head.day.is_some_and(|day| day.line == 7));
}

#[test]
fn a_change_of_terms_is_read() {
    let change: TermsChange = reads(include_str!("../golden/1/terms-change.json"));
    assert_eq!(change.before.map(|before| before.capacity), Some(50));
    let campaign = CampaignId::parse("first-grade-2027").unwrap();
    let key = keys::Key::of(&stored(include_str!("../golden/1/terms-change.json")));
    assert_eq!(key, keys::terms_change(&campaign, &change.place, change.at, &change.version));
    let first: TermsChange = reads(include_str!("../golden/1/terms-change-first.json"));
    assert!(first.before.is_none() && first.why.as_str().contains('\n'));
}

#[test]
fn what_the_office_keeps_is_read() {
    let session: OfficeSession = reads(include_str!("../golden/1/office-session.json"));
    assert_eq!(session.officer.school().map(|school| school.as_str()), Some("school-203"));
    let waiting: OfficeSignIn = reads(include_str!("../golden/1/office-sign-in.json"));
    assert!(waiting.asked == Asked::SetUp("JBSWY3DPEHPK3PXP".to_owned()) && waiting.wanted.is_some());
    let refusal: OfficeRefusal = reads(include_str!("../golden/1/office-refusal.json"));
    let opening: Opening = reads(include_str!("../golden/1/office-opening.json"));
    assert_eq!(opening.officer, refusal.officer);
    assert_eq!((refusal.officer, refusal.asked.as_str()), (session.officer.id, "office"));
}
