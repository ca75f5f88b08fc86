//! Why a file is not taken.

/// A reason that the parent can act on. Each has its own words in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file is larger than [`crate::MAX_BYTES`].
    #[error("the file is larger than 10 MiB")]
    TooBig,
    /// A photo as phones store it by themselves; the advice is how to get a JPEG instead.
    #[error("the file is HEIC")]
    Heic,
    /// Neither JPEG nor PNG nor PDF, whatever its name says.
    #[error("the file is neither JPEG nor PNG nor PDF")]
    OtherType,
    /// The picture ends too early or cannot be decoded.
    #[error("the picture is damaged or incomplete")]
    DamagedPicture,
    /// More than 50 megapixels.
    #[error("the picture has more than 50 megapixels")]
    TooManyPixels,
    /// The PDF ends too early or cannot be read.
    #[error("the PDF is damaged or incomplete")]
    PdfDamaged,
    /// The PDF wants a password or forbids changes.
    #[error("the PDF is encrypted")]
    PdfEncrypted,
    /// The PDF holds scripts, actions or other files.
    #[error("the PDF has active content")]
    PdfActive,
    /// More than 20 pages.
    #[error("the PDF has more than 20 pages")]
    PdfTooManyPages,
    /// Reading the PDF would take more time or memory than an honest scan needs.
    #[error("the PDF is too complex to be checked")]
    PdfTooComplex,
}
