//! What was typed after `cargo portal`.

use std::fmt;

use domain::ApplicationNumber;

use crate::verify::{self, Verify};
use crate::{Failure, Outcome};

pub(crate) const HELP: &str = "\
The school portal on this machine. Needs a Rust toolchain and Python 3.

  cargo portal up     builds, starts and fills the portal; Ctrl-C stops it and keeps its data
    --port <number>       where browsers find it (8080)
    --campaign <state>    the demo city's campaign: before, open or closed (open)
    --fresh               forgets the data first
    --ground localstack   on LocalStack, without Docker, instead of the emulator; needs Python
                          3.13, Java 17 and npm too
    --endpoint <address>  on a LocalStack that runs already, http://localhost:4566 for example
  cargo portal watch  the same, but rebuilds a page's function when its code changes
  cargo portal test   runs all tests against a throwaway portal; needs Node 20, Chromium
                      and Java 17 too
    --ground localstack   the journeys of parents and officers, on LocalStack; --endpoint as above
  cargo portal lighthouse
                      Lighthouse on the pages that most people see, over a throwaway portal;
                      needs Node 20, Chromium and npm's registry
  cargo portal bench  an opening day at ten times the city's size with all functions in one
                      process: times, calls, units and dollars; Java 17, Python 3 and npm for
                      what DynamoDB charges
    --seconds <number>    how long each part goes on (20)
    --stored <number>     the most applications stored beforehand (100000)
  cargo portal bench cold <function>…
                      cold starts of release binaries, of all where none is named (the first
                      build takes a minute of each)
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
    Test(Ground),
    Lighthouse,
    Bench(Bench),
    Verify(Verify),
}

/// What stands for AWS.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Ground {
    /// The emulator, which runs everything
    #[default]
    Emulator,
    /// LocalStack: one that runs already, or one that is started
    LocalStack(Option<Endpoint>),
}

/// Where a LocalStack answers, by HTTP.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Endpoint {
    /// With the port
    pub(crate) host: String,
}

impl Endpoint {
    fn parse(address: &str) -> Option<Self> {
        let host = address.strip_prefix("http://")?.trim_end_matches('/');
        let (name, port) = host.rsplit_once(':')?;
        let known = port.parse::<u16>().is_ok_and(|port| port > 0)
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        known.then(|| Self { host: host.to_owned() })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.host)
    }
}

/// What is to be measured.
pub(crate) enum Bench {
    /// What the portal can do and costs: options of the measuring program
    Load(Vec<String>),
    /// How these functions start; all where none is named
    Cold(Vec<String>),
}

/// How the portal is to be started.
pub(crate) struct Up {
    pub(crate) port: u16,
    pub(crate) campaign: String,
    pub(crate) fresh: bool,
    pub(crate) ground: Ground,
}

pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Command> {
    let command = words.next().unwrap_or_else(|| "--help".to_owned());
    let mut words = words.peekable();
    match command.as_str() {
        "--help" | "-h" | "help" => Ok(Command::Help),
        _ if words.peek().is_some_and(|word| word == "--help" || word == "-h") => Ok(Command::Help),
        "up" => parse_up(words).map(Command::Up),
        "watch" => match parse_up(words)? {
            Up { ground: Ground::LocalStack(_), .. } => Err(Failure::new(
                "watch knows no --ground: on LocalStack the functions are started again by stopping and starting up",
            )),
            up => Ok(Command::Watch(up)),
        },
        "test" => parse_test(words).map(Command::Test),
        "lighthouse" => words.next().map_or(Ok(Command::Lighthouse), |word| Err(unknown(&word))),
        "bench" => parse_bench(words).map(Command::Bench),
        "verify" => parse_verify(words).map(Command::Verify),
        other => Err(unknown(other)),
    }
}

