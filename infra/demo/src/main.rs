//! `demo write` makes the demo city's CSV files, `demo load` loads them too.

use std::io::Write as _;

use demo::{City, Command, DemoError};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match run() {
        Ok(printed) => Ok(writeln!(std::io::stdout(), "{printed}")?),
        Err(error) => {
            writeln!(std::io::stderr(), "{error}")?;
            std::process::exit(1)
        }
    }
}

fn run() -> Result<String, Box<dyn std::error::Error>> {
    let command = Command::parse(std::env::args().skip(1))?;
    let city = City::make(command.standing, command.today.map_or_else(demo::today, Ok)?)?;
    let printed = serde_json::to_string(&demo::write(&city, &command.out)?)?;
    if command.load {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let loaded = runtime.block_on(demo::load(&city))?;
        writeln!(std::io::stderr(), "demo city: {}", if loaded { "loaded" } else { "already there" })?;
    }
    Ok::<_, DemoError>(printed).map_err(Into::into)
}
