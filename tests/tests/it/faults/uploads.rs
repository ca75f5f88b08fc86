//! Scans: a slot ends in one right state, the bucket holds what the slot says and nothing else, and
//! the parent can always send the file again.

use std::collections::BTreeSet;

use domain::document::Kind;
use domain::{DraftId, Locale, Phone, Slot};
use files::Place;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use store::documents::{Accepted, Document, MAX_TOGETHER, Refusal, State};
use store::keys;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::queue::{batch, until_taken};
use tests::ready::{answered, attach, begun, put};
use tests::scans::{pdf, photo};
use tests::{Device, Family, Page, Portal, Result, Stack, bucket, tables};
use text::documents as t;

const L: Locale = Locale::Ru;
const SLOT: Slot = Slot::Pmpc;

/// A parent at the page of a document, and the queue that tells of what arrives.
struct Uploader<'a> {
    stack: &'a Stack,
    portal: &'a Portal,
    device: Device<'a>,
    draft: DraftId,
}

impl<'a> Uploader<'a> {
    async fn new(stack: &'a Stack, portal: &'a Portal) -> Result<Self> {
        let phone = Phone::parse(&Family::invented(stack)?.phone).map_err(|_| "the family's phone is none")?;
        let (device, draft) = begun(portal, Some(&phone)).await?;
        Ok(Self { stack, portal, device, draft: draft.id })
    }

    fn at(&self, action: &str) -> String {
        format!("/ru/first-grade/{}/documents/{}{action}", self.draft, SLOT.code())
    }

    async fn page(&self) -> Result<Page> {
        self.device.get(&self.at("")).await
    }

    /// Sends a file with the form; nobody has been told of it yet.
    async fn send(&self, name: &str, content: &[u8]) -> Result<Place> {
        let sent = self.device.upload(&self.page().await?, name, content).await?;
        assert_eq!(sent.status, 303, "{}", sent.brief());
        self.place(&self.slot(SLOT).await?.ok_or("the slot is empty")?, SLOT)
    }

    async fn slot(&self, slot: Slot) -> Result<Option<Document>> {
        Ok(self.portal.store.documents(&self.draft).await?.get(slot).cloned())
    }

    fn place(&self, document: &Document, slot: Slot) -> Result<Place> {
        Ok(Place::new(self.draft.clone(), slot, document.upload.as_str()).ok_or("no place")?)
    }

    /// Tells the function of a file. Whether it is done with it.
    async fn tell(&self, place: &Place, received: u32) -> Result<bool> {
        let notification = json!({"Records": [{"s3": {"object": {"key": place.quarantine_key()}}}]}).to_string();
        let batch = serde_json::from_value(batch(&notification, received))?;
        let function = self.portal.on_document_uploaded();
        let told = testkit::acting_as("on-document-uploaded", function.handle(batch)).await?;
        Ok(told.batch_item_failures.is_empty())
    }

    async fn tell_until_taken(&self, place: &Place, first: u32) -> Result<()> {
        until_taken(first, async |received| self.tell(place, received).await).await
    }

    /// Tells of everything that has arrived, as the bucket does.
    async fn tell_all(&self) -> Result<()> {
        for key in self.keys("uploads")? {
            let place = Place::of_quarantine_key(&key).ok_or("not a key of ours")?;
            self.tell_until_taken(&place, 1).await?;
        }
        Ok(())
    }

    /// Sends a scan that is accepted.
    async fn accept(&self, name: &str, content: &[u8]) -> Result<Document> {
        self.send(name, content).await?;
        self.tell_all().await?;
        let document = self.slot(SLOT).await?.ok_or("the slot is empty")?;
        assert!(document.accepted().is_some(), "{document:?}");
        Ok(document)
    }

    /// An accepted picture in the slot, put there with its files.
    async fn former(&self) -> Result<Document> {
        let former = attach(self.portal, &self.draft, SLOT).await?;
        for key in self.kept(Some(&former))? {
            bucket::put(self.stack, &self.portal.bucket_name, &key)?;
        }
        Ok(former)
    }

