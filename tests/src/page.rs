//! A page as it came, and the form on it as a browser reads it.
//!
//! The portal writes its own HTML (lower-case tags, quoted attributes, four escapes), so a small
//! reader does; it is no parser for pages of others.

use ureq::http::HeaderMap;

use crate::Result;

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// The status code
    pub status: u16,
    /// What was asked for
    pub path: String,
    /// Where it leads, for a redirect
    pub location: Option<String>,
    /// Its headers
    pub headers: HeaderMap,
    /// Its text
    pub body: String,
    /// Its bytes, for what is no text
    pub bytes: Vec<u8>,
}

/// The form of a page with what it would send.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it is sent
    pub action: String,
    /// Names and values, in order; files and buttons are not among them
    pub fields: Vec<(String, String)>,
    /// The choices of each radio and list
    pub choices: Vec<(String, String)>,
    /// Its buttons
    pub buttons: Vec<Button>,
}

/// A button that sends the form.
#[derive(Clone, Debug)]
pub struct Button {
    /// What is written on it
    pub label: String,
    /// What it adds to the form
    pub field: Option<(String, String)>,
    /// Where it sends the form instead
    pub action: Option<String>,
}

impl Page {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether a text stands on the page, whatever the markup within it.
    pub fn says(&self, text: &str) -> bool {
        plain(&self.body).contains(&squeezed(text))
    }

    /// The page's main heading.
    pub fn heading(&self) -> String {
        between(&self.body, "<h1", "</h1>").map(|inner| plain(&format!("<h1{inner}"))).unwrap_or_default()
    }

    /// The status and heading, for messages of failed checks.
    pub fn brief(&self) -> String {
        let errors =
            between(&self.body, "data-errors", "</ul>").map(|inner| plain(&format!("<{inner}"))).unwrap_or_default();
        format!("{} {} → {:?} «{}» {errors}", self.status, self.path, self.location, self.heading())
    }

    /// The form `step` of a wizard page, else the first form of the page. Controls elsewhere on
    /// the page that name the form belong to it.
    pub fn form(&self) -> Option<Form> {
        let forms = self.forms();
        forms.iter().find(|(id, _)| id == "step").or(forms.first()).map(|(_, form)| form.clone())
    }

    /// The token of the page's form.
    pub fn csrf(&self) -> Option<String> {
        self.form()?.fields.into_iter().find(|(name, _)| name == "csrf").map(|(_, value)| value)
    }