fn parse_bench(words: impl Iterator<Item = String>) -> Outcome<Bench> {
    let mut words = words.peekable();
    if words.next_if(|word| word == "cold").is_some() {
        let named: Vec<String> = words.collect();
        return match named.iter().find(|word| word.starts_with("--")) {
            Some(option) => Err(unknown(option)),
            None => Ok(Bench::Cold(named)),
        };
    }
    let mut options = Vec::new();
    while let Some(word) = words.next() {
        if !["--seconds", "--stored"].contains(&word.as_str()) {
            return Err(unknown(&word));
        }
        let number = words.next().filter(|number| number.parse::<u32>().is_ok_and(|number| number > 0));
        let number = number.ok_or_else(|| Failure::new(format!("{word} needs a number, for example {word} 30")))?;
        options.extend([word, number]);
    }
    Ok(Bench::Load(options))
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

fn parse_test(mut words: impl Iterator<Item = String>) -> Outcome<Ground> {
    let mut asked = AskedGround::default();
    while let Some(word) = words.next() {
        if !asked.take(&word, &mut words)? {
            return Err(unknown(&word));
        }
    }
    asked.ground()
}

/// What was said of the ground until now.
#[derive(Default)]
struct AskedGround {
    localstack: bool,
    endpoint: Option<Endpoint>,
}

impl AskedGround {
    /// Whether the word is about it.
    fn take(&mut self, word: &str, words: &mut impl Iterator<Item = String>) -> Outcome<bool> {
        match word {
            "--ground" => match words.next().as_deref() {
                Some("localstack") => self.localstack = true,
                Some("emulator") => self.localstack = false,
                _ => return Err(Failure::new("--ground needs one of: emulator, localstack")),
            },
            "--endpoint" => {
                let endpoint = words.next().and_then(|address| Endpoint::parse(&address));
                self.endpoint = Some(endpoint.ok_or_else(|| {
                    Failure::new(
                        "--endpoint needs an address with its port, for example --endpoint http://localhost:4566",
                    )
                })?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn ground(self) -> Outcome<Ground> {
        match (self.localstack, self.endpoint) {
            (true, endpoint) => Ok(Ground::LocalStack(endpoint)),
            (false, None) => Ok(Ground::Emulator),
            (false, Some(_)) => Err(Failure::new("--endpoint is a LocalStack's: say --ground localstack too")),
        }
    }
}

fn parse_up(mut words: impl Iterator<Item = String>) -> Outcome<Up> {
    let mut up = Up { port: 8080, campaign: "open".to_owned(), fresh: false, ground: Ground::Emulator };
    let mut asked = AskedGround::default();
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
            other if asked.take(other, &mut words)? => {}
            other => return Err(unknown(other)),
        }
    }
    let ground = asked.ground()?;
    if up.fresh && matches!(ground, Ground::LocalStack(Some(_))) {
        return Err(Failure::new("--fresh does not empty a LocalStack that runs already: start that anew"));
    }
    Ok(Up { ground, ..up })
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
            Ok(Command::Up(Up { port: 8080, campaign, fresh: false, ground: Ground::Emulator })) if campaign == "open"
        ));
    }

    #[test]
    fn every_option_is_read() {
        assert!(matches!(
            parse(words("up --fresh --port 9000 --campaign before")),
            Ok(Command::Up(Up { port: 9000, campaign, fresh: true, .. })) if campaign == "before"
        ));
    }

    #[test]
    fn the_ground_is_read() {
        let Ok(Command::Test(ground)) = parse(words("test --endpoint http://localhost:4566/ --ground localstack"))
        else {
            panic!("not read");
        };
        assert_eq!(ground, Ground::LocalStack(Endpoint::parse("http://localhost:4566")));
        assert!(matches!(parse(words("test")), Ok(Command::Test(Ground::Emulator))));
        assert!(matches!(
            parse(words("up --ground localstack")),
            Ok(Command::Up(Up { ground: Ground::LocalStack(None), .. }))
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
    fn what_is_to_be_measured_is_read() {
        assert!(matches!(parse(words("bench")), Ok(Command::Bench(Bench::Load(options))) if options.is_empty()));
        let all = ["--stored", "100", "--seconds", "5"];
        assert!(matches!(
            parse(words(&format!("bench {}", all.join(" ")))),
            Ok(Command::Bench(Bench::Load(options))) if options == all
        ));
        assert!(matches!(
            parse(words("bench cold portal-home wizard-review")),
            Ok(Command::Bench(Bench::Cold(named))) if named == ["portal-home", "wizard-review"]
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
            ("test --ground aws", "--ground"),
            ("test --endpoint http://localhost:4566", "--ground localstack"),
            ("up --ground localstack --endpoint localhost:4566", "--endpoint"),
            ("up --ground localstack --endpoint http://localhost", "--endpoint"),
            ("up --ground localstack --endpoint http://a/b:1", "--endpoint"),
            ("watch --ground localstack", "--ground"),
            ("up --fresh --ground localstack --endpoint http://localhost:4566", "--fresh"),
            ("bench warm", "warm"),
            ("bench --seconds", "--seconds"),
            ("bench --stored many", "--stored"),
            ("bench cold --all", "--all"),
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
