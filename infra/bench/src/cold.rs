//! How functions start: each release binary in front of a runtime API of ours, with DynamoDB over TLS.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use tests::portal::{NOBODYS_KEY, PUBLISHED};
use tests::{Result, embedded};
use tokio::time::timeout;

use crate::runtime::Runtime;
use crate::table::{self, median};
use crate::tls::Tls;
use crate::visits::Visits;

/// Cold starts of each function; the table tells the middle one.
const STARTS: usize = 15;
/// Requests to a warm function.
const WARM: u32 = 400;
/// What a function that hangs is given.
const PATIENCE: Duration = Duration::from_secs(20);
/// The clock ticks in a second in which Linux tells CPU time.
const TICKS: f64 = 100.0;

const MOST_HELLOS: f64 = 4.0;
const MOST_CPU_MS: f64 = 1.0;
const MOST_MEMORY_MB: f64 = 12.0;
const MOST_ZIP_MB: f64 = 4.0;

/// What is measured, and where.
#[derive(Debug)]
pub struct Cold {
    /// The workspace
    pub root: PathBuf,
    /// Where the release binaries lie
    pub built: PathBuf,
    /// The functions
    pub functions: Vec<String>,
    /// Where S3 takes what comes
    pub bucket: String,
}

/// A function's row.
#[derive(Debug)]
struct Row {
    /// From the start of the process to its first question for an event
    ready: Duration,
    /// From the first event to its answer
    first: Duration,
    /// Both
    cold: Duration,
    /// For a request, when warm
    cpu_ms: f64,
    memory_mb: f64,
    binary_mb: f64,
    zip_mb: f64,
    /// What it answered
    answer: String,
}

/// Ends the function however the measurement ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already needs no ending.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Measures and prints: whether every function keeps to the targets.
///
/// # Errors
/// Binaries that are missing, or a machine that does not let us.
pub async fn cold(cold: &Cold, out: &mut impl std::io::Write) -> Result<bool> {
    let stack = embedded::open()?;
    let visits = Visits::prepare(&stack).await?;
    let tls = Tls::before(&stack.endpoint, &cold.built)?;
    writeln!(out, "{}", table::machine())?;
    writeln!(out, "Each function {STARTS} times from the start, the middle one told; then {WARM} requests warm.")?;
    writeln!(out, "DynamoDB's API answers on loopback over TLS and is asked while the function starts.\n")?;
    writeln!(
        out,
        "{:<24} {:>8} {:>8} {:>8} {:>7} {:>8} {:>7} {:>7} {:>6}  {:<7} verdict",
        "", "ready", "first", "cold", "hellos", "warm CPU", "memory", "binary", "zip", "answer"
    )?;
    let hello = measure(cold, &visits, &tls, "hello").await?;
    print(out, "hello", &hello, &hello)?;
    let (mut kept, mut worst) = (0, 0.0_f64);
    for function in &cold.functions {
        match measure(cold, &visits, &tls, function).await {
            Ok(row) => {
                kept += usize::from(print(out, function, &row, &hello)?);
                worst = worst.max(hellos(&row, &hello));
            }
            Err(error) => writeln!(out, "{function:<24} {error}")?,
        }
    }
    writeln!(
        out,
        "\n{kept} of {} keep to the targets: cold at most {MOST_HELLOS} hellos (the most is {worst:.1}), warm CPU \
         {MOST_CPU_MS} ms, memory {MOST_MEMORY_MB} MB, zip {MOST_ZIP_MB} MB.",
        cold.functions.len(),
    )?;
    Ok(kept == cold.functions.len())
}

