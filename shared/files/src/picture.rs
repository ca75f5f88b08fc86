//! Pictures: checked, turned upright, written anew, with a preview.

use std::io::Cursor;

use domain::document::Kind;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits};

use crate::clean::Clean;
use crate::{Refusal, jpeg};

/// Read from the header before anything is decoded.
const MAX_PIXELS: u64 = 50_000_000;
/// A decoded picture may take this much: 50 megapixels of 16-bit colour with transparency.
const MAX_DECODED: u64 = MAX_PIXELS * 8;
/// A4 at 300 dots per inch is 3,508 pixels long. Longer pictures are divided by a whole number,
/// which keeps letters clean and needs no second full-size copy in memory.
const MAX_SIDE: u32 = 5_000;
/// A PNG beyond this is a photo or a colour scan: as a JPEG it is a tenth of the size.
const MAX_PNG_PIXELS: u64 = 2_000_000;
const QUALITY: u8 = 85;
const PREVIEW_SIDE: u32 = 480;
const PREVIEW_QUALITY: u8 = 75;

/// Cleans a JPEG. Only the bytes up to the end of the picture reach the decoder.
pub(crate) fn clean_jpeg(bytes: &[u8]) -> Result<Clean, Refusal> {
    let outline = jpeg::outline(bytes)?;
    check_pixels(outline.width, outline.height)?;
    let picture = bytes.get(..outline.end).unwrap_or(bytes);
    let decoder = JpegDecoder::new(Cursor::new(picture)).map_err(refusal)?;
    let image = decode(decoder)?;
    Ok(Clean { kind: Kind::Jpeg, bytes: to_jpeg(&image, QUALITY)?, preview: Some(preview(&image)?), pages: None })
}

/// Cleans a PNG. A large one becomes a JPEG.
pub(crate) fn clean_png(bytes: &[u8]) -> Result<Clean, Refusal> {
    let (width, height) = png_size(bytes).ok_or(Refusal::DamagedPicture)?;
    check_pixels(width, height)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED);
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(refusal)?;
    let image = decode(decoder)?;
    let pixels = u64::from(image.width()) * u64::from(image.height());
    let (kind, bytes) = if pixels > MAX_PNG_PIXELS {
        (Kind::Jpeg, to_jpeg(&image, QUALITY)?)
    } else {
        let mut bytes = Vec::new();
        image.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(refusal)?;
        (Kind::Png, bytes)
    };
    Ok(Clean { kind, bytes, preview: Some(preview(&image)?), pages: None })
}

/// Width and height of the header chunk, which is always the first.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}

fn check_pixels(width: u32, height: u32) -> Result<(), Refusal> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Refusal::DamagedPicture),
        1..=MAX_PIXELS => Ok(()),
        _ => Err(Refusal::TooManyPixels),
    }
}

/// Decodes, makes smaller, puts on white and turns upright, in the order that needs the least
/// memory.
fn decode(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Refusal> {
    let (width, height) = decoder.dimensions();
    // The decoder must agree with the header that was checked.
    check_pixels(width, height)?;
    // A broken orientation is no reason to refuse: the picture is shown as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    let mut image = opaque(smaller(image));
    image.apply_orientation(orientation);
    Ok(image)
}

fn smaller(image: DynamicImage) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let divisor = width.max(height).div_ceil(MAX_SIDE);
    if divisor <= 1 {
        return image;
    }
    image.thumbnail_exact(width.div_ceil(divisor), height.div_ceil(divisor))
}

/// Eight bits, grey or colour, transparency on white paper: an officer sees what the parent saw.
fn opaque(image: DynamicImage) -> DynamicImage {
    let color = image.color();
    match (color.has_alpha(), color.has_color()) {
        (false, false) => DynamicImage::ImageLuma8(image.into_luma8()),
        (false, true) => DynamicImage::ImageRgb8(image.into_rgb8()),
        (true, _) => {
            let mut image = image.into_rgba8();
            for pixel in image.chunks_exact_mut(4) {
                if let [color @ .., alpha] = pixel
                    && *alpha < 255
                {
                    for value in color {
                        *value = on_white(*value, *alpha);
                    }
                }
            }
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).into_rgb8())
        }
    }
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let mixed = u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    u8::try_from(mixed / 255).unwrap_or(u8::MAX)
}

fn preview(image: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    if image.width().max(image.height()) <= PREVIEW_SIDE {
        return to_jpeg(image, PREVIEW_QUALITY);
    }
    to_jpeg(&image.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE), PREVIEW_QUALITY)
}

