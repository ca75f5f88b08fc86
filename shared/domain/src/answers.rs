//! What a parent has answered, step by step. A step's answer exists only whole and valid;
//! what is merely typed is kept apart in the draft.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::camp::CampChoice;
use crate::contact::{Email, Phone};
use crate::directory::{SchoolId, StreetId};
use crate::document::Slot;
use crate::locale::{Language, Locale};
use crate::meals::MealsChoice;
use crate::person::Person;
use crate::place::Place;
use crate::redacted::redacted;
use crate::transfer::TransferChoice;

/// The answers of an application. Of those to step 4 it has its service's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// Step 2
    pub contacts: Contacts,
    /// Step 3
    pub family: Option<Family>,
    /// Step 4 of grade 1
    pub school: Option<SchoolChoice>,
    /// Step 4 of a transfer
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferChoice>,
    /// Step 4 of free meals
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meals: Option<MealsChoice>,
    /// Step 4 of a camp
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camp: Option<CampChoice>,
    /// Step 5
    pub intentions: Option<Intentions>,
}

/// Step 2: the ways to reach the parent, each proved by a code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contacts {
    /// The main mobile; the step is complete with it
    pub main: Option<Confirmed<Phone>>,
    /// A second mobile
    pub second: Option<Confirmed<Phone>>,
    /// An e-mail address
    pub email: Option<Confirmed<Email>>,
    /// The parent came in person and has no mobile phone: the step is complete without one. Only
    /// an officer's draft has it
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_phone: bool,
}

/// An address whose owner typed the code that was sent there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmed<T> {
    /// The address
    pub value: T,
    /// When the right code was typed
    pub at: Timestamp,
    /// When consent to messages on this address was given
    pub consent_at: Timestamp,
}

/// Step 3: parent and child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Family {
    /// Parent or legal guardian
    pub parent: Person,
    /// Child
    pub child: Person,
    /// Birth certificate of the child
    pub certificate: Certificate,
    /// The parents' explicit wish, needed when six comes after 1 September
    pub early_wish: bool,
}

/// The birth certificate: number and date of issue (`domain.md` section 3).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Free text, 1–20 characters, not equal to either IIN
    pub number: String,
    /// Not before the birth date, not in the future
    pub issued: Date,
}

redacted!(Certificate);

/// Why a certificate's number is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// Nothing was typed
    NumberEmpty,
    /// Over 20 characters
    NumberTooLong,
    /// It is the IIN of the child or of the parent
    NumberIsIin,
    /// Issued before the child was born
    IssuedBeforeBirth,
    /// Issued in the future
    IssuedInFuture,
}

impl Certificate {
    /// Characters of a number at most.
    pub const LONGEST: usize = 20;

    /// Checks a typed number against both people's IINs as typed.
    ///
    /// # Errors
    /// [`CertificateFault`] of the number.
    pub fn number(typed: &str, iins: [&str; 2]) -> Result<String, CertificateFault> {
        let number = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        if number.is_empty() {
            return Err(CertificateFault::NumberEmpty);
        }
        if number.chars().count() > Self::LONGEST {
            return Err(CertificateFault::NumberTooLong);
        }
        if iins.iter().any(|iin| !digits(iin).is_empty() && digits(iin) == digits(&number)) {
            return Err(CertificateFault::NumberIsIin);
        }
        Ok(number)
    }

    /// Checks the date of issue.
    ///
    /// # Errors
    /// [`CertificateFault`] of the date.
    pub fn issued(issued: Date, born: Option<Date>, today: Date) -> Result<Date, CertificateFault> {
        if issued > today {
            return Err(CertificateFault::IssuedInFuture);
        }
        match born {
            Some(born) if issued < born => Err(CertificateFault::IssuedBeforeBirth),
            _ => Ok(issued),
        }
    }
}

/// Step 4: where the child lives and where it is to learn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchoolChoice {
    /// Language of instruction at the school of residence
    pub language: Language,
    /// Home address of the child
    pub address: HomeAddress,
    /// School of residence; none when the address was not found (an officer assigns one)
    pub home: Option<SchoolId>,
    /// Up to two quota schools in order of preference
    pub quota: Vec<Place>,
}

