//! Sends confirmation codes: for the contacts of an application and for signing in.
//!
//! Four waits at most: what is known, record, send, keep what was typed (two more where two tabs meet). A code is recorded before
//! it is sent and never sent twice. The answer is the same whether the portal knows the address or
//! not.

use domain::fields::{ASKED, Channel, OUTCOME, SWITCHED};
use domain::{DraftId, Phone, Service, Step, Timestamp};
use lambda::metrics::{self, Metric};
use notify::{Mail, SendError, SenderId, Sms};
use store::Store;
use store::codes::{Ceilings, Code, CodeSend, CodeSends, Recipient, SignInAsked};
use store::sessions::{Session, SessionToken};
use text::messages;
use web::step::{Act, StepVisit, open};
use web::{Address, Cookie, Method, Reply, Site, Trouble, Visit};

/// The function.
#[derive(Debug)]
pub struct SendCode {
    /// Drafts, sessions, codes
    pub store: Store,
    /// SMS
    pub sms: Sms,
    /// E-mail
    pub mail: Mail,
    /// `SMS_DAILY_LIMIT`, `NETWORK_HOURLY_LIMIT`
    pub ceilings: Ceilings,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing or unusable variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let sender = SenderId::parse(&lambda::required("SMS_SENDER_ID")?)?;
    let from = lambda::required("MAIL_FROM")?;
    let ceilings = Ceilings {
        sms_a_day: lambda::number("SMS_DAILY_LIMIT")?,
        network_an_hour: lambda::number("NETWORK_HOURLY_LIMIT")?,
    };
    let aws = lambda::aws().await;
    let function = SendCode {
        store: Store::read(&aws, lambda::required)?,
        sms: Sms::new(&aws, sender),
        mail: Mail::new(&aws, from),
        ceilings,
    };
    function.store.warm().await;
    web::serve(Site::from_env()?, function).await
}

impl web::Function for SendCode {
    /// Sends a code and goes back to the page that asked for it, which shows what came of it.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (&visit.address, visit.method) {
            (Address::SendCode(_, service, id), Method::Post) => self.for_draft(&visit, *service, id).await,
            (Address::SignInCode(_), Method::Post) => self.for_sign_in(&visit).await,
            // Reloaded, or opened in another tab: nothing is sent, the page is one step back.
            (Address::SendCode(locale, service, id), Method::Get) => {
                Ok(Reply::see_other(&Address::Step(*locale, *service, id.clone(), Step::Contacts)))
            }
            (Address::SignInCode(locale), Method::Get) => Ok(Reply::see_other(&Address::SignIn(*locale))),
            _ => Err(Trouble::NotFound),
        }
    }
}

impl SendCode {
    async fn for_draft(&self, visit: &Visit, service: Service, id: &DraftId) -> Result<Reply, Trouble> {
        let mut form = visit.form()?;
        let channel = Channel::parse(form.text("which")).ok_or(Trouble::Unreadable)?;
        // An address or a consent that is missing is told by the page, from what is kept here.
        let consented = channel.consent_field().is_none_or(|field| form.ticked(field));
        let to = web::contacts::recipient(&form, channel).ok().flatten().filter(|_| consented);

        let (mine, sends) = futures::join!(
            open(&self.store, visit, service, id),
            self.sends(visit, visit.session.as_ref(), to.as_ref())
        );
        let mut mine = mine?;
        let here = StepVisit { visit, step: Step::Contacts };
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        let outcome = match self.outcome(visit, to.as_ref(), sends).await {
            Ok(outcome) => outcome,
            Err(trouble) => return Err(here.kept_despite(&self.store, &mut mine, &form, trouble).await),
        };
        let sent = to.is_some() && outcome.is_empty();
        form.set(ASKED, channel.code());
        form.set(OUTCOME, outcome);
        match here.keep(&self.store, &mut mine, &form).await {
            // A double click, or another tab: the code may be on its way, so this is no moment to give up.
            Err(Trouble::Conflict) => {
                mine = open(&self.store, visit, service, id).await?;
                if let Some(elsewhere) = here.guard(&mine.draft) {
                    return Ok(elsewhere);
                }
                here.keep(&self.store, &mut mine, &form).await?;
            }
            kept => kept?,
        }
        let back = here.with_return(&here.at(&mine.draft, Step::Contacts));
        Ok(Reply::to(&if sent { format!("{back}#{}", channel.code_field()) } else { back }))
    }

    async fn for_sign_in(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let form = visit.form()?;
        let mut asked = SignInAsked::new(form.text("phone"));
        let switched = Act::of(&form) == Act::Language;
        let to = Phone::parse(&asked.typed).ok().map(Recipient::Phone).filter(|_| !switched);
        let new = if visit.session.is_none() { Some(SessionToken::random()?) } else { None };
        let token = visit.session.as_ref().or(new.as_ref()).ok_or(Trouble::SignIn)?;

        let begin = async {
            match &new {
                Some(token) => self.store.put_session(&Session::anonymous(token, visit.now)).await,
                None => Ok(()),
            }
        };
        let (begun, sends) = futures::join!(begin, self.sends(visit, Some(token), to.as_ref()));
        begun?;
        let outcome = self.outcome(visit, to.as_ref(), sends).await;
        match &outcome {
            _ if switched => SWITCHED.clone_into(&mut asked.outcome),
            Ok(outcome) => asked.outcome.clone_from(outcome),
            Err(_) => {}
        }
        let kept = self.store.keep_sign_in(&token.hash(), &asked, visit.now).await;
        outcome?;
        kept?;
        let locale = if switched { visit.locale.other() } else { visit.locale };
        let reply = Reply::see_other(&Address::SignIn(locale));
        Ok(match &new {
            Some(token) => reply.cookie(Cookie::Session(token.as_str().to_owned())),
            None => reply,
        })
    }

