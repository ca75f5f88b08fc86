//! A draft with nothing missing, put there without the wizard.

use domain::answers::{Certificate, Confirmed, Contacts, Family as Told, HomeAddress, Intentions, SchoolChoice};
use domain::directory::{Campaign, SchoolId, StreetId};
use domain::document::Kind;
use domain::person::{Person, PersonName, Sex};
use domain::{Application, Draft, DraftId, Iin, Language, Locale, Phone, Place, Service, Slot};
use jiff::SignedDuration;
use store::documents::{Accepted, Document, State, UploadId};
use store::drafts::{Mine, Opened};
use store::keys;
use store::sending::Sending;
use store::sessions::{Session, SessionToken, random};

use crate::{Device, Family, Portal, Result, Stack, tables};

/// What the check says of a scan that it takes.
const ACCEPTED: State = State::Accepted(Accepted { kind: Kind::Jpeg, size: 1_000, pages: None });

/// A draft that can be sent, and the device that may send it.
#[derive(Debug)]
pub struct Ready {
    /// The device
    pub token: SessionToken,
    /// The draft
    pub id: DraftId,
    /// The child
    pub child: Iin,
}

/// Puts a draft there that has no more than its contacts, and not even those without a phone.
///
/// # Errors
/// A stack that does not answer.
pub async fn begun<'a>(portal: &'a Portal, phone: Option<&Phone>) -> Result<(Device<'a>, Draft)> {
    let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
    let (token, session, draft) = new(portal, &campaign, phone)?;
    portal.store.start_draft(&draft, &campaign, Some(&session)).await?;
    Ok((Device::with(portal, token), draft))
}

/// Puts a complete draft of a family there. `linked`: the register has told that the two are
/// parent and child.
///
/// # Errors
/// A stack that does not answer, or a family that cannot be.
pub async fn ready(portal: &Portal, family: &Family, linked: bool) -> Result<Ready> {
    let ready = answered(portal, family, linked).await?;
    attach_all(portal, &ready.id).await?;
    Ok(ready)
}

/// Puts an accepted scan into each slot that is always asked for; there are no files to them.
///
/// # Errors
/// A stack that does not answer, or a draft that was sent.
pub async fn attach_all(portal: &Portal, id: &DraftId) -> Result<()> {
    for slot in Slot::required(Service::FirstGrade) {
        attach(portal, id, *slot).await?;
    }
    Ok(())
}

/// A sent application of a family that lives in the territory of a school, or of none that is known.
///
/// # Errors
/// A stack that does not answer, or a sending that is not accepted.
pub async fn sent(portal: &Portal, family: &Family, linked: bool, home: Option<&SchoolId>) -> Result<Application> {
    sent_named(portal, family, linked, home, None).await
}

/// The same for a child who also wants places elsewhere, the better first.
///
/// # Errors
/// A stack that does not answer, or a sending that is not accepted.
pub async fn sent_choosing(
    portal: &Portal,
    family: &Family,
    home: Option<&SchoolId>,
    choices: &[Place],
) -> Result<Application> {
    let draft = ready(portal, family, true).await?;
    let now = portal.now();
    let open = portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, now).await?;
    let Opened::Mine(mut mine) = open else { return Err("the draft is not its owner's".into()) };
    if let Some(chosen) = &mut mine.draft.answers.school {
        chosen.home = home.cloned();
        chosen.quota = choices.to_vec();
    }
    let campaign = mine.campaign.clone();
    portal.store.save_draft(&mut mine.draft, &campaign, now).await?;
    send_as_it_is(portal, &draft).await
}

/// The same for a child with another surname than all others have.
///
/// # Errors
/// A stack that does not answer, a sending that is not accepted, or a name that is none.
pub async fn sent_named(
    portal: &Portal,
    family: &Family,
    linked: bool,
    home: Option<&SchoolId>,
    surname: Option<&str>,
) -> Result<Application> {
    let draft = ready(portal, family, linked).await?;
    let now = portal.now();
    let open = portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, now).await?;
    let Opened::Mine(mut mine) = open else { return Err("the draft is not its owner's".into()) };
    if let Some(chosen) = &mut mine.draft.answers.school {
        chosen.home = home.cloned();
    }
    if let (Some(told), Some(surname)) = (&mut mine.draft.answers.family, surname) {
        told.child.surname = PersonName::parse(surname)?;
    }
    let campaign = mine.campaign.clone();
    portal.store.save_draft(&mut mine.draft, &campaign, now).await?;
    send_as_it_is(portal, &draft).await
}

