//! An answer as a visitor sees it: words, links, and forms that are filled in by their labels.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::html::{Piece, Tag, pieces, squeezed};

/// An answer to a request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page {
    /// Where it came from.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A form on a page, being filled in.
#[derive(Debug, Clone)]
pub struct Form {
    page: Url,
    action: Url,
    id: Option<String>,
    fields: Vec<Field>,
    buttons: Vec<Button>,
}

/// A form that a button has sent off.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Submission {
    /// The page that it was on.
    pub page: Url,
    /// Where it goes.
    pub action: Url,
    /// Its names and values.
    pub values: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    kind: String,
    label: String,
    value: String,
    /// Whether it is sent: a box that is not ticked is not.
    on: bool,
}

#[derive(Debug, Clone, Default)]
struct Button {
    name: Option<String>,
    value: String,
    label: String,
}

impl Page {
    pub(crate) fn new(url: Url, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { url, status, headers, body }
    }

    /// The body as text.
    #[must_use]
    pub fn html(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a page is UTF-8")
    }

    /// The words on the page, one space between them.
    #[must_use]
    pub fn words(&self) -> String {
        let texts = pieces(self.html()).into_iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            _ => None,
        });
        squeezed(&texts.collect::<Vec<_>>().join(" "))
    }

    /// Whether these words are on the page.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        self.words().contains(words)
    }

    /// Where the link with this label leads.
    #[must_use]
    pub fn link(&self, label: &str) -> Option<Url> {
        self.links().into_iter().find(|(found, _)| found == label).map(|(_, to)| to)
    }

    /// All links: label and address.
    #[must_use]
    pub fn links(&self) -> Vec<(String, Url)> {
        let pieces = pieces(self.html());
        let opens = pieces.iter().enumerate().filter_map(|(at, piece)| match piece {
            Piece::Open(tag) if tag.name == "a" => Some((at, tag.attribute("href")?)),
            _ => None,
        });
        opens.filter_map(|(at, to)| Some((text_until(&pieces, at, "a"), self.url.join(to).ok()?))).collect()
    }

    /// The value of a header as text; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header is ASCII"))
    }

    /// All forms on the page.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        read_forms(&self.url, &pieces(self.html()))
    }

    /// The form that has a button with this label and, where several do, most fields.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn form(&self, button: &str) -> Form {
        let forms = self.forms().into_iter().filter(|form| form.has_button(button));
        let form = forms.max_by_key(|form| form.fields.len());
        form.unwrap_or_else(|| panic!("no button {button:?} on {} ({}): {}", self.url, self.status, self.words()))
    }
}

impl Form {
    /// Fills in the field with this label.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn fill(mut self, label: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|field| field.label == label);
        let field = field.unwrap_or_else(|| panic!("no field {label:?} on {}", self.page));
        value.clone_into(&mut field.value);
        self
    }

    /// Ticks the box with this label.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn tick(mut self, label: &str) -> Self {
        let field = self.fields.iter_mut().find(|field| field.kind == "checkbox" && field.label == label);
        field.unwrap_or_else(|| panic!("no box {label:?} on {}", self.page)).on = true;
        self
    }

    /// Sets a value by name, or adds it: what no honest page does.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|field| field.name != name);
        self.fields.push(Field {
            name: name.to_owned(),
            kind: "hidden".to_owned(),
            label: String::new(),
            value: value.to_owned(),
            on: true,
        });
        self
    }

    /// What is in the field of this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// The kind (`type`) of the field of this name.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.kind.as_str())
    }

    /// The labels of the fields that can be seen.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        self.fields.iter().filter(|field| field.kind != "hidden").map(|field| field.label.as_str()).collect()
    }

    /// Where it goes.
    #[must_use]
    pub fn action(&self) -> &Url {
        &self.action
    }

    /// Whether it has a button whose words are, or begin with, `label`.
    #[must_use]
    pub fn has_button(&self, label: &str) -> bool {
        self.buttons.iter().any(|button| button.label == label)
    }

    /// Presses the button with this label.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn press(&self, label: &str) -> Submission {
        self.send_with(self.buttons.iter().find(|button| button.label == label), label)
    }

    /// Presses the button of this name and value.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn press_value(&self, name: &str, value: &str) -> Submission {
        let is_it = |button: &&Button| button.name.as_deref() == Some(name) && button.value == value;
        self.send_with(self.buttons.iter().find(is_it), value)
    }

    fn send_with(&self, button: Option<&Button>, wanted: &str) -> Submission {
        let button = button.unwrap_or_else(|| panic!("no button {wanted:?} on {}", self.page));
        let fields = self.fields.iter().filter(|field| field.on).map(|field| (field.name.clone(), field.value.clone()));
        let pressed = button.name.clone().map(|name| (name, button.value.clone()));
        Submission { page: self.page.clone(), action: self.action.clone(), values: fields.chain(pressed).collect() }
    }
}