/// The child's home address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum HomeAddress {
    /// A house of the address index
    Known {
        /// The street or microdistrict
        street: StreetId,
        /// The house as the index writes it
        house: String,
        /// Flat; empty for a house of its own
        flat: String,
        /// The whole address in Russian
        ru: String,
        /// The whole address in Kazakh
        kk: String,
        /// Taken from the state register as it stands
        from_register: bool,
    },
    /// In words only. An answer has it when the parent typed it by hand: it needs a proof document
    /// and an officer. From the register's gateway it is what the address search is asked for.
    Typed {
        /// As it was typed or told, 1–200 characters
        text: String,
    },
}

redacted!(HomeAddress);

impl SchoolChoice {
    /// The home place, if the address was found.
    pub fn home_place(&self) -> Option<Place> {
        self.home.clone().map(|school| Place::new(school, self.language))
    }
}

/// Why words are no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedAddressFault {
    /// Nothing was typed
    Empty,
    /// Over [`HomeAddress::LONGEST`] characters
    TooLong,
}

impl HomeAddress {
    /// Characters of an address in words at most.
    pub const LONGEST: usize = 200;

    /// Reads an address that was typed by hand.
    ///
    /// # Errors
    /// [`TypedAddressFault`].
    pub fn typed(typed: &str) -> Result<Self, TypedAddressFault> {
        let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.chars().count() {
            0 => Err(TypedAddressFault::Empty),
            count if count > Self::LONGEST => Err(TypedAddressFault::TooLong),
            _ => Ok(Self::Typed { text }),
        }
    }

    /// The address as one line.
    pub fn line(&self, locale: Locale) -> &str {
        match (self, locale) {
            (Self::Typed { text }, _) => text,
            (Self::Known { ru, .. }, Locale::Ru) => ru,
            (Self::Known { kk, .. }, Locale::Kk) => kk,
        }
    }
}

/// Step 5: how to notify, and the consent to the use of data protected by law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intentions {
    /// By SMS to the main phone
    pub by_sms: bool,
    /// By e-mail, only to a confirmed address
    pub by_email: bool,
    /// Language of notifications
    pub language: Locale,
    /// Version of the consent text that was agreed to
    pub consent_version: String,
    /// When it was agreed to
    pub consent_at: Timestamp,
}

/// What the state register told about this draft's people. Kept on the server side: forms
/// cannot claim it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RegisterFacts {
    /// When the notice was read and consent to the first look-up given
    pub consent_at: Option<Timestamp>,
    /// The parent, if the register links the verified phone to that IIN
    pub parent: Option<Person>,
    /// The child, if the register links it to the parent above
    pub child: Option<Person>,
    /// The child's home address, under the same condition
    pub address: Option<HomeAddress>,
}

redacted!(RegisterFacts);

impl RegisterFacts {
    /// Whether the register links these two people as parent and child.
    pub fn links(&self, family: &Family) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.iin == family.parent.iin)
            && self.child.as_ref().is_some_and(|child| child.iin == family.child.iin)
    }
}

/// Something an officer should look at. Never a refusal by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// The parent's data differ from the register's, or the register did not give them
    ParentUnlikeRegister,
    /// The child's data differ from the register's, or the register did not give them
    ChildUnlikeRegister,
    /// The parent's birth date or sex differs from the digits of the IIN
    ParentUnlikeIin,
    /// The child's birth date or sex differs from the digits of the IIN
    ChildUnlikeIin,
    /// The register does not link the parent to the child
    NotLinked,
    /// The address was typed by hand
    AddressTyped,
    /// The address is not the register's
    AddressUnlikeRegister,
}

impl Answers {
    /// The places that are wanted more than the home place, the better first.
    pub fn choices(&self) -> Vec<Place> {
        let quota = self.school.iter().flat_map(|school| school.quota.clone());
        quota.chain(self.camp.iter().flat_map(CampChoice::wants)).collect()
    }

