//! The directory in the office: its files and since when each counts, sending a new one, what the check
//! found, applying it, and the files as they are. For administrators.

mod page;

use domain::directory::rows::{
    CampaignRow, HolidayRow, PlaceRow, RatingRow, Row, SchoolRow, ShiftRow, StreetRow, TeacherRow, TerritoryRow,
};
use domain::directory::sheet::{ImportId, Refusal, Sheet};
use files::{Bucket, BucketError, MAX_SHEET_BYTES, Ticket};
use http::{StatusCode, header};
use serde::Serialize;
use store::Store;
use store::imports::{Applying, SheetImport, State};
use text::{Phrase, directory as t};
use views::FieldError;
use web::office::{Desk, Need, enter};
use web::{Address, Method, Reply, SheetAction, Site, Trouble, Visit};

/// A form comes through the function itself, which takes 6 MB with everything around the file.
const MAX_FORM_BYTES: usize = 4 * 1024 * 1024;

/// The function.
#[derive(Clone)]
pub struct DirectoryRoom {
    /// Imports, the directory, officers' sessions
    pub store: Store,
    /// Where files are put for the check
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
    let site = Site { bucket_origin: Some(bucket.origin().to_owned()), ..Site::from_env()? };
    web::serve(site, DirectoryRoom { store, bucket }).await
}

impl web::Function for DirectoryRoom {
    /// Does what the address asks for. One wait to look, one more for what is sent or applied.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (&visit.address, visit.method) {
            (Address::OfficeDirectory(_), Method::Get) => self.list(&visit).await,
            (Address::OfficeSheet(_, sheet, SheetAction::Page), Method::Get) => self.show(&visit, *sheet).await,
            (Address::OfficeSheet(_, sheet, SheetAction::Page), Method::Post) => self.take(&visit, *sheet).await,
            (Address::OfficeSheet(_, sheet, SheetAction::Ticket), Method::Post) => self.ticket(&visit, *sheet).await,
            (Address::OfficeSheet(_, sheet, SheetAction::Export), Method::Get) => self.export(&visit, *sheet).await,
            (Address::OfficeImport(_, id), Method::Get) => self.import(&visit, id).await,
            (Address::OfficeImport(_, id), Method::Post) => self.apply(&visit, id).await,
            (Address::OfficeDirectory(_), Method::Post)
            | (Address::OfficeSheet(_, _, SheetAction::Ticket), Method::Get)
            | (Address::OfficeSheet(_, _, SheetAction::Export), Method::Post) => Err(Trouble::Method),
            _ => Err(Trouble::NotFound),
        }
    }
}

impl DirectoryRoom {
    async fn list(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let (desk, current) = futures::try_join!(self.enter(visit), async { Ok(self.store.current().await?) })?;
        Ok(Reply::page(page::list(visit, &desk, &current)))
    }

    async fn show(&self, visit: &Visit, sheet: Sheet) -> Result<Reply, Trouble> {
        let (desk, current) = futures::try_join!(self.enter(visit), async { Ok(self.store.current().await?) })?;
        Ok(Reply::page(page::sheet(visit, &desk, sheet, current.of(sheet), None)).with_bucket())
    }

    /// A file that came with the form.
    async fn take(&self, visit: &Visit, sheet: Sheet) -> Result<Reply, Trouble> {
        let (desk, current) = futures::try_join!(self.enter(visit), async { Ok(self.store.current().await?) })?;
        let parts = visit.parts().await?;
        let file = parts.file("file");
        let fault = match file.map(|file| file.bytes.len()) {
            None => Some((t::NO_FILE, StatusCode::UNPROCESSABLE_ENTITY)),
            Some(0) => Some((t::EMPTY_FILE, StatusCode::UNPROCESSABLE_ENTITY)),
            Some(size) if size > MAX_FORM_BYTES => Some((t::BIG_WITHOUT_SCRIPT, StatusCode::PAYLOAD_TOO_LARGE)),
            Some(_) => None,
        };
        if let Some((fault, status)) = fault {
            let page = page::sheet(visit, &desk, sheet, current.of(sheet), Some(fault.get(visit.locale)));
            return Ok(Reply::page(page).status(status).with_bucket());
        }
        let bytes = file.map(|file| file.bytes.clone()).unwrap_or_default();
        let import = self.begin(visit, &desk, sheet).await?;
        if let Err(error) = self.bucket.put_sheet(&import.id, bytes).await {
            self.give_up(&import).await;
            return Err(ours(error));
        }
        Ok(Reply::see_other(&Address::OfficeImport(visit.locale, import.id)))
    }

