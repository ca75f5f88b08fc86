//! Where the lines of a ledger come from: files, folders, addresses.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::places::published;
use ureq::http::StatusCode;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::{Failure, Outcome};

/// What comes from elsewhere has an end: no line is longer, and no file.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;
const LONGEST_FILE: u64 = 1024 * 1024 * 1024;
/// The longest that the network may be silent, and that a file may take.
const SILENCE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(600);

/// What a person named as a ledger.
pub(crate) struct Source<'a> {
    name: &'a str,
    agent: &'a ureq::Agent,
}

/// Hands over the lines of a source in order, each with the name of its file and its place there,
/// until `take` has enough.
pub(crate) fn read(
    name: &str,
    agent: &ureq::Agent,
    mut take: impl FnMut(&str, u64, &str) -> ControlFlow<()>,
) -> Outcome<ControlFlow<()>> {
    let source = Source { name, agent };
    if name.ends_with('/') || (!is_address(name) && Path::new(name).is_dir()) {
        return source.folder(&mut take);
    }
    let Some(reader) = source.open(name)? else { return Err(source.nothing(name)) };
    Ok(lines(name, reader, 0, &mut take)?.1)
}

type Take<'a> = &'a mut dyn FnMut(&str, u64, &str) -> ControlFlow<()>;

impl Source<'_> {
    /// The files of a folder, until one is not there.
    fn folder(&self, take: Take<'_>) -> Outcome<ControlFlow<()>> {
        let file = |number: u64| format!("{}/{}", self.name.trim_end_matches('/'), published::name(number));
        let mut before = published::LINES;
        for number in 1.. {
            let name = file(number);
            let Some(reader) = self.open(&name)? else {
                return if number == 1 { Err(self.nothing(&name)) } else { Ok(ControlFlow::Continue(())) };
            };
            // It is written while it is read: the file before was filled in the meantime.
            if before < published::LINES
                && let Some(reader) = self.open(&file(number - 1))?
                && lines(&file(number - 1), reader, before, take)?.1.is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
            let (count, enough) = lines(&name, reader, 0, take)?;
            if enough.is_break() {
                return Ok(enough);
            }
            if count == 0 {
                return Err(Failure::new(format!("{name} is empty")));
            }
            before = count;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Opens a file or an address; none if nothing is there.
    fn open(&self, name: &str) -> Outcome<Option<Box<dyn Read>>> {
        if is_address(name) {
            let mut request = self.agent.get(name);
            if is_near(name) {
                request = request.config().proxy(None).build();
            }
            let answer = request.call().map_err(|error| unreachable(name, &error))?;
            // S3 says "forbidden" of what is not there to whoever may not list.
            return match answer.status() {
                StatusCode::OK => Ok(Some(Box::new(answer.into_body().into_reader()))),
                StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Ok(None),
                status => Err(Failure::new(format!("{name} answers {status}; try again later"))),
            };
        }
        match File::open(name) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(format!("cannot read {name}: {error}"))),
        }
    }

    fn nothing(&self, name: &str) -> Failure {
        let hint = if self.name.ends_with('/') { "" } else { "; a folder of files ends with a slash" };
        Failure::new(format!("nothing is at {name}{hint}"))
    }
}

/// Asks politely and not for ever; trusts the authorities that this machine trusts.
pub(crate) fn agent() -> ureq::Agent {
    let certificates = rustls_native_certs::load_native_certs().certs;
    let certificates: Vec<_> = certificates.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certificates)))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .timeout_global(Some(PATIENCE))
        .build()
        .into()
}

fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// Whether this machine is meant, which no proxy leads to.
fn is_near(name: &str) -> bool {
    let host = name.split_once("://").map_or(name, |(_, host)| host);
    ["localhost", "127.", "[::1]"].iter().any(|near| host.starts_with(near))
}

fn unreachable(name: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{name} cannot be read: {error}; check the address and the network, then try again"))
}

/// Hands over the lines after the first `skip`: how many there are, and whether that was enough.
fn lines(name: &str, reader: impl Read, skip: u64, take: Take<'_>) -> Outcome<(u64, ControlFlow<()>)> {
    bounded(name, reader, skip, (LONGEST_LINE, LONGEST_FILE), take)
}

fn bounded(
    name: &str,
    reader: impl Read,
    skip: u64,
    (longest_line, longest_file): (u64, u64),
    take: Take<'_>,
) -> Outcome<(u64, ControlFlow<()>)> {
    let mut reader = BufReader::new(reader);
    let (mut count, mut size) = (0, 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader).take(longest_line + 1).read_until(b'\n', &mut line);
        let read = read.map_err(|error| unreachable(name, &error))? as u64;
        size += read;
        if read == 0 {
            return Ok((count, ControlFlow::Continue(())));
        }
        if read > longest_line || size > longest_file {
            return Err(Failure::new(format!("{name} is no ledger: after {count} lines it goes on without an end")));
        }
        // A download may have changed the line breaks, which are no part of a line.
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            continue;
        }
        count += 1;
        if count > skip && take(name, count, text).is_break() {
            return Ok((count, ControlFlow::Break(())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded_to(line: u64, file: u64, content: impl Read) -> Result<u64, String> {
        let mut take = |_: &str, _: u64, _: &str| ControlFlow::Continue(());
        bounded("it", content, 0, (line, file), &mut take).map(|(count, _)| count).map_err(|Failure(said)| said)
    }

    #[test]
    fn what_never_ends_is_given_up() {
        assert_eq!(
            bounded_to(3, 9, &b"abc\nab\n\nab"[..]),
            Err("it is no ledger: after 0 lines it goes on without an end".into())
        );
        assert_eq!(bounded_to(4, 9, &b"abc\nab\n\na"[..]), Ok(3));
        for endless in [b'x', b'\n'] {
            assert!(bounded_to(1000, 10_000, io::repeat(endless)).is_err());
        }
    }

    #[test]
    fn line_breaks_are_no_part_of_a_line() {
        let mut seen = Vec::new();
        let mut take = |_: &str, place: u64, text: &str| {
            seen.push((place, text.to_owned()));
            ControlFlow::Continue(())
        };
        let read = lines("it", &b"one\r\n\r\ntwo\nthree"[..], 1, &mut take);
        assert!(matches!(read, Ok((3, ControlFlow::Continue(())))));
        assert_eq!(seen, [(2, "two".to_owned()), (3, "three".to_owned())]);
    }
}
