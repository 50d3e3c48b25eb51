//! Mails about what somebody may do at a clinic: asked for, decided, changed, ended.

use crate::account::RefusalReason;
use crate::language::Language;
use crate::moment::Timestamp;

use super::{Letter, letter_of, words};
use crate::mail::letter::Paragraph;

pub(super) fn request_received(language: Language) -> Letter {
    letter_of(
        language,
        ("Din anmodning er sendt", "Your request has been sent"),
        (
            "Din anmodning om adgang på Patientportalen er sendt til klinikken. Du får en mail, når den er behandlet.",
            "Your request for access on the patient portal has been sent to the clinic. You will get a mail when it has \
             been decided.",
        ),
        ("Har du ikke bedt om adgang, så ring til klinikken.", "If you did not ask for access, call the clinic."),
    )
}

/// To the clinic itself: nothing but a number.
pub(super) fn open_requests(language: Language, count: u32) -> Letter {
    let about = match count {
        1 => language.pick("Der venter 1 anmodning på svar.".to_owned(), "1 request waits for an answer.".to_owned()),
        _ => language
            .pick(format!("Der venter {count} anmodninger på svar."), format!("{count} requests wait for an answer.")),
    };
    let next = words(
        language,
        "Log ind på klinikkens side for at svare på dem. En anmodning, der ikke bliver svaret på, udløber.",
        "Log in to the clinic's page to answer them. A request that is not answered lapses.",
    );
    Letter {
        subject: language.pick("Anmodninger venter", "Requests are waiting"),
        paragraphs: vec![Paragraph::Words(about), next],
    }
}

pub(super) fn request_approved(language: Language, link: String) -> Letter {
    let about = words(
        language,
        "Klinikken har godkendt din anmodning. Log ind på Patientportalen her:",
        "The clinic has approved your request. Log in to the patient portal here:",
    );
    let safety = words(
        language,
        "Linket fører kun til siden, hvor du logger ind.",
        "The link only leads to the page where you log in.",
    );
    Letter {
        subject: language.pick("Din anmodning er godkendt", "Your request has been approved"),
        paragraphs: vec![about, Paragraph::Link(link), safety],
    }
}

pub(super) fn request_refused(language: Language, reason: RefusalReason) -> Letter {
    let mut letter = letter_of(
        language,
        ("Din anmodning er afvist", "Your request has been refused"),
        (
            "Klinikken har afvist din anmodning om adgang på Patientportalen.",
            "The clinic has refused your request for access on the patient portal.",
        ),
        (
            "Har klinikken skrevet mere til dig, kan du læse det, når du har logget ind. Ring til klinikken, hvis du er \
             uenig.",
            "If the clinic has written more to you, you can read it when you have logged in. Call the clinic if you \
             disagree.",
        ),
    );
    letter.paragraphs.insert(1, Paragraph::Words(reason.text(language).to_owned()));
    letter
}

pub(super) fn request_lapsed(language: Language) -> Letter {
    letter_of(
        language,
        ("Din anmodning er udløbet", "Your request has lapsed"),
        (
            "Klinikken har ikke behandlet din anmodning om adgang på Patientportalen i tide, så den er udløbet.",
            "The clinic has not decided your request for access on the patient portal in time, so it has lapsed.",
        ),
        (
            "Log ind og bed om adgang igen, eller ring til klinikken.",
            "Log in and ask for access again, or call the clinic.",
        ),
    )
}

pub(super) fn child_refused(language: Language, reason: RefusalReason) -> Letter {
    let mut letter = letter_of(
        language,
        ("Anmodningen er afvist", "The request has been refused"),
        (
            "Klinikken har afvist anmodningen om at oprette en bruger for et barn på Patientportalen. Brugeren og dens \
             adgangskode er slettet.",
            "The clinic has refused the request to create a user for a child on the patient portal. The user and its \
             password have been deleted.",
        ),
        ("Ring til klinikken, hvis du er uenig.", "Call the clinic if you disagree."),
    );
    letter.paragraphs.insert(1, Paragraph::Words(reason.text(language).to_owned()));
    letter
}

pub(super) fn child_lapsed(language: Language) -> Letter {
    letter_of(
        language,
        ("Anmodningen er udløbet", "The request has lapsed"),
        (
            "Anmodningen om at oprette en bruger for et barn på Patientportalen er udløbet, før klinikken godkendte den. \
             Brugeren og dens adgangskode er slettet.",
            "The request to create a user for a child on the patient portal has lapsed before the clinic approved it. \
             The user and its password have been deleted.",
        ),
        (
            "Opret brugeren igen fra klinikkens hjemmeside, eller ring til klinikken. Fra 15 år opretter man sig selv.",
            "Create the user again from the clinic's homepage, or call the clinic. From 15 on you register yourself.",
        ),
    )
}