/// Sends a draft that has its answers, whatever its scans.
///
/// # Errors
/// A stack that does not answer, or a draft that cannot be sent.
pub async fn send_as_it_is(portal: &Portal, draft: &Ready) -> Result<Application> {
    let open = portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, portal.now()).await?;
    let Opened::Mine(mine) = open else { return Err("the draft is not its owner's".into()) };
    match portal.store.send(&mine, portal.now()).await? {
        Sending::Accepted(_) => {}
        other => return Err(format!("not accepted: {other:?}").into()),
    }
    portal.store.sent_application(&draft.id).await?.ok_or_else(|| "the application is not there".into())
}

/// A draft of a family for another service than grade 1 that can be sent: `answer` answers the service's own step, and
/// `papers` go with it besides the birth certificate.
///
/// # Errors
/// A stack that does not answer.
pub async fn prepared(
    portal: &Portal,
    service: Service,
    (family, linked): (&Family, bool),
    answer: impl FnOnce(&mut Draft),
    papers: &[Slot],
) -> Result<Ready> {
    let campaign = portal.store.campaign(service).await?.ok_or("no campaign")?;
    let nowhere = Wish { home: None, language: Language::Kazakh, quota: Vec::new() };
    let draft = wishing(portal, &campaign, family, linked, &nowhere).await?;
    let mut mine = opened(portal, service, &draft).await?;
    answer(&mut mine.draft);
    portal.store.save_draft(&mut mine.draft, &campaign, portal.now()).await?;
    for slot in Slot::required(service).iter().chain(papers) {
        attach(portal, &draft.id, *slot).await?;
    }
    Ok(draft)
}

/// The same, sent.
///
/// # Errors
/// A stack that does not answer, or a sending that is refused.
pub async fn applied(
    portal: &Portal,
    service: Service,
    family: (&Family, bool),
    answer: impl FnOnce(&mut Draft),
    papers: &[Slot],
) -> Result<(Ready, Application)> {
    let draft = prepared(portal, service, family, answer, papers).await?;
    let mine = opened(portal, service, &draft).await?;
    let Sending::Accepted(_) = portal.store.send(&mine, portal.now()).await? else {
        return Err("refused".into());
    };
    let application = portal.store.sent_application(&draft.id).await?.ok_or("no application")?;
    Ok((draft, application))
}

async fn opened(portal: &Portal, service: Service, draft: &Ready) -> Result<Mine> {
    match portal.store.open(Some(&draft.token), service, &draft.id, portal.now()).await? {
        Opened::Mine(mine) => Ok(*mine),
        _ => Err("the draft is not its owner's".into()),
    }
}

/// Gives many drafts the scans of another one. Five uploads for each are most of the work that a crowd makes:
/// this puts the item again that the store has written for one.
///
/// # Errors
/// A stack that does not answer, or a draft without scans.
pub fn give_scans<'a>(
    stack: &Stack,
    portal: &Portal,
    of: &DraftId,
    to: impl IntoIterator<Item = &'a DraftId>,
) -> Result<()> {
    let table = &portal.tables.applications;
    let scans = tables::item(stack, table, &keys::documents(of))?.ok_or("the draft has no scans")?;
    let to = to.into_iter().map(|id| tables::under(&scans, &keys::documents(id))).collect::<Vec<_>>();
    tables::put_all(stack, table, &to)
}

/// Where a child lives, and which schools beyond the territory its parents wish.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The school of residence; none that is known
    pub home: Option<SchoolId>,
    /// The language of instruction there
    pub language: Language,
    /// Up to two places beyond the territory, the better first
    pub quota: Vec<Place>,
}

impl Wish {
    /// A home, and nothing beyond it.
    pub fn home(place: &Place) -> Self {
        Self { home: Some(place.school.clone()), language: place.language, quota: Vec::new() }
    }
}

/// Puts a draft of a family there that has all answers and no scans.
///
/// # Errors
/// A stack that does not answer, or a family that cannot be.
pub async fn answered(portal: &Portal, family: &Family, linked: bool) -> Result<Ready> {
    let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
    let wish = Wish { home: None, language: Language::Kazakh, quota: Vec::new() };
    wishing(portal, &campaign, family, linked, &wish).await
}

