//! Families made up for one test each: no two share a phone or a child, so that neither limits nor
//! locks of one reach another. The register knows none of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::{Iin, Service};
use store::keys;

use crate::tables::partition;
use crate::{Portal, Result, Stack};

/// A parent and a child as they would be typed.
#[derive(Clone, Debug)]
pub struct Family {
    /// The parent's phone, in the stored form
    pub phone: String,
    /// The parent's IIN
    pub parent_iin: String,
    /// The child's IIN
    pub child_iin: String,
    /// The child's birth date: day, month, year
    pub child_birth: [String; 3],
    /// The child's home address
    pub address: String,
    /// The wanted language of instruction
    pub language: String,
}

impl Family {
    /// A family that the register does not know, with a child as old as the sample family's and
    /// at the sample family's address. A run of the tests has no phone twice, and no child before the 12,000th.
    ///
    /// # Errors
    /// A sample family that is not one.
    pub fn invented(stack: &Stack) -> Result<Self> {
        let year = stack.sample.child_iin.get(..2).ok_or("the sample child has no IIN")?;
        let (number, month, day, child_iin) = loop {
            let number = unused()?;
            let (month, day, serial) = (1 + number % 8, 1 + number / 8 % 28, INVENTED_SERIAL + number / 224 % INVENTED);
            // Some serials have no check digit at all.
            if let Some(iin) = checked(&format!("{year}{month:02}{day:02}5{serial:04}")) {
                break (number, month, day, iin);
            }
        };
        Ok(Self {
            // No operator has the prefix 709; below a million there are the numbered families, from five million on
            // the browser's.
            phone: format!("+7709{:07}", 1_000_000 + number),
            parent_iin: parent_iin()?,
            child_iin,
            child_birth: [day.to_string(), month.to_string(), format!("20{year}")],
            address: stack.sample.address.clone(),
            language: stack.sample.language.clone(),
        })
    }
}

impl Family {
    /// An invented family whose child nobody has applied for, to no service, in an earlier run on the same stack:
    /// made-up IINs are few, and a lock is for ever.
    ///
    /// # Errors
    /// As [`Family::invented`], or a stack that does not answer.
    pub fn unclaimed(stack: &Stack, portal: &Portal) -> Result<Self> {
        loop {
            let family = Self::invented(stack)?;
            let child = Iin::parse(&family.child_iin).map_err(|_| "the family's IIN is none")?;
            let mut claimed = false;
            for service in Service::ALL {
                let pk = keys::child_lock(&portal.key, service, &child).pk;
                claimed |= !partition(stack, &portal.tables.applications, &pk)?.is_empty();
            }
            if !claimed {
                return Ok(family);
            }
        }
    }
}

impl Family {
    /// One of many families for tables that nobody else has: no two of different numbers share a phone,
    /// a parent or a child. The register knows none of them.
    ///
    /// # Errors
    /// There are not so many (13,440).
    pub fn numbered(number: u32, birth_year: u16) -> Result<Self> {
        let (serial, day) = (FIRST_SERIAL + number % SERIALS, number / SERIALS);
        let (month, of_month, sex) = (1 + day / 28 % 12, 1 + day % 28, day / 336);
        let iin = |year: u16, male: u32| {
            let begins = format!("{:02}{month:02}{of_month:02}{}", year % 100, male + sex);
            // Some serials have no check digit: then that of another block, which nobody else has.
            let mut elevens = (0..3).map(|block| format!("{begins}{:04}", serial + block * SERIALS));
            let iin = elevens.find_map(|eleven| checked(&eleven)).filter(|_| sex < 2);
            iin.ok_or_else(|| format!("there is no family {number}"))
        };
        Ok(Self {
            // No operator has the prefix 709.
            phone: format!("+7709{number:07}"),
            parent_iin: iin(1990, 3)?,
            child_iin: iin(birth_year, 5)?,
            child_birth: [of_month.to_string(), month.to_string(), birth_year.to_string()],
            address: format!("улица Пробная, {number}"),
            language: "kk".to_owned(),
        })
    }
}

/// Serials of [`Family::numbered`], three blocks of them.
const SERIALS: u32 = 20;
const FIRST_SERIAL: u32 = 20;

/// Serials of made-up people, above those of the demo city and below those of the browser tests, with whom no child is
/// shared.
const INVENTED_SERIAL: u32 = 20;
const INVENTED: u32 = 60;

/// A number that this run has not had yet, below 4,000,000; where it begins is drawn.
fn unused() -> Result<u32> {
    static FIRST: OnceLock<u32> = OnceLock::new();
    static USED: AtomicU32 = AtomicU32::new(0);
    let drawn = random(3_000_000)?;
    Ok(FIRST.get_or_init(|| drawn) + USED.fetch_add(1, Ordering::Relaxed))
}

/// A number below `limit`.
fn random(limit: u32) -> Result<u32> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(u32::from_le_bytes(bytes) % limit)
}

/// A made-up adult's IIN.
fn parent_iin() -> Result<String> {
    let (month, day) = (1 + random(12)?, 1 + random(28)?);
    for _ in 0..50 {
        if let Some(iin) = checked(&format!("90{month:02}{day:02}4{:04}", INVENTED_SERIAL + random(INVENTED)?)) {
            return Ok(iin);
        }
    }
    Err("no check digit fits".into())
}

/// An IIN of its first eleven digits, if they have a check digit.
fn checked(eleven: &str) -> Option<String> {
    (0..10).map(|check| format!("{eleven}{check}")).find(|iin| Iin::parse(iin).is_ok())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbered_families_share_nothing() -> Result<()> {
        let families = (0..13_440).map(|number| Family::numbered(number, 2020)).collect::<Result<Vec<_>>>()?;
        let told: [fn(&Family) -> &String; 3] =
            [|family| &family.phone, |family| &family.parent_iin, |family| &family.child_iin];
        for told in told {
            assert_eq!(families.iter().map(told).collect::<BTreeSet<_>>().len(), families.len());
        }
        assert!(Family::numbered(13_440, 2020).is_err());
        Ok(())
    }
}