pub(super) fn request_withdrawn(language: Language) -> Letter {
    letter_of(
        language,
        ("Din anmodning er trukket tilbage", "Your request has been withdrawn"),
        (
            "Anmodningen om adgang på Patientportalen er trukket tilbage, og klinikken behandler den ikke.",
            "The request for access on the patient portal has been withdrawn, and the clinic will not decide it.",
        ),
        (
            "Du kan logge ind og bede om adgang igen. Var det ikke dig, så ring til klinikken.",
            "You can log in and ask for access again. If that was not you, call the clinic.",
        ),
    )
}

pub(super) fn activation_link(language: Language, link: String, expires: Timestamp) -> Letter {
    let until = expires.copenhagen_day(language);
    let about = language.pick(
        format!(
            "Klinikken har oprettet eller fornyet en bruger på Patientportalen med denne mailadresse. Brug linket til at \
             vælge en adgangskode. Du skal bruge brugerens CPR-nummer (barnets, hvis brugeren er et barn). Linket \
             virker til og med {until}."
        ),
        format!(
            "The clinic has created or renewed a user on the patient portal with this mail address. Use the link to \
             choose a password. You need the user's CPR number (the child's, if the user is a child). The link works \
             until {until}."
        ),
    );
    let next = words(
        language,
        "Er linket for gammelt, kan du på siden få sendt et nyt til denne adresse. Venter du ikke en mail fra klinikken, \
         så ring til den.",
        "If the link is too old, the page can send a new one to this address. If you do not expect a mail from the \
         clinic, call it.",
    );
    Letter {
        subject: language.pick("Aktivér din bruger", "Activate your user"),
        paragraphs: vec![Paragraph::Words(about), Paragraph::Link(link), next],
    }
}

pub(super) fn linked_by_clinic(language: Language) -> Letter {
    letter_of(
        language,
        ("Du har fået adgang hos en klinik", "You have been given access at a clinic"),
        (
            "En klinik har givet din bruger på Patientportalen adgang. Log ind, som du plejer, fra klinikkens hjemmeside.",
            "A clinic has given your user on the patient portal access. Log in as usual from the clinic's homepage.",
        ),
        ("Kender du ikke klinikken, så ring til den.", "If you do not know the clinic, call it."),
    )
}

pub(super) fn suspended(language: Language) -> Letter {
    letter_of(
        language,
        ("Din adgang er lukket for nu", "Your access is closed for now"),
        (
            "Klinikken har lukket for din adgang på Patientportalen indtil videre.",
            "The clinic has closed your access on the patient portal for the time being.",
        ),
        ("Ring til klinikken, hvis du vil vide hvorfor.", "Call the clinic if you want to know why."),
    )
}

pub(super) fn reopened(language: Language) -> Letter {
    letter_of(
        language,
        ("Din adgang er åbnet igen", "Your access is open again"),
        (
            "Klinikken har genåbnet din adgang eller din anmodning på Patientportalen.",
            "The clinic has reopened your access or your request on the patient portal.",
        ),
        ("Log ind fra klinikkens hjemmeside for at se det.", "Log in from the clinic's homepage to see it."),
    )
}

pub(super) fn ended(language: Language) -> Letter {
    letter_of(
        language,
        ("Din adgang er ophørt", "Your access has ended"),
        (
            "Din bruger på Patientportalen har ikke længere adgang hos klinikken.",
            "Your user on the patient portal no longer has access at the clinic.",
        ),
        (
            "Var det ikke dig, så ring til klinikken. Du kan logge ind og vælge Registrer igen.",
            "If that was not you, call the clinic. You can log in and choose Join again.",
        ),
    )
}

pub(super) fn rights_changed(language: Language) -> Letter {
    letter_of(
        language,
        ("Din adgang er ændret", "Your access has been changed"),
        (
            "Klinikken har ændret, hvad du kan bruge på Patientportalen. Log ind for at se det.",
            "The clinic has changed what you can use on the patient portal. Log in to see it.",
        ),
        ("Ring til klinikken, hvis du vil vide hvorfor.", "Call the clinic if you want to know why."),
    )
}

impl RefusalReason {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::NotAPatient, Self::DetailsDoNotFit, Self::CustodyNotConfirmed, Self::ContactClinic];

    /// What the patient is told.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        match self {
            Self::NotAPatient => language.pick(
                "Begrundelse: personen er ikke registreret som patient hos klinikken.",
                "Reason: the person is not registered as a patient of the clinic.",
            ),
            Self::DetailsDoNotFit => language.pick(
                "Begrundelse: oplysningerne passer ikke med dem, klinikken har.",
                "Reason: the details do not fit those that the clinic has.",
            ),
            Self::CustodyNotConfirmed => language.pick(
                "Begrundelse: forældremyndigheden eller værgemålet kunne ikke bekræftes.",
                "Reason: custody or guardianship could not be confirmed.",
            ),
            Self::ContactClinic => language.pick("Begrundelse: kontakt klinikken.", "Reason: contact the clinic."),
        }
    }
}