    /// Permission for the script to put one file into the bucket.
    async fn ticket(&self, visit: &Visit, sheet: Sheet) -> Result<Reply, Trouble> {
        let desk = self.enter(visit).await?;
        match visit.form()?.text("size").parse::<u64>() {
            Ok(1..=MAX_SHEET_BYTES) => {}
            Ok(0) | Err(_) => return Ok(Reply::empty(StatusCode::UNPROCESSABLE_ENTITY)),
            Ok(_) => return Ok(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE)),
        }
        let import = self.begin(visit, &desk, sheet).await?;
        let Ticket { url, fields } = self.bucket.sheet_ticket(&import.id, visit.now).await.map_err(ours)?;
        let done = Address::OfficeImport(visit.locale, import.id).to_string();
        Reply::json(&Permission { url, fields, done })
    }

    /// The import is known before its file can arrive: the check looks there first.
    async fn begin(&self, visit: &Visit, desk: &Desk, sheet: Sheet) -> Result<SheetImport, Trouble> {
        let officer = desk.officer();
        let import = SheetImport {
            id: Store::import_id()?,
            sheet,
            by: officer.id.clone(),
            name: officer.name.clone(),
            at: visit.now,
            state: State::Waiting,
        };
        self.store.begin_import(&import).await?;
        Ok(import)
    }

    /// Tells the import that no file comes. Where that cannot be told now, it says so after an hour.
    async fn give_up(&self, import: &SheetImport) {
        let refused = State::Refused(Refusal::CheckFailed);
        if let Err(error) = self.store.settle_import(import, refused).await {
            tracing::warn!(sheet = import.sheet.code(), %error, "an import may wait for a file that does not come");
        }
    }

    /// The rows that count, as a file that can be imported. Compressed, as every browser takes it, the
    /// largest is far below what a function may answer. As many waits as it has megabytes.
    async fn export(&self, visit: &Visit, sheet: Sheet) -> Result<Reply, Trouble> {
        let (_, current) = futures::try_join!(self.enter(visit), async { Ok(self.store.current().await?) })?;
        let version = current.version(sheet);
        let content = match sheet {
            Sheet::Campaigns => self.file::<CampaignRow>(version).await?,
            Sheet::Holidays => self.file::<HolidayRow>(version).await?,
            Sheet::Schools => self.file::<SchoolRow>(version).await?,
            Sheet::Teachers => self.file::<TeacherRow>(version).await?,
            Sheet::Ratings => self.file::<RatingRow>(version).await?,
            Sheet::Streets => self.file::<StreetRow>(version).await?,
            Sheet::Territories => self.file::<TerritoryRow>(version).await?,
            Sheet::Places => self.file::<PlaceRow>(version).await?,
            Sheet::Shifts => self.file::<ShiftRow>(version).await?,
        };
        let name = format!("attachment; filename=\"{}.csv\"", sheet.code());
        Ok(Reply::bytes("text/csv; charset=utf-8", content).header(header::CONTENT_DISPOSITION, &name))
    }

    async fn file<R: Row>(&self, version: Option<&ImportId>) -> Result<Vec<u8>, Trouble> {
        let rows: Vec<R> = match version {
            Some(version) => self.store.rows(version).await?,
            None => Vec::new(),
        };
        sheets::write(&rows).map_err(|error| Trouble::Ours(error.to_string()))
    }

    async fn import(&self, visit: &Visit, id: &ImportId) -> Result<Reply, Trouble> {
        let here = self.open(visit, id).await?;
        Ok(Reply::page(page::import(visit, &here, &[])))
    }

    /// Applies what was checked. Pressed twice, or after somebody else, it leads to what became of it.
    async fn apply(&self, visit: &Visit, id: &ImportId) -> Result<Reply, Trouble> {
        let here = self.open(visit, id).await?;
        let form = visit.form()?;
        if form.text("confirm") != "yes" {
            let error = FieldError::new("confirm", t::CONFIRM_MISSING.get(visit.locale));
            return Ok(Reply::invalid(page::import(visit, &here, &[error])));
        }
        let applying = self.store.apply_import(&here.import, &here.desk.officer().name, visit.now).await?;
        if applying == Applying::Done {
            tracing::info!(sheet = here.import.sheet.code(), import = %id, "a version of the directory counts");
        }
        Ok(Reply::see_other(&visit.address))
    }

    async fn enter(&self, visit: &Visit) -> Result<Desk, Trouble> {
        enter(&self.store, visit, Need::ADMINISTRATOR).await
    }

    /// Looks for the import while the door is asked: who is not let in learns nothing of it.
    async fn open(&self, visit: &Visit, id: &ImportId) -> Result<Here, Trouble> {
        let (desk, import, current) =
            futures::try_join!(self.enter(visit), async { Ok(self.store.sheet_import(id).await?) }, async {
                Ok(self.store.current().await?)
            },)?;
        let import = import.ok_or(Trouble::NotFound)?;
        let held = current.of(import.sheet).cloned();
        Ok(Here { desk, import, held })
    }
}

/// An administrator at an import.
struct Here {
    desk: Desk,
    import: SheetImport,
    /// What counts of the same file
    held: Option<store::directory::HeldSheet>,
}

/// What the script gets.
#[derive(Serialize)]
struct Permission {
    url: String,
    fields: std::collections::BTreeMap<&'static str, String>,
    done: String,
}

/// The columns of a file with what each holds.
fn columns(sheet: Sheet) -> Vec<(&'static str, Phrase)> {
    let names = match sheet {
        Sheet::Campaigns => CampaignRow::COLUMNS,
        Sheet::Holidays => HolidayRow::COLUMNS,
        Sheet::Schools => SchoolRow::COLUMNS,
        Sheet::Teachers => TeacherRow::COLUMNS,
        Sheet::Ratings => RatingRow::COLUMNS,
        Sheet::Streets => StreetRow::COLUMNS,
        Sheet::Territories => TerritoryRow::COLUMNS,
        Sheet::Places => PlaceRow::COLUMNS,
        Sheet::Shifts => ShiftRow::COLUMNS,
    };
    names.iter().map(|name| (*name, t::expected(sheet, name))).collect()
}

fn ours(error: BucketError) -> Trouble {
    Trouble::Ours(error.to_string())
}