    fn keys(&self, folder: &str) -> Result<BTreeSet<String>> {
        let keys = bucket::keys(self.stack, &self.portal.bucket_name, &format!("{folder}/{}/", self.draft))?;
        Ok(keys.into_iter().collect())
    }

    /// The keys of an accepted scan and its preview; of any other, none.
    fn kept(&self, document: Option<&Document>) -> Result<BTreeSet<String>> {
        let Some((document, accepted)) = document.and_then(|document| Some((document, document.accepted()?))) else {
            return Ok(BTreeSet::new());
        };
        let place = self.place(document, SLOT)?;
        let preview = accepted.kind.is_picture().then(|| place.preview_key());
        Ok(preview.into_iter().chain([place.document_key(accepted.kind)]).collect())
    }

    /// The bucket holds what the slot says, and of a former scan no more than `left`.
    async fn check_bucket(&self, case: &str, left: Option<&Document>) -> Result<()> {
        assert_eq!(self.keys("uploads")?, BTreeSet::new(), "{case}: left in quarantine");
        let (kept, left) = (self.kept(self.slot(SLOT).await?.as_ref())?, self.kept(left)?);
        let found = self.keys("documents")?;
        assert!(found.is_superset(&kept), "{case}: {kept:?} is lost, there is {found:?}");
        let more: BTreeSet<_> = found.difference(&kept).cloned().collect();
        assert!(more.is_subset(&left), "{case}: left over {more:?}");
        Ok(())
    }

    /// The stored scans, whatever they are.
    fn stored(&self) -> Result<Option<Value>> {
        tables::item(self.stack, &self.portal.tables.applications, &keys::documents(&self.draft))
    }

    /// Neither the slot nor the bucket takes notice of what is told once more.
    async fn tell_again(&self, case: &str, place: &Place) -> Result<()> {
        let (stored, files) = (self.stored()?, self.keys("documents")?);
        for received in [1, 3] {
            assert!(self.tell(place, received).await?, "{case}");
        }
        assert_eq!((self.stored()?, self.keys("documents")?), (stored, files), "{case}: told again");
        Ok(())
    }
}

#[test]
fn a_fault_while_a_file_is_sent_leaves_a_slot_that_takes_it_again() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let (portal, file) = (Portal::apart(&stack).await?, pdf(1, "", ""));
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let uploader = Uploader::new(&stack, &portal).await?;
            let former = uploader.former().await?;
            let page = uploader.page().await?;
            let sent = portal.struck(planned, uploader.device.upload(&page, "new.pdf", &file)).await?;
            let case = sent.case();
            // Nobody else knows of the former files when the function dies, or cannot delete them.
            let left = Some(&former).filter(|_| sent.outcome.is_none() || sent.at("POST") && !sent.is_unnoticed());

            uploader.tell_all().await?;
            let slot = uploader.slot(SLOT).await?.ok_or("the slot is empty")?;
            match slot.state {
                _ if slot.upload == former.upload => assert_eq!(slot, former, "{case}"),
                State::Accepted(_) => {}
                State::Refused(reason) => assert_eq!(reason, Refusal::CheckFailed, "{case}"),
                // A file that never came is waited for only where nobody could say so any more.
                State::Waiting | State::Checking => assert!(sent.outcome.is_none(), "{case}: {slot:?}"),
            }
            uploader.check_bucket(&case, left).await?;
            if let Some(page) = &sent.outcome {
                let well = sent.is_unnoticed() || sent.at("POST");
                assert_eq!(page.status == 303, well, "{case}: {}", page.brief());
                assert_eq!(slot.accepted().is_some() && slot.upload != former.upload, well, "{case}: {slot:?}");
                assert!(well || matches!(page.status, 500 | 503), "{case}: {}", page.brief());
            }

            if !sent.is_unnoticed() {
                uploader.accept("again.pdf", &file).await.map_err(|error| format!("{case}, then {error}"))?;
                uploader.check_bucket(&case, left).await?;
            }
            Ok(sent.call)
        });
        assert!(struck.await? >= 29, "opening, the slot, the file, the former files");
        Ok(())
    })
}

