//! What was typed after `cargo portal`.

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
  cargo portal --help this text";

pub(crate) enum Command {
    Help,
    Up(Up),
    Watch(Up),
    Test,
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
        "test" => match words.next() {
            None => Ok(Command::Test),
            Some(word) => Err(unknown(&word)),
        },
        other => Err(unknown(other)),
    }
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
    fn mistakes_are_named() {
        for (line, part) in [
            ("down", "down"),
            ("up --prot 1", "--prot"),
            ("up --port", "--port"),
            ("up --port 99999", "--port"),
            ("up --campaign later", "--campaign"),
            ("test all", "all"),
        ] {
            assert!(matches!(parse(words(line)), Err(Failure(said)) if said.contains(part)), "{line}");
        }
    }
}
