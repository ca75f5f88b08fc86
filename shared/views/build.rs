//! Makes the delivered assets: comments and indentation dropped, names after the content,
//! compressed once for all requests.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

const ASSETS: [(&str, &str, &str); 4] = [
    ("STYLESHEET", "portal.css", "text/css; charset=utf-8"),
    ("SCRIPT", "portal.js", "text/javascript; charset=utf-8"),
    ("CREST", "crest.svg", "image/svg+xml"),
    ("SHARE", "share.png", "image/png"),
];

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut code = String::new();
    for (constant, file, content_type) in ASSETS {
        let source = Path::new("assets").join(file);
        println!("cargo::rerun-if-changed={}", source.display());
        let bytes = match content_type.ends_with("png") {
            true => fs::read(source)?,
            false => squeeze(&fs::read_to_string(source)?).into_bytes(),
        };
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&bytes)?;
        let gzip = encoder.finish()?;
        let hash: String = hex::encode(Sha256::digest(&bytes)).chars().take(12).collect();
        let (stem, extension) = file.split_once('.').unwrap_or((file, ""));
        fs::write(out.join(file), bytes)?;
        fs::write(out.join(format!("{file}.gz")), gzip)?;
        let _ = writeln!(
            code,
            "const {constant}: Asset = Asset {{ name: \"{stem}.{hash}.{extension}\", content_type: \"{content_type}\", \
             bytes: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\")), \
             gzip: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}.gz\")) }};"
        );
    }
    fs::write(out.join("assets.rs"), code)
}

/// Drops indentation, empty lines and comments that begin a line. Line ends stay: the script may
/// rely on them.
fn squeeze(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut comment = false;
    for line in source.lines().map(str::trim) {
        comment |= line.starts_with("/*");
        if !comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        comment &= !line.ends_with("*/");
    }
    out
}
