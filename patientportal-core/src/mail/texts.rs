//! The words of each mail, in both languages: no CPR number, no name of a person, no health matter, no slug (M2).

use crate::language::Language;

use super::{Mail, MailKind};

/// A mail's parts, before they become text and HTML.
pub(super) struct Letter {
    pub(super) subject: &'static str,
    paragraphs: Vec<Paragraph>,
}

enum Paragraph {
    Words(String),
    /// Shown large and alone.
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
        let paragraph = |paragraph: &Paragraph| match paragraph {
            Paragraph::Words(text) => format!("<p>{}</p>", escape(text)),
            Paragraph::Code(text) => {
                format!("<p style=\"font-size:28px;letter-spacing:4px;font-weight:bold\">{}</p>", escape(text))
            }
            Paragraph::Link(url) => format!("<p><a href=\"{0}\">{0}</a></p>", escape(url)),
        };
        let body: String = self.paragraphs.iter().map(paragraph).collect();
        let (lang, title) = (language.tag(), escape(self.subject));
        format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body style=\"font-family:sans-serif;font-size:16px;line-height:1.5\">{body}</body></html>"
        )
    }
}

pub(super) fn letter(mail: &Mail, clinic: Option<&str>, public_url: &str) -> Letter {
    let in_language = |danish: &str, english: &str| Paragraph::Words(mail.language.pick(danish, english).to_owned());
    let (subject, mut paragraphs) = match &mail.kind {
        MailKind::SecurityCode { code, reference, expires } => {
            let until = expires.copenhagen_clock();
            let about = mail.language.pick(
                format!("Brug sikkerhedskoden til at logge ind på Patientportalen. Siden viser de samme to bogstaver: {reference}. Koden gælder til kl. {until} (dansk tid)."),
                format!("Use the security code to log in to the patient portal. The page shows the same two letters: {reference}. The code is valid until {until} (Danish time)."),
            );
            let warning = in_language(
                "Har du ikke selv bedt om koden, kender nogen måske din adgangskode. Log ind med MitID, eller vælg \"Glemt adgangskode?\" og lav en ny. Giv aldrig koden til andre.",
                "If you did not ask for this code, somebody may know your password. Log in with MitID, or choose \"Forgotten password?\" and make a new one. Never give the code to anybody.",
            );
            let subject = mail.language.pick("Din sikkerhedskode", "Your security code");
            (subject, vec![Paragraph::Words(about), Paragraph::Code(code.clone()), warning])
        }
        MailKind::ResetLink { token, expires } => {
            let until = expires.copenhagen_clock();
            let about = mail.language.pick(
                format!("Brug linket til at vælge en ny adgangskode til Patientportalen. Det virker én gang og til kl. {until} (dansk tid)."),
                format!("Use the link to choose a new password for the patient portal. It works once, until {until} (Danish time)."),
            );
            let warning = in_language(
                "Har du ikke selv bedt om linket, skal du ikke gøre noget: din adgangskode er uændret.",
                "If you did not ask for this link, do nothing: your password is unchanged.",
            );
            let subject = mail.language.pick("Ny adgangskode", "New password");
            (subject, vec![Paragraph::Words(about), Paragraph::Link(format!("{public_url}/nulstil/{token}")), warning])
        }
        MailKind::AccountCreated => (
            mail.language.pick("Din bruger er oprettet", "Your user has been created"),
            vec![
                in_language(
                    "Din bruger på Patientportalen er oprettet og kan bruges nu. Log ind fra klinikkens hjemmeside med MitID, eller med adgangskode og en sikkerhedskode, som sendes til denne adresse.",
                    "Your user on the patient portal has been created and can be used now. Log in from the clinic's homepage with MitID, or with your password and a security code that is sent to this address.",
                ),
                in_language(
                    "Har du ikke oprettet en bruger, så kontakt klinikken.",
                    "If you have not created a user, contact the clinic.",
                ),
            ],
        ),
        MailKind::PasswordChanged => (
            mail.language.pick("Din adgangskode er ændret", "Your password has been changed"),
            vec![
                in_language(
                    "Adgangskoden til din bruger på Patientportalen er ændret, og alle er logget ud. Du kan logge ind med den nye.",
                    "The password of your user on the patient portal has been changed, and everybody has been logged out. You can log in with the new one.",
                ),
                in_language(
                    "Var det ikke dig, så log ind med MitID, eller ring til klinikken.",
                    "If that was not you, log in with MitID, or call the clinic.",
                ),
            ],
        ),
    };
    if let Some(clinic) = clinic {
        paragraphs.push(Paragraph::Words(
            mail.language.pick(format!("Venlig hilsen\n{clinic}"), format!("Kind regards\n{clinic}")),
        ));
    }
    paragraphs.push(in_language("Du kan ikke svare på denne mail.", "You cannot reply to this mail."));
    Letter { subject, paragraphs }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "<br>")
}
