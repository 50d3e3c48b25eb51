//! The words of each mail, in both languages: no CPR number, no name of a person, no health matter, no slug (M2).

mod account;
mod membership;

use crate::ids::ClinicId;
use crate::language::Language;
use crate::moment::Timestamp;

use super::letter::{Letter, Paragraph};
use super::{MailKind, Notice};

/// What a mail of this kind says.
pub(super) fn letter(kind: &MailKind, clinic: Option<ClinicId>, language: Language, public_url: &str) -> Letter {
    match kind {
        MailKind::SecurityCode { code, reference, expires } => security_code(language, code, reference, *expires),
        MailKind::ResetLink { token, expires } => {
            reset_link(language, format!("{public_url}/nulstil/{token}"), *expires)
        }
        MailKind::ActivationLink { token, expires } => {
            membership::activation_link(language, format!("{public_url}/aktiver/{token}"), *expires)
        }
        MailKind::EmailProof { code, reference, expires } => account::email_proof(language, code, reference, *expires),
        MailKind::RequestApproved => {
            // The clinic's number and not its slug, which may tell what it treats (M2).
            let page = clinic.map_or_else(String::new, |clinic| format!("til/{}", clinic.to_text()));
            membership::request_approved(language, format!("{public_url}/{page}"))
        }
        MailKind::RequestRefused(reason) => membership::request_refused(language, *reason),
        MailKind::ChildRefused(reason) => membership::child_refused(language, *reason),
        MailKind::OpenRequests(count) => membership::open_requests(language, *count),
        MailKind::Notice(notice) => of_notice(*notice, language),
    }
}

fn of_notice(notice: Notice, language: Language) -> Letter {
    let words = match notice {
        Notice::AccountCreated => account::account_created,
        Notice::ChildCreated => account::child_created,
        Notice::ChildExists => account::child_exists,
        Notice::PasswordChanged => account::password_changed,
        Notice::PasswordChosen => account::password_chosen,
        Notice::EmailChanged => account::email_changed,
        Notice::OfAgeSoon => account::of_age_soon,
        Notice::OfAgeAdvice => account::of_age_advice,
        Notice::RenewedByClinic => account::renewed_by_clinic,
        Notice::AccountClosed => account::account_closed,
        Notice::ExemptionEnded => account::exemption_ended,
        Notice::ExemptionRecorded => account::exemption_recorded,
        Notice::NewLoginMethod => account::new_login_method,
        Notice::RequestReceived => membership::request_received,
        Notice::RequestLapsed => membership::request_lapsed,
        Notice::RequestWithdrawn => membership::request_withdrawn,
        Notice::LinkedByClinic => membership::linked_by_clinic,
        Notice::Suspended => membership::suspended,
        Notice::Reopened => membership::reopened,
        Notice::Ended => membership::ended,
        Notice::RightsChanged => membership::rights_changed,
        Notice::ChildLapsed => membership::child_lapsed,
        Notice::CameOfAge => account::came_of_age,
        Notice::NumberChanged => account::number_changed,
    };
    words(language)
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

fn letter_of(language: Language, subject: Pair, about: Pair, next: Pair) -> Letter {
    let paragraphs = vec![words(language, about.0, about.1), words(language, next.0, next.1)];
    Letter { subject: language.pick(subject.0, subject.1), paragraphs }
}

fn words(language: Language, danish: &str, english: &str) -> Paragraph {
    Paragraph::Words(language.pick(danish, english).to_owned())
}

/// Danish and English.
type Pair = (&'static str, &'static str);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::RefusalReason;

    #[test]
    fn m1_every_mail_has_words_of_its_own_in_both_languages() {
        let (code, reference, token) = ("123456".to_owned(), "AB".to_owned(), "token".to_owned());
        let expires = Timestamp(1_795_420_800_000);
        let notices: Vec<Notice> = (0..=u8::MAX).filter_map(|number| minicbor::decode(&[0x18, number]).ok()).collect();
        assert!(
            notices.contains(&Notice::AccountCreated) && notices.contains(&Notice::NumberChanged),
            "read by number"
        );
        let mut kinds: Vec<MailKind> = notices.into_iter().map(MailKind::Notice).collect();
        kinds.extend(RefusalReason::ALL.map(MailKind::RequestRefused));
        kinds.extend(RefusalReason::ALL.map(MailKind::ChildRefused));
        kinds.extend([
            MailKind::SecurityCode { code: code.clone(), reference: reference.clone(), expires },
            MailKind::EmailProof { code, reference, expires },
            MailKind::ResetLink { token: token.clone(), expires },
            MailKind::ActivationLink { token, expires },
            MailKind::RequestApproved,
            MailKind::OpenRequests(3),
        ]);
        let mut seen = Vec::new();
        for kind in &kinds {
            let [danish, english] = [Language::Danish, Language::English]
                .map(|language| letter(kind, Some(ClinicId(7)), language, "https://portal.example.dk"));
            assert!(!danish.subject.is_empty() && danish.text().len() > 20, "{}", danish.subject);
            assert!(!english.subject.is_empty() && english.text().len() > 20, "{}", english.subject);
            assert_ne!(danish.text(), english.text(), "{} is translated", danish.subject);
            for letter in [danish, english] {
                let whole = format!("{}\n{}", letter.subject, letter.text());
                assert!(!seen.contains(&whole), "two mails say the same: {whole}");
                seen.push(whole);
            }
        }
    }
}