fn to_jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    image.write_with_encoder(encoder).map_err(refusal)?;
    Ok(bytes)
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        // Variants of the formats that no camera or scanner writes count as unreadable.
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => Refusal::DamagedPicture,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use image::{GenericImageView, ImageFormat};

    use super::*;
    use crate::{clean, samples};

    fn cleaned(bytes: &[u8]) -> (Clean, DynamicImage) {
        let clean = clean(bytes, Duration::from_secs(30)).expect("is taken");
        let image = image::load_from_memory(&clean.bytes).expect("decodes");
        (clean, image)
    }

    fn is_red(image: &DynamicImage, x: u32, y: u32) -> bool {
        let [red, _, blue, _] = image.get_pixel(x, y).0;
        red > 150 && blue < 100
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_photo_is_written_anew_with_a_preview() {
        let (clean, image) = cleaned(&samples::jpeg(1200, 600));
        assert_eq!((clean.kind, image.dimensions(), clean.pages), (Kind::Jpeg, (1200, 600), None));
        let preview = clean.preview.expect("a preview");
        assert_eq!(image::guess_format(&preview).ok(), Some(ImageFormat::Jpeg));
        assert_eq!(image::load_from_memory(&preview).expect("decodes").dimensions(), (480, 240));
    }

    #[test]
    fn a_sideways_photo_stands_upright_and_the_place_is_gone() {
        // What the sensor saw, how it was held, and where the red quarter belongs.
        for (orientation, size, red) in [
            (1, (120, 60), (10, 10)),
            (2, (120, 60), (110, 10)),
            (3, (120, 60), (110, 50)),
            (4, (120, 60), (10, 50)),
            (5, (60, 120), (10, 10)),
            (6, (60, 120), (50, 10)),
            (7, (60, 120), (50, 110)),
            (8, (60, 120), (10, 110)),
        ] {
            let photo = samples::phone_jpeg(120, 60, orientation);
            assert!(contains(&photo, b"GPS 49.8047") && contains(&photo, b"Exif"));
            let (clean, image) = cleaned(&photo);
            assert_eq!(image.dimensions(), size, "orientation {orientation}");
            assert!(is_red(&image, red.0, red.1), "orientation {orientation}");
            for bytes in [&clean.bytes, clean.preview.as_ref().expect("a preview")] {
                assert!(!contains(bytes, b"GPS") && !contains(bytes, b"Exif"));
            }
        }
    }

    #[test]
    fn what_is_appended_is_gone() {
        for mut polyglot in [samples::jpeg(50, 50), samples::png(50, 50)] {
            polyglot.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
            let (clean, _) = cleaned(&polyglot);
            assert!(!contains(&clean.bytes, b"PK\x03\x04") && !contains(&clean.bytes, b"<script>"));
        }
    }

    #[test]
    fn a_small_png_stays_one_and_a_large_one_becomes_a_jpeg() {
        assert_eq!(cleaned(&samples::png(300, 200)).0.kind, Kind::Png);
        let (clean, image) = cleaned(&samples::png(2000, 1500));
        assert_eq!((clean.kind, image.dimensions()), (Kind::Jpeg, (2000, 1500)));
        assert_eq!(image::guess_format(&clean.bytes).ok(), Some(ImageFormat::Jpeg));
    }

    #[test]
    fn transparency_becomes_paper() {
        let (clean, image) = cleaned(&samples::fading_png(40, 40));
        assert_eq!(clean.kind, Kind::Png);
        assert_eq!(image.get_pixel(2, 2).0, [0, 0, 0, 255]);
        assert_eq!(image.get_pixel(38, 2).0, [255, 255, 255, 255]);
    }

    #[test]
    fn a_very_long_picture_is_halved() {
        assert_eq!(cleaned(&samples::jpeg(7016, 100)).1.dimensions(), (3508, 50));
    }

    #[test]
    fn the_header_alone_refuses_a_bomb() {
        for (width, height) in [(50_000, 50_000), (8_000, 6_251), (u32::MAX, u32::MAX), (1, 50_000_001)] {
            assert_eq!(clean(&samples::png_bomb(width, height), samples::TIME), Err(Refusal::TooManyPixels));
        }
        // 65,000 by 65,000 in the frame header of a JPEG.
        let mut bytes = samples::jpeg(16, 16);
        let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame");
        bytes.splice(frame + 5..frame + 9, [0xFD, 0xE8, 0xFD, 0xE8]);
        assert_eq!(clean(&bytes, samples::TIME), Err(Refusal::TooManyPixels));
    }

    #[test]
    fn a_bomb_within_the_limit_is_just_damaged() {
        assert_eq!(clean(&samples::png_bomb(5_000, 5_000), samples::TIME), Err(Refusal::DamagedPicture));
        assert_eq!(clean(&samples::png_bomb(0, 10), samples::TIME), Err(Refusal::DamagedPicture));
    }

    #[test]
    fn a_truncated_png_is_damaged() {
        let png = samples::png(64, 64);
        for length in 8..png.len() - 12 {
            assert_eq!(
                clean(png.get(..length).unwrap_or_default(), samples::TIME),
                Err(Refusal::DamagedPicture),
                "{length}"
            );
        }
    }

    #[test]
    fn a_file_that_lies_about_its_type_is_read_as_what_it_is() {
        // A JPEG start in front of a PNG, and text with a JPEG start.
        let mut bytes = b"\xFF\xD8\xFF".to_vec();
        bytes.extend_from_slice(&samples::png(8, 8));
        assert_eq!(clean(&bytes, samples::TIME), Err(Refusal::DamagedPicture));
        assert_eq!(clean(b"\xFF\xD8\xFF<html><script>", samples::TIME), Err(Refusal::DamagedPicture));
        assert_eq!(clean(b"<html>", samples::TIME), Err(Refusal::OtherType));
        assert_eq!(clean(b"", samples::TIME), Err(Refusal::Empty));
    }
}
