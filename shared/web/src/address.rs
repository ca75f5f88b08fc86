//! Every URL of the portal, read and written in one place.

use std::fmt;

use domain::directory::sheet::{ImportId, Sheet};
use domain::directory::{SchoolId, TeacherId};
use domain::life::Act;
use domain::{DraftId, Language, Locale, Place, Service, Slot, Step};
use store::stops::MailToken;

/// What a URL points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `/`: to the home page in the browser's language
    Root,
    /// `/{l}`
    Home(Locale),
    /// `/assets/{file}`
    Asset(String),
    /// `/{l}/{s}`: step 1 without a draft
    Start(Locale, Service),
    /// `/{l}/{s}/{draft}/{step}`
    Step(Locale, Service, DraftId, Step),
    /// `/{l}/{s}/{draft}/sent`: the thank-you page
    Sent(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/receipt`: the receipt of a sent application, a page to print
    Receipt(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/receipt.pdf`
    ReceiptPdf(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/slip.pdf`: the new school's acceptance slip of a transfer
    Slip(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/slip-out.pdf`: the old school's departure slip
    SlipOut(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/withdraw`: taking a sent application back
    Withdraw(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/correct`: correcting what was returned
    Correct(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/stay`: staying with the place that is held
    Stay(Locale, Service, DraftId),
    /// `/{l}/camp/{draft}/confirm`: taking the place in a camp that is offered
    Confirm(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/send-code`
    SendCode(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/look-up`
    LookUp(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/find-address`
    FindAddress(Locale, Service, DraftId),
    /// `/{l}/{s}/{draft}/documents/{slot}[/{action}]`
    Document(Locale, Service, DraftId, Slot, DocumentAction),
    /// `/{l}/suggest-address`
    SuggestAddress(Locale),
    /// `/{l}/status`: by number and IIN, without signing in
    Status(Locale),
    /// `/robots.txt`
    Robots,
    /// `/sitemap.xml`
    Sitemap,
    /// `/{l}/accessibility`: how the portal is used without a mouse, without sight, without scripts
    Accessibility(Locale),
    /// `/{l}/meals/check`: which category of free meals may fit
    MealsCheck(Locale),
    /// `/{l}/faq`
    Faq(Locale),
    /// `/{l}/school-search`: the school of residence by an address
    SchoolSearch(Locale),
    /// `/{l}/schools`: the schools of the city
    Schools(Locale),
    /// `/{l}/schools/compare`: up to three of them side by side
    SchoolsCompared(Locale),
    /// `/{l}/schools/{school}`
    SchoolPage(Locale, SchoolId),
    /// `/{l}/schools/{school}/territory`: the houses that it serves
    SchoolTerritory(Locale, SchoolId),
    /// `/{l}/teachers`: the teachers of the primary schools
    Teachers(Locale),
    /// `/{l}/teachers/{teacher}`
    TeacherPage(Locale, TeacherId),
    /// `/{l}/queue`: how the places of all schools stand
    Queue(Locale),
    /// `/{l}/queue/{school}`: those of one school, and who waits
    QueueOf(Locale, SchoolId),
    /// `/{l}/camps`: the calendar of the shifts of all camps, and how their places stand
    Camps(Locale),
    /// `/{l}/camps/{shift}`: one of them, and who waits
    CampShift(Locale, SchoolId),
    /// `/{l}/applications`
    Applications(Locale),
    /// `/{l}/applications/sign-in`
    SignIn(Locale),
    /// `/{l}/send-code`: the code for signing in
    SignInCode(Locale),
    /// `/{l}/unsubscribe/{token}`: no more letters, by the link in each
    Unsubscribe(Locale, MailToken),
    /// `/{l}/office`: where officers begin
    Office(Locale),
    /// `/{l}/office/applications/{id}`: an application as an officer sees it
    OfficeApplication(Locale, DraftId),
    /// `/{l}/office/applications/{id}/scans/{slot}`: the small picture of one of its scans
    OfficeScan(Locale, DraftId, Slot),
    /// `/{l}/office/applications/{id}/scans/{slot}/view`: one of its scans to look at closely
    OfficeScanView(Locale, DraftId, Slot),
    /// `/{l}/office/applications/{id}/scans/{slot}/file`: the scan itself
    OfficeScanFile(Locale, DraftId, Slot),
    /// `/{l}/office/reports`
    OfficeReports(Locale),
    /// `/{l}/office/reports.csv`: one of their tables, named by the query
    OfficeReportsCsv(Locale),
    /// `/{l}/office/applications/{id}/{act}`: deciding on an application; never a parent's act
    OfficeAct(Locale, DraftId, Act),
    /// `/{l}/office/applications/{id}/resolve`: which of several applications for a child is kept
    OfficeResolve(Locale, DraftId),
    /// `/{l}/office/enrol`: enrolling many at once
    OfficeEnrol(Locale),
    /// `/{l}/office/messages`: what did not reach a parent
    OfficeMessages(Locale),
    /// `/{l}/office/paper`: typing for parents who came in person
    OfficePaper(Locale),
    /// `/{l}/office/places`: how places stand
    OfficePlaces(Locale),
    /// `/{l}/office/places/{school}/{language}`: one of them, and changing its terms
    OfficePlace(Locale, Place),
    /// `/{l}/office/free-places`: what schools keep for transfers
    OfficeFreePlaces(Locale),
    /// `/{l}/office/directory`: the files of the directory
    OfficeDirectory(Locale),
    /// `/{l}/office/directory/{file}[/{action}]`
    OfficeSheet(Locale, Sheet, SheetAction),
    /// `/{l}/office/imports/{id}`: what became of a file that was sent, and applying it
    OfficeImport(Locale, ImportId),
    /// `/{l}/office/sign-in`: every step of an officer's sign-in
    OfficeSignIn(Locale),
    /// `/{l}/office/sign-out`
    OfficeSignOut(Locale),
}

/// What is done with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentAction {
    /// The document's own page, and the plain upload
    Page,
    /// A presigned form for the browser's script
    Ticket,
    /// Remove it
    Remove,
    /// The small picture
    Preview,
    /// How the check of the scan stands, for the script
    Status,
}

impl DocumentAction {
    const NAMED: [(Self, &'static str); 4] =
        [(Self::Ticket, "ticket"), (Self::Remove, "remove"), (Self::Preview, "preview"), (Self::Status, "status")];
}

/// What is done with a file of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetAction {
    /// The file's own page, and the plain upload
    Page,
    /// A presigned form for the browser's script
    Ticket,
    /// The rows that count, as a file
    Export,
}

impl SheetAction {
    const NAMED: [(Self, &'static str); 2] = [(Self::Ticket, "ticket"), (Self::Export, "export")];
}

impl Address {
    /// Reads a raw path. Anything that is not exactly a known address is none.
    pub fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let parts = match parts.as_slice() {
            [start @ .., ""] if !matches!(start, [] | [""]) => start,
            all => all,
        };
        let [first, rest @ ..] = parts else { return None };
        match (*first, rest) {
            ("", []) => return Some(Self::Root),
            ("robots.txt", []) => return Some(Self::Robots),
            ("sitemap.xml", []) => return Some(Self::Sitemap),
            ("assets", [file]) => return Some(Self::Asset((*file).to_owned())),
            _ => {}
        }
        let locale = Locale::parse(first)?;
        match rest {
            [] => Some(Self::Home(locale)),
            ["status"] => Some(Self::Status(locale)),
            ["accessibility"] => Some(Self::Accessibility(locale)),
            ["meals", "check"] => Some(Self::MealsCheck(locale)),
            ["faq"] => Some(Self::Faq(locale)),
            ["school-search"] => Some(Self::SchoolSearch(locale)),
            ["schools"] => Some(Self::Schools(locale)),
            // Such an id would be a school's own; nobody calls a school so.
            ["schools", "compare"] => Some(Self::SchoolsCompared(locale)),
            ["schools", school] => Some(Self::SchoolPage(locale, SchoolId::parse(school).ok()?)),
            ["schools", school, "territory"] => Some(Self::SchoolTerritory(locale, SchoolId::parse(school).ok()?)),
            ["teachers"] => Some(Self::Teachers(locale)),
            ["teachers", teacher] => Some(Self::TeacherPage(locale, TeacherId::parse(teacher).ok()?)),
            ["queue"] => Some(Self::Queue(locale)),
            ["queue", school] => Some(Self::QueueOf(locale, SchoolId::parse(school).ok()?)),
            ["camps"] => Some(Self::Camps(locale)),
            ["camps", shift] => Some(Self::CampShift(locale, SchoolId::parse(shift).ok()?)),
            ["applications"] => Some(Self::Applications(locale)),
            ["applications", "sign-in"] => Some(Self::SignIn(locale)),
            ["send-code"] => Some(Self::SignInCode(locale)),
            ["unsubscribe", token] => Some(Self::Unsubscribe(locale, MailToken::parse(token)?)),
            ["office", rest @ ..] => Self::of_office(locale, rest),
            ["suggest-address"] => Some(Self::SuggestAddress(locale)),
            [service] => Some(Self::Start(locale, Service::parse(service)?)),
            [service, draft, tail @ ..] => {
                Self::of_draft(locale, Service::parse(service)?, DraftId::parse(draft)?, tail)
            }
        }
    }

    fn of_office(locale: Locale, tail: &[&str]) -> Option<Self> {
        match tail {
            [] => Some(Self::Office(locale)),
            ["applications", id] => Some(Self::OfficeApplication(locale, DraftId::parse(id)?)),
            ["applications", id, "scans", slot] => {
                Some(Self::OfficeScan(locale, DraftId::parse(id)?, Slot::parse(slot)?))
            }
            ["applications", id, "resolve"] => Some(Self::OfficeResolve(locale, DraftId::parse(id)?)),
            ["applications", id, "scans", slot, "view"] => {
                Some(Self::OfficeScanView(locale, DraftId::parse(id)?, Slot::parse(slot)?))
            }
            ["applications", id, "scans", slot, "file"] => {
                Some(Self::OfficeScanFile(locale, DraftId::parse(id)?, Slot::parse(slot)?))
            }
            ["reports"] => Some(Self::OfficeReports(locale)),
            ["reports.csv"] => Some(Self::OfficeReportsCsv(locale)),
            ["applications", id, act] => {
                let act = Act::parse(act).filter(|act| act.groups().next().is_some())?;
                Some(Self::OfficeAct(locale, DraftId::parse(id)?, act))
            }
            ["enrol"] => Some(Self::OfficeEnrol(locale)),
            ["messages"] => Some(Self::OfficeMessages(locale)),
            ["paper"] => Some(Self::OfficePaper(locale)),
            ["places"] => Some(Self::OfficePlaces(locale)),
            ["places", school, language] => {
                let school = SchoolId::parse(school).ok()?;
                Some(Self::OfficePlace(locale, Place::new(school, Language::parse(language)?)))
            }
            ["free-places"] => Some(Self::OfficeFreePlaces(locale)),
            ["directory"] => Some(Self::OfficeDirectory(locale)),
            ["directory", sheet] => Some(Self::OfficeSheet(locale, Sheet::parse(sheet)?, SheetAction::Page)),
            ["directory", sheet, action] => {
                let (action, _) = SheetAction::NAMED.into_iter().find(|(_, name)| name == action)?;
                Some(Self::OfficeSheet(locale, Sheet::parse(sheet)?, action))
            }
            ["imports", id] => Some(Self::OfficeImport(locale, ImportId::parse(id)?)),
            ["sign-in"] => Some(Self::OfficeSignIn(locale)),
            ["sign-out"] => Some(Self::OfficeSignOut(locale)),
            _ => None,
        }
    }

    /// Whether it is one of the office's, with the office's own session and frame.
    pub fn is_office(&self) -> bool {
        self.office().is_some()
    }

    /// What the office's audit calls it: the kind of page, never whose application.
    pub fn office(&self) -> Option<&'static str> {
        match self {
            Self::Office(_) => Some("office"),
            Self::OfficeApplication(..) => Some("application"),
            Self::OfficeScan(..) | Self::OfficeScanView(..) | Self::OfficeScanFile(..) => Some("scan"),
            Self::OfficeReports(_) | Self::OfficeReportsCsv(_) => Some("reports"),
            Self::OfficeAct(_, _, act) => Some(act.code()),
            Self::OfficeResolve(..) => Some("resolve"),
            Self::OfficeEnrol(_) => Some("enrol-many"),
            Self::OfficeMessages(_) => Some("messages"),
            Self::OfficePaper(_) => Some("paper"),
            Self::OfficePlaces(_) | Self::OfficePlace(..) => Some("places"),
            Self::OfficeFreePlaces(_) => Some("free-places"),
            Self::OfficeDirectory(_) | Self::OfficeSheet(..) => Some("directory"),
            Self::OfficeImport(..) => Some("import"),
            Self::OfficeSignIn(_) => Some("sign-in"),
            Self::OfficeSignOut(_) => Some("sign-out"),
            Self::Root
            | Self::Home(_)
            | Self::Asset(_)
            | Self::Start(..)
            | Self::Step(..)
            | Self::Sent(..)
            | Self::Receipt(..)
            | Self::ReceiptPdf(..)
            | Self::Slip(..)
            | Self::SlipOut(..)
            | Self::Withdraw(..)
            | Self::Correct(..)
            | Self::Stay(..)
            | Self::Confirm(..)
            | Self::Unsubscribe(..)
            | Self::SendCode(..)
            | Self::LookUp(..)
            | Self::FindAddress(..)
            | Self::Document(..)
            | Self::SuggestAddress(_)
            | Self::Status(_)
            | Self::Robots
            | Self::Sitemap
            | Self::Accessibility(_)
            | Self::MealsCheck(_)
            | Self::Faq(_)
            | Self::SchoolSearch(_)
            | Self::Schools(_)
            | Self::SchoolsCompared(_)
            | Self::SchoolPage(..)
            | Self::SchoolTerritory(..)
            | Self::Teachers(_)
            | Self::TeacherPage(..)
            | Self::Queue(_)
            | Self::QueueOf(..)
            | Self::Camps(_)
            | Self::CampShift(..)
            | Self::Applications(_)
            | Self::SignIn(_)
            | Self::SignInCode(_) => None,
        }
    }

    /// Whether the answer is the same for everybody: no cookie is read for it and none is set, and anybody
    /// may keep a copy.
    pub fn is_public(&self) -> bool {
        matches!(
            self,
            Self::Root
                | Self::Home(_)
                | Self::Asset(_)
                | Self::Robots
                | Self::Sitemap
                | Self::SuggestAddress(_)
                | Self::Accessibility(_)
                | Self::Faq(_)
                | Self::SchoolSearch(_)
                | Self::Schools(_)
                | Self::SchoolsCompared(_)
                | Self::SchoolPage(..)
                | Self::SchoolTerritory(..)
                | Self::Teachers(_)
                | Self::TeacherPage(..)
                | Self::Queue(_)
                | Self::QueueOf(..)
                | Self::Camps(_)
                | Self::CampShift(..)
        )
    }

    fn of_draft(locale: Locale, service: Service, draft: DraftId, tail: &[&str]) -> Option<Self> {
        match tail {
            ["sent"] => Some(Self::Sent(locale, service, draft)),
            ["receipt"] => Some(Self::Receipt(locale, service, draft)),
            ["receipt.pdf"] => Some(Self::ReceiptPdf(locale, service, draft)),
            ["slip.pdf"] => Some(Self::Slip(locale, service, draft)),
            ["slip-out.pdf"] => Some(Self::SlipOut(locale, service, draft)),
            ["withdraw"] => Some(Self::Withdraw(locale, service, draft)),
            ["correct"] => Some(Self::Correct(locale, service, draft)),
            ["stay"] => Some(Self::Stay(locale, service, draft)),
            ["confirm"] if service == Service::Camp => Some(Self::Confirm(locale, service, draft)),
            ["send-code"] => Some(Self::SendCode(locale, service, draft)),
            ["look-up"] => Some(Self::LookUp(locale, service, draft)),
            ["find-address"] => Some(Self::FindAddress(locale, service, draft)),
            ["documents", slot] => {
                Some(Self::Document(locale, service, draft, Slot::parse(slot)?, DocumentAction::Page))
            }
            ["documents", slot, action] => {
                let (action, _) = DocumentAction::NAMED.into_iter().find(|(_, name)| name == action)?;
                Some(Self::Document(locale, service, draft, Slot::parse(slot)?, action))
            }
            [step] => {
                let step = Step::parse(step).filter(|step| service.path().contains(step))?;
                Some(Self::Step(locale, service, draft, step))
            }
            _ => None,
        }
    }

    /// The language of the page, if the address has one.
    pub fn locale(&self) -> Option<Locale> {
        match self {
            Self::Root | Self::Asset(_) | Self::Robots | Self::Sitemap => None,
            Self::Home(locale)
            | Self::Start(locale, _)
            | Self::Step(locale, ..)
            | Self::Sent(locale, ..)
            | Self::Receipt(locale, ..)
            | Self::ReceiptPdf(locale, ..)
            | Self::Slip(locale, ..)
            | Self::SlipOut(locale, ..)
            | Self::Withdraw(locale, ..)
            | Self::Correct(locale, ..)
            | Self::Stay(locale, ..)
            | Self::Confirm(locale, ..)
            | Self::Unsubscribe(locale, _)
            | Self::SendCode(locale, ..)
            | Self::LookUp(locale, ..)
            | Self::FindAddress(locale, ..)
            | Self::Document(locale, ..)
            | Self::SuggestAddress(locale)
            | Self::Status(locale)
            | Self::Accessibility(locale)
            | Self::MealsCheck(locale)
            | Self::Faq(locale)
            | Self::SchoolSearch(locale)
            | Self::Schools(locale)
            | Self::SchoolsCompared(locale)
            | Self::SchoolPage(locale, _)
            | Self::SchoolTerritory(locale, _)
            | Self::Teachers(locale)
            | Self::TeacherPage(locale, _)
            | Self::Queue(locale)
            | Self::QueueOf(locale, _)
            | Self::Camps(locale)
            | Self::CampShift(locale, _)
            | Self::Applications(locale)
            | Self::SignIn(locale)
            | Self::SignInCode(locale)
            | Self::Office(locale)
            | Self::OfficeApplication(locale, _)
            | Self::OfficeScan(locale, ..)
            | Self::OfficeScanView(locale, ..)
            | Self::OfficeScanFile(locale, ..)
            | Self::OfficeReports(locale)
            | Self::OfficeReportsCsv(locale)
            | Self::OfficeAct(locale, ..)
            | Self::OfficeResolve(locale, _)
            | Self::OfficeEnrol(locale)
            | Self::OfficeMessages(locale)
            | Self::OfficePaper(locale)
            | Self::OfficePlaces(locale)
            | Self::OfficePlace(locale, _)
            | Self::OfficeFreePlaces(locale)
            | Self::OfficeDirectory(locale)
            | Self::OfficeSheet(locale, ..)
            | Self::OfficeImport(locale, _)
            | Self::OfficeSignIn(locale)
            | Self::OfficeSignOut(locale) => Some(*locale),
        }
    }

    /// The same page in the other language.
    pub fn other_language(&self) -> Self {
        let mut other = self.clone();
        match &mut other {
            Self::Root | Self::Asset(_) | Self::Robots | Self::Sitemap => {}
            Self::Home(locale)
            | Self::Start(locale, _)
            | Self::Step(locale, ..)
            | Self::Sent(locale, ..)
            | Self::Receipt(locale, ..)
            | Self::ReceiptPdf(locale, ..)
            | Self::Slip(locale, ..)
            | Self::SlipOut(locale, ..)
            | Self::Withdraw(locale, ..)
            | Self::Correct(locale, ..)
            | Self::Stay(locale, ..)
            | Self::Confirm(locale, ..)
            | Self::Unsubscribe(locale, _)
            | Self::SendCode(locale, ..)
            | Self::LookUp(locale, ..)
            | Self::FindAddress(locale, ..)
            | Self::Document(locale, ..)
            | Self::SuggestAddress(locale)
            | Self::Status(locale)
            | Self::Accessibility(locale)
            | Self::MealsCheck(locale)
            | Self::Faq(locale)
            | Self::SchoolSearch(locale)
            | Self::Schools(locale)
            | Self::SchoolsCompared(locale)
            | Self::SchoolPage(locale, _)
            | Self::SchoolTerritory(locale, _)
            | Self::Teachers(locale)
            | Self::TeacherPage(locale, _)
            | Self::Queue(locale)
            | Self::QueueOf(locale, _)
            | Self::Camps(locale)
            | Self::CampShift(locale, _)
            | Self::Applications(locale)
            | Self::SignIn(locale)
            | Self::SignInCode(locale)
            | Self::Office(locale)
            | Self::OfficeApplication(locale, _)
            | Self::OfficeScan(locale, ..)
            | Self::OfficeScanView(locale, ..)
            | Self::OfficeScanFile(locale, ..)
            | Self::OfficeReports(locale)
            | Self::OfficeReportsCsv(locale)
            | Self::OfficeAct(locale, ..)
            | Self::OfficeResolve(locale, _)
            | Self::OfficeEnrol(locale)
            | Self::OfficeMessages(locale)
            | Self::OfficePaper(locale)
            | Self::OfficePlaces(locale)
            | Self::OfficePlace(locale, _)
            | Self::OfficeFreePlaces(locale)
            | Self::OfficeDirectory(locale)
            | Self::OfficeSheet(locale, ..)
            | Self::OfficeImport(locale, _)
            | Self::OfficeSignIn(locale)
            | Self::OfficeSignOut(locale) => *locale = locale.other(),
        }
        other
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_draft = |f: &mut fmt::Formatter<'_>, locale: &Locale, service: &Service, draft: &DraftId, tail: &str| {
            write!(f, "/{}/{}/{draft}/{tail}", locale.code(), service.code())
        };
        match self {
            Self::Root => f.write_str("/"),
            Self::Home(locale) => write!(f, "/{}", locale.code()),
            Self::Asset(file) => write!(f, "/assets/{file}"),
            Self::Start(locale, service) => write!(f, "/{}/{}", locale.code(), service.code()),
            Self::Step(locale, service, draft, step) => of_draft(f, locale, service, draft, step.code()),
            Self::Sent(locale, service, draft) => of_draft(f, locale, service, draft, "sent"),
            Self::Receipt(locale, service, draft) => of_draft(f, locale, service, draft, "receipt"),
            Self::ReceiptPdf(locale, service, draft) => of_draft(f, locale, service, draft, "receipt.pdf"),
            Self::Slip(locale, service, draft) => of_draft(f, locale, service, draft, "slip.pdf"),
            Self::SlipOut(locale, service, draft) => of_draft(f, locale, service, draft, "slip-out.pdf"),
            Self::Withdraw(locale, service, draft) => of_draft(f, locale, service, draft, "withdraw"),
            Self::Correct(locale, service, draft) => of_draft(f, locale, service, draft, "correct"),
            Self::Stay(locale, service, draft) => of_draft(f, locale, service, draft, "stay"),
            Self::Confirm(locale, service, draft) => of_draft(f, locale, service, draft, "confirm"),
            Self::Unsubscribe(locale, token) => write!(f, "/{}/unsubscribe/{}", locale.code(), token.as_str()),
            Self::SendCode(locale, service, draft) => of_draft(f, locale, service, draft, "send-code"),
            Self::LookUp(locale, service, draft) => of_draft(f, locale, service, draft, "look-up"),
            Self::FindAddress(locale, service, draft) => of_draft(f, locale, service, draft, "find-address"),
            Self::Document(locale, service, draft, slot, action) => {
                of_draft(f, locale, service, draft, "documents/")?;
                f.write_str(slot.code())?;
                match DocumentAction::NAMED.iter().find(|(named, _)| named == action) {
                    Some((_, name)) => write!(f, "/{name}"),
                    None => Ok(()),
                }
            }
            Self::SuggestAddress(locale) => write!(f, "/{}/suggest-address", locale.code()),
            Self::Status(locale) => write!(f, "/{}/status", locale.code()),
            Self::Robots => f.write_str("/robots.txt"),
            Self::Sitemap => f.write_str("/sitemap.xml"),
            Self::Accessibility(locale) => write!(f, "/{}/accessibility", locale.code()),
            Self::MealsCheck(locale) => write!(f, "/{}/meals/check", locale.code()),
            Self::Faq(locale) => write!(f, "/{}/faq", locale.code()),
            Self::SchoolSearch(locale) => write!(f, "/{}/school-search", locale.code()),
            Self::Schools(locale) => write!(f, "/{}/schools", locale.code()),
            Self::SchoolsCompared(locale) => write!(f, "/{}/schools/compare", locale.code()),
            Self::SchoolPage(locale, school) => write!(f, "/{}/schools/{school}", locale.code()),
            Self::SchoolTerritory(locale, school) => write!(f, "/{}/schools/{school}/territory", locale.code()),
            Self::Teachers(locale) => write!(f, "/{}/teachers", locale.code()),
            Self::TeacherPage(locale, teacher) => write!(f, "/{}/teachers/{teacher}", locale.code()),
            Self::Queue(locale) => write!(f, "/{}/queue", locale.code()),
            Self::QueueOf(locale, school) => write!(f, "/{}/queue/{school}", locale.code()),
            Self::Camps(locale) => write!(f, "/{}/camps", locale.code()),
            Self::CampShift(locale, shift) => write!(f, "/{}/camps/{shift}", locale.code()),
            Self::Applications(locale) => write!(f, "/{}/applications", locale.code()),
            Self::SignIn(locale) => write!(f, "/{}/applications/sign-in", locale.code()),
            Self::SignInCode(locale) => write!(f, "/{}/send-code", locale.code()),
            Self::Office(locale) => write!(f, "/{}/office", locale.code()),
            Self::OfficeApplication(locale, id) => write!(f, "/{}/office/applications/{id}", locale.code()),
            Self::OfficeScan(locale, id, slot) => {
                write!(f, "/{}/office/applications/{id}/scans/{}", locale.code(), slot.code())
            }
            Self::OfficeScanView(locale, id, slot) => {
                write!(f, "/{}/office/applications/{id}/scans/{}/view", locale.code(), slot.code())
            }
            Self::OfficeScanFile(locale, id, slot) => {
                write!(f, "/{}/office/applications/{id}/scans/{}/file", locale.code(), slot.code())
            }
            Self::OfficeReports(locale) => write!(f, "/{}/office/reports", locale.code()),
            Self::OfficeReportsCsv(locale) => write!(f, "/{}/office/reports.csv", locale.code()),
            Self::OfficeAct(locale, id, act) => {
                write!(f, "/{}/office/applications/{id}/{}", locale.code(), act.code())
            }
            Self::OfficeResolve(locale, id) => write!(f, "/{}/office/applications/{id}/resolve", locale.code()),
            Self::OfficeEnrol(locale) => write!(f, "/{}/office/enrol", locale.code()),
            Self::OfficeMessages(locale) => write!(f, "/{}/office/messages", locale.code()),
            Self::OfficePaper(locale) => write!(f, "/{}/office/paper", locale.code()),
            Self::OfficePlaces(locale) => write!(f, "/{}/office/places", locale.code()),
            Self::OfficePlace(locale, place) => {
                write!(f, "/{}/office/places/{}/{}", locale.code(), place.school, place.language.code())
            }
            Self::OfficeFreePlaces(locale) => write!(f, "/{}/office/free-places", locale.code()),
            Self::OfficeDirectory(locale) => write!(f, "/{}/office/directory", locale.code()),
            Self::OfficeSheet(locale, sheet, action) => {
                write!(f, "/{}/office/directory/{}", locale.code(), sheet.code())?;
                match SheetAction::NAMED.iter().find(|(named, _)| named == action) {
                    Some((_, name)) => write!(f, "/{name}"),
                    None => Ok(()),
                }
            }
            Self::OfficeImport(locale, id) => write!(f, "/{}/office/imports/{id}", locale.code()),
            Self::OfficeSignIn(locale) => write!(f, "/{}/office/sign-in", locale.code()),
            Self::OfficeSignOut(locale) => write!(f, "/{}/office/sign-out", locale.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_read_back_as_it_is_written_and_changes_only_its_language() {
        let (l, s, d) = (Locale::Kk, Service::FirstGrade, DraftId::from_bytes([7; 16]));
        let mut all = vec![
            Address::Root,
            Address::Home(l),
            Address::Asset("style.1234.css".to_owned()),
            Address::Start(l, s),
            Address::Sent(l, s, d.clone()),
            Address::Receipt(l, s, d.clone()),
            Address::ReceiptPdf(l, s, d.clone()),
            Address::Slip(l, s, d.clone()),
            Address::SlipOut(l, s, d.clone()),
            Address::Withdraw(l, s, d.clone()),
            Address::Correct(l, s, d.clone()),
            Address::Stay(l, s, d.clone()),
            Address::Confirm(l, Service::Camp, d.clone()),
            Address::Status(l),
            Address::SendCode(l, s, d.clone()),
            Address::LookUp(l, s, d.clone()),
            Address::FindAddress(l, s, d.clone()),
            Address::SuggestAddress(l),
            Address::Applications(l),
            Address::SignIn(l),
            Address::SignInCode(l),
            Address::Office(l),
            Address::OfficeApplication(l, d.clone()),
            Address::OfficeScan(l, d.clone(), Slot::Photo),
            Address::OfficeResolve(l, d.clone()),
            Address::OfficeEnrol(l),
            Address::OfficeMessages(l),
            Address::OfficePaper(l),
            Address::OfficeScanView(l, d.clone(), Slot::Photo),
            Address::OfficeScanFile(l, d.clone(), Slot::Photo),
            Address::OfficeReports(l),
            Address::OfficeReportsCsv(l),
            Address::OfficePlaces(l),
            Address::OfficeFreePlaces(l),
            Address::OfficeDirectory(l),
            Address::OfficeImport(l, ImportId::from_bytes([7; 16])),
            Address::OfficeSignIn(l),
            Address::OfficeSignOut(l),
        ];
        all.extend([Address::Robots, Address::Sitemap, Address::Accessibility(l), Address::Faq(l)]);
        all.extend([Address::MealsCheck(l), Address::Camps(l)]);
        all.extend([Address::SchoolSearch(l), Address::Schools(l), Address::SchoolsCompared(l), Address::Teachers(l)]);
        for page in [Address::SchoolPage, Address::SchoolTerritory] {
            all.extend(SchoolId::parse("school-14").map(|school| page(l, school)));
        }
        all.extend(TeacherId::parse("teacher-7").map(|teacher| Address::TeacherPage(l, teacher)));
        all.push(Address::Queue(l));
        all.extend(SchoolId::parse("school-14").map(|school| Address::QueueOf(l, school)));
        let place = |school: SchoolId| Address::OfficePlace(l, Place::new(school, Language::Russian));
        all.extend(SchoolId::parse("school-14").map(place));
        all.extend(MailToken::parse(&"0a".repeat(32)).map(|token| Address::Unsubscribe(l, token)));
        let acts = Act::ALL.into_iter().filter(|act| act.groups().next().is_some());
        all.extend(acts.map(|act| Address::OfficeAct(l, d.clone(), act)));
        for action in [SheetAction::Page, SheetAction::Ticket, SheetAction::Export] {
            all.extend(Sheet::ALL.map(|sheet| Address::OfficeSheet(l, sheet, action)));
        }
        for service in Service::ALL {
            all.extend(service.path().map(|step| Address::Step(l, service, d.clone(), step)));
        }
        for action in [
            DocumentAction::Page,
            DocumentAction::Ticket,
            DocumentAction::Remove,
            DocumentAction::Preview,
            DocumentAction::Status,
        ] {
            all.push(Address::Document(l, s, d.clone(), Slot::Photo, action));
        }
        for address in all {
            assert_eq!(Address::parse(&address.to_string()), Some(address.clone()), "{address}");
            assert_eq!(address.other_language().other_language(), address);
            assert_eq!(address.locale().is_some(), address.other_language() != address);
        }
    }

    #[test]
    fn what_is_not_an_address_is_none() {
        for path in [
            "",
            "/en",
            "/ru/x",
            "/ru/first-grade/1/review",
            "//",
            "/ru//first-grade",
            "/ru/applications/x",
            "/ru/queue/School",
            "/ru/queue/..",
            "/ru/robots.txt",
            "/sitemap.xml/ru",
            "/ru/schools/School",
            "/ru/schools/compare/x",
            "/ru/schools/school-14/x",
            "/ru/schools/school-14/territory/x",
            "/ru/teachers/../office",
            "/ru/faq/x",
            "/ru/queue/a/b",
            "/ru/unsubscribe",
            "/ru/unsubscribe/0a",
            "/ru/office/x",
            "/ru/office/applications",
            "/ru/office/applications/1",
            "/ru/office/applications/07070707070707070707070707070707/withdraw",
            "/ru/office/enrol/x",
            "/ru/office/places/school-1",
            "/ru/office/places/school-1/english",
            "/ru/office/places/School/kazakh",
            "/ru/office/places/school-1/kazakh/x",
            "/ru/office/directory/register-people",
            "/ru/office/directory/schools/x",
            "/ru/office/directory/schools/export/x",
            "/ru/office/imports",
            "/ru/office/imports/..",
            "/ru/office/sign-in/x",
            "/assets/a/b",
            "/assets",
        ] {
            assert_eq!(Address::parse(path), None, "{path}");
        }
        assert_eq!(Address::parse("/ru/"), Some(Address::Home(Locale::Ru)), "a trailing slash is forgiven");
    }
}
