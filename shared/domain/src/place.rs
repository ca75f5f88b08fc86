//! A place: a seat in one school and language, or in one section of a camp's shift. Another language of the
//! same school is another place (`domain.md` section 5), and so is another section of a shift.

use serde::{Deserialize, Serialize};

use crate::application::ApplicationNumber;
use crate::camp::Section;
use crate::directory::SchoolId;
use crate::locale::Language;

/// Where a child may sit: a school and a language of instruction, or a camp's shift and its section.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The school, or the shift
    pub school: SchoolId,
    /// The language there
    pub language: Language,
    /// Which places of a shift; none of a school
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
}

impl Place {
    /// A seat in grade 1 of a school.
    pub const fn new(school: SchoolId, language: Language) -> Self {
        Self { school, language, section: None }
    }

    /// A seat in a section of a shift.
    pub const fn of_shift(shift: SchoolId, language: Language, section: Section) -> Self {
        Self { school: shift, language, section: Some(section) }
    }
}

/// The choices that count, the best first: one that is the home place ends the list (`domain.md` section 5,
/// rule 2).
pub(crate) fn wanted<'a>(choices: &'a [Place], home: Option<&Place>) -> impl Iterator<Item = &'a Place> {
    choices.iter().take_while(move |choice| Some(*choice) != home)
}

/// The ticket of a sent application: its number, which is the queue order, and the places it
/// was sent with. It never changes; other choices are another ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The application's number
    pub number: ApplicationNumber,
    /// The home place; none until an officer assigns one
    pub home: Option<Place>,
    /// What is wanted more than the home place, the better first: in grade 1 up to two places outside the
    /// territory, in a camp the places of up to two shifts
    pub choices: Vec<Place>,
    /// Who is served before the number counts: a lower rank before a higher one. In grade 1 nobody is
    #[serde(default, skip_serializing_if = "first")]
    pub rank: u8,
}

/// Whether it is the first rank, which is not written.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
pub(crate) fn first(rank: &u8) -> bool {
    *rank == 0
}