    /// The scan that the answer of the service's own step needs, if it needs one.
    pub fn paper(&self) -> Option<Slot> {
        let address = self.school.as_ref().map(|school| &school.address);
        let meals = self.meals.as_ref().map(|meals| meals.category.paper());
        let transfer = self.transfer.as_ref().and_then(|transfer| transfer.motive.paper());
        let camp = self.camp.as_ref().and_then(|camp| camp.claim.paper());
        match address {
            Some(HomeAddress::Typed { .. }) => Some(Slot::AddressProof),
            Some(HomeAddress::Known { .. }) | None => transfer.or(meals).or(camp),
        }
    }

    /// The remarks for an officer, in the order of the steps.
    pub fn remarks(&self, register: &RegisterFacts) -> Vec<Remark> {
        let mut remarks = Vec::new();
        if let Some(family) = &self.family {
            let unlike_iin = |person: &Person| {
                person.iin.birth_date() != Some(person.birth_date) || person.iin.sex() != Some(person.sex)
            };
            let found = [
                (register.parent.as_ref() != Some(&family.parent), Remark::ParentUnlikeRegister),
                (register.child.as_ref() != Some(&family.child), Remark::ChildUnlikeRegister),
                (unlike_iin(&family.parent), Remark::ParentUnlikeIin),
                (unlike_iin(&family.child), Remark::ChildUnlikeIin),
                (!register.links(family), Remark::NotLinked),
            ];
            remarks.extend(found.into_iter().filter_map(|(applies, remark)| applies.then_some(remark)));
        }
        // Who wants a place as a resident says where they live.
        let moving = self.transfer.as_ref().filter(|transfer| transfer.resident);
        let moving = moving.and_then(|transfer| transfer.address.as_ref());
        match self.school.as_ref().map(|school| &school.address).or(moving) {
            Some(HomeAddress::Typed { .. }) => remarks.push(Remark::AddressTyped),
            Some(HomeAddress::Known { from_register: false, .. }) => remarks.push(Remark::AddressUnlikeRegister),
            Some(HomeAddress::Known { from_register: true, .. }) | None => {}
        }
        remarks
    }
}

#[cfg(test)]
pub(crate) mod samples {
    //! One complete set of answers; its people have birth dates in 2099.
    use jiff::civil::date;

    use super::*;
    use crate::iin::Iin;
    use crate::person::{PersonName, Sex};

    pub fn person(iin: &str) -> Person {
        Person {
            iin: Iin::parse(iin).unwrap(),
            surname: PersonName::parse("Образцов").unwrap(),
            name: PersonName::parse("Образец").unwrap(),
            patronymic: None,
            birth_date: date(2099, 12, 31),
            sex: Sex::Male,
        }
    }

    pub fn family() -> Family {
        Family {
            parent: person("991231500006"),
            child: person("991231500016"),
            certificate: Certificate { number: "ОБ 1".to_owned(), issued: date(2099, 12, 31) },
            early_wish: false,
        }
    }

    pub fn address(from_register: bool) -> HomeAddress {
        HomeAddress::Known {
            street: StreetId::parse("mkr-17").unwrap(),
            house: "47".to_owned(),
            flat: String::new(),
            ru: "микрорайон 17, дом 47".to_owned(),
            kk: "17-шағынаудан, 47-үй".to_owned(),
            from_register,
        }
    }

    pub fn school(address: HomeAddress) -> SchoolChoice {
        SchoolChoice {
            language: Language::Kazakh,
            address,
            home: Some(SchoolId::parse("school-201").unwrap()),
            quota: Vec::new(),
        }
    }

    pub fn confirmed<T>(value: T) -> Confirmed<T> {
        Confirmed { value, at: Timestamp::UNIX_EPOCH, consent_at: Timestamp::UNIX_EPOCH }
    }

    pub fn contacts(phone: &str) -> Contacts {
        Contacts { main: Some(confirmed(Phone::parse(phone).unwrap())), ..Contacts::default() }
    }

