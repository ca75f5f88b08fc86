//! An application as an officer sees it: every answer with what to look at, the scans, the history.
//! That it was opened is written down before it is shown.

mod decide;
mod page;
mod viewer;

use domain::{DraftId, Group, Slot};
use files::{Bucket, BucketError, Place};
use store::Store;
use store::directory::Directory;
use store::documents::Documents;
use store::inbox::Opening;
use web::office::{Desk, Need, enter};
use web::{Address, Method, Reply, Site, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct OneApplication {
    /// Applications, officers' sessions, the campaign
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
    /// The scans
    pub bucket: Bucket,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    let bucket = Bucket::new(&aws, lambda::required("DOCUMENTS_BUCKET")?, lambda::optional("S3_PUBLIC_ENDPOINT"))?;
    store.warm().await;
    // The page of a large scan shows it from the bucket.
    let site = Site { bucket_origin: Some(bucket.origin().to_owned()), ..Site::from_env()? };
    let function = OneApplication { directory: Directory::new(store.clone()), store, bucket };
    web::serve(site, function).await
}

/// An application that this officer may see.
struct Mine {
    desk: Desk,
    application: domain::Application,
    documents: Documents,
    /// The officer's school needs to know no more than who changes to which school: no scans, no reasons
    partly: bool,
}

impl web::Function for OneApplication {
    /// Shows the application or one of its scans. Two waits, three where somebody else has sent for the child.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (&visit.address, visit.method) {
            (Address::OfficeApplication(_, id), Method::Get) => self.show(&visit, id).await,
            (Address::OfficeScan(_, id, slot), Method::Get) => self.scan(&visit, id, *slot).await,
            (Address::OfficeScanView(_, id, slot), Method::Get) => self.view(&visit, id, *slot).await,
            (Address::OfficeScanFile(_, id, slot), Method::Get) => self.file(&visit, id, *slot).await,
            (
                Address::OfficeApplication(..)
                | Address::OfficeScan(..)
                | Address::OfficeScanView(..)
                | Address::OfficeScanFile(..),
                Method::Post,
            ) => Err(Trouble::Method),
            _ => Err(Trouble::NotFound),
        }
    }
}

impl OneApplication {
    async fn show(&self, visit: &Visit, id: &DraftId) -> Result<Reply, Trouble> {
        let mine = self.open(visit, id).await?;
        let officer = mine.desk.officer().id.clone();
        let opening = Opening { officer, application: id.clone(), at: visit.now };
        let (history, campaign, schools, rivals, queues, ()) = futures::try_join!(
            self.store.history(id),
            self.store.campaign(mine.application.service),
            self.directory.schools(),
            self.rivals(&mine),
            web::queue::of(&self.store, &mine.application),
            self.store.record_opening(&opening),
        )?;
        let facts = page::Facts {
            history: &history,
            campaign: campaign.as_ref(),
            schools: &schools,
            rivals: &rivals,
            queues: &queues,
        };
        Ok(Reply::page(page::page(visit, &mine, &facts)))
    }

    /// The other live applications for the child; another school's officer learns nothing of them.
    /// One wait where there are none, two else.
    async fn rivals(&self, mine: &Mine) -> Result<Vec<domain::Application>, store::StoreError> {
        if mine.desk.officer().group() == Group::School {
            return Ok(Vec::new());
        }
        let rivals = self.store.rivals(&mine.application).await?;
        self.store.sent_applications(&rivals).await
    }

    async fn scan(&self, visit: &Visit, id: &DraftId, slot: Slot) -> Result<Reply, Trouble> {
        let mine = self.open(visit, id).await?;
        let document = mine.documents.get(slot).ok_or(Trouble::NotFound)?;
        let picture = document.accepted().is_some_and(|accepted| accepted.kind.is_picture());
        let place = Place::new(id.clone(), slot, document.upload.as_str()).filter(|_| picture);
        let preview = self.bucket.preview(&place.ok_or(Trouble::NotFound)?).await.map_err(ours)?;
        let preview = preview.ok_or(Trouble::NotFound)?;
        Ok(Reply::bytes("image/jpeg", preview).header(http::header::CONTENT_DISPOSITION, "inline"))
    }

    /// Looks for the application while the door is asked: who is not let in learns nothing of it.
    async fn open(&self, visit: &Visit, id: &DraftId) -> Result<Mine, Trouble> {
        let (desk, found) = futures::try_join!(enter(&self.store, visit, Need::OFFICER), async {
            Ok(self.store.application_and_documents(id).await?)
        })?;
        let (application, documents) = found.ok_or(Trouble::NotFound)?;
        if !desk.scope().covers(&application) {
            return Err(desk.refuse(&self.store, visit).await);
        }
        let partly = desk.officer().school().is_some_and(|school| application.is_partly_for(school));
        let documents = if partly { Documents::default() } else { documents };
        Ok(Mine { desk, application, documents, partly })
    }
}

fn ours(error: BucketError) -> Trouble {
    Trouble::Ours(error.to_string())
}