fn read_forms(page: &Url, pieces: &[Piece]) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut is_open = false;
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Open(tag) if tag.name == "form" => {
                let action =
                    page.join(tag.attribute("action").unwrap_or(page.as_str())).expect("an action is an address");
                let id = tag.attribute("id").map(str::to_owned);
                forms.push(Form { page: page.clone(), action, id, fields: Vec::new(), buttons: Vec::new() });
                is_open = true;
            }
            Piece::Close(name) if name == "form" => is_open = false,
            Piece::Open(tag) => {
                let owner = tag.attribute("form");
                let form = match owner {
                    Some(id) => forms.iter_mut().find(|form| form.id.as_deref() == Some(id)),
                    None => forms.last_mut().filter(|_| is_open),
                };
                let Some(form) = form else { continue };
                match tag.name.as_str() {
                    "input" | "select" | "textarea" => form.fields.extend(field(tag, pieces, at)),
                    "button" => form.buttons.push(Button {
                        name: tag.attribute("name").map(str::to_owned),
                        value: tag.attribute("value").unwrap_or_default().to_owned(),
                        label: text_until(pieces, at, "button"),
                    }),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    forms
}

fn field(tag: &Tag, pieces: &[Piece], at: usize) -> Option<Field> {
    let name = tag.attribute("name")?.to_owned();
    let id = tag.attribute("id").map(str::to_owned);
    let kind = match tag.name.as_str() {
        "input" => tag.attribute("type").unwrap_or("text").to_owned(),
        other => other.to_owned(),
    };
    let is_box = kind == "checkbox" || kind == "radio";
    let value = match kind.as_str() {
        "select" => selected(pieces, at),
        "textarea" => text_until(pieces, at, "textarea"),
        _ => tag.attribute("value").unwrap_or(if is_box { "on" } else { "" }).to_owned(),
    };
    let label = label(pieces, at, id.as_deref());
    Some(Field { name, kind, label, value, on: !is_box || tag.has("checked") })
}

/// The label that names the field's id, or else the one around it.
fn label(pieces: &[Piece], field: usize, id: Option<&str>) -> String {
    let is_for = |piece: &Piece| matches!(piece, Piece::Open(tag) if tag.name == "label" && id.is_some() && tag.attribute("for") == id);
    let around = || {
        let before = pieces.get(..field)?;
        let open = before.iter().rposition(|piece| matches!(piece, Piece::Open(tag) if tag.name == "label"))?;
        let closed = before.iter().skip(open).any(|piece| *piece == Piece::Close("label".to_owned()));
        (!closed).then_some(open)
    };
    match pieces.iter().position(is_for).or_else(around) {
        Some(at) => text_until(pieces, at, "label"),
        None => String::new(),
    }
}

fn selected(pieces: &[Piece], select: usize) -> String {
    let inside = pieces.iter().enumerate().skip(select);
    let inside = inside.take_while(|(_, piece)| **piece != Piece::Close("select".to_owned()));
    let options: Vec<(usize, &Tag)> = inside
        .filter_map(|(at, piece)| match piece {
            Piece::Open(tag) if tag.name == "option" => Some((at, tag)),
            _ => None,
        })
        .collect();
    let chosen = options.iter().find(|(_, tag)| tag.has("selected")).or(options.first());
    let words = |at: usize| match pieces.get(at + 1) {
        Some(Piece::Text(words)) => squeezed(words),
        _ => String::new(),
    };
    chosen.map(|(at, tag)| tag.attribute("value").map_or_else(|| words(*at), str::to_owned)).unwrap_or_default()
}

/// The words from an opening tag to its closing one, options of a select left out.
fn text_until(pieces: &[Piece], open: usize, name: &str) -> String {
    let mut text = String::new();
    let mut in_select = false;
    for piece in pieces.iter().skip(open + 1) {
        match piece {
            Piece::Close(closed) if closed == name => break,
            Piece::Open(tag) if tag.name == "select" => in_select = true,
            Piece::Close(closed) if closed == "select" => in_select = false,
            Piece::Text(words) if !in_select => text.push_str(words),
            _ => {}
        }
    }
    squeezed(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        let url = Url::parse("http://127.0.0.1:1/a/b").unwrap();
        Page::new(url, StatusCode::OK, HeaderMap::new(), Bytes::copy_from_slice(html.as_bytes()))
    }

    #[test]
    fn a_form_is_filled_in_by_its_labels_and_sent_by_its_button() {
        let page = page(
            "<form action=\"/c\"><input type=hidden name=t value=1><label for=x>CPR</label> <input id=x name=cpr>\
             <label><input type=checkbox name=hide value=1> Skjul</label><label>Niveau <select name=level><option>LOW\
             <option selected>HIGH</select></label><button name=a value=b>Log <b>ind</b></button></form>",
        );
        let form = page.form("Log ind");
        assert_eq!(form.labels(), ["CPR", "Skjul", "Niveau"]);
        let sent = form.clone().fill("CPR", "12").press("Log ind");
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(sent.action.as_str(), "http://127.0.0.1:1/c");
        assert_eq!(sent.values, [pair("t", "1"), pair("cpr", "12"), pair("level", "HIGH"), pair("a", "b")]);
        assert!(form.tick("Skjul").press_value("a", "b").values.contains(&pair("hide", "1")));
    }

    #[test]
    fn a_button_outside_belongs_to_the_form_that_it_names() {
        let page = page(
            "<form id=f action=x><input name=y value=z></form><button form=f>Ud</button><a href=\"/q\"> Til  q</a>",
        );
        let sent = page.form("Ud").press("Ud");
        assert_eq!((sent.action.path(), sent.values.len()), ("/a/x", 1));
        assert_eq!(page.link("Til q").unwrap().path(), "/q");
    }
}