/// A permission to put one file into the bucket.
#[derive(Deserialize)]
struct Ticket {
    fields: std::collections::BTreeMap<String, String>,
}

#[test]
fn a_fault_at_a_ticket_leaves_the_former_scan_or_the_new_attempt() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let (portal, file) = (Portal::apart(&stack).await?, pdf(1, "", ""));
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let uploader = Uploader::new(&stack, &portal).await?;
            let former = uploader.former().await?;
            let page = uploader.page().await?;
            let (to, size) = (uploader.at("/ticket"), file.len().to_string());
            let fields = [("name", "new.pdf"), ("size", size.as_str())];
            let asked = portal.struck(planned, uploader.device.post(&page, &to, &fields)).await?;
            let case = asked.case();
            let left = Some(&former).filter(|_| asked.outcome.is_none() || asked.at("POST") && !asked.is_unnoticed());

            let slot = uploader.slot(SLOT).await?.ok_or("the slot is empty")?;
            match asked.outcome.as_ref().filter(|page| page.status == 200) {
                Some(page) => {
                    let ticket: Ticket = serde_json::from_str(&page.body)?;
                    let key = ticket.fields.get("key").ok_or("no key")?;
                    let place = Place::of_quarantine_key(key).ok_or("not a key of ours")?;
                    assert_eq!(place, uploader.place(&slot, SLOT)?, "{case}: a ticket for another attempt");
                    portal.bucket.quarantine(&place, file.clone()).await?;
                    uploader.tell_all().await?;
                    let slot = uploader.slot(SLOT).await?.ok_or("the slot is empty")?;
                    assert!(slot.accepted().is_some(), "{case}: {slot:?}");
                }
                None if slot.upload == former.upload => assert_eq!(slot, former, "{case}"),
                None => match slot.state {
                    State::Refused(reason) => assert_eq!(reason, Refusal::CheckFailed, "{case}"),
                    // Where the function died, nobody could say so; the slot is free after some minutes.
                    state => {
                        assert!(asked.outcome.is_none() && state == State::Waiting, "{case}: {state:?}");
                        let later = portal.now() + SignedDuration::from_mins(11);
                        assert!(!Document { state, ..slot }.is_checking(later), "{case}");
                    }
                },
            }
            uploader.check_bucket(&case, left).await?;
            if !asked.is_unnoticed() {
                uploader.accept("again.pdf", &file).await.map_err(|error| format!("{case}, then {error}"))?;
                uploader.check_bucket(&case, left).await?;
            }
            Ok(asked.call)
        });
        assert!(struck.await? >= 21, "opening, the slot, the former files");
        Ok(())
    })
}

#[test]
fn a_fault_at_removing_removes_or_keeps_the_scan() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let uploader = Uploader::new(&stack, &portal).await?;
            let former = uploader.former().await?;
            let page = uploader.page().await?;
            let button = format!("{}: {}", t::REMOVE.get(L), t::name(SLOT).get(L));
            let removed = portal.struck(planned, uploader.device.press(&page, &button, &[])).await?;
            let case = removed.case();
            let left =
                Some(&former).filter(|_| removed.outcome.is_none() || removed.at("POST") && !removed.is_unnoticed());
            let left = match removed.is_unheard() && removed.at("UpdateItem") {
                // The page says that it does not know, and the slot is empty.
                true => Some(&former),
                false => left,
            };
            match uploader.slot(SLOT).await? {
                None => uploader.check_bucket(&case, left).await?,
                Some(slot) => {
                    assert!(!removed.is_unnoticed() && slot == former, "{case}: {slot:?}");
                    uploader.check_bucket(&case, None).await?;
                    let page = uploader.page().await?;
                    let again = uploader.device.press(&page, &button, &[]).await?;
                    assert_eq!(again.status, 303, "{case}, then {}", again.brief());
                    assert_eq!(uploader.slot(SLOT).await?, None, "{case}");
                    uploader.check_bucket(&case, None).await?;
                }
            }
            Ok(removed.call)
        });
        assert!(struck.await? >= 21, "opening, the slot, the files");
        Ok(())
    })
}