async fn measure(cold: &Cold, visits: &Visits, tls: &Tls, function: &str) -> Result<Row> {
    let binary = cold.built.join(function);
    let content = std::fs::read(&binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    let event = visits.event(function, &cold.root)?;
    let (mut readies, mut firsts, mut colds) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..STARTS {
        drop(last.take());
        let mut runtime = Runtime::open().await?;
        let began = Instant::now();
        let process = start(&binary, function, (visits, tls, &cold.bucket), &runtime.address)?;
        let asked = timeout(PATIENCE, runtime.ready()).await.map_err(|_| "it does not start")??;
        runtime.give(&event)?;
        let (answered, answer) = timeout(PATIENCE, runtime.answered()).await.map_err(|_| "it does not answer")??;
        readies.push(asked.duration_since(began));
        firsts.push(answered.duration_since(asked));
        colds.push(answered.duration_since(began));
        last = Some((process, runtime, answer));
    }
    let (process, mut runtime, answer) = last.ok_or("it was never started")?;
    let before = ticks(&process.0)?;
    for _ in 0..WARM {
        runtime.ready().await?;
        runtime.give(&event)?;
        runtime.answered().await?;
    }
    runtime.ready().await?;
    let cpu_ms = (ticks(&process.0)? - before) / TICKS * 1_000.0 / f64::from(WARM);
    Ok(Row {
        ready: median(&mut readies),
        first: median(&mut firsts),
        cold: median(&mut colds),
        cpu_ms,
        memory_mb: peak_memory(&process.0)?,
        binary_mb: megabytes(content.len()),
        zip_mb: megabytes(zipped(&content)?),
        answer: brief(&answer),
    })
}

/// Starts a function as Lambda does, with what the template sets for all of them.
fn start(
    binary: &Path,
    function: &str,
    (visits, tls, bucket): (&Visits, &Tls, &str),
    runtime: &str,
) -> Result<Process> {
    let tables = &visits.portal.tables;
    let mut command = Command::new(binary);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("SSL_CERT_FILE", &tls.trusted).envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime),
        ("AWS_LAMBDA_FUNCTION_NAME", function),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("_HANDLER", function),
        ("AWS_ENDPOINT_URL", tls.endpoint.as_str()),
        ("AWS_ENDPOINT_URL_S3", bucket),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_SESSION_TOKEN", "test"),
        ("APPLICATIONS_TABLE", tables.applications.as_str()),
        ("SESSIONS_TABLE", tables.sessions.as_str()),
        ("PLACES_TABLE", tables.places.as_str()),
        ("DIRECTORY_TABLE", tables.directory.as_str()),
        ("DOCUMENTS_BUCKET", "documents"),
        ("PUBLISHED_BUCKET", "published"),
        ("PUBLISHED_ORIGIN", PUBLISHED),
        ("UPLOADS_QUEUE_URL", "https://localhost/uploads"),
        ("MESSAGES_QUEUE_URL", "https://localhost/messages"),
        ("LOOKUP_KEY", NOBODYS_KEY),
        ("CODE_KEYS", NOBODYS_KEY),
        ("OFFICER_POOL", "us-east-1_bench"),
        ("OFFICER_CLIENT", "bench"),
        ("PUBLIC_ORIGIN", "https://portal.example"),
        ("SECURE_COOKIES", "false"),
        ("DEMO_DATA", "true"),
        ("CITY_NAME_RU", "Пробный"),
        ("CITY_NAME_KK", "Сынақ"),
        ("TIME_ZONE", "Asia/Almaty"),
        ("MAIL_FROM", "portal@portal.example"),
        ("SMS_SENDER_ID", ""),
        ("SMS_DAILY_LIMIT", "5000"),
        ("NETWORK_HOURLY_LIMIT", "1000"),
    ]);
    Ok(Process(command.spawn()?))
}

fn hellos(row: &Row, hello: &Row) -> f64 {
    row.cold.as_secs_f64() / hello.cold.as_secs_f64()
}

/// Prints a row: whether it keeps to the targets.
fn print(out: &mut impl std::io::Write, function: &str, row: &Row, hello: &Row) -> Result<bool> {
    let hellos = hellos(row, hello);
    let targets = [
        ("cold", hellos <= MOST_HELLOS),
        ("CPU", row.cpu_ms <= MOST_CPU_MS),
        ("memory", row.memory_mb <= MOST_MEMORY_MB),
        ("zip", row.zip_mb <= MOST_ZIP_MB),
    ];
    let missed: Vec<_> = targets.iter().filter(|(_, kept)| !kept).map(|(name, _)| *name).collect();
    let verdict = if missed.is_empty() { "kept".to_owned() } else { format!("missed: {}", missed.join(", ")) };
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    writeln!(
        out,
        "{function:<24} {:>5.1} ms {:>5.1} ms {:>5.1} ms {hellos:>7.1} {:>5.2} ms {:>4.1} MB {:>4.1} MB {:>3.1} MB  {:<7} {verdict}",
        ms(row.ready),
        ms(row.first),
        ms(row.cold),
        row.cpu_ms,
        row.memory_mb,
        row.binary_mb,
        row.zip_mb,
        row.answer,
    )?;
    out.flush()?;
    Ok(missed.is_empty())
}

/// The status of a page, else what kind of answer came.
fn brief(answer: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    answer.get("statusCode").map_or_else(|| "event".to_owned(), Value::to_string)
}

/// The CPU time of all threads of a process so far.
fn ticks(process: &Child) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id()))?;
    // The name before them may have spaces in it.
    let (_, after) = stat.rsplit_once(')').ok_or("a process without a name")?;
    let spent = after.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(spent.collect::<std::result::Result<Vec<_>, _>>()?.iter().sum())
}

/// The most memory that a process has had, in megabytes.
fn peak_memory(process: &Child) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("Linux tells no memory")?;
    let kilobytes: f64 = line.split_whitespace().next().ok_or("no number")?.parse()?;
    Ok(kilobytes / 1_024.0)
}

/// What a zip with one file in it weighs: a deflated stream and some 200 bytes.
fn zipped(content: &[u8]) -> Result<usize> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len() + 200)
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / (1_024.0 * 1_024.0)
}
