//! `GET /assets/{file}`: the stylesheet, the script and the crest. Their names carry a hash of
//! their content, so whoever has one keeps it for ever.

use http::{StatusCode, header};
use views::assets::{self, Asset};
use web::{Address, Method, Reply, Site, Trouble, Visit, etag};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The function: what it serves is in its own binary.
#[derive(Clone, Copy, Debug)]
pub struct Assets;

/// Serves until the runtime ends.
///
/// # Errors
/// A missing variable of the environment, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::serve(Site::from_env()?, Assets).await
}

impl web::Function for Assets {
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        answer(&visit)
    }
}

/// [`Trouble::NotFound`] for what is no asset; [`Trouble::Method`] for anything but reading.
fn answer(visit: &Visit) -> Result<Reply, Trouble> {
    let (Method::Get, Address::Asset(name)) = (visit.method, &visit.address) else { return Err(Trouble::Method) };
    let asset = assets::find(name).ok_or(Trouble::NotFound)?;
    let tag = tag(asset);
    let varied = |reply: Reply| reply.header(header::VARY, "accept-encoding");
    let reply = if visit.header("if-none-match").is_some_and(|known| etag::matches(known, &tag)) {
        varied(Reply::empty(StatusCode::NOT_MODIFIED))
    } else if visit.header("accept-encoding").is_some_and(|accepted| accepted.contains("gzip")) {
        // Compressed when it was built, not per request.
        varied(Reply::bytes(asset.content_type, asset.gzip.to_vec()).header(header::CONTENT_ENCODING, "gzip"))
    } else {
        Reply::bytes(asset.content_type, asset.bytes.to_vec())
    };
    Ok(reply.header(header::CACHE_CONTROL, FOR_EVER).header(header::ETAG, &tag))
}

/// The name is already the hash. Weak, because the compressed bytes share it.
fn tag(asset: &Asset) -> String {
    format!("W/\"{}\"", asset.name)
}
