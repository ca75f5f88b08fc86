//! A scan to look at closely: a page for its picture, and the file itself. Both are an opening of the
//! application.

use domain::document::Kind;
use domain::{DraftId, Slot};
use files::Place;
use http::header;
use store::documents::Document;
use store::inbox::Opening;
use text::{desk, documents as d, viewer as t};
use views::{Markup, ViewedScan, html};
use web::{Address, Reply, Trouble, Visit};

use crate::{Mine, OneApplication, ours};

/// The largest file that goes through a function: its answer may have 6 MB, in base 64.
const LARGEST: u64 = 4 * 1024 * 1024;

impl OneApplication {
    /// The page of a scan. Two waits.
    pub(crate) async fn view(&self, visit: &Visit, id: &DraftId, slot: Slot) -> Result<Reply, Trouble> {
        let mine = self.open(visit, id).await?;
        let (kind, _) = accepted(&mine, slot).ok_or(Trouble::NotFound)?;
        self.store.record_opening(&opening(visit, &mine)).await?;
        Ok(Reply::page(page(visit, &mine, slot, kind)).with_bucket())
    }

    /// The scan, or the way to it where it is too large. Two waits.
    pub(crate) async fn file(&self, visit: &Visit, id: &DraftId, slot: Slot) -> Result<Reply, Trouble> {
        let mine = self.open(visit, id).await?;
        let (kind, document) = accepted(&mine, slot).ok_or(Trouble::NotFound)?;
        let place = Place::new(id.clone(), slot, document.upload.as_str()).ok_or(Trouble::NotFound)?;
        let size = document.accepted().map_or(0, |accepted| accepted.size);
        let opening = opening(visit, &mine);
        let record = async { Ok(self.store.record_opening(&opening).await?) };
        if size > LARGEST {
            let link = async { self.bucket.link(&place, kind).await.map_err(ours) };
            let ((), link) = futures::try_join!(record, link)?;
            return Ok(Reply::to(&link));
        }
        let read = async { self.bucket.document(&place, kind).await.map_err(ours) };
        let ((), bytes) = futures::try_join!(record, read)?;
        let bytes = bytes.ok_or(Trouble::NotFound)?;
        Ok(Reply::bytes(kind.content_type(), bytes).header(header::CONTENT_DISPOSITION, "inline"))
    }
}

fn opening(visit: &Visit, mine: &Mine) -> Opening {
    let officer = mine.desk.officer().id.clone();
    Opening { officer, application: mine.application.id.clone(), at: visit.now }
}

fn accepted(mine: &Mine, slot: Slot) -> Option<(Kind, &Document)> {
    let document = mine.documents.get(slot)?;
    Some((document.accepted()?.kind, document))
}

fn page(visit: &Visit, mine: &Mine, slot: Slot, kind: Kind) -> Markup {
    let l = visit.locale;
    let id = &mine.application.id;
    let all: Vec<Slot> = Slot::ALL.into_iter().filter(|slot| mine.documents.accepted(*slot)).collect();
    let at = all.iter().position(|one| *one == slot).unwrap_or_default();
    let to = |slot: Option<&Slot>| {
        slot.map(|slot| (d::name(*slot).get(l), Address::OfficeScanView(l, id.clone(), *slot).to_string()))
    };
    let (before, after) = (to(at.checked_sub(1).and_then(|at| all.get(at))), to(all.get(at + 1)));
    let file = Address::OfficeScanFile(l, id.clone(), slot).to_string();
    let name = d::name(slot).get(l);
    let number = mine.application.number.to_string();
    let scan = ViewedScan {
        name,
        file: &file,
        picture: kind.is_picture(),
        before: before.as_ref().map(|(name, href)| (*name, href.as_str())),
        after: after.as_ref().map(|(name, href)| (*name, href.as_str())),
    };
    let position = [("n", &*(at + 1).to_string()), ("total", &*all.len().to_string())];
    let body = html! {
        a.back href=(Address::OfficeApplication(l, id.clone())) { (desk::APPLICATION.fill(l, &[("n", &number)])) }
        h1 { (name) }
        p.muted { (t::POSITION.fill(l, &position)) }
        (views::viewer(l, &scan))
    };
    mine.desk.page(visit, name, &[], body)
}

/// The link from the application to the page of a scan.
pub fn link(visit: &Visit, mine: &Mine, slot: Slot) -> Markup {
    let l = visit.locale;
    let href = Address::OfficeScanView(l, mine.application.id.clone(), slot).to_string();
    html! { p { a href=(href) { (t::OPEN.get(l)) span.vh { ": " (d::name(slot).get(l)) } } } }
}
