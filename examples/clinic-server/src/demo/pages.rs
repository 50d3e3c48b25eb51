//! The mailbox's pages, and what stands around every page of the demonstration's own.

use std::fmt::Write as _;

use http::{HeaderValue, StatusCode};
use patientportal_http::assets;

use super::mailbox::Mail;
use super::words::{BANNER_DANISH, BANNER_ENGLISH};
use crate::routes::{Answer, answer};

/// All mails, newest first.
pub(super) fn mailbox(mails: &[Mail]) -> Answer {
    let mut list = String::new();
    for mail in mails {
        let (to, subject) = (escape(mail.message.to.as_str()), escape(&mail.message.subject));
        // Writing to a String cannot fail.
        let _ = write!(
            list,
            "<li><a href=\"/demo/mails/{}\"><strong>{subject}</strong><span>{to} · {}</span></a></li>",
            mail.number,
            mail.at.copenhagen_clock()
        );
    }
    let content = match mails {
        [] => "<p>Ingen mails endnu. <span lang=\"en\">No mails yet.</span></p>".to_owned(),
        _ => format!("<ol class=\"mails\">{list}</ol>"),
    };
    let again = "<p><a href=\"/demo/mails\">Se efter igen · <span lang=\"en\">Look again</span></a></p>";
    page("Mails", &format!("<h1>Mails</h1>{again}{content}"))
}

/// One mail: its text with links to follow, and its HTML part in a frame that may do nothing else.
pub(super) fn mail(mail: &Mail) -> Answer {
    let message = &mail.message;
    let subject = escape(&message.subject);
    let content = format!(
        "<p><a href=\"/demo/mails\">‹ Mails</a></p><h1>{subject}</h1>\
         <p>{to} · {clock}</p><pre class=\"mail\" lang=\"{lang}\">{text}</pre>\
         <h2>HTML</h2><iframe class=\"mail\" title=\"HTML\" sandbox=\"allow-top-navigation-by-user-activation\" \
         src=\"/demo/mails/{number}/html\"></iframe>",
        to = escape(message.to.as_str()),
        clock = mail.at.copenhagen_clock(),
        lang = message.language.tag(),
        text = linked(&message.text),
        number = mail.number,
    );
    page(&subject, &content)
}

/// The HTML part alone, as the sender wrote it.
pub(super) fn html_part(mail: &Mail) -> Answer {
    let html = format!("<base target=\"_top\">{}", mail.message.html);
    with_policy(answer(StatusCode::OK, HTML, html), HTML_PART_POLICY)
}

/// What the portal's own stylesheet does not know.
pub(super) fn stylesheet() -> Answer {
    answer(StatusCode::OK, "text/css; charset=utf-8", STYLE)
}

pub(super) fn page(title: &str, content: &str) -> Answer {
    let html = format!(
        "<!doctype html><html lang=\"da\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} – demo</title>\
         <link rel=\"stylesheet\" href=\"/assets/{}\"><link rel=\"stylesheet\" href=\"/demo/mailbox.css\">\
         <link rel=\"icon\" href=\"/assets/{}\"></head><body>\
         <aside class=\"banner\" aria-label=\"Demonstration\">{BANNER_DANISH} · \
         <span lang=\"en\">{BANNER_ENGLISH}</span></aside>\
         <main><div class=\"wrap\">{content}</div></main></body></html>",
        assets::stylesheet().name(),
        assets::icon().name(),
    );
    with_policy(answer(StatusCode::OK, HTML, html), PAGE_POLICY)
}

pub(super) fn with_policy(mut answer: Answer, policy: &'static str) -> Answer {
    answer.headers_mut().insert(http::header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer
}

/// Plain text as HTML, with addresses of web pages as links.
fn linked(text: &str) -> String {
    let word = |word: &str| match word.trim_end_matches(['.', ',', ')']) {
        url if url.starts_with("http://") || url.starts_with("https://") => {
            let (link, rest) = (escape(url), escape(word.strip_prefix(url).unwrap_or_default()));
            format!("<a href=\"{link}\">{link}</a>{rest}")
        }
        _ => escape(word),
    };
    text.split_inclusive([' ', '\n'])
        .map(|piece| {
            let end = piece.len() - piece.trim_end_matches([' ', '\n']).len();
            let (start, space) = piece.split_at(piece.len() - end);
            format!("{}{space}", word(start))
        })
        .collect()
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

const HTML: &str = "text/html; charset=utf-8";
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'none'; \
                           base-uri 'none'; frame-ancestors 'none'";
/// A mail's own style attributes may hold; it may load, run and send nothing.
const HTML_PART_POLICY: &str = "sandbox allow-top-navigation-by-user-activation; default-src 'none'; \
                                style-src-attr 'unsafe-inline'; frame-ancestors 'self'";
const STYLE: &str = "\
.mails { list-style: none; padding: 0; }
.mails a { display: block; padding: .75rem 1rem; margin-bottom: .5rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius); text-decoration: none; }
.mails strong, .mails span { display: block; }
.mails span { color: var(--muted); }
.mail { width: 100%; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); }
pre.mail { padding: 1rem; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
iframe.mail { min-height: 22rem; background: #fff; }
section { margin-block-end: 2rem; }
.card { margin-block-end: 1rem; }
.card h3 { margin-block: 0 .25rem; }
.desk { margin-block-end: 1rem; }
.desk legend { padding-inline: .25rem; font-size: 1rem; }
.desk label { display: block; margin-block-end: .5rem; }
.desk fieldset { margin-block-end: .5rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: var(--radius); }
.desk select, .desk textarea, .desk input:not([type=checkbox]) { display: block; width: 100%; max-width: 40rem; padding: .5rem; font: inherit; }
";
