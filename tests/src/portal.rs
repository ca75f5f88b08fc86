//! The functions that answer pages, in this process and against the local stack's AWS: every
//! call they make can be watched and broken.

use std::cell::Cell;
use std::sync::Arc;

use count_applications::CountApplications;
use deliver_message::DeliverMessage;
use domain::life::Act;
use domain::{Date, Step, Timestamp};
use files::{Bucket, Published};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use lambda_http::{Body, Request, Response};
use look_up_person::{LookUp, Source};
use notify::{Mail, Queue, Sms};
use officers::{Pool, PoolConfig};
use on_application_changed::OnApplicationChanged;
use on_directory_uploaded::OnDirectoryUploaded;
use on_document_uploaded::OnDocumentUploaded;
use recalculate_quotas::RecalculateQuotas;
use register::Gateway;
use store::codes::Ceilings;
use store::directory::Directory;
use store::recalculation::Recalculation;
use store::register::TableRegister;
use store::sessions::random;
use store::{CodeKeys, LookupKey, Store, Tables};
use testkit::Wire;
use web::{Address, Reply, Site, Trouble, Visit};

use crate::undo::Undo;
use crate::{Engine, Error, Page, Result, Stack, bucket, notes, tables};

/// The functions without a gateway, queues and streams.
#[derive(Debug)]
pub struct Portal {
    /// What the functions see of AWS
    pub wire: Wire,
    /// The functions' store, on the same wire
    pub store: Store,
    /// The names of the tables
    pub tables: Tables,
    /// The key of keyed hashes
    pub key: LookupKey,
    code_keys: CodeKeys,
    /// The bucket of scans
    pub bucket: Bucket,
    /// The name of the bucket
    pub bucket_name: String,
    /// The stack's own are for the stack; the counts are shared with it
    pub ceilings: Cell<Ceilings>,
    stopped: Cell<Option<Timestamp>>,
    ahead: Cell<SignedDuration>,
    site: Arc<Site>,
    /// Without the wire
    bare: testkit::SdkConfig,
    /// Where DynamoDB answers
    dynamodb: String,
    /// Where mail and the officers' pool answer
    stand_in: String,
    aws: testkit::SdkConfig,
    mail_from: String,
    messages: String,
    register: Source,
    officers: PoolConfig,
    pool: Pool,
    /// The city's lists as a warm function has them in memory; none where each visit reads them anew
    lists: Option<Directory>,
}

/// The key of keyed hashes where there are tables and nothing else.
pub const NOBODYS_KEY: &str = "6e6f626f64796e6f626f64796e6f626f64796e6f626f64796e6f626f64796e6f";

/// What a portal needs beside its tables and its bucket.
#[derive(Debug)]
pub struct Beside {
    key: LookupKey,
    code_keys: CodeKeys,
    officers: PoolConfig,
    mail_from: String,
    messages: String,
}

impl Beside {
    /// The stack's.
    ///
    /// # Errors
    /// A stack that is described only in part.
    pub fn of_the_stack() -> Result<Self> {
        Ok(Self {
            key: LookupKey::parse(&named("LOOKUP_KEY")?)?,
            code_keys: CodeKeys::parse(&named("CODE_KEYS")?)?,
            officers: PoolConfig {
                pool: named("OFFICER_POOL")?,
                client: named("OFFICER_CLIENT")?,
                keys_url: Some(named("OFFICER_KEYS_URL")?),
            },
            mail_from: named("MAIL_FROM")?,
            messages: named("MESSAGES_QUEUE_URL")?,
        })
    }

    /// Nobody's: there are tables and nothing else.
    ///
    /// # Errors
    /// None: the key is one.
    pub fn nothing() -> Result<Self> {
        let nowhere = || "nowhere".to_owned();
        Ok(Self {
            key: LookupKey::parse(NOBODYS_KEY)?,
            code_keys: CodeKeys::parse(NOBODYS_KEY)?,
            officers: PoolConfig { pool: nowhere(), client: nowhere(), keys_url: None },
            mail_from: nowhere(),
            messages: nowhere(),
        })
    }
}

impl Portal {
    /// The functions over the tables and the bucket of a stack, with pages at `origin`.
    ///
    /// # Errors
    /// A stack that is described only in part.
    pub async fn over(stack: &Stack, origin: &str) -> Result<Self> {
        let beside = Beside::of_the_stack()?;
        Self::with(stack, origin, Tables::read(named)?, named("DOCUMENTS_BUCKET")?, beside).await
    }

