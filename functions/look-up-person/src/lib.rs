//! "Fill in the name": asks the state register for wizard step 3. What is typed is kept, with the
//! answer beside it where there is one; the page shows both.

use std::time::Instant;

use domain::directory::{Register, RegisterAnswer, RegisterDown, RegisterRecords};
use domain::fields::{ASKED, OUTCOME};
use domain::{Iin, Owner, Step};
use lambda::metrics::{self, Metric};
use register::Gateway;
use store::Store;
use store::drafts::Mine;
use store::register::TableRegister;
use web::step::{StepVisit, open};
use web::{Address, Fields, Method, Reply, Site, Trouble, Visit, people};

/// The function, over any register.
#[derive(Clone, Debug)]
pub struct LookUp<R> {
    /// Drafts, counts, audit
    pub store: Store,
    /// The state register
    pub register: R,
}

/// The state register of a configuration.
#[derive(Clone, Debug)]
pub enum Source {
    /// The stand-in in the Directory table
    Table(TableRegister),
    /// The city's gateway
    Gateway(Box<Gateway>),
}

impl Register for Source {
    async fn records(&self, parent: &Iin, child: Option<&Iin>) -> Result<RegisterRecords, RegisterDown> {
        match self {
            Self::Table(table) => table.records(parent, child).await,
            Self::Gateway(gateway) => gateway.records(parent, child).await,
        }
    }
}

/// Reads the configuration and serves. The register is the gateway at `REGISTER_URL`, which asks
/// for `REGISTER_TOKEN`; without an address it is the table.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    store.warm().await;
    let register = match lambda::optional("REGISTER_URL") {
        Some(url) => Source::Gateway(Box::new(Gateway::new(&url, &lambda::required("REGISTER_TOKEN")?)?)),
        None => Source::Table(TableRegister::new(store.clone())),
    };
    let look_up = LookUp { store, register };
    web::serve(Site::from_env()?, look_up).await
}

/// Whom the pressed button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Parent,
    Child,
}

impl Who {
    const fn code(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Child => "child",
        }
    }
}

impl<R: Register + Sync> web::Function for LookUp<R> {
    /// Takes the form of step 3 and goes back to it. Four waits: open, record, ask, save.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::LookUp(_, service, id) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::Family };
        if visit.method != Method::Post {
            // A reload of the address that the form was sent to.
            return Ok(Reply::see_other(&Address::Step(visit.locale, *service, id.clone(), Step::Family)));
        }
        let mut form = visit.form()?;
        let mut mine = open(&self.store, &visit, *service, id).await?;
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        let who = if form.text("who") == "child" { Who::Child } else { Who::Parent };
        form.set(ASKED, who.code());
        form.set(OUTCOME, "");
        let typed = form.clone();
        if form.ticked("register-consent") {
            mine.draft.register.consent_at.get_or_insert(visit.now);
            match self.ask(&visit, &mut mine, &mut form, who).await {
                Ok(outcome) => form.set(OUTCOME, outcome),
                Err(trouble) => return Err(here.kept_despite(&self.store, &mut mine, &typed, trouble).await),
            }
        }
        let kept = here.keep(&self.store, &mut mine, &form).await;
        let back = here.with_return(&here.at(&mine.draft, Step::Family));
        // Where the page has something to correct, its summary takes the focus instead.
        let answered = matches!(form.text(OUTCOME), "found" | "not-found" | "down" | "spent");
        let reply = Reply::to(&if answered { format!("{back}#{}-iin", who.code()) } else { back });
        // The register's answer belongs to what was opened: beside another tab's only the typed is kept.
        here.or_kept(&self.store, *service, id, &typed, kept.map(|()| reply)).await
    }
}

impl<R: Register> LookUp<R> {
    /// Asks and fills in; the word tells the page what came of it. A wrong IIN asks nothing: the
    /// page says what is wrong with it.
    async fn ask(&self, visit: &Visit, mine: &mut Mine, form: &mut Fields, who: Who) -> Result<&'static str, Trouble> {
        let typed = |who: Who| Iin::parse(form.text(&format!("{}-iin", who.code())));
        let (parent, child) = match (who, typed(Who::Parent), typed(Who::Child)) {
            (Who::Parent, Ok(parent), _) => (parent, None),
            (Who::Child, Ok(parent), Ok(child)) => (parent, Some(child)),
            (Who::Child, Err(_), Ok(_)) => return Ok("parent-first"),
            (Who::Parent, Err(_), _) | (Who::Child, _, Err(_)) => return Ok(""),
        };
        let contacts = &mine.draft.answers.contacts;
        let phones: Vec<_> =
            [&contacts.main, &contacts.second].into_iter().flatten().map(|phone| &phone.value).collect();
        let today = visit.today();
        let asked_for = child.as_ref().unwrap_or(&parent);
        // Of an officer's drafts each is another family's: the day's look-ups are the family's own.
        let asker = match mine.draft.owner.is_officer() {
            true => Owner::from_hash(format!("draft#{}", mine.draft.id)),
            false => mine.draft.owner.clone(),
        };
        if !self.store.record_look_up(&mine.draft.id, &asker, asked_for, today, visit.now).await? {
            return Ok("spent");
        }
        let asked = Instant::now();
        let records = self.register.records(&parent, child.as_ref()).await;
        metrics::took(Metric::RegisterMilliseconds, asked.elapsed());
        let answer = match records {
            Ok(records) => records.for_phones(&phones),
            Err(down) => {
                tracing::warn!(request_id = %visit.request_id, cause = %down.0, "the state register does not answer");
                return Ok("down");
            }
        };
        Ok(fill(mine, form, who, answer))
    }
}

/// Puts what may be told into the draft and the form. Who is asked for and not told looks the
/// same whatever the reason.
fn fill(mine: &mut Mine, form: &mut Fields, who: Who, answer: RegisterAnswer) -> &'static str {
    let told = match who {
        Who::Parent => answer.parent.clone(),
        Who::Child => answer.child.clone(),
    };
    let facts = &mut mine.draft.register;
    if answer.parent.is_some() {
        facts.parent = answer.parent;
    }
    if who == Who::Child {
        facts.child = answer.child;
        facts.address = answer.address;
    }
    match told {
        Some(person) => {
            people::fill(form, who.code(), &person);
            "found"
        }
        None => "not-found",
    }
}