    /// What pressing a button sends, and where.
    ///
    /// # Errors
    /// No such button on the page.
    pub fn pressed(&self, label: &str, typed: &[(&str, &str)]) -> Result<(String, Vec<(String, String)>)> {
        let forms = self.forms();
        let found = forms.into_iter().find_map(|(_, form)| {
            let button = form.buttons.iter().find(|button| button.label == squeezed(label)).cloned()?;
            Some((form, button))
        });
        let (form, button) = found.ok_or_else(|| format!("no button «{label}»: {}", self.brief()))?;
        let mut fields = form.fields;
        for (name, value) in typed {
            fields.retain(|(known, _)| known != name);
            // An empty value unticks a box; for a text field the two mean the same to the server.
            if !value.is_empty() {
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        fields.extend(button.field);
        Ok((button.action.unwrap_or(form.action), fields))
    }

    fn forms(&self) -> Vec<(String, Form)> {
        let tags = tags(&self.body);
        let mut forms: Vec<(String, Form)> = Vec::new();
        let mut open: Option<usize> = None;
        // Controls outside a form may come before the form that they name.
        let mut outside: Vec<(String, Button)> = Vec::new();
        let mut list = String::new();
        for (index, tag) in tags.iter().enumerate() {
            match tag.name.as_str() {
                "form" => {
                    open = Some(forms.len());
                    forms.push((tag.get("id"), Form { action: tag.get("action"), ..Form::default() }));
                }
                "/form" => open = None,
                "button" if tag.get("type") != "button" => {
                    let button = Button {
                        label: tags.get(index..).map(label).unwrap_or_default(),
                        field: tag.has("name").then(|| (tag.get("name"), tag.get("value"))),
                        action: tag.has("formaction").then(|| tag.get("formaction")),
                    };
                    match open.and_then(|at| forms.get_mut(at)) {
                        Some((_, form)) => form.buttons.push(button),
                        None => outside.push((tag.get("form"), button)),
                    }
                }
                _ => {
                    let Some((_, form)) = open.and_then(|at| forms.get_mut(at)) else { continue };
                    match (tag.name.as_str(), tag.get("type").as_str()) {
                        ("input", "file" | "submit") => {}
                        ("input", "radio" | "checkbox") => {
                            form.choices.push((tag.get("name"), tag.get("value")));
                            if tag.has("checked") {
                                form.fields.push((tag.get("name"), tag.get("value")));
                            }
                        }
                        ("input", _) => form.fields.push((tag.get("name"), tag.get("value"))),
                        ("textarea", _) => form.fields.push((tag.get("name"), unescaped(&tag.text))),
                        ("select", _) => list = tag.get("name"),
                        ("option", _) => {
                            form.choices.push((list.clone(), tag.get("value")));
                            if tag.has("selected") {
                                form.fields.push((list.clone(), tag.get("value")));
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        for (id, button) in outside {
            if let Some((_, form)) = forms.iter_mut().find(|(known, _)| *known == id) {
                form.buttons.push(button);
            }
        }
        forms
    }
}

/// A tag with the text up to the next one.
#[derive(Debug, Default)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Tag {
    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(known, _)| known == name)
    }

    fn get(&self, name: &str) -> String {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

fn tags(html: &str) -> Vec<Tag> {
    html.split('<').skip(1).map(tag).collect()
}

fn tag(source: &str) -> Tag {
    let name_end = source.find([' ', '>', '\n']).unwrap_or(source.len());
    let (name, mut rest) = source.split_at(name_end);
    let mut tag = Tag { name: name.to_owned(), ..Tag::default() };
    loop {
        rest = rest.trim_start();
        if let Some(text) = rest.strip_prefix('>') {
            tag.text = text.to_owned();
            return tag;
        }
        let end = rest.find(['=', ' ', '>', '\n']).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        if attribute.is_empty() {
            return tag;
        }
        match after.strip_prefix("=\"").and_then(|quoted| quoted.split_once('"')) {
            Some((value, after)) => {
                tag.attributes.push((attribute.to_owned(), unescaped(value)));
                rest = after;
            }
            None => {
                tag.attributes.push((attribute.to_owned(), String::new()));
                rest = after;
            }
        }
    }
}

/// What is written on a button, words for screen readers included.
fn label(tags: &[Tag]) -> String {
    let inner = tags.iter().take_while(|tag| tag.name != "/button").map(|tag| tag.text.as_str());
    squeezed(&unescaped(&inner.collect::<String>()))
}

fn plain(html: &str) -> String {
    let text: String = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    squeezed(&unescaped(&text))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() -> Result<()> {
        let body = r#"<h1>Шаг</h1><button type="submit" form="step" name="act" value="back">Назад</button>
            <form id="step" method="post" action="/ru/x"><input type="hidden" name="csrf" value="t">
            <input id="a" name="a" value="1 &amp; &quot;2&quot;"><input type="radio" name="r" value="x"><input type="radio" name="r" value="y" checked>
            <select name="s"><option value=""></option><option value="o" selected>O</option></select><input type="file" name="file">
            <button type="submit" name="which" value="main" formaction="/ru/code">Выслать <span class="vh">код</span></button></form>"#;
        let page = Page {
            status: 200,
            path: "/ru/x".into(),
            location: None,
            headers: HeaderMap::new(),
            body: body.into(),
            bytes: Vec::new(),
        };
        assert_eq!(page.heading(), "Шаг");
        assert_eq!(page.csrf().as_deref(), Some("t"));
        let (to, fields) = page.pressed("Назад", &[("a", "3")])?;
        let expected = [("csrf", "t"), ("r", "y"), ("s", "o"), ("a", "3"), ("act", "back")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!((to.as_str(), fields.as_slice()), ("/ru/x", expected.as_slice()));
        assert_eq!(page.pressed("Выслать код", &[])?.0, "/ru/code");
        assert_eq!(page.form().map(|form| form.fields.len()), Some(4));
        assert!(page.pressed("Далее", &[]).is_err());
        Ok(())
    }
}
