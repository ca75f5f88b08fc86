//! The gateway's answer, from its agreed shape to what the portal knows.

use domain::answers::HomeAddress;
use domain::directory::{Kinship, KnownPerson, Link, RegisterRecords};
use domain::person::{EARLIEST_BIRTH, Person, PersonName, Sex};
use domain::{Date, Iin, Phone};
use serde::de::{Deserialize, Deserializer, Error as _};

use crate::Fault;

/// Characters of an address at most.
const LONGEST_HOME: usize = 200;

/// The whole answer. Who is unknown is stated to be `null`: an answer that leaves it out may be
/// about anything.
#[derive(serde::Deserialize)]
struct Answer {
    #[serde(deserialize_with = "stated")]
    parent: Option<Known>,
    #[serde(deserialize_with = "stated")]
    child: Option<Known>,
    #[serde(deserialize_with = "stated")]
    link: Option<Linked>,
}

#[derive(serde::Deserialize)]
struct Known {
    iin: Iin,
    surname: PersonName,
    name: PersonName,
    #[serde(default, deserialize_with = "perhaps")]
    patronymic: Option<PersonName>,
    birth_date: Date,
    sex: Sex,
    phones: Vec<String>,
    #[serde(default)]
    home: Option<String>,
}

#[derive(serde::Deserialize)]
struct Linked {
    parent: Iin,
    child: Iin,
    kinship: Kinship,
}

/// A value that may be `null` but not be left out.
fn stated<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

/// A name that not everybody has.
fn perhaps<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PersonName>, D::Error> {
    let text: Option<String> = Option::deserialize(from)?;
    text.filter(|text| !text.trim().is_empty())
        .map(|text| PersonName::parse(&text))
        .transpose()
        .map_err(D::Error::custom)
}

/// Reads an answer about the people that were asked for. Nobody is born after `latest`.
pub(crate) fn read(body: &[u8], parent: &Iin, child: Option<&Iin>, latest: Date) -> Result<RegisterRecords, Fault> {
    // The decoder's own words quote what it cannot read.
    let answer: Answer =
        serde_json::from_slice(body).map_err(|error| Fault::Shape { line: error.line(), column: error.column() })?;
    let link = answer.link.map(|link| link.between(parent, child)).transpose()?;
    let records = RegisterRecords {
        parent: answer.parent.map(|known| known.read(Some(parent), latest)).transpose()?,
        child: answer.child.map(|known| known.read(child, latest)).transpose()?,
        link,
    };
    match &records {
        RegisterRecords { parent: Some(parent), child: Some(child), link: Some(_) } => {
            if parent.person.birth_date >= child.person.birth_date {
                return Err(Fault::Implausible("a parent is not older than the child"));
            }
        }
        RegisterRecords { link: Some(_), .. } => {
            return Err(Fault::Implausible("there is a link to somebody unknown"));
        }
        RegisterRecords { link: None, .. } => {}
    }
    Ok(records)
}

impl Known {
    fn read(self, asked: Option<&Iin>, latest: Date) -> Result<KnownPerson, Fault> {
        if Some(&self.iin) != asked {
            return Err(Fault::SomebodyElse);
        }
        if !(EARLIEST_BIRTH..=latest).contains(&self.birth_date) {
            return Err(Fault::Implausible("nobody has this birth date"));
        }
        let home = self.home.as_deref().map(home).transpose()?.flatten();
        // Numbers that get no SMS can be proved by nobody.
        let phones = self.phones.iter().filter_map(|phone| Phone::parse(phone).ok()).collect();
        let Self { iin, surname, name, patronymic, birth_date, sex, .. } = self;
        Ok(KnownPerson { person: Person { iin, surname, name, patronymic, birth_date, sex }, phones, home })
    }
}

impl Linked {
    fn between(self, parent: &Iin, child: Option<&Iin>) -> Result<Link, Fault> {
        if self.parent != *parent || Some(&self.child) != child {
            return Err(Fault::SomebodyElse);
        }
        Ok(Link { parent: self.parent, child: self.child, kinship: self.kinship })
    }
}

