//! Items as they were once stored: whatever is deployed reads them, and a change of the stored
//! format shows here before it meets a table. `golden/<schema>/<item>.json` has one of each kind; a
//! new schema gets a folder of its own, and the old ones stay.

use domain::directory::Campaign;
use domain::life::{Act, Change};
use domain::{Application, Draft};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::changes::PendingMoved;
use crate::documents::{Documents, State};
use crate::inbox::Opening;
use crate::item::{Item, SCHEMA, body, read_number};
use crate::keys;
use crate::office_sessions::{Asked, OfficeRefusal, OfficeSession, OfficeSignIn};
use crate::outbox::{OutboxEntry, Undelivered};
use crate::sending::PendingSent;
use crate::sessions::Session;

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
    let key = keys::pending_moved("first-grade-2027-demo", moved.at, &moved.application, 4);
    assert_eq!(key, keys::Key::of(&stored(include_str!("../golden/1/pending-moved.json"))));
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
}

#[test]
fn sessions_and_campaigns_are_read() {
    let session: Session = reads(include_str!("../golden/1/session.json"));
    assert!(session.phone.is_some());
    let campaign: Campaign = reads(include_str!("../golden/1/campaign.json"));
    assert!(campaign.opens < campaign.closes);
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