    pub fn intentions(by_email: bool) -> Intentions {
        Intentions {
            by_sms: true,
            by_email,
            language: Locale::Kk,
            consent_version: "1".to_owned(),
            consent_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// What the register tells of [`family`] when all is as typed.
    pub fn register() -> RegisterFacts {
        let family = family();
        RegisterFacts {
            consent_at: Some(Timestamp::UNIX_EPOCH),
            parent: Some(family.parent),
            child: Some(family.child),
            address: Some(address(true)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::samples::{address, family, register, school};
    use super::*;
    use crate::person::{PersonName, Sex};

    fn answers() -> Answers {
        Answers { family: Some(family()), school: Some(school(address(true))), ..Answers::default() }
    }

    #[test]
    fn what_is_as_the_register_has_it_needs_no_remark() {
        assert_eq!(answers().remarks(&register()), []);
    }

    #[test]
    fn a_correction_a_strange_iin_and_another_address_are_remarked_and_never_refused() {
        let mut answers = answers();
        if let Some(family) = &mut answers.family {
            family.child.name = PersonName::parse("Иной").unwrap();
            family.parent.sex = Sex::Female;
        }
        answers.school = Some(school(address(false)));
        assert_eq!(
            answers.remarks(&register()),
            [
                Remark::ParentUnlikeRegister,
                Remark::ChildUnlikeRegister,
                Remark::ParentUnlikeIin,
                Remark::AddressUnlikeRegister
            ]
        );
        answers.school = Some(school(HomeAddress::Typed { text: "дом у реки".to_owned() }));
        assert_eq!(answers.remarks(&register()).last(), Some(&Remark::AddressTyped));
    }

    #[test]
    fn the_link_is_the_registers_and_for_these_two_people_only() {
        let facts = register();
        assert!(facts.links(&family()));
        let other = Family { child: samples::person("991231500026"), ..family() };
        assert!(!facts.links(&other));
        assert!(!RegisterFacts { parent: None, ..facts }.links(&family()));
        assert!(answers().remarks(&RegisterFacts::default()).contains(&Remark::NotLinked));
    }

    #[test]
    fn an_address_in_words_is_one_line_of_some_length() {
        assert_eq!(HomeAddress::typed(" Жаңа  көше,\n1 "), Ok(HomeAddress::Typed { text: "Жаңа көше, 1".to_owned() }));
        assert_eq!(HomeAddress::typed(" \t"), Err(TypedAddressFault::Empty));
        assert_eq!(HomeAddress::typed(&"ә".repeat(201)), Err(TypedAddressFault::TooLong));
        assert!(HomeAddress::typed(&"ә".repeat(200)).is_ok());
    }

    #[test]
    fn a_certificate_has_a_number_of_its_own_and_a_date_between_birth_and_today() {
        let iins = ["991231500006", "991231 500 016"];
        assert_eq!(Certificate::number(" ОБ   12 ", iins), Ok("ОБ 12".to_owned()));
        for (typed, fault) in [
            ("", CertificateFault::NumberEmpty),
            ("991231500006", CertificateFault::NumberIsIin),
            ("99-1231-500016", CertificateFault::NumberIsIin),
            ("123456789012345678901", CertificateFault::NumberTooLong),
        ] {
            assert_eq!(Certificate::number(typed, iins), Err(fault), "{typed}");
        }
        assert_eq!(Certificate::number("12", ["", ""]), Ok("12".to_owned()), "an IIN that is not typed equals nothing");

        let (born, today) = (date(2020, 5, 1), date(2026, 4, 1));
        assert_eq!(Certificate::issued(born, Some(born), today), Ok(born));
        assert_eq!(Certificate::issued(today, Some(born), today), Ok(today));
        assert_eq!(Certificate::issued(date(2020, 4, 30), Some(born), today), Err(CertificateFault::IssuedBeforeBirth));
        assert_eq!(Certificate::issued(date(2044, 1, 1), Some(born), today), Err(CertificateFault::IssuedInFuture));
    }
}
