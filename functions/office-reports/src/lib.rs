//! The office's reports: how many applications came, stand where, and wait too long. Everything was
//! counted when it happened; a school sees its own numbers.

mod figures;
mod page;
mod table;

use domain::Service;
use domain::directory::Campaign;
use store::Store;
use store::directory::{Directory, Schools};
use web::office::{Desk, Need, campaign_of, enter, meant, named};
use web::{Address, Method, Reply, Trouble, Visit};

use figures::Figures;

/// The function.
#[derive(Clone)]
pub struct Reports {
    /// Counters, officers' sessions, the campaign, places
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Reports { directory: Directory::new(store.clone()), store }).await
}

/// An officer at the reports, with what their pages tell.
struct Here<'a> {
    visit: &'a Visit,
    desk: Desk,
    campaign: Campaign,
    /// The services that have a campaign
    services: Vec<Service>,
    schools: &'a Schools,
}

impl Here<'_> {
    /// Where a table is as a file.
    fn csv(&self, table: &str) -> String {
        let to = Address::OfficeReportsCsv(self.visit.locale);
        match named(self.campaign.service) {
            Some(service) => format!("{to}?service={service}&table={table}"),
            None => format!("{to}?table={table}"),
        }
    }
}

impl web::Function for Reports {
    /// Shows the reports, or one of their tables as a file. Two waits.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        if visit.method != Method::Get {
            return Err(Trouble::Method);
        }
        let service = meant(visit.query.text("service"))?;
        let (desk, campaigns, schools) = futures::try_join!(
            enter(&self.store, &visit, Need::OFFICER),
            async { Ok(self.store.campaigns().await?) },
            async { Ok(self.directory.schools().await?) },
        )?;
        let (campaign, services) = campaign_of(service, campaigns)?;
        let here = Here { visit: &visit, desk, campaign, services, schools: &schools };
        let scope = here.desk.scope();
        let (report, terms) =
            futures::try_join!(self.store.report(&scope, &here.campaign.id), self.store.places(&here.campaign.id),)?;
        let figures = Figures::new(&here, report, &terms);
        match &visit.address {
            Address::OfficeReports(_) => Ok(Reply::page(page::page(&here, &figures))),
            Address::OfficeReportsCsv(_) => match visit.query.text("table") {
                "days" => Ok(table::days(&here, &figures)),
                "places" => Ok(table::places(&here, &figures)),
                _ => Err(Trouble::NotFound),
            },
            _ => Err(Trouble::NotFound),
        }
    }
}
