//! Officers: who decides on applications, and whose applications each may see.

use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::directory::SchoolId;
use crate::redacted::redacted;

/// The id that the officers' user pool gave; it stays when the name changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficerId(String);

impl OfficerId {
    /// Reads an id: letters, digits and dashes, 64 at most, as it is part of keys.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        ((1..=64).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OfficerId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The groups of the officers' user pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The education department: registers, returns, refuses
    Department,
    /// A school: confirms, declines, enrols its own applications
    School,
    /// Keeps directory and settings
    Administrator,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Department, Self::School, Self::Administrator];

    /// Its name in the pool.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::School => "school",
            Self::Administrator => "administrator",
        }
    }

    /// Reads a name of the pool.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == text)
    }
}

/// Where an officer works: a school's officer always has exactly one school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Post {
    Department,
    School(SchoolId),
    Administrator,
}

/// Why somebody whom the pool knows is no officer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOfficer {
    /// The id is none that the pool gives
    #[error("the officer's id cannot be read")]
    Id,
    /// In no group, or in one that the portal does not know
    #[error("the officer is in no group of the portal")]
    NoGroup,
    /// In more than one group: nobody could tell which rights were meant
    #[error("the officer is in several groups")]
    SeveralGroups,
    /// A school's officer without a school
    #[error("the school's officer has no school")]
    NoSchool,
    /// A school's officer with what is no id of a school
    #[error("the school's officer has a school that cannot be read")]
    School,
}

/// Somebody who works in the office.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The pool's id
    pub id: OfficerId,
    /// The name that colleagues see; parents never do
    pub name: String,
    post: Post,
}

redacted!(Officer);

/// Which applications an officer may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole city's
    All,
    /// Those that this school handles
    School(SchoolId),
}

impl Scope {
    /// Whether an application is among them.
    pub fn covers(&self, application: &Application) -> bool {
        match self {
            Self::All => true,
            Self::School(school) => application.concerns(school),
        }
    }

    /// Whether it is theirs to decide on, as far as the school goes.
    pub fn handles(&self, application: &Application) -> bool {
        match self {
            Self::All => true,
            Self::School(school) => application.handler().as_ref() == Some(school),
        }
    }
}

impl Officer {
    /// The officer as the pool describes them: id, name, names of groups, school. A school is
    /// read for a school's officer only.
    ///
    /// # Errors
    /// [`NotAnOfficer`].
    pub fn new(id: &str, name: &str, groups: &[String], school: Option<&str>) -> Result<Self, NotAnOfficer> {
        let id = OfficerId::parse(id).ok_or(NotAnOfficer::Id)?;
        let group = match groups {
            [] => return Err(NotAnOfficer::NoGroup),
            [one] => Group::parse(one).ok_or(NotAnOfficer::NoGroup)?,
            _ => return Err(NotAnOfficer::SeveralGroups),
        };
        let post = match group {
            Group::Department => Post::Department,
            Group::Administrator => Post::Administrator,
            Group::School => {
                let school = school.filter(|school| !school.is_empty()).ok_or(NotAnOfficer::NoSchool)?;
                Post::School(SchoolId::parse(school).map_err(|_| NotAnOfficer::School)?)
            }
        };
        Ok(Self { id, name: name.to_owned(), post })
    }

    /// The one group.
    pub const fn group(&self) -> Group {
        match self.post {
            Post::Department => Group::Department,
            Post::School(_) => Group::School,
            Post::Administrator => Group::Administrator,
        }
    }

    /// The school of a school's officer.
    pub const fn school(&self) -> Option<&SchoolId> {
        match &self.post {
            Post::School(school) => Some(school),
            Post::Department | Post::Administrator => None,
        }
    }

    /// Whose applications this officer may see.
    pub fn scope(&self) -> Scope {
        match &self.post {
            Post::School(school) => Scope::School(school.clone()),
            Post::Department | Post::Administrator => Scope::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(groups: &[&str], school: Option<&str>) -> Result<Officer, NotAnOfficer> {
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        Officer::new("0a1b-2c", "Үлгі Маман", &groups, school)
    }

    #[test]
    fn an_officer_is_in_exactly_one_known_group() {
        for group in Group::ALL {
            assert_eq!(officer(&[group.code()], Some("school-7")).map(|officer| officer.group()), Ok(group));
        }
        assert_eq!(officer(&[], None), Err(NotAnOfficer::NoGroup));
        assert_eq!(officer(&["parents"], None), Err(NotAnOfficer::NoGroup));
        assert_eq!(officer(&["Department"], None), Err(NotAnOfficer::NoGroup));
        assert_eq!(officer(&["department", "administrator"], None), Err(NotAnOfficer::SeveralGroups));
        assert_eq!(officer(&["school", "school"], Some("school-7")), Err(NotAnOfficer::SeveralGroups));
    }

    #[test]
    fn a_schools_officer_has_one_school_and_sees_no_other() {
        let school = SchoolId::parse("school-7").unwrap();
        let mine = officer(&["school"], Some("school-7")).unwrap();
        assert_eq!((mine.school(), mine.scope()), (Some(&school), Scope::School(school.clone())));
        assert_eq!(officer(&["school"], None), Err(NotAnOfficer::NoSchool));
        assert_eq!(officer(&["school"], Some("")), Err(NotAnOfficer::NoSchool));
        assert_eq!(officer(&["school"], Some("school-7,school-8")), Err(NotAnOfficer::School));
        let department = officer(&["department"], Some("school-7")).unwrap();
        assert_eq!((department.school(), department.scope()), (None, Scope::All));
    }

    #[test]
    fn an_officers_name_is_not_printed_and_an_id_is_safe_in_a_key() {
        assert_eq!(format!("{:?}", officer(&["department"], None).unwrap()), "Officer(redacted)");
        for id in ["", "a#b", "a b", &"a".repeat(65)] {
            assert_eq!(Officer::new(id, "", &["department".to_owned()], None), Err(NotAnOfficer::Id), "{id}");
        }
    }
}
