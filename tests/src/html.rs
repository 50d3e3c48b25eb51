//! A small, tolerant reader of HTML: tags, attributes and text in their order. It builds no tree; pages that need one to
//! be understood are pages that we do not write.

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// `<name attributes>`, the name in lower case.
    Open(Tag),
    /// `</name>`
    Close(String),
    /// Words, with entities decoded.
    Text(String),
}

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tag {
    /// Its name in lower case.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute; empty for one that has none.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether the attribute is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }
}

/// Reads a page into its pieces. Comments, scripts and style sheets are left out.
#[must_use]
pub fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        push_text(&mut pieces, text);
        rest = match read_tag(tag) {
            Some((None, rest)) => rest,
            Some((Some(piece), after)) => {
                let raw = raw_end(&piece).and_then(|end| after.find(end));
                pieces.push(piece);
                raw.map_or(after, |end| after.split_at(end).1)
            }
            None => {
                push_text(&mut pieces, "<");
                tag.strip_prefix('<').unwrap_or_default()
            }
        };
    }
    push_text(&mut pieces, rest);
    pieces
}

/// Text with runs of white space made one space.
#[must_use]
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text with `&…;` decoded. What is no entity stays as it is.
#[must_use]
pub fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        out.push_str(before);
        let end = entity.find(';').filter(|end| *end < 10);
        match end.and_then(|end| Some((character(entity.get(1..end)?)?, entity.get(end + 1..)?))) {
            Some((character, after)) => {
                out.push(character);
                rest = after;
            }
            None => {
                out.push('&');
                rest = entity.strip_prefix('&').unwrap_or_default();
            }
        }
    }
    out + rest
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(decoded(text)));
    }
}

/// Reads what begins with `<`; a comment or declaration is nothing.
fn read_tag(text: &str) -> Option<(Option<Piece>, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.split_once("-->").map(|(_, rest)| (None, rest));
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return text.split_once('>').map(|(_, rest)| (None, rest));
    }
    if let Some(close) = text.strip_prefix("</") {
        let (name, rest) = close.split_once('>')?;
        return Some((Some(Piece::Close(name.trim().to_ascii_lowercase())), rest));
    }
    let body = text.strip_prefix('<')?;
    let end = body.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/')?;
    let (name, mut rest) = body.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((Some(Piece::Open(Tag { name: name.to_ascii_lowercase(), attributes })), after));
        }
        let (attribute, after) = read_attribute(rest)?;
        attributes.push(attribute);
        rest = after;
    }
}

fn read_attribute(text: &str) -> Option<((String, String), &str)> {
    let end = text.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c))?;
    let (name, rest) = text.split_at(end);
    let name = name.to_ascii_lowercase();
    let Some(value) = rest.trim_start().strip_prefix('=') else { return Some(((name, String::new()), rest)) };
    let value = value.trim_start();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split_once(quote));
    let (value, rest) = match quoted {
        Some(pair) => pair,
        None => value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
    };
    Some(((name, decoded(value)), rest))
}

fn raw_end(piece: &Piece) -> Option<&'static str> {
    match piece {
        Piece::Open(tag) if tag.name == "script" => Some("</script"),
        Piece::Open(tag) if tag.name == "style" => Some("</style"),
        _ => None,
    }
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_attributes_and_text_are_read_in_order() {
        let pieces =
            pieces("<!doctype html><p class=a id='b' hidden>Tom &amp; <b title=\"1 &gt; 0\">Ib</b><br/></p><!-- x -->");
        let [Piece::Open(p), Piece::Text(text), Piece::Open(b), Piece::Text(_), rest @ ..] = pieces.as_slice() else {
            panic!("{pieces:?}")
        };
        assert_eq!(
            (p.name.as_str(), p.attribute("class"), p.attribute("id"), p.has("hidden")),
            ("p", Some("a"), Some("b"), true)
        );
        assert_eq!((text.as_str(), b.attribute("title")), ("Tom & ", Some("1 > 0")));
        assert_eq!(rest.len(), 3);
    }

    #[test]
    fn scripts_hide_their_tags_and_stray_signs_are_text() {
        let found = pieces("<script>if (a<b) { '<form>' }</script>2 < 3 & 4 &#229;&#x41;&unknown;");
        assert!(!found.iter().any(|piece| matches!(piece, Piece::Open(tag) if tag.name == "form")));
        let words =
            found.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None });
        assert_eq!(words.collect::<String>(), "2 < 3 & 4 åA&unknown;");
    }
}
