//! The form of step 4.

use domain::address::{AddressIndex, Resolution};
use domain::answers::{HomeAddress, SchoolChoice};
use domain::directory::SchoolId;
use domain::{Draft, Language, Locale, Place};
use store::directory::Schools;
use text::{Phrase, school as t};
use views::FieldError;
use web::Fields;
use web::documents::Standing;
use web::people::address_fault;
use web::spot::Spot;

use crate::spot::Look;

/// The fields of the quota schools, the better choice first.
pub const QUOTA: [&str; 2] = ["quota-1", "quota-2"];
/// Letters of a flat's number at most.
const LONGEST_FLAT: usize = 10;

/// The value of a quota field: school and language in one, so that only languages which the
/// school teaches can be chosen.
pub fn place_value(place: &Place) -> String {
    format!("{}:{}", place.school, place.language.code())
}

/// Reads a quota field; only places that exist are read.
pub fn place(value: &str, schools: &Schools) -> Option<Place> {
    let (school, language) = value.split_once(':')?;
    let place = Place::new(SchoolId::parse(school).ok()?, Language::parse(language)?);
    schools.find(&place.school)?.teaches(place.language).then_some(place)
}

/// The fields as answered before, else as the register told.
pub fn answered(draft: &Draft, streets: &AddressIndex, locale: Locale) -> Fields {
    let mut fields = Fields::default();
    let choice = draft.answers.school.as_ref();
    match (choice.map(|choice| &choice.address), &draft.register.address) {
        (Some(HomeAddress::Known { street, house, flat, .. }), _)
        | (None, Some(HomeAddress::Known { street, house, flat, .. })) => {
            let street = streets.streets().iter().find(|known| known.id == *street);
            let line = street.map(|street| street.line(house.parse().ok().as_ref(), locale));
            fields.set("address", line.unwrap_or_default());
            fields.set("flat", flat);
        }
        (Some(HomeAddress::Typed { text }), _) => {
            fields.set("address-source", "typed");
            fields.set("address-typed", text);
        }
        (None, Some(HomeAddress::Typed { text })) => told(&mut fields, text, streets, locale),
        (None, None) => {}
    }
    if let Some(choice) = choice {
        fields.set("language", choice.language.code());
        for (name, place) in QUOTA.into_iter().zip(&choice.quota) {
            fields.set(name, place_value(place));
        }
    }
    fields
}

/// The register's own words: the search is asked for them, as if they had been typed.
fn told(fields: &mut Fields, words: &str, streets: &AddressIndex, locale: Locale) {
    fields.set("address", words);
    match streets.resolve(words) {
        Resolution::Found(found) => {
            fields.set("address", found.line(locale));
            fields.set("flat", found.flat.unwrap_or_default());
        }
        Resolution::Choose(_) => {}
        // For whoever decides to give it by hand.
        Resolution::NotFound => fields.set("address-typed", words),
    }
}

/// The errors found so far.
struct Faults {
    locale: Locale,
    found: Vec<FieldError>,
}

impl Faults {
    fn add(&mut self, field: &'static str, phrase: Phrase) {
        self.found.push(FieldError::new(field, phrase.get(self.locale)));
    }
}

/// Reads the form, all errors at once.
pub fn parse(
    form: &Fields,
    look: &Look,
    schools: &Schools,
    proof: Standing,
    locale: Locale,
) -> Result<SchoolChoice, Vec<FieldError>> {
    let mut faults = Faults { locale, found: Vec::new() };
    let language = Language::parse(form.text("language"));
    if language.is_none() {
        faults.add("language", t::LANGUAGE_EMPTY);
    }
    let address = address(&mut faults, form, look, proof);
    let home = language.and_then(|language| look.home(language)).cloned();
    let quota = quota(&mut faults, form, schools, home.as_ref());
    if let (Some(language), None, true) = (language, &home, look.house_is_known())
        && !quota.iter().any(|place| place.language == language)
    {
        faults.add("language", t::LANGUAGE_NOT_HERE);
    }
    match (language, address) {
        (Some(language), Some(address)) if faults.found.is_empty() => {
            Ok(SchoolChoice { language, address, home, quota })
        }
        _ => Err(faults.found),
    }
}

