//! The operator's terms, to read (A6).

use askama::Template;

use super::Frame;
use crate::texts::{TermsTexts, fill};

/// The operator's terms.
#[derive(Debug, Template)]
#[template(path = "terms.html")]
pub struct TermsPage {
    /// The frame.
    pub frame: Frame,
    /// Whose terms.
    pub operator: String,
    /// Which version.
    pub version: String,
    /// The text.
    pub blocks: Vec<TermsBlock>,
}

/// A piece of the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermsBlock {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
}

impl TermsPage {
    pub(crate) fn t(&self) -> &'static TermsTexts {
        TermsTexts::of(self.frame.language)
    }

    pub(crate) fn byline(&self) -> String {
        let (from, version) =
            (fill(self.t().from, "operator", &self.operator), fill(self.t().version, "version", &self.version));
        format!("{from} · {version}")
    }
}

/// Reads terms written as plain text: blank lines part paragraphs, a line that begins with `#` is a heading.
#[must_use]
pub fn terms_blocks(text: &str) -> Vec<TermsBlock> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let heading = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
        if (heading.is_some() || line.is_empty()) && !paragraph.is_empty() {
            blocks.push(TermsBlock::Paragraph(paragraph.join(" ")));
            paragraph.clear();
        }
        match heading {
            Some(heading) => blocks.push(TermsBlock::Heading(heading.to_owned())),
            None if !line.is_empty() => paragraph.push(line),
            None => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_plain_text_becomes_headings_and_paragraphs() {
        let blocks = terms_blocks("# Brug\nDu må\nbruge den.\n\nKun selv.\n## Ansvar\nVores.");
        let (heading, paragraph) = (|s: &str| TermsBlock::Heading(s.into()), |s: &str| TermsBlock::Paragraph(s.into()));
        assert_eq!(
            blocks,
            [
                heading("Brug"),
                paragraph("Du må bruge den."),
                paragraph("Kun selv."),
                heading("Ansvar"),
                paragraph("Vores.")
            ]
        );
        assert!(terms_blocks("").is_empty());
    }
}
