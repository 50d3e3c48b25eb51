//! The words of each mail, in both languages: no CPR number, no name of a person, no health matter, no slug (M2).

use crate::language::Language;
use crate::moment::Timestamp;

use super::MailKind;
use super::letter::{Letter, Paragraph};

/// What a mail of this kind says.
pub(super) fn letter(kind: &MailKind, language: Language, public_url: &str) -> Letter {
    match kind {
        MailKind::SecurityCode { code, reference, expires } => security_code(language, code, reference, *expires),
        MailKind::ResetLink { token, expires } => {
            reset_link(language, format!("{public_url}/nulstil/{token}"), *expires)
        }
        MailKind::AccountCreated => account_created(language),
        MailKind::PasswordChanged => password_changed(language),
    }
}

/// How every mail ends.
pub(super) fn closing(language: Language, clinic: Option<&str>) -> Vec<Paragraph> {
    let greeting = clinic.map(|clinic| {
        Paragraph::Words(language.pick(format!("Venlig hilsen\n{clinic}"), format!("Kind regards\n{clinic}")))
    });
    let no_reply = words(language, "Du kan ikke svare på denne mail.", "You cannot reply to this mail.");
    greeting.into_iter().chain([no_reply]).collect()
}

fn security_code(language: Language, code: &str, reference: &str, expires: Timestamp) -> Letter {
    let until = expires.copenhagen_clock();
    let danish = format!(
        "Brug sikkerhedskoden til at logge ind på Patientportalen. Siden viser de samme to bogstaver: {reference}. \
         Koden gælder til kl. {until} (dansk tid)."
    );
    let english = format!(
        "Use the security code to log in to the patient portal. The page shows the same two letters: {reference}. \
         The code is valid until {until} (Danish time)."
    );
    let warning = words(
        language,
        "Har du ikke selv bedt om koden, kender nogen måske din adgangskode. Log ind med MitID, eller vælg \
         \"Glemt adgangskode?\" og lav en ny. Giv aldrig koden til andre.",
        "If you did not ask for this code, somebody may know your password. Log in with MitID, or choose \
         \"Forgotten password?\" and make a new one. Never give the code to anybody.",
    );
    let about = Paragraph::Words(language.pick(danish, english));
    Letter {
        subject: language.pick("Din sikkerhedskode", "Your security code"),
        paragraphs: vec![about, Paragraph::Code(code.to_owned()), warning],
    }
}

fn reset_link(language: Language, link: String, expires: Timestamp) -> Letter {
    let until = expires.copenhagen_clock();
    let about = language.pick(
        format!(
            "Brug linket til at vælge en ny adgangskode til Patientportalen. Det virker én gang og til kl. {until} (dansk tid)."
        ),
        format!("Use the link to choose a new password for the patient portal. It works once, until {until} (Danish time)."),
    );
    let warning = words(
        language,
        "Har du ikke selv bedt om linket, skal du ikke gøre noget: din adgangskode er uændret.",
        "If you did not ask for this link, do nothing: your password is unchanged.",
    );
    Letter {
        subject: language.pick("Ny adgangskode", "New password"),
        paragraphs: vec![Paragraph::Words(about), Paragraph::Link(link), warning],
    }
}

fn account_created(language: Language) -> Letter {
    let about = words(
        language,
        "Din bruger på Patientportalen er oprettet og kan bruges nu. Log ind fra klinikkens hjemmeside med MitID, eller \
         med adgangskode og en sikkerhedskode, som sendes til denne adresse.",
        "Your user on the patient portal has been created and can be used now. Log in from the clinic's homepage with \
         MitID, or with your password and a security code that is sent to this address.",
    );
    let warning = words(
        language,
        "Har du ikke oprettet en bruger, så kontakt klinikken.",
        "If you have not created a user, contact the clinic.",
    );
    Letter {
        subject: language.pick("Din bruger er oprettet", "Your user has been created"),
        paragraphs: vec![about, warning],
    }
}

fn password_changed(language: Language) -> Letter {
    let about = words(
        language,
        "Adgangskoden til din bruger på Patientportalen er ændret, og alle er logget ud. Du kan logge ind med den nye.",
        "The password of your user on the patient portal has been changed, and everybody has been logged out. You can \
         log in with the new one.",
    );
    let warning = words(
        language,
        "Var det ikke dig, så log ind med MitID, eller ring til klinikken.",
        "If that was not you, log in with MitID, or call the clinic.",
    );
    Letter {
        subject: language.pick("Din adgangskode er ændret", "Your password has been changed"),
        paragraphs: vec![about, warning],
    }
}

fn words(language: Language, danish: &str, english: &str) -> Paragraph {
    Paragraph::Words(language.pick(danish, english).to_owned())
}