fn address(faults: &mut Faults, form: &Fields, look: &Look, proof: Standing) -> Option<HomeAddress> {
    match &look.spot {
        Spot::ByHand => return by_hand(faults, form, proof),
        Spot::Empty => faults.add("address", t::ADDRESS_EMPTY),
        spot => match (spot.fault(&look.territory, faults.locale), spot) {
            (None, Spot::House { .. }) if form.text("flat").chars().count() > LONGEST_FLAT => {
                faults.add("flat", t::FLAT_LONG);
            }
            (None, Spot::House { address, .. }) => return Some(address.clone()),
            (fault, _) => faults.found.extend(fault),
        },
    }
    None
}

fn by_hand(faults: &mut Faults, form: &Fields, proof: Standing) -> Option<HomeAddress> {
    let typed = HomeAddress::typed(form.text("address-typed"));
    let address = typed.map_err(|fault| faults.add("address-typed", address_fault(fault))).ok();
    match proof {
        Standing::Empty => faults.add("address-proof", t::PROOF_NEEDED),
        Standing::Refused => faults.add("address-proof", t::PROOF_REFUSED),
        Standing::Checking | Standing::Accepted => {}
    }
    address
}

fn quota(faults: &mut Faults, form: &Fields, schools: &Schools, home: Option<&SchoolId>) -> Vec<Place> {
    let mut chosen: Vec<Place> = Vec::new();
    for name in QUOTA {
        let value = form.text(name);
        match place(value, schools) {
            _ if value.is_empty() => {}
            None => faults.add(name, t::QUOTA_UNKNOWN),
            Some(place) if Some(&place.school) == home => faults.add(name, t::QUOTA_IS_HOME),
            Some(place) if chosen.contains(&place) => faults.add(name, t::QUOTA_TWICE),
            Some(place) => chosen.push(place),
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::address::{Parity, Territory, TerritoryRow};
    use domain::answers::RegisterFacts;
    use domain::directory::rows::SchoolRow;
    use domain::directory::{Bilingual, School, Street, StreetId, StreetKind};

    use super::*;

    fn schools() -> Schools {
        let school = |id: &str, languages: &[Language]| {
            let row = testkit::school(SchoolId::parse(id).unwrap());
            School::from(SchoolRow { languages: languages.to_vec(), ..row })
        };
        Schools::from(vec![
            school("home", &Language::ALL),
            school("near", &Language::ALL),
            school("far", &[Language::Russian]),
        ])
    }

    fn streets() -> AddressIndex {
        let street = |id: &str, kind, ru: &str, old: &[&str]| Street {
            id: StreetId::parse(id).unwrap(),
            kind,
            name: Bilingual::new(ru, ru),
            old_names: old.iter().map(|name| (*name).to_owned()).collect(),
            area: None,
        };
        AddressIndex::new(vec![
            street("mustafina", StreetKind::Street, "Мустафина", &[]),
            street("nazarbaeva", StreetKind::Avenue, "Назарбаева", &["Мира"]),
            street("mira", StreetKind::Boulevard, "Мира", &[]),
        ])
    }

    /// Houses 1–50 in Kazakh, 1–20 in Russian, all at the school `home`.
    fn look(form: &Fields, register: &RegisterFacts) -> Look {
        let row = |language, to: &str| TerritoryRow {
            from: None,
            to: to.parse().ok(),
            parity: Parity::All,
            language,
            school: SchoolId::parse("home").unwrap(),
        };
        let territory = Territory { rows: vec![row(Language::Kazakh, "50"), row(Language::Russian, "20")] };
        Look { spot: Spot::of(form, register, &streets()), territory, places: Vec::new(), standings: BTreeMap::new() }
    }

    fn form(fields: &[(&str, &str)]) -> Fields {
        let mut form = Fields::default();
        for (name, value) in fields {
            form.set(*name, *value);
        }
        form
    }

    fn draft() -> Draft {
        Draft::start(
            domain::DraftId::from_bytes([1; 16]),
            domain::Service::FirstGrade,
            domain::directory::CampaignId::parse("c").unwrap(),
            domain::Owner::from_hash("o".to_owned()),
            jiff::Timestamp::UNIX_EPOCH,
        )
    }

    /// `home|choices` of an accepted form, or the fields that are wrong.
    fn outcome(fields: &[(&str, &str)], proof: Standing) -> String {
        let form = form(fields);
        match parse(&form, &look(&form, &RegisterFacts::default()), &schools(), proof, Locale::Ru) {
            Ok(choice) => {
                let home = choice.home.map_or_else(|| "none".to_owned(), |home| home.to_string());
                let quota: Vec<String> = choice.quota.iter().map(place_value).collect();
                format!("{home}|{}", quota.join(","))
            }
            Err(errors) => errors.iter().map(|error| error.id.as_ref()).collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn every_way_to_fill_in_the_step_has_its_outcome() {
        let kazakh = ("language", "kazakh");
        let here = ("address", "ул. Мустафина 12");
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[kazakh, here], "home|"),
            (&[kazakh, here, ("quota-1", "near:kazakh"), ("quota-2", "far:russian")], "home|near:kazakh,far:russian"),
            (&[kazakh, here, ("quota-2", "far:russian")], "home|far:russian"),
            (&[kazakh, here, ("quota-1", "near:kazakh"), ("quota-2", "near:russian")], "home|near:kazakh,near:russian"),
            (&[], "language address"),
            (&[here], "language"),
            (&[kazakh], "address"),
            (&[("language", "english"), here], "language"),
            (&[kazakh, ("address", "Нигде 5")], "address"),
            (&[kazakh, ("address", "Мустафина")], "address"),
            (&[kazakh, ("address", "Мустафина 51")], "address"),
            (&[kazakh, ("address", "Мира 5")], "address-match"),
            (&[kazakh, ("address", "Мира 5"), ("address-match", "mira")], "home|"),
            (&[kazakh, ("address", "Мира 5"), ("address-match", "mustafina")], "address-match"),
            (&[kazakh, here, ("flat", "12345678901")], "flat"),
            (&[kazakh, here, ("quota-1", "home:kazakh")], "quota-1"),
            (&[kazakh, here, ("quota-1", "home:russian")], "quota-1"),
            (&[kazakh, here, ("quota-1", "near:kazakh"), ("quota-2", "near:kazakh")], "quota-2"),
            (&[kazakh, here, ("quota-1", "far:kazakh"), ("quota-2", "nowhere:kazakh")], "quota-1 quota-2"),
            // no school of the language at the address
            (&[("language", "russian"), ("address", "Мустафина 30")], "language"),
            (&[("language", "russian"), ("address", "Мустафина 30"), ("quota-1", "near:kazakh")], "language"),
            (&[("language", "russian"), ("address", "Мустафина 30"), ("quota-1", "far:russian")], "none|far:russian"),
            // typed by hand: the search is not asked
            (&[kazakh, here, ("address-source", "typed"), ("address-typed", "Новая улица, 1")], "address-proof"),
            (&[kazakh, ("address-source", "typed")], "address-typed address-proof"),
        ];
        for (fields, expected) in cases {
            assert_eq!(outcome(fields, Standing::Empty), *expected, "{fields:?}");
        }
        let by_hand = [kazakh, ("address-source", "typed"), ("address-typed", " Новая  улица, 1 ")];
        assert_eq!(outcome(&by_hand, Standing::Checking), "none|");
        assert_eq!(outcome(&by_hand, Standing::Refused), "address-proof");
        let long = "а".repeat(201);
        assert_eq!(
            outcome(&[kazakh, ("address-source", "typed"), ("address-typed", &long)], Standing::Accepted),
            "address-typed"
        );
    }

    #[test]
    fn the_registers_address_stays_the_registers_until_it_is_changed() {
        let index = streets();
        let street = &index.streets()[0];
        let known = HomeAddress::known(street, &"1/2".parse().unwrap(), "9", true);
        let register = RegisterFacts { address: Some(known.clone()), ..RegisterFacts::default() };
        let address = |text: &str, flat: &str| {
            let form = form(&[("language", "kazakh"), ("address", text), ("flat", flat)]);
            parse(&form, &look(&form, &register), &schools(), Standing::Empty, Locale::Ru).map(|choice| choice.address)
        };
        assert!(address("улица Мустафина, 1/2", "9") == Ok(known.clone()));
        assert!(address("Мустафина 1/2 кв 9", "") == Ok(known));
        assert!(address("Мустафина 1/2", "10") == Ok(HomeAddress::known(street, &"1/2".parse().unwrap(), "10", false)));
    }

    #[test]
    fn the_registers_words_are_searched_for_and_stay_the_registers_until_they_are_changed() {
        let index = streets();
        let street = &index.streets()[0];
        let of = |words: &str| {
            let address = Some(HomeAddress::Typed { text: words.to_owned() });
            RegisterFacts { address, ..RegisterFacts::default() }
        };
        let shown = |words: &str| {
            let mut draft = draft();
            draft.register = of(words);
            let fields = answered(&draft, &index, Locale::Ru);
            ["address", "flat", "address-typed", "address-source"].map(|name| fields.text(name).to_owned())
        };
        let kept = |words: &str, text: &str, flat: &str| {
            let (form, register) = (form(&[("language", "kazakh"), ("address", text), ("flat", flat)]), of(words));
            parse(&form, &look(&form, &register), &schools(), Standing::Empty, Locale::Ru).map(|choice| choice.address)
        };
        let words = "г. Караганда, ул. Мустафина, д. 1/2, кв. 9";
        let known = |flat: &str, from| Ok(HomeAddress::known(street, &"1/2".parse().unwrap(), flat, from));
        let [address, flat, typed, source] = shown(words);
        assert_eq!([flat.as_str(), typed.as_str(), source.as_str()], ["9", "", ""]);
        assert!(kept(words, &address, &flat) == known("9", true), "{address}");
        assert!(kept(words, "Мустафина 1/2", "10") == known("10", false), "another flat");
        assert!(kept("ул. Мустафина, 3", "Мустафина 1/2", "") == known("", false), "another house");

        // Several streets, or none: what the register means is not certain, so the parent says it.
        assert_eq!(shown("Мира 5"), ["Мира 5", "", "", ""]);
        let chosen = form(&[("language", "kazakh"), ("address", "Мира 5"), ("address-match", "mira")]);
        let choice = parse(&chosen, &look(&chosen, &of("Мира 5")), &schools(), Standing::Empty, Locale::Ru).unwrap();
        assert!(matches!(choice.address, HomeAddress::Known { from_register: false, .. }));
        assert_eq!(shown("Нигде 5"), ["Нигде 5", "", "Нигде 5", ""]);
    }

    #[test]
    fn an_answer_comes_back_into_the_fields_and_out_again() {
        let given = [("language", "kazakh"), ("address", "Мустафина 1/2 кв 9"), ("quota-1", "far:russian")];
        let register = RegisterFacts::default();
        let parsed = |form: &Fields| parse(form, &look(form, &register), &schools(), Standing::Empty, Locale::Ru);
        let choice = parsed(&form(&given)).unwrap();
        let mut draft = draft();
        draft.answer_school(choice.clone());
        for locale in Locale::ALL {
            assert_eq!(parsed(&answered(&draft, &streets(), locale)).unwrap(), choice);
        }
    }
}
