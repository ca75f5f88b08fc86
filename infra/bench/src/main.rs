//! `cargo portal bench`: what the portal can do, and what it costs. It only prints: no test waits for a time.

mod cold;
mod cost;
mod load;
mod runtime;
mod serve;
mod table;
mod tls;
mod visits;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use tests::Result;
use tests::portal::block_on;

use cold::Cold;
use load::Load;

fn main() -> Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    let kept = match words.next().as_deref() {
        Some("cold") => {
            let mut next = || words.next().ok_or("bench cold <workspace> <folder of binaries> <function>…");
            let (root, built) = (PathBuf::from(next()?), PathBuf::from(next()?));
            let asked = Cold { root, built, functions: words.collect(), bucket: serve::services()? };
            apart(move || block_on(async { cold::cold(&asked, &mut std::io::stdout()).await }))?
        }
        Some("load") => {
            let mut asked = Load { seconds: 20, stored: 100_000, dynamodb: None };
            while let Some(word) = words.next() {
                let value = words.next().ok_or("an option without its value")?;
                match word.as_str() {
                    "--seconds" => asked.seconds = value.parse()?,
                    "--stored" => asked.stored = value.parse()?,
                    "--dynamodb" => asked.dynamodb = Some(value),
                    other => return Err(format!("{other} is not known here").into()),
                }
            }
            apart(move || load::load(&asked, &mut std::io::stdout()))?;
            true
        }
        _ => return Err("bench cold … or bench load …".into()),
    };
    std::io::stdout().flush()?;
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// On a thread of its own: the future of all functions is larger than the stack of the first.
fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    std::thread::Builder::new().stack_size(1 << 26).spawn(work)?.join().map_err(|_| "it broke off")?
}