/// The address as the register words it. The gateway does not know the portal's streets: which
/// house is meant is for the address search.
fn home(text: &str) -> Result<Option<HomeAddress>, Fault> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > LONGEST_HOME || text.chars().any(char::is_control) {
        return Err(Fault::Implausible("no address is like this"));
    }
    Ok(Some(text).filter(|text| !text.is_empty()).map(|text| HomeAddress::Typed { text }))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;

    const PARENT: &str = "991231500006";
    const CHILD: &str = "991231500016";
    const OTHER: &str = "991231500026";
    const LATEST: Date = date(2026, 4, 2);

    fn iin(digits: &str) -> Iin {
        Iin::parse(digits).unwrap()
    }

    fn whole() -> Value {
        json!({
            "parent": {
                "iin": PARENT, "surname": "Образцова", "name": "Образец", "patronymic": "Образцовна",
                "birth_date": "1990-02-03", "sex": "female",
                "phones": ["+7 700 000 00 01", "+7 7212 42 01 74", "+44 20 7946 0000"],
                "home": "улица Мустафина, дом 1/2", "citizenship": "KZ",
            },
            "child": {
                "iin": CHILD, "surname": "Әділбекұлы", "name": "Мысал", "patronymic": null,
                "birth_date": "2019-05-06", "sex": "male", "phones": [], "home": " мкр 17,\n дом 47, кв. 9 ",
            },
            "link": {"parent": PARENT, "child": CHILD, "kinship": "guardian", "since": "2020-01-01"},
            "version": 3,
        })
    }

    fn read_value(answer: &Value) -> Result<RegisterRecords, Fault> {
        read(answer.to_string().as_bytes(), &iin(PARENT), Some(&iin(CHILD)), LATEST)
    }

    /// The whole answer with one place of it changed.
    fn with(place: &str, value: Value) -> Value {
        let mut answer = whole();
        *answer.pointer_mut(place).unwrap() = value;
        answer
    }

    /// The whole answer without one place of it.
    fn without(object: &str, field: &str) -> Value {
        let mut answer = whole();
        answer.pointer_mut(object).unwrap().as_object_mut().unwrap().remove(field).unwrap();
        answer
    }

    #[test]
    fn a_whole_answer_is_read_and_what_nobody_agreed_on_is_ignored() {
        let records = read_value(&whole()).unwrap();
        let (parent, child, link) = (records.parent.unwrap(), records.child.unwrap(), records.link.unwrap());
        assert_eq!(parent.person.full_name(), "Образцова Образец Образцовна");
        assert_eq!((parent.person.birth_date, parent.person.sex), (date(1990, 2, 3), Sex::Female));
        assert!(parent.phones == [Phone::parse("+77000000001").unwrap()], "what gets no SMS is left out");
        assert!(parent.home == Some(HomeAddress::Typed { text: "улица Мустафина, дом 1/2".to_owned() }));
        assert_eq!(child.person.full_name(), "Әділбекұлы Мысал");
        assert!(child.phones.is_empty());
        assert!(child.home == Some(HomeAddress::Typed { text: "мкр 17, дом 47, кв. 9".to_owned() }));
        assert!(link == Link { parent: iin(PARENT), child: iin(CHILD), kinship: Kinship::Guardian });
    }

    #[test]
    fn nobody_no_link_no_home_and_no_patronymic_are_answers() {
        let nobody = json!({"parent": null, "child": null, "link": null});
        assert!(read_value(&nobody).unwrap() == RegisterRecords::default());
        let unlinked = read_value(&with("/link", Value::Null)).unwrap();
        assert!(unlinked.child.is_some() && unlinked.link.is_none());
        for answer in [
            with("/child/home", Value::Null),
            with("/child/home", json!("  ")),
            without("/child", "home"),
            with("/child/patronymic", json!("")),
            without("/child", "patronymic"),
        ] {
            let child = read_value(&answer).unwrap().child.unwrap();
            assert_eq!(child.person.patronymic, None);
        }
        assert!(read_value(&without("/child", "home")).unwrap().child.unwrap().home.is_none());
        // Only the parent was asked for.
        let mut alone = whole();
        alone["child"] = Value::Null;
        alone["link"] = Value::Null;
        let records = read(alone.to_string().as_bytes(), &iin(PARENT), None, LATEST).unwrap();
        assert!(records.parent.is_some() && records.child.is_none() && records.link.is_none());
    }

    #[test]
    fn what_is_not_of_the_agreed_shape_is_no_answer() {
        let mut broken: Vec<String> = [
            with("/parent/iin", json!("991231500007")),
            with("/parent/iin", json!(991_231_500_006_u64)),
            with("/parent/surname", json!("")),
            with("/parent/name", json!("Р2Д2")),
            with("/parent/name", json!("а".repeat(101))),
            with("/child/patronymic", json!("<b>")),
            with("/child/birth_date", json!("06.05.2019")),
            with("/child/birth_date", json!("2019-02-30")),
            with("/child/sex", json!("m")),
            with("/parent/phones", Value::Null),
            with("/parent/phones", json!("+77000000001")),
            with("/parent/phones", json!([77_000_000_001_u64])),
            with("/child/home", json!({"street": "Мустафина"})),
            with("/parent", json!("Образцова")),
            with("/link", json!(true)),
            with("/link/kinship", json!("neighbour")),
            without("", "parent"),
            without("", "child"),
            without("", "link"),
            without("/parent", "iin"),
            without("/parent", "surname"),
            without("/child", "birth_date"),
            without("/child", "sex"),
            without("/child", "phones"),
            without("/link", "kinship"),
            json!({}),
            json!({"error": "maintenance"}),
            json!(null),
            json!([]),
        ]
        .iter()
        .map(Value::to_string)
        .collect();
        let text = whole().to_string();
        broken.extend([
            String::new(),
            "<html></html>".to_owned(),
            text[..text.len() - 1].to_owned(),
            format!("{text}{{}}"),
        ]);
        broken.push(text.replacen('{', r#"{"link":null,"#, 1));
        broken.push(format!("\u{feff}{text}"));
        for body in broken {
            let fault = read(body.as_bytes(), &iin(PARENT), Some(&iin(CHILD)), LATEST).unwrap_err();
            assert!(matches!(fault, Fault::Shape { .. }), "{body}: {fault}");
        }
        let not_text = text.as_bytes().iter().map(|byte| if *byte > 127 { 255 } else { *byte }).collect::<Vec<_>>();
        assert!(matches!(read(&not_text, &iin(PARENT), Some(&iin(CHILD)), LATEST), Err(Fault::Shape { .. })));
    }

    #[test]
    fn what_cannot_be_is_no_answer() {
        for answer in [
            with("/child/birth_date", json!("2026-04-03")),
            with("/parent/birth_date", json!("1899-12-31")),
            with("/parent/birth_date", json!("2019-05-06")),
            with("/child", Value::Null),
            with("/parent", Value::Null),
            with("/child/home", json!("а".repeat(201))),
            with("/child/home", json!("дом\u{0} 1")),
        ] {
            let fault = read_value(&answer).unwrap_err();
            assert!(matches!(fault, Fault::Implausible(_)), "{answer}: {fault}");
        }
        assert!(read_value(&with("/child/birth_date", json!("2026-04-02"))).is_ok());
    }

    #[test]
    fn an_answer_about_somebody_else_is_no_answer() {
        for answer in [
            with("/parent/iin", json!(OTHER)),
            with("/child/iin", json!(OTHER)),
            with("/child/iin", json!(PARENT)),
            with("/link/parent", json!(OTHER)),
            with("/link/child", json!(OTHER)),
        ] {
            let fault = read_value(&answer).unwrap_err();
            assert!(matches!(fault, Fault::SomebodyElse), "{answer}: {fault}");
        }
        // A child that nobody asked for, with and without its link.
        for answer in [whole(), with("/link", Value::Null)] {
            let fault = read(answer.to_string().as_bytes(), &iin(PARENT), None, LATEST).unwrap_err();
            assert!(matches!(fault, Fault::SomebodyElse), "{fault}");
        }
    }

    #[test]
    fn faults_quote_nothing_of_the_answer() {
        for answer in [
            with("/parent/iin", json!("991231500007")),
            with("/parent/surname", json!("Образцова7")),
            with("/parent/sex", json!("Образцова")),
            with("/link/kinship", json!(CHILD)),
            with("/parent/iin", json!(OTHER)),
            with("/parent/birth_date", json!("2090-02-03")),
            with("/child/home", json!("Образцова".repeat(40))),
        ] {
            let fault = read_value(&answer).unwrap_err();
            let said = format!("{fault} {fault:?}");
            for secret in ["99123", "Образц", "2090", "Мустафина"] {
                assert!(!said.contains(secret), "{said}");
            }
        }
    }
}
