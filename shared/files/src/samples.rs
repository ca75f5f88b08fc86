//! Files for tests, made here so that the repository holds no pictures.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use lopdf::{Document, Object, Stream, dictionary};

/// Time that no test file needs.
pub(crate) const TIME: std::time::Duration = std::time::Duration::from_secs(30);

/// A picture whose top left quarter is red and whose rest is blue.
pub(crate) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) }
    })
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(&picture(width, height).into(), ImageFormat::Jpeg)
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encode(&picture(width, height).into(), ImageFormat::Png)
}

/// Black that fades out to the right.
pub(crate) fn fading_png(width: u32, height: u32) -> Vec<u8> {
    let image = RgbaImage::from_fn(width, height, |x, _| Rgba([0, 0, 0, if x < width / 2 { 255 } else { 0 }]));
    encode(&image.into(), ImageFormat::Png)
}

/// A JPEG with EXIF as a phone writes it: an orientation and the place where it was taken.
pub(crate) fn phone_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    // Two entries: orientation (short), and where the GPS directory lies (long).
    tiff.extend_from_slice(&[0, 2]);
    tiff.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend_from_slice(&[0, 0, 0, 0]);
    // One entry: GPSLatitudeRef and a note that the test looks for.
    tiff.extend_from_slice(&[0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS 49.8047 73.1094");
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend_from_slice(&tiff);
    let plain = jpeg(width, height);
    let mut bytes = plain.get(..2).expect("a start").to_vec();
    bytes.extend_from_slice(&[0xFF, 0xE1]);
    bytes.extend_from_slice(&u16::try_from(segment.len() + 2).expect("short").to_be_bytes());
    bytes.extend_from_slice(&segment);
    bytes.extend_from_slice(plain.get(2..).expect("the rest"));
    bytes
}

/// A PNG that says in its header how large it is, and holds next to nothing.
pub(crate) fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(8, 8);
    bytes.splice(16..20, width.to_be_bytes());
    bytes.splice(20..24, height.to_be_bytes());
    bytes
}

/// A PDF of so many pages; `adapt` may add what the test is about before it is written.
pub(crate) fn pdf_with(pages: usize, adapt: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let kids: Vec<Object> = (1..=pages)
        .map(|page| {
            let text = format!("BT /F1 12 Tf 50 700 Td (page {page}) Tj ET");
            let content = document.add_object(Stream::new(dictionary! {}, text.into_bytes()));
            let size = vec![0.into(), 0.into(), 595.into(), 842.into()];
            document
                .add_object(
                    dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => content, "MediaBox" => size },
                )
                .into()
        })
        .collect();
    let count = i64::try_from(pages).expect("few pages");
    document
        .objects
        .insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    adapt(&mut document);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("writes");
    bytes
}

pub(crate) fn pdf(pages: usize) -> Vec<u8> {
    pdf_with(pages, |_| {})
}