/// The same for a family that wishes schools.
///
/// # Errors
/// A stack that does not answer, or a family that cannot be.
pub async fn wishing(
    portal: &Portal,
    campaign: &Campaign,
    family: &Family,
    linked: bool,
    wish: &Wish,
) -> Result<Ready> {
    let phone = Phone::parse(&family.phone).map_err(|_| "the family's phone is none")?;
    let (token, session, mut draft) = new(portal, campaign, Some(&phone))?;
    let child = person(&family.child_iin, "Мысал")?;
    let told = Told {
        parent: person(&family.parent_iin, "Үлгі")?,
        certificate: Certificate { number: "ҮЛГІ 0000001".to_owned(), issued: child.birth_date },
        child,
        early_wish: false,
    };
    if linked {
        draft.register.parent = Some(told.parent.clone());
        draft.register.child = Some(told.child.clone());
    }
    let child = told.child.iin.clone();
    draft.answer_family(told);
    let school = SchoolChoice {
        language: wish.language,
        address: HomeAddress::Known {
            street: StreetId::parse("trial").map_err(|_| "no street")?,
            house: "1".to_owned(),
            flat: String::new(),
            ru: family.address.clone(),
            kk: family.address.clone(),
            from_register: true,
        },
        home: wish.home.clone(),
        quota: wish.quota.clone(),
    };
    if campaign.service == Service::FirstGrade {
        draft.answer_school(school);
    }
    draft.answer_consent(Intentions {
        by_sms: true,
        by_email: false,
        language: Locale::Kk,
        consent_version: "trial".to_owned(),
        consent_at: portal.now(),
    });
    portal.store.start_draft(&draft, campaign, Some(&session)).await?;
    Ok(Ready { token, id: draft.id, child })
}

/// A draft and the session of its device, whose phone is proved if one is given.
fn new(portal: &Portal, campaign: &Campaign, phone: Option<&Phone>) -> Result<(SessionToken, Session, Draft)> {
    let (token, now) = (SessionToken::random()?, portal.now());
    let owner = phone.map(|phone| portal.store.owner_of(phone));
    let session = Session { phone: owner, ..Session::anonymous(&token, now) };
    let id = DraftId::from_bytes(random()?);
    let mut draft = Draft::start(id, campaign.service, campaign.id.clone(), session.owner(), now);
    let main = phone.map(|phone| Confirmed { value: phone.clone(), at: now, consent_at: now });
    draft.answer_contacts(Contacts { main, ..Contacts::default() });
    Ok((token, session, draft))
}

/// Puts an accepted scan into a slot of a draft; there is no file to it.
///
/// # Errors
/// A stack that does not answer, or a draft that was sent.
pub async fn attach(portal: &Portal, id: &DraftId, slot: Slot) -> Result<Document> {
    put(portal, id, slot, ACCEPTED).await
}

/// Puts an upload attempt in some state into a slot of a draft; there is no file to it.
///
/// # Errors
/// A stack that does not answer, or a draft that was sent.
pub async fn put(portal: &Portal, id: &DraftId, slot: Slot, state: State) -> Result<Document> {
    let document = Document { upload: UploadId::random()?, name: "скан.jpg".to_owned(), at: portal.now(), state };
    let expires = portal.now() + SignedDuration::from_hours(24);
    portal.store.begin_upload(id, slot, &document, Some(expires)).await?;
    Ok(document)
}

/// Puts an accepted scan into a slot that the department opened again; there is no file to it.
///
/// # Errors
/// A stack that does not answer, or a slot that is closed.
pub async fn replace(portal: &Portal, id: &DraftId, slot: Slot) -> Result<Document> {
    let document =
        Document { upload: UploadId::random()?, name: "жаңа.jpg".to_owned(), at: portal.now(), state: ACCEPTED };
    portal.store.begin_upload(id, slot, &document, None).await?;
    Ok(document)
}

/// Accepts the scans of a draft that wait for their check, unseen. What is deployed checks those
/// of the emulator's tables only.
///
/// # Errors
/// A stack that does not answer.
pub async fn accept_scans(portal: &Portal, id: &DraftId) -> Result<()> {
    for (slot, document) in portal.store.documents(id).await?.iter() {
        if document.state == State::Checking {
            portal.store.settle_upload(id, slot, &document.upload, &ACCEPTED, None).await?;
        }
    }
    Ok(())
}

fn person(iin: &str, given: &str) -> Result<Person> {
    let iin = Iin::parse(iin).map_err(|_| "the family's IIN is none")?;
    let name = |name: &str| PersonName::parse(name).map_err(|_| "a name that is none");
    Ok(Person {
        surname: name("Сынақов")?,
        name: name(given)?,
        patronymic: None,
        birth_date: iin.birth_date().ok_or("the family's IIN has no date")?,
        sex: Sex::Male,
        iin,
    })
}
