//! The receipt of a sent application: a page to print and a PDF to keep, with a QR code that leads
//! to the status. The slips of a transfer are such PDFs too.

mod letters;
mod page;
mod paper;
mod pdf;
mod qr;
mod receipt;

use domain::{DraftId, Service};
use http::header;
use store::Store;
use store::directory::Directory;
use web::step::open;
use web::{Address, Method, Reply, Trouble, Visit};

use crate::qr::Qr;
use crate::receipt::{Ledger, Receipt};

/// Browsers show a PDF by a viewer of their own, which the policy of the pages would leave without
/// its frame and its style.
const PDF_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The function.
#[derive(Clone)]
pub struct PortalReceipt {
    /// Drafts and applications
    pub store: Store,
    /// Schools
    pub directory: Directory,
    /// `PUBLISHED_ORIGIN`: where the open ledger is published; none where it is not
    pub published: Option<String>,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let published = lambda::optional("PUBLISHED_ORIGIN");
    web::start(|store| PortalReceipt { directory: Directory::new(store.clone()), store, published }).await
}

/// Which paper is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// The receipt as a page
    Page,
    /// The receipt as a PDF
    Receipt,
    /// A slip of a transfer as a PDF
    Slip { out: bool },
}

impl web::Function for PortalReceipt {
    /// Shows the receipt as a page or as a PDF. Two waits.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let (service, id, which) = match &visit.address {
            Address::Receipt(_, service, id) => (*service, id, Which::Page),
            Address::ReceiptPdf(_, service, id) => (*service, id, Which::Receipt),
            Address::Slip(_, service, id) => (*service, id, Which::Slip { out: false }),
            Address::SlipOut(_, service, id) => (*service, id, Which::Slip { out: true }),
            _ => return Err(Trouble::NotFound),
        };
        if visit.method != Method::Get {
            return Err(Trouble::Method);
        }
        let receipt = self.receipt(&visit, service, id, which).await?;
        let code = Qr::of(&receipt.check).map_err(|error| Trouble::Ours(error.to_string()))?;
        if which == Which::Page {
            return Ok(Reply::page(page::page(&visit, &receipt, &code)));
        }
        let written = pdf::write(&receipt, &code).map_err(|error| Trouble::Ours(error.to_string()))?;
        let name = if matches!(which, Which::Slip { .. }) { "slip" } else { "receipt" };
        let named = format!("inline; filename=\"{name}-{}.pdf\"", receipt.number);
        let reply = Reply::bytes("application/pdf", written).header(header::CONTENT_DISPOSITION, &named);
        Ok(reply.header(header::CONTENT_SECURITY_POLICY, PDF_POLICY))
    }
}

impl PortalReceipt {
    async fn receipt(&self, visit: &Visit, service: Service, id: &DraftId, which: Which) -> Result<Receipt, Trouble> {
        // Opening asks a new device for the child's birth date first.
        let mine = open(&self.store, visit, service, id).await?;
        if mine.draft.sent.is_none() {
            return Err(Trouble::NotFound);
        }
        let (application, schools, head) = futures::try_join!(
            self.store.sent_application(id),
            self.directory.schools(),
            self.store.ledger_head(&mine.campaign.id),
        )?;
        let application = application.ok_or(Trouble::NotFound)?;
        if let Which::Slip { out } = which {
            return Receipt::slip(visit, &application, out, &schools).ok_or(Trouble::NotFound);
        }
        let folder = web::queue::ledger_folder(self.published.as_deref(), &mine.campaign.id);
        let ledger = Ledger { day: head.and_then(|head| head.day), folder };
        Ok(Receipt::new(visit, &application, (&mine.campaign, &schools, &ledger)))
    }
}
