//! The search index of the streets, built once for each version of their list and kept beside it: what
//! has to be read of it is read once by an instance, and the search itself reads nothing.

use domain::address::AddressIndex;
use domain::directory::sheet::ImportId;

use crate::item::{Item, number, read_number};
use crate::keys::{self, Key};
use crate::{StoreError, packed};

/// Bytes of it in one item, below DynamoDB's 400 KB.
const PART: usize = 350_000;
/// Tells an index of this release from those of others.
const FORMAT: &str = "format";
/// How many items a version has.
const PARTS: &str = "parts";

/// The items of an index.
///
/// # Errors
/// [`StoreError::Corrupt`] if it cannot be written.
pub(crate) fn items(version: &ImportId, index: &AddressIndex) -> Result<Vec<Item>, StoreError> {
    let packed = packed::pack(&part(version, 0), index)?;
    let parts = packed.len().div_ceil(PART);
    let item = |(at, bytes): (usize, &[u8])| {
        let mut item = packed::item(&part(version, at), "street-index", bytes.to_vec());
        item.insert(FORMAT.to_owned(), number(AddressIndex::FORMAT));
        item.insert(PARTS.to_owned(), number(parts));
        item
    };
    Ok(packed.chunks(PART).enumerate().map(item).collect())
}

/// The index of a version; none where it is not there whole, or of another format.
///
/// # Errors
/// [`StoreError::Corrupt`], naming the item.
pub(crate) fn read(items: &[Item], version: &ImportId) -> Result<Option<AddressIndex>, StoreError> {
    let of = |item: &&Item| keys::version_of(&Key::of(item).sk).as_ref() == Some(version);
    let parts: Vec<&Item> = items.iter().filter(of).collect();
    let ours = |item: &&Item| {
        read_number(item, FORMAT) == Some(AddressIndex::FORMAT) && read_number(item, PARTS) == Some(parts.len())
    };
    if parts.is_empty() || !parts.iter().all(ours) {
        return Ok(None);
    }
    let bytes: Vec<&[u8]> = parts.into_iter().map(packed::bytes).collect::<Result<_, _>>()?;
    packed::unpack(&part(version, 0), &bytes.concat()).map(Some)
}

fn part(version: &ImportId, at: usize) -> Key {
    keys::chunk(keys::street_index(), version, at)
}

#[cfg(test)]
mod tests {
    use domain::directory::{Bilingual, Street, StreetId, StreetKind};

    use super::*;

    fn version(byte: u8) -> ImportId {
        ImportId::from_bytes([byte; 16])
    }

    fn index(streets: u32) -> AddressIndex {
        let street = |number: u32| {
            // Names that gzip cannot shorten much.
            let mixed =
                |by: u32| format!("{:x}", number.wrapping_mul(by).rotate_left(7)).replace(char::is_numeric, "я");
            Street {
                id: StreetId::parse(&format!("s-{number}")).unwrap(),
                kind: StreetKind::Street,
                name: Bilingual::new(mixed(2_654_435_761), mixed(2_246_822_519)),
                old_names: vec![mixed(3_266_489_917)],
                area: None,
            }
        };
        AddressIndex::new((0..streets).map(street).collect())
    }

    #[test]
    fn an_index_of_many_items_comes_back_as_it_was_written() {
        let (small, large) = (index(3), index(12_000));
        let written = [items(&version(1), &small).unwrap(), items(&version(2), &large).unwrap()].concat();
        assert!(written.len() > 2, "{}", written.len());
        assert_eq!(read(&written, &version(1)).unwrap().unwrap().streets(), small.streets());
        assert_eq!(read(&written, &version(2)).unwrap().unwrap().streets(), large.streets());
        assert!(read(&written, &version(3)).unwrap().is_none());
    }

    #[test]
    fn what_is_torn_or_of_another_format_is_no_index() {
        let whole = items(&version(2), &index(12_000)).unwrap();
        assert!(read(&whole[1..], &version(2)).unwrap().is_none(), "a part is missing");
        let mut other = items(&version(1), &index(3)).unwrap();
        other[0].insert(FORMAT.to_owned(), number(AddressIndex::FORMAT + 1));
        assert!(read(&other, &version(1)).unwrap().is_none());
        other[0].remove(FORMAT);
        assert!(read(&other, &version(1)).unwrap().is_none());
        let mut corrupt = items(&version(1), &index(3)).unwrap();
        corrupt[0].remove("packed");
        assert!(read(&corrupt, &version(1)).is_err());
    }
}