    /// What was sent before; it needs only the session's hash, so it is read beside the draft.
    async fn sends(
        &self,
        visit: &Visit,
        token: Option<&SessionToken>,
        to: Option<&Recipient>,
    ) -> Result<Option<CodeSends>, Trouble> {
        let (Some(token), Some(to)) = (token, to) else { return Ok(None) };
        // Visitors whose network nobody knows share one ceiling.
        let network = visit.network.map_or_else(String::new, |network| network.text());
        Ok(Some(self.store.code_sends(&token.hash(), to, &network).await?))
    }

    /// Records and sends where there is somebody to send to.
    async fn outcome(
        &self,
        visit: &Visit,
        to: Option<&Recipient>,
        sends: Result<Option<CodeSends>, Trouble>,
    ) -> Result<String, Trouble> {
        match (to, sends?) {
            (Some(to), Some(sends)) => self.send(visit, to, &sends).await,
            _ => Ok(String::new()),
        }
    }

    /// Records and sends; answers with what the page has to tell, empty if the code is on its way.
    async fn send(&self, visit: &Visit, to: &Recipient, sends: &CodeSends) -> Result<String, Trouble> {
        let recorded = self.store.record_code(sends, self.ceilings, visit.now).await?;
        if let CodeSend::Allowed(code) = &recorded
            && let Err(error) = self.publish(visit, to, code).await
        {
            tracing::error!(request_id = %visit.request_id, %error, "a code was not sent");
            return Ok("failed".to_owned());
        }
        if matches!(recorded, CodeSend::Allowed(_)) {
            metrics::count(Metric::CodesSent, 1);
        }
        if let CodeSend::SpentUntil(_) = recorded {
            // A metric filter counts these lines and rings the alarm.
            tracing::error!(request_id = %visit.request_id, sms_breaker = 1, "the day's SMS are used up");
        }
        if let CodeSend::CrowdedUntil(_) = recorded {
            tracing::warn!(request_id = %visit.request_id, "one network asks for more codes than an hour has");
        }
        Ok(outcome(&recorded, visit.now))
    }

    async fn publish(&self, visit: &Visit, to: &Recipient, code: &Code) -> Result<(), SendError> {
        match to {
            Recipient::Phone(phone) => {
                self.sms.send(phone, &messages::code_sms(visit.locale, code.as_str(), host(&visit.site.origin))).await
            }
            Recipient::Email(email) => {
                let letter = messages::code_letter(visit.locale, code.as_str());
                self.mail.send(email, &letter.subject, &letter.body).await
            }
        }
    }
}

/// A wait up to this is told by the page itself, beside the code that was just sent.
const SHORT_WAIT_SECONDS: i64 = 60;

/// What the page reads under [`OUTCOME`]: `again:<instant>`, `spent:<instant>`, `crowded:<instant>` or nothing.
fn outcome(recorded: &CodeSend, now: Timestamp) -> String {
    match recorded {
        CodeSend::Allowed(_) => String::new(),
        CodeSend::TryAgainAt(at) if at.duration_since(now).as_secs() <= SHORT_WAIT_SECONDS => String::new(),
        CodeSend::TryAgainAt(at) => format!("again:{at}"),
        CodeSend::SpentUntil(at) => format!("spent:{at}"),
        CodeSend::CrowdedUntil(at) => format!("crowded:{at}"),
    }
}

/// The host of an origin, to which browsers bind a code: no scheme, no port.
fn host(origin: &str) -> &str {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_bound_to_the_bare_host() {
        for (origin, expected) in [
            ("http://localhost:8080", "localhost"),
            ("https://kezek.example.kz", "kezek.example.kz"),
            ("https://kezek.example.kz/", "kezek.example.kz"),
        ] {
            assert_eq!(host(origin), expected);
        }
    }

    #[test]
    fn only_a_long_wait_is_told_as_a_problem() {
        let now: Timestamp = "2027-04-01T04:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let code = Code::parse("012345").unwrap();
        assert_eq!(outcome(&CodeSend::Allowed(code), now), "");
        assert_eq!(outcome(&CodeSend::TryAgainAt(at("2027-04-01T04:01:00Z")), now), "");
        assert_eq!(outcome(&CodeSend::TryAgainAt(at("2027-04-01T04:40:00Z")), now), "again:2027-04-01T04:40:00Z");
        assert_eq!(outcome(&CodeSend::SpentUntil(at("2027-04-02T00:00:00Z")), now), "spent:2027-04-02T00:00:00Z");
        assert_eq!(outcome(&CodeSend::CrowdedUntil(at("2027-04-01T05:00:00Z")), now), "crowded:2027-04-01T05:00:00Z");
    }
}
