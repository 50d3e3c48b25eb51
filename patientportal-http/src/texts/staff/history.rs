//! Mails to a person and what happened, as staff read them (S1, S3).

use patientportal_core::audit::MailTopic;
use patientportal_core::language::Language;

texts! {
    /// Words of the staff's history pages.
    StaffHistoryTexts {
        mails_title: "Mails til personen", "Mails to the person";
        mails_lead: "Hverken adressen eller indholdet vises.", "Neither the address nor the words are shown.";
        mails_none: "Der er ingen mails her.", "There are no mails here.";
        waiting: "Venter, prøves igen kl. {time}", "Waits, tried again at {time}";
        waiting_tried: "Kom ikke frem endnu ({count} forsøg), prøves igen kl. {time}", "Has not arrived yet ({count} tries), tried again at {time}";
        delivered: "Sendt", "Sent";
        given_up: "Opgivet: den kunne ikke afleveres", "Given up: it could not be delivered";

        trail_title: "Klinikkens log", "The clinic's log";
        trail_lead: "Det nyeste øverst. Loggen kan ikke ændres.", "The newest first. The log cannot be changed.";
        persons_trail_title: "Personens historik hos klinikken", "The person's history at the clinic";
        trail_none: "Her er ikke mere.", "There is nothing more here.";
        when: "Hvornår", "When";
        what: "Hvad", "What";
        by: "Hvem", "Who";
        whom: "Person", "Person";
        see: "Se personen", "See the person";
        by_patient: "Patienten", "The patient";
        by_visitor: "En, der ikke var logget ind", "Somebody not logged in";
        by_portal: "Portalen", "The portal";
        by_staff: "Personale: {id}", "Staff: {id}";
        by_staff_unnamed: "Personale", "Staff";
        by_guardian: "Forælder eller værge", "Parent or guardian";
    }
}

/// What a mail was about.
#[must_use]
pub fn mail_text(topic: MailTopic, language: Language) -> &'static str {
    let (danish, english) = match topic {
        MailTopic::SecurityCode => ("Sikkerhedskode", "Security code"),
        MailTopic::ResetLink => ("Link til ny adgangskode", "Link to a new password"),
        MailTopic::ActivationLink => ("Aktiveringslink", "Activation link"),
        MailTopic::EmailProof => ("Kode til ny e-mail", "Code to a new e-mail"),
        MailTopic::Request => ("Om anmodningen", "About the request"),
        MailTopic::Account => ("Om brugeren", "About the user"),
        MailTopic::Security => ("Om adgangskode eller e-mail", "About password or e-mail"),
        MailTopic::Membership => ("Om adgangen hos klinikken", "About the access at the clinic"),
        MailTopic::ComingOfAge => ("Om at fylde 15 år", "About turning 15"),
        MailTopic::Renewal => ("Om fornyelse eller fritagelse", "About renewal or exemption"),
        MailTopic::OpenRequests => ("Om ventende anmodninger", "About waiting requests"),
        _ => ("Anden mail", "Another mail"),
    };
    language.pick(danish, english)
}