#[test]
fn a_fault_at_a_check_ends_in_the_same_outcome() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let photo = photo(&stack)?;
        let half = photo.get(..photo.len() / 2).ok_or("no photo")?;
        let few = [Fault::ReplyLost, Fault::KilledBefore, Fault::KilledAfter];
        for (readable, faults, calls) in [(true, Fault::ALL.as_slice(), 50), (false, few.as_slice(), 15)] {
            let struck = at_every_call(faults, async |planned| {
                let uploader = Uploader::new(&stack, &portal).await?;
                let place = uploader.send("scan.jpg", if readable { &photo } else { half }).await?;
                let first = portal.struck(planned, uploader.tell(&place, 1)).await?;
                let case = first.case();
                if first.outcome != Some(true) {
                    assert!(!first.is_unnoticed(), "{case}");
                    uploader.tell_until_taken(&place, 2).await.map_err(|error| format!("{case}: {error}"))?;
                }
                let slot = uploader.slot(SLOT).await?.ok_or("the slot is empty")?;
                match slot.state {
                    State::Accepted(_) => assert!(readable, "{case}"),
                    state => assert_eq!((state, readable), (State::Refused(Refusal::DamagedImage), false), "{case}"),
                }
                uploader.check_bucket(&case, None).await?;
                if first.is_unheard() {
                    uploader.tell_again(&case, &place).await?;
                }
                Ok(first.call)
            });
            let struck = struck.await?;
            assert!(struck >= calls, "{struck}");
        }
        Ok(())
    })
}

#[test]
fn a_file_that_is_replaced_while_it_is_checked_leaves_nothing_behind() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let (portal, file) = (Portal::apart(&stack).await?, pdf(1, "", ""));
        let struck = at_every_call(&[Fault::KilledBefore, Fault::KilledAfter], async |planned| {
            let uploader = Uploader::new(&stack, &portal).await?;
            let older = uploader.send("older.pdf", &file).await?;
            let checked = portal.struck(planned, uploader.tell(&older, 1)).await?;
            let case = checked.case();
            let newer = uploader.send("newer.pdf", &file).await?;
            // In whatever order the two are told of, and however often.
            let order = if checked.nth % 2 == 0 { [&older, &newer, &older] } else { [&newer, &older, &newer] };
            for place in order {
                uploader.tell_until_taken(place, 2).await?;
            }
            let slot = uploader.slot(SLOT).await?.ok_or("the slot is empty")?;
            assert_eq!(uploader.place(&slot, SLOT)?, newer, "{case}");
            assert!(slot.accepted().is_some(), "{case}: {slot:?}");
            uploader.check_bucket(&case, None).await?;
            uploader.tell_again(&case, &older).await?;
            Ok(checked.call)
        });
        assert!(struck.await? >= 12);
        Ok(())
    })
}

#[test]
fn a_check_that_dies_twice_is_given_up_and_keeps_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let uploader = Uploader::new(&stack, &portal).await?;
        let place = uploader.send("scan.jpg", &photo(&stack)?).await?;
        for received in [1, 2] {
            // The slot, the file, its clean copy and its preview, and then the slot again.
            let died = portal.struck((5, Fault::KilledBefore), uploader.tell(&place, received)).await?;
            assert!(died.at("UpdateItem"), "{}", died.case());
            assert_eq!(uploader.keys("documents")?.len(), 2);
        }
        uploader.tell_until_taken(&place, 3).await?;
        let slot = uploader.slot(SLOT).await?.ok_or("the slot is empty")?;
        assert_eq!(slot.state, State::Refused(Refusal::CheckFailed));
        uploader.check_bucket("given up", None).await?;
        Ok(())
    })
}