    /// The functions over a table of applications and a bucket of their own: the stack's functions
    /// neither hear of what happens in them nor touch it.
    ///
    /// # Errors
    /// A stack that is described only in part, or does not answer.
    pub async fn apart(stack: &Stack) -> Result<Self> {
        let name = format!("apart-{}", Self::unique()?);
        tables::create(stack, "Applications", &name)?;
        bucket::create(stack, &name)?;
        let tables = Tables { applications: name.clone(), ..Tables::read(named)? };
        Self::with(stack, &stack.origin, tables, name, Beside::of_the_stack()?).await
    }

    /// The functions over a directory and a bucket of their own, with nothing in them.
    ///
    /// # Errors
    /// A stack that is described only in part, or does not answer.
    pub async fn with_own_directory(stack: &Stack) -> Result<Self> {
        let name = format!("apart-{}", Self::unique()?);
        tables::create(stack, "Directory", &name)?;
        bucket::create(stack, &name)?;
        let tables = Tables { directory: name.clone(), places: name.clone(), ..Tables::read(named)? };
        Self::with(stack, &stack.origin, tables, name, Beside::of_the_stack()?).await
    }

    /// A word that nobody has used.
    ///
    /// # Errors
    /// No randomness.
    pub fn unique() -> Result<String> {
        Ok(hex::encode(random::<6>()?))
    }

    async fn with(stack: &Stack, origin: &str, tables: Tables, bucket_name: String, beside: Beside) -> Result<Self> {
        Self::of(stack, testkit::emulator(&stack.endpoint).await, origin, tables, bucket_name, beside)
    }

    pub(crate) fn of(
        stack: &Stack,
        bare: testkit::SdkConfig,
        origin: &str,
        tables: Tables,
        bucket_name: String,
        beside: Beside,
    ) -> Result<Self> {
        let wire = match stack.engine {
            Engine::Emulator | Engine::Embedded => Wire::default(),
            Engine::DynamoDbLocal => Wire::metered(),
            Engine::Counted => Wire::counting(),
        };
        let wire = wire.noted(notes::used);
        let dynamodb = stack.endpoint_of("dynamodb").to_owned();
        let aws = wire.around(&bare);
        let bucket = Bucket::new(&aws, bucket_name.clone(), None)?;
        let site = Site { bucket_origin: Some(bucket.origin().to_owned()), ..testkit::site(origin) };
        let Beside { key, code_keys, officers, mail_from, messages } = beside;
        let store = store_over(&aws, &dynamodb, &tables, (&key, &code_keys));
        Ok(Self {
            pool: Pool::new(&at(&aws, &stack.stand_in), officers.clone()),
            officers,
            register: Source::Table(TableRegister::new(store.clone())),
            store,
            wire,
            tables,
            key,
            code_keys,
            bucket,
            bucket_name,
            ceilings: Cell::new(Ceilings { sms_a_day: 1_000_000, network_an_hour: 1_000_000 }),
            stopped: Cell::default(),
            ahead: Cell::default(),
            site: Arc::new(site),
            bare,
            dynamodb,
            stand_in: stack.stand_in.clone(),
            aws,
            mail_from,
            messages,
            lists: None,
        })
    }

    /// The same portal once more, on a wire of its own and by the clock as it stands: what is broken or
    /// counted there concerns nobody else.
    ///
    /// # Errors
    /// A bucket that is none.
    pub fn on_its_own_wire(&self) -> Result<Self> {
        self.on(self.wire.another())
    }

    /// The same portal once more, whose writing is remembered so that it can be undone.
    ///
    /// # Errors
    /// A bucket that is none.
    pub fn remembering(&self, undo: &Undo) -> Result<Self> {
        self.on(undo.watching(self.wire.another()))
    }

    fn on(&self, wire: Wire) -> Result<Self> {
        let aws = wire.around(&self.bare);
        let store = store_over(&aws, &self.dynamodb, &self.tables, (&self.key, &self.code_keys));
        Ok(Self {
            pool: Pool::new(&at(&aws, &self.stand_in), self.officers.clone()),
            officers: self.officers.clone(),
            register: Source::Table(TableRegister::new(store.clone())),
            store,
            wire,
            tables: self.tables.clone(),
            key: self.key.clone(),
            code_keys: self.code_keys.clone(),
            bucket: Bucket::new(&aws, self.bucket_name.clone(), None)?,
            bucket_name: self.bucket_name.clone(),
            ceilings: self.ceilings.clone(),
            stopped: self.stopped.clone(),
            ahead: self.ahead.clone(),
            site: Arc::clone(&self.site),
            bare: self.bare.clone(),
            dynamodb: self.dynamodb.clone(),
            stand_in: self.stand_in.clone(),
            aws,
            mail_from: self.mail_from.clone(),
            messages: self.messages.clone(),
            lists: self.lists.clone(),
        })
    }

