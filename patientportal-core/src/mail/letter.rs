//! A mail's subject and paragraphs, and how they become a text part and an HTML part.

use crate::language::Language;

pub(super) struct Letter {
    pub(super) subject: &'static str,
    pub(super) paragraphs: Vec<Paragraph>,
}

pub(super) enum Paragraph {
    Words(String),
    /// Shown large and alone, so that it can be copied.
    Code(String),
    Link(String),
}

impl Letter {
    pub(super) fn text(&self) -> String {
        let line = |paragraph: &Paragraph| match paragraph {
            Paragraph::Words(text) | Paragraph::Code(text) | Paragraph::Link(text) => format!("{text}\n"),
        };
        self.paragraphs.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    pub(super) fn html(&self, language: Language) -> String {
        let body: String = self.paragraphs.iter().map(Paragraph::html).collect();
        let (lang, title) = (language.tag(), escape(self.subject));
        format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5\">{body}</body></html>"
        )
    }
}

impl Paragraph {
    fn html(&self) -> String {
        match self {
            Self::Words(text) => format!("<p>{}</p>", escape(text)),
            Self::Code(text) => {
                format!("<p style=\"font-size:28px;letter-spacing:4px;font-weight:bold\">{}</p>", escape(text))
            }
            Self::Link(url) => format!("<p><a href=\"{0}\">{0}</a></p>", escape(url)),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "<br>")
}
