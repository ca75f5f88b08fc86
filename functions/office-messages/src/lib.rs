//! Messages that did not reach a parent: which, where to, why; and sending them again.
//!
//! What is sent again goes the way of every message, through the queue. Pressed twice it is sent
//! once: the entry's own lease and marks see to that.

mod page;

use domain::DraftId;
use http::StatusCode;
use notify::{Parcel, Queue};
use store::Store;
use text::undelivered as t;
use web::office::{Need, enter};
use web::{Address, Fields, Method, Reply, Site, Trouble, Visit};

/// The query after something was sent again.
const DONE: &str = "again";

/// The function.
#[derive(Debug)]
pub struct Messages {
    /// The outbox, officers' sessions
    pub store: Store,
    /// The queue of messages
    pub messages: Queue,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    let messages = Queue::new(&aws, lambda::required("MESSAGES_QUEUE_URL")?);
    store.warm().await;
    web::serve(Site::from_env()?, Messages { store, messages }).await
}

impl web::Function for Messages {
    /// Lists, or sends again. One wait to list, four to send again.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeMessages(l) = visit.address else { return Err(Trouble::NotFound) };
        if visit.method == Method::Get {
            let behind = Some(visit.query.text("after")).filter(|place| !place.is_empty());
            if behind.is_some_and(|place| !is_plain(place)) {
                return Err(Trouble::NotFound);
            }
            // Looked for while the door is asked: who is not let in learns nothing of it.
            let (desk, found) = futures::try_join!(enter(&self.store, &visit, Need::MESSAGES), async {
                Ok(self.store.undelivered(behind).await?)
            })?;
            let said = visit.query.ticked(DONE).then(|| views::success(maud::html! { p { (t::DONE.get(l)) } }));
            return Ok(Reply::page(page::page(&visit, &desk, &found, behind.is_some(), said)));
        }
        let desk = enter(&self.store, &visit, Need::MESSAGES).await?;
        let form = visit.form()?;
        let (id, name, order) = named(&form).ok_or(Trouble::NotFound)?;
        match self.store.send_again(&id, name, order, visit.now).await? {
            Some(key) => {
                let parcel = Parcel { pk: key.pk, sk: key.sk };
                self.messages.put(&[parcel]).await.map_err(|error| Trouble::Ours(error.to_string()))?;
                tracing::info!(application = %id, entry = name, officer = %desk.officer().id, "sent again");
                Ok(Reply::to(&format!("{}?{DONE}=1", Address::OfficeMessages(l))))
            }
            None => {
                let found = self.store.undelivered(None).await?;
                let said = views::notice(maud::html! { p { (t::CHANGED.get(l)) } });
                let page = page::page(&visit, &desk, &found, false, Some(said));
                Ok(Reply::page(page).status(StatusCode::CONFLICT))
            }
        }
    }
}

/// The entry that a form names, and where it stood in the list.
fn named(form: &Fields) -> Option<(DraftId, &str, &str)> {
    let (name, order) = (form.text("entry"), form.text("order"));
    let id = DraftId::parse(form.text("application"))?;
    (is_plain(name) && is_plain(order)).then_some((id, name, order))
}

/// Whether a text can be part of a key of ours.
fn is_plain(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=80).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_names_an_entry_and_nothing_else() {
        let of = |id: &str, entry: &str, order: &str| {
            let mut form = Fields::default();
            form.set("application", id);
            form.set("entry", entry);
            form.set("order", order);
            named(&form).is_some()
        };
        let id = "07".repeat(16);
        assert!(of(&id, "1775016000123-accepted", "1775016000123-0707"));
        for (entry, order) in [("", "1"), ("1", ""), ("1#2", "1"), ("1", "А"), ("1".repeat(81).as_str(), "1")] {
            assert!(!of(&id, entry, order), "{entry} {order}");
        }
        assert!(!of("x", "1", "1"));
    }
}
