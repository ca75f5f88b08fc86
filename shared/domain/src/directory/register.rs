//! The state register as a port: what is asked, what it holds, and what may be told.
//!
//! Not an oracle: whoever asks learns the parent's data only when the register links the phone
//! that they proved to that IIN, and the child's only when it links the child to that parent.
//! Every other case is answered alike.

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::answers::HomeAddress;
use crate::contact::Phone;
use crate::iin::Iin;
use crate::person::Person;
use crate::redacted::redacted;

/// A person of the register.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownPerson {
    /// IIN, names, birth date, sex.
    pub person: Person,
    /// Mobile numbers that the register links to the person.
    pub phones: Vec<Phone>,
    /// Registered home; not everybody has one. The gateway tells it in words.
    pub home: Option<HomeAddress>,
}

redacted!(KnownPerson);

/// How an adult is related to a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kinship {
    /// Mother or father
    Parent,
    /// Legal guardian
    Guardian,
}

/// The register's link between an adult and a child.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The adult.
    pub parent: Iin,
    /// The child.
    pub child: Iin,
    /// How they are related.
    pub kinship: Kinship,
}

redacted!(Link);

/// What the register holds about a parent and a child, before it is decided what may be told.
#[derive(Clone, Default, PartialEq)]
pub struct RegisterRecords {
    /// The person with the parent's IIN.
    pub parent: Option<KnownPerson>,
    /// The person with the child's IIN.
    pub child: Option<KnownPerson>,
    /// The link between the two.
    pub link: Option<Link>,
}

redacted!(RegisterRecords);

/// What may be told to whoever proved the phones.
#[derive(Clone, Default, PartialEq)]
pub struct RegisterAnswer {
    /// The parent.
    pub parent: Option<Person>,
    /// The child.
    pub child: Option<Person>,
    /// The child's home.
    pub address: Option<HomeAddress>,
    /// How the two are related.
    pub kinship: Option<Kinship>,
}

redacted!(RegisterAnswer);

impl RegisterRecords {
    /// Keeps what may be told to somebody who proved `phones`.
    #[must_use]
    pub fn for_phones(self, phones: &[&Phone]) -> RegisterAnswer {
        let Some(parent) = self.parent.filter(|known| known.phones.iter().any(|phone| phones.contains(&phone))) else {
            return RegisterAnswer::default();
        };
        let linked = match (self.link, self.child) {
            (Some(link), Some(child)) if link.parent == parent.person.iin && link.child == child.person.iin => {
                Some((link.kinship, child))
            }
            _ => None,
        };
        let (kinship, child) = linked.unzip();
        let (child, address) = child.map(|child| (child.person, child.home)).unzip();
        RegisterAnswer { parent: Some(parent.person), child, address: address.flatten(), kinship }
    }
}

/// The register did not answer: the person types everything by hand.
#[derive(Debug, thiserror::Error)]
#[error("the state register does not answer")]
pub struct RegisterDown(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where the register's records come from: the Directory table, or the city's gateway.
pub trait Register {
    /// Fetches what is held about a parent and, if given, a child, in at most one round trip.
    fn records(
        &self,
        parent: &Iin,
        child: Option<&Iin>,
    ) -> impl Future<Output = Result<RegisterRecords, RegisterDown>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples;

    fn known(iin: &str, phones: &[&str]) -> KnownPerson {
        KnownPerson {
            person: samples::person(iin),
            phones: phones.iter().map(|phone| Phone::parse(phone).unwrap()).collect(),
            home: Some(HomeAddress::Typed { text: "Дом".to_owned() }),
        }
    }

    fn records() -> RegisterRecords {
        let parent = known("991231500006", &["+77000000001"]);
        let child = known("991231500016", &[]);
        let link =
            Link { parent: parent.person.iin.clone(), child: child.person.iin.clone(), kinship: Kinship::Parent };
        RegisterRecords { parent: Some(parent), child: Some(child), link: Some(link) }
    }

    #[test]
    fn all_is_told_to_the_linked_parent_with_the_linked_phone() {
        let phone = Phone::parse("+77000000001").unwrap();
        let answer = records().for_phones(&[&phone]);
        assert!(answer.parent.is_some() && answer.child.is_some() && answer.address.is_some());
        assert_eq!(answer.kinship, Some(Kinship::Parent));
    }

    #[test]
    fn a_phone_of_somebody_else_learns_as_much_as_about_nobody() {
        let phone = Phone::parse("+77000000002").unwrap();
        assert!(records().for_phones(&[&phone]) == RegisterRecords::default().for_phones(&[&phone]));
        assert!(records().for_phones(&[]) == RegisterAnswer::default());
    }

    #[test]
    fn a_child_without_the_link_is_as_unknown_as_no_child() {
        let phone = Phone::parse("+77000000001").unwrap();
        let unlinked = RegisterRecords { link: None, ..records() }.for_phones(&[&phone]);
        let childless = RegisterRecords { link: None, child: None, ..records() }.for_phones(&[&phone]);
        assert!(unlinked.parent.is_some() && unlinked == childless);
        let other = RegisterRecords { child: Some(known("991231500026", &[])), ..records() };
        assert!(other.for_phones(&[&phone]) == childless, "a link to another child");
    }
}