    /// The same portal with the state register behind a gateway.
    #[must_use]
    pub fn with_gateway(self, gateway: Gateway) -> Self {
        Self { register: Source::Gateway(Box::new(gateway)), ..self }
    }

    /// The same portal with the city's lists kept in memory between requests, as warm functions keep them.
    #[must_use]
    pub fn warm(self) -> Self {
        Self { lists: Some(Directory::new(self.store.clone())), ..self }
    }

    /// The same portal with another queue of messages, which nobody empties.
    #[must_use]
    pub fn with_messages(self, queue: String) -> Self {
        Self { messages: queue, ..self }
    }

    /// The portal's clock.
    pub fn now(&self) -> Timestamp {
        self.stopped.get().unwrap_or_else(Timestamp::now) + self.ahead.get()
    }

    /// Stops the portal's clock at an instant: from then on it goes by [`Portal::wait`] alone.
    pub fn stop(&self, at: Timestamp) {
        self.stopped.set(Some(at));
        self.ahead.set(SignedDuration::ZERO);
    }

    /// The city's time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.site.city.time_zone
    }

    /// The city's day by the portal's clock.
    pub fn today(&self) -> Date {
        self.site.local(self.now()).date()
    }

    /// Lets time pass, for the portal alone.
    pub fn wait(&self, time: SignedDuration) {
        self.ahead.set(self.ahead.get() + time);
    }

    /// A request through its function.
    pub async fn answer(&self, request: Request) -> Response<Body> {
        // All functions in one future are too much for the stack of a test.
        let handle = |visit| async { self.handle(visit).await.inspect_err(told) };
        Box::pin(web::answer(request, &self.site, self.now(), &handle)).await
    }

    /// The function that checks scans.
    pub fn on_document_uploaded(&self) -> OnDocumentUploaded {
        OnDocumentUploaded { store: self.store.clone(), bucket: self.bucket.clone() }
    }

    /// The function that checks files of the directory.
    pub fn on_directory_uploaded(&self) -> OnDirectoryUploaded {
        OnDirectoryUploaded { store: self.store.clone(), bucket: self.bucket.clone(), now: Timestamp::now }
    }

    /// The function that hears of changes, in front of one queue for messages and files.
    pub fn on_application_changed(&self, queue: &str) -> OnApplicationChanged {
        OnApplicationChanged { messages: Queue::new(&self.aws, queue), uploads: Queue::new(&self.aws, queue) }
    }

    /// The function that counts what happens, by the portal's own days and a clock of its own.
    pub fn count_applications(&self, now: fn() -> Timestamp) -> CountApplications {
        CountApplications { store: self.store.clone(), zone: self.site.city.time_zone.clone(), now }
    }

    /// The function that recalculates, with a clock of its own; it publishes into the portal's bucket.
    pub fn recalculate_quotas(&self, now: fn() -> Timestamp) -> RecalculateQuotas {
        let published = Published::new(&self.aws, self.bucket_name.clone());
        self.recalculate_into(published, now)
    }

    /// The same, publishing elsewhere.
    pub fn recalculate_into(&self, published: Published, now: fn() -> Timestamp) -> RecalculateQuotas {
        let (store, zone) = (self.store.clone(), self.site.city.time_zone.clone());
        RecalculateQuotas { recalculation: Recalculation::new(store.clone()), store, published, zone, now }
    }

    /// What sends texts, and what sends mail.
    fn messengers(&self) -> (Sms, Mail) {
        (Sms::new(&self.aws, None), Mail::new(&at(&self.aws, &self.stand_in), self.mail_from.clone()))
    }

    /// The function that sends messages, by a clock of its own.
    pub fn deliver_message(&self, now: fn() -> Timestamp) -> DeliverMessage {
        let (sms, mail) = self.messengers();
        DeliverMessage { store: self.store.clone(), sms, mail, origin: self.site.origin.clone(), now }
    }

    /// The function that ends what ends by itself, with a clock of its own.
    pub fn expire_deadlines(&self, now: fn() -> Timestamp) -> expire_deadlines::ExpireDeadlines {
        expire_deadlines::ExpireDeadlines { store: self.store.clone(), zone: self.zone().clone(), now }
    }

    /// From now on with another configuration of the public side.
    pub fn set_site(&mut self, site: Site) {
        self.site = Arc::new(site);
    }

    /// A page as a browser has it.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn page(&self, request: Request) -> Result<Page> {
        let path = request.uri().path().to_owned();
        let (parts, body) = self.answer(request).await.into_parts();
        let location = parts.headers.get("location").map(|value| value.to_str().map(str::to_owned)).transpose()?;
        let (bytes, status) = (body.to_vec(), parts.status.as_u16());
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Page { status, path, location, headers: parts.headers, body, bytes })
    }

    /// As the gateway's routes do. The functions are made anew for each request, as at a cold
    /// start: what they keep in memory between requests saves no waits here, unless the portal is [`Portal::warm`].
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let store = self.store.clone();
        let directory = || self.lists.clone().unwrap_or_else(|| Directory::new(self.store.clone()));
        let published = || Some(PUBLISHED.to_owned());
        match &visit.address {
            Address::Root | Address::Home(_) | Address::Accessibility(_) | Address::Robots | Address::Sitemap => {
                portal_home::Home { store, directory: directory() }.within(visit).await
            }
            Address::Asset(_) => portal_assets::Assets.within(visit).await,
            Address::Start(..) | Address::Step(.., Step::Service) => {
                wizard_service::ServiceStep { store }.within(visit).await
            }
            Address::Step(.., Step::Contacts) => wizard_contacts::ContactsStep { store }.within(visit).await,
            Address::Step(.., Step::Family) => wizard_family::FamilyStep { store }.within(visit).await,
            Address::Step(.., Step::School) => {
                wizard_school::SchoolStep { store, directory: directory() }.within(visit).await
            }
            Address::Step(.., Step::Transfer) => {
                wizard_transfer::TransferStep { store, directory: directory() }.within(visit).await
            }
            Address::Step(.., Step::Meals) | Address::MealsCheck(_) => {
                wizard_meals::MealsStep { store, directory: directory() }.within(visit).await
            }
            Address::Step(.., Step::Camp) => {
                wizard_camp::CampStep { store, directory: directory() }.within(visit).await
            }
            Address::Confirm(..) => camp_confirm::CampConfirm { store, directory: directory() }.within(visit).await,
            Address::Step(.., Step::Consent) => wizard_consent::ConsentStep { store }.within(visit).await,
            Address::Step(.., Step::Review) | Address::Sent(..) => {
                wizard_review::ReviewStep { store, directory: directory() }.within(visit).await
            }
            Address::Receipt(..) | Address::ReceiptPdf(..) | Address::Slip(..) | Address::SlipOut(..) => {
                portal_receipt::PortalReceipt { store, directory: directory(), published: published() }
                    .within(visit)
                    .await
            }
            Address::Withdraw(..) => application_withdraw::Withdraw { store }.within(visit).await,
            Address::Correct(..) => application_correct::Correct { store }.within(visit).await,
            Address::Stay(..) => application_stay::Stay { store, directory: directory() }.within(visit).await,
            Address::Unsubscribe(..) => portal_unsubscribe::Unsubscribe { store }.within(visit).await,
            Address::Status(_) => portal_status::StatusCheck { store, directory: directory() }.within(visit).await,
            Address::SchoolSearch(_) | Address::SchoolTerritory(..) => {
                portal_school_search::SchoolSearch { store, directory: directory() }.within(visit).await
            }
            Address::Schools(_) | Address::SchoolsCompared(_) | Address::SchoolPage(..) => {
                portal_schools::Schools { store, directory: directory() }.within(visit).await
            }
            Address::Teachers(_) | Address::TeacherPage(..) => {
                portal_teachers::Teachers { directory: directory() }.within(visit).await
            }
            Address::Faq(_) => portal_faq::Faq.within(visit).await,
            Address::Queue(_) | Address::QueueOf(..) | Address::Camps(_) | Address::CampShift(..) => {
                portal_queue::PortalQueue { store, directory: directory(), published: published() }.within(visit).await
            }
            Address::SendCode(..) | Address::SignInCode(_) => {
                let (sms, mail) = self.messengers();
                send_code::SendCode { store, sms, mail, ceilings: self.ceilings.get() }.within(visit).await
            }
            Address::LookUp(..) => LookUp { store, register: self.register.clone() }.within(visit).await,
            Address::FindAddress(..) | Address::SuggestAddress(_) => {
                suggest_address::SuggestAddress { store, directory: directory() }.within(visit).await
            }
            Address::Document(..) => {
                upload_document::UploadDocument { store, bucket: self.bucket.clone() }.within(visit).await
            }
            Address::OfficeSignIn(_) | Address::OfficeSignOut(_) => {
                office_sign_in::Door { store, pool: self.pool.clone() }.within(visit).await
            }
            Address::Office(_) => office_inbox::Inbox { store, directory: directory() }.within(visit).await,
            Address::OfficeReports(_) | Address::OfficeReportsCsv(_) => {
                office_reports::Reports { store, directory: directory() }.within(visit).await
            }
            Address::OfficeApplication(..)
            | Address::OfficeScan(..)
            | Address::OfficeScanView(..)
            | Address::OfficeScanFile(..) => {
                let bucket = self.bucket.clone();
                office_application::OneApplication { store, directory: directory(), bucket }.within(visit).await
            }
            Address::OfficePaper(_) => office_paper::Paper { store }.within(visit).await,
            Address::OfficeAct(.., Act::Accept) => office_accept_transfer::Accept { store }.within(visit).await,
            Address::OfficeAct(.., Act::Release) => office_release_transfer::Release { store }.within(visit).await,
            Address::OfficeFreePlaces(_) => {
                office_free_places::FreeRooms { store, directory: directory() }.within(visit).await
            }
            Address::OfficeAct(.., Act::Approve) => office_approve_meals::Approve { store }.within(visit).await,
            Address::OfficeAct(.., Act::Register) => office_register::Register { store }.within(visit).await,
            Address::OfficeAct(.., Act::Return) => office_return::Return { store }.within(visit).await,
            Address::OfficeAct(.., Act::Refuse) => office_refuse::Refuse { store }.within(visit).await,
            Address::OfficeAct(.., Act::Confirm) => office_confirm::Confirm { store }.within(visit).await,
            Address::OfficeAct(.., Act::Decline) => office_decline::Decline { store }.within(visit).await,
            Address::OfficeAct(.., Act::Enrol) => office_enrol::Enrol { store }.within(visit).await,
            Address::OfficeAct(.., Act::Assign) => {
                office_assign_territory::Assign { store, directory: directory() }.within(visit).await
            }
            Address::OfficeAct(
                ..,
                Act::Resend
                | Act::Strike
                | Act::Stay
                | Act::Move
                | Act::Withdraw
                | Act::Offer
                | Act::Expire
                | Act::Remind
                | Act::Lapse,
            ) => Err(Trouble::NotFound),
            Address::OfficeResolve(..) => office_resolve::Resolve { store, directory: directory() }.within(visit).await,
            Address::OfficeEnrol(_) => office_enrol::Enrol { store }.within(visit).await,
            Address::OfficeMessages(_) => {
                let messages = Queue::new(&self.aws, self.messages.as_str());
                office_messages::Messages { store, messages }.within(visit).await
            }
            Address::OfficePlaces(_) | Address::OfficePlace(..) => {
                let recalculation = Recalculation::new(store.clone());
                office_places::Places { store, directory: directory(), recalculation }.within(visit).await
            }
            Address::OfficeDirectory(_) | Address::OfficeSheet(..) | Address::OfficeImport(..) => {
                office_directory::DirectoryRoom { store, bucket: self.bucket.clone() }.within(visit).await
            }
            Address::Applications(_) | Address::SignIn(_) => {
                portal_applications::Applications { store, directory: directory() }.within(visit).await
            }
        }
    }
}