#[test]
fn two_scans_that_are_too_big_together_are_not_both_taken() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let (portal, photo) = (Portal::apart(&stack).await?, photo(&stack)?);
        for _ in 0..3 {
            let uploader = Uploader::new(&stack, &portal).await?;
            let size = uploader.accept("scan.jpg", &photo).await?.accepted().ok_or("not accepted")?.size;
            // Room for one more of them.
            let most = Accepted { kind: Kind::Jpeg, size: MAX_TOGETHER - size - size, pages: None };
            put(&portal, &uploader.draft, Slot::BirthCertificate, State::Accepted(most)).await?;
            let mut places = Vec::new();
            for slot in [Slot::Photo, Slot::Guardianship] {
                let document = put(&portal, &uploader.draft, slot, State::Checking).await?;
                let place = uploader.place(&document, slot)?;
                portal.bucket.quarantine(&place, photo.clone()).await?;
                places.push(place);
            }
            let [one, two] = places.as_slice() else { return Err("two places".into()) };
            let (one, two) = futures::join!(uploader.tell_until_taken(one, 1), uploader.tell_until_taken(two, 1));
            one.and(two)?;
            let documents = portal.store.documents(&uploader.draft).await?;
            let states: Vec<_> = documents.iter().map(|(_, document)| document.state.clone()).collect();
            let refused = states.iter().filter(|state| **state == State::Refused(Refusal::TooBigTogether)).count();
            assert_eq!(refused, 1, "{states:?}");
            let together = documents.bytes_beside(Slot::AddressProof);
            assert_eq!(together, MAX_TOGETHER, "{states:?}");
            assert_eq!(uploader.keys("documents")?.len(), 4, "of the two that were taken");
        }
        Ok(())
    })
}

#[test]
fn the_scans_of_a_sent_application_stay_as_they_were_sent() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let (portal, file) = (Portal::apart(&stack).await?, pdf(1, "", ""));
        for sent_first in [true, false] {
            let struck = at_every_call(&[Fault::ReplyLost, Fault::KilledAfter], async |planned| {
                let ready = answered(&portal, &Family::invented(&stack)?, false).await?;
                let device = Device::with(&portal, ready.token.clone());
                let uploader = Uploader { stack: &stack, portal: &portal, device, draft: ready.id.clone() };
                let place = uploader.send("late.pdf", &file).await?;
                let mine = uploader.device.open(&ready.id).await?;
                let told = if sent_first {
                    portal.store.send(&mine, portal.now()).await?;
                    let frozen = uploader.stored()?;
                    let told = portal.struck(planned, uploader.tell(&place, 1)).await?;
                    uploader.tell_until_taken(&place, 2).await?;
                    assert_eq!(uploader.stored()?, frozen, "{}", told.case());
                    told
                } else {
                    // At the same time: whichever is first, the other takes notice of it.
                    let both = async {
                        let (told, sent) =
                            futures::join!(uploader.tell(&place, 1), portal.store.send(&mine, portal.now()));
                        sent.ok();
                        told
                    };
                    let told = portal.struck(planned, both).await?;
                    let frozen = portal.store.documents(&ready.id).await?.frozen();
                    let before = uploader.stored()?;
                    uploader.tell_until_taken(&place, 2).await?;
                    assert!(!frozen || uploader.stored()? == before, "{}", told.case());
                    told
                };
                assert_eq!(uploader.keys("uploads")?, BTreeSet::new(), "{}", told.case());
                let slot = uploader.slot(SLOT).await?;
                assert_eq!(uploader.keys("documents")?, uploader.kept(slot.as_ref())?, "{}", told.case());
                Ok(told.call)
            });
            assert!(struck.await? >= 4);
        }
        Ok(())
    })
}
