//! What was typed after `cargo portal`.

use domain::ApplicationNumber;

use crate::verify::{self, Verify};
use crate::{Failure, Outcome};

pub(crate) const HELP: &str = "\
The school portal on this machine. Needs a Rust toolchain and Python 3.

  cargo portal up     builds, starts and fills the portal; Ctrl-C stops it and keeps its data
    --port <number>       where browsers find it (8080)
    --campaign <state>    the demo city's campaign: before, open or closed (open)
    --fresh               forgets the data first
  cargo portal watch  the same, but rebuilds a page's function when its code changes
  cargo portal test   runs all tests against a throwaway portal; needs Node 20, Chromium
                      and Java 17 too
  cargo portal lighthouse
                      Lighthouse on the pages that most people see, over a throwaway portal;
                      needs Node 20, Chromium and npm's registry
  cargo portal verify <file, folder or address>…
                      replays a ledger of places and says whether every place follows from
                      the rules, or which line is the first that does not; of a folder, which
                      ends with /, it reads 00001.jsonl, 00002.jsonl and so on
    --ticket <number>     tells besides what became of a ticket, and why
    --head <hash>         tells at which line a hash stands, of a receipt for example
    --line <number>=<hash>  whether a line has that hash
  cargo portal --help this text";

pub(crate) enum Command {
    Help,
    Up(Up),
    Watch(Up),
    Test,
    Lighthouse,
    Verify(Verify),
}

/// How the portal is to be started.
pub(crate) struct Up {
    pub(crate) port: u16,
    pub(crate) campaign: String,
    pub(crate) fresh: bool,
}

pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Command> {
    let command = words.next().unwrap_or_else(|| "--help".to_owned());
    let mut words = words.peekable();
    match command.as_str() {
        "--help" | "-h" | "help" => Ok(Command::Help),
        _ if words.peek().is_some_and(|word| word == "--help" || word == "-h") => Ok(Command::Help),
        "up" => parse_up(words).map(Command::Up),
        "watch" => parse_up(words).map(Command::Watch),
        "test" | "lighthouse" => match words.next() {
            None if command == "test" => Ok(Command::Test),
            None => Ok(Command::Lighthouse),
            Some(word) => Err(unknown(&word)),
        },
        "verify" => parse_verify(words).map(Command::Verify),
        other => Err(unknown(other)),
    }
}

fn parse_verify(mut words: impl Iterator<Item = String>) -> Outcome<Verify> {
    let mut asked = Verify::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--ticket" => {
                let number = words.next().and_then(|number| ApplicationNumber::new(number.parse().ok()?));
                asked.tickets.push(number.ok_or_else(|| {
                    Failure::new("--ticket needs the number of an application, for example --ticket 1024")
                })?);
            }
            "--head" => {
                let hash = words.next().and_then(|hash| verify::hash(&hash));
                asked.heads.push(hash.ok_or_else(|| {
                    Failure::new("--head needs a hash: 64 digits from 0 to f, or the first 16 of them at least")
                })?);
            }
            "--line" => {
                let line = words.next().and_then(|line| {
                    let (number, hash) = line.split_once('=')?;
                    Some((number.parse().ok().filter(|number| *number > 0)?, verify::hash(hash)?))
                });
                asked.lines.push(line.ok_or_else(|| {
                    Failure::new("--line needs a number and a hash, for example --line 250=9f86d081884c7d65")
                })?);
            }
            option if option.starts_with("--") => return Err(unknown(option)),
            _ => asked.sources.push(word),
        }
    }
    if asked.sources.is_empty() {
        return Err(Failure::new("verify needs a ledger: a file, a folder that ends with /, or an address"));
    }
    Ok(asked)
}

fn parse_up(mut words: impl Iterator<Item = String>) -> Outcome<Up> {
    let mut up = Up { port: 8080, campaign: "open".to_owned(), fresh: false };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--fresh" => up.fresh = true,
            "--port" => {
                up.port =
                    words.next().and_then(|number| number.parse().ok()).filter(|port| *port > 0).ok_or_else(|| {
                        Failure::new("--port needs a number from 1 to 65535, for example --port 8090")
                    })?;
            }
            "--campaign" => {
                up.campaign = words
                    .next()
                    .filter(|state| ["before", "open", "closed"].contains(&state.as_str()))
                    .ok_or_else(|| Failure::new("--campaign needs one of: before, open, closed"))?;
            }
            other => return Err(unknown(other)),
        }
    }
    Ok(up)
}

fn unknown(word: &str) -> Failure {
    Failure::new(format!("\"{word}\" is not known here; cargo portal --help lists what is"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> impl Iterator<Item = String> {
        line.split_whitespace().map(str::to_owned)
    }

    #[test]
    fn up_has_defaults() {
        assert!(matches!(
            parse(words("up")),
            Ok(Command::Up(Up { port: 8080, campaign, fresh: false })) if campaign == "open"
        ));
    }

    #[test]
    fn every_option_is_read() {
        assert!(matches!(
            parse(words("up --fresh --port 9000 --campaign before")),
            Ok(Command::Up(Up { port: 9000, campaign, fresh: true })) if campaign == "before"
        ));
    }

    #[test]
    fn what_is_asked_of_a_ledger_is_read() {
        let (hash, number) = ("0123456789ABCDEF", ApplicationNumber::new(7));
        let Ok(Command::Verify(asked)) =
            parse(words(&format!("verify 1 --ticket 7 http://a/ --head {hash} --line 3={hash}")))
        else {
            panic!("not read");
        };
        assert_eq!(asked.sources, ["1", "http://a/"]);
        assert_eq!((asked.tickets, asked.heads), (number.into_iter().collect(), vec![hash.to_lowercase()]));
        assert_eq!(asked.lines, [(3, hash.to_lowercase())]);
    }

    #[test]
    fn mistakes_are_named() {
        for (line, part) in [
            ("down", "down"),
            ("up --prot 1", "--prot"),
            ("up --port", "--port"),
            ("up --port 99999", "--port"),
            ("up --campaign later", "--campaign"),
            ("test all", "all"),
            ("verify", "needs a ledger"),
            ("verify --ticket 7", "needs a ledger"),
            ("verify a --ticket 0", "--ticket"),
            ("verify a --ticket", "--ticket"),
            ("verify a --head abc", "--head"),
            ("verify a --line 0=0123456789abcdef", "--line"),
            ("verify a --line 3", "--line"),
            ("verify a --tickets 3", "--tickets"),
        ] {
            assert!(matches!(parse(words(line)), Err(Failure(said)) if said.contains(part)), "{line}");
        }
    }
}