/// A function behind its address: what it uses of AWS is told as its own.
trait Within: web::Function {
    async fn within(&self, visit: Visit) -> Result<Reply, Trouble> {
        let name = std::any::type_name::<Self>().split("::").next().unwrap_or_default().replace('_', "-");
        testkit::acting_as(&name, self.handle(visit)).await
    }
}

impl<F: web::Function> Within for F {}

fn store_over(
    aws: &testkit::SdkConfig,
    dynamodb: &str,
    tables: &Tables,
    (key, code_keys): (&LookupKey, &CodeKeys),
) -> Store {
    Store::new(&at(aws, dynamodb), tables.clone(), key.clone()).with_code_keys(code_keys.clone())
}

/// The same with another address.
fn at(aws: &testkit::SdkConfig, address: &str) -> testkit::SdkConfig {
    aws.clone().into_builder().endpoint_url(address).build()
}

/// Where the open ledger is published, as the pages say.
pub const PUBLISHED: &str = "https://ledger.example";

fn named(name: &str) -> Result<String> {
    std::env::var(format!("PORTAL_TEST_{name}")).map_err(|_| format!("PORTAL_TEST_{name} is not set").into())
}

/// Runs a test's asynchronous part.
///
/// # Errors
/// Its own, or no runtime.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::from)?.block_on(work)
}

/// Says beside a failing test what its page does not.
fn told(trouble: &Trouble) {
    if let Trouble::Store(_) | Trouble::Ours(_) = trouble {
        eprintln!("{trouble}");
    }
}
