//! A draft with nothing missing, put there without the wizard.

use domain::answers::{Certificate, Confirmed, Contacts, Family as Told, HomeAddress, Intentions, SchoolChoice};
use domain::directory::StreetId;
use domain::person::{Person, PersonName, Sex};
use domain::{Date, Draft, DraftId, Iin, Language, Locale, Phone, Service, Slot, Timestamp};
use store::documents::{Accepted, Document, Kind, State, UploadId};
use store::sessions::{Session, SessionToken, random};

use crate::{Family, Portal, Result};

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

/// Puts a complete draft of a family there. `linked`: the register has told that the two are
/// parent and child.
///
/// # Errors
/// A stack that does not answer, or a family that cannot be.
pub async fn ready(portal: &Portal, family: &Family, linked: bool) -> Result<Ready> {
    let now = Timestamp::now();
    let phone = Phone::parse(&family.phone).map_err(|_| "the family's phone is none")?;
    let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
    let token = SessionToken::random()?;
    let session = Session { phone: Some(portal.store.owner_of(&phone)), ..Session::anonymous(&token, now) };
    let id = DraftId::from_bytes(random()?);
    let mut draft = Draft::start(id.clone(), Service::FirstGrade, campaign.id.clone(), session.owner(), now);

    let main = Some(Confirmed { value: phone, at: now, consent_at: now });
    draft.answer_contacts(Contacts { main, ..Contacts::default() });
    let told = Told {
        parent: person(&family.parent_iin, "Үлгі")?,
        child: person(&family.child_iin, "Мысал")?,
        certificate: Certificate { number: "ҮЛГІ 0000001".to_owned(), issued: Date::constant(2021, 1, 15) },
        early_wish: false,
    };
    if linked {
        draft.register.parent = Some(told.parent.clone());
        draft.register.child = Some(told.child.clone());
    }
    let child = told.child.iin.clone();
    draft.answer_family(told);
    draft.answer_school(SchoolChoice {
        language: Language::Kazakh,
        address: HomeAddress::Known {
            street: StreetId::parse("trial").map_err(|_| "no street")?,
            house: "1".to_owned(),
            flat: String::new(),
            ru: family.address.clone(),
            kk: family.address.clone(),
            from_register: true,
        },
        home: None,
        quota: Vec::new(),
    });
    draft.answer_consent(Intentions {
        by_sms: true,
        by_email: false,
        language: Locale::Kk,
        consent_version: "trial".to_owned(),
        consent_at: now,
    });
    portal.store.start_draft(&draft, &campaign, Some(&session)).await?;
    for slot in Slot::required(Service::FirstGrade) {
        attach(portal, &draft, *slot).await?;
    }
    Ok(Ready { token, id, child })
}

/// Puts an accepted scan into a slot of a draft.
///
/// # Errors
/// A stack that does not answer, or a draft that was sent.
pub async fn attach(portal: &Portal, draft: &Draft, slot: Slot) -> Result<()> {
    let upload = UploadId::random()?;
    let document =
        Document {
            upload: upload.clone(), name: "скан.jpg".to_owned(), at: Timestamp::now(), state: State::Waiting
        };
    let campaign = portal.store.campaign(draft.service).await?.ok_or("no campaign")?;
    portal.store.begin_upload(&draft.id, slot, &document, draft.expires(campaign.closes)).await?;
    let accepted = State::Accepted(Accepted { kind: Kind::Jpeg, size: 1_000, pages: None });
    portal.store.settle_upload(&draft.id, slot, &upload, &accepted, None).await?;
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
