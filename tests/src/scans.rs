//! Files to send: a picture and documents of any size.

use crate::{Result, Stack};

/// The sample family's picture: 480 by 640.
///
/// # Errors
/// A sample family without one.
pub fn photo(stack: &Stack) -> Result<Vec<u8>> {
    let path = stack.sample.scans.iter().find(|path| path.ends_with(".jpg")).ok_or("no sample photo")?;
    Ok(std::fs::read(path)?)
}

/// A PDF of so many pages, with something more in its catalog and its trailer.
pub fn pdf(pages: usize, catalog: &str, trailer: &str) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 3)).collect();
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{catalog}>>"),
        format!("<</Type/Pages/Kids[{}]/Count {pages}>>", kids.join(" ")),
    ];
    objects.extend((0..pages).map(|_| "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>".to_owned()));
    let mut file = "%PDF-1.5\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = file.len();
    let size = objects.len() + 1;
    format!("{file}{table}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").into_bytes()
}
