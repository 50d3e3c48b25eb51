//! Mails about an account: made, renewed, changed, closed.

use crate::language::Language;
use crate::moment::Timestamp;

use super::{Letter, letter_of, words};
use crate::mail::letter::Paragraph;

pub(super) fn account_created(language: Language) -> Letter {
    letter_of(
        language,
        ("Din bruger er oprettet", "Your user has been created"),
        (
            "Din bruger på Patientportalen er oprettet og kan bruges nu. Log ind fra klinikkens hjemmeside med MitID, \
             eller med adgangskode og en sikkerhedskode, som sendes til denne adresse.",
            "Your user on the patient portal has been created and can be used now. Log in from the clinic's homepage \
             with MitID, or with your password and a security code that is sent to this address.",
        ),
        (
            "Har du ikke oprettet en bruger, så kontakt klinikken.",
            "If you have not created a user, contact the clinic.",
        ),
    )
}

pub(super) fn child_created(language: Language) -> Letter {
    letter_of(
        language,
        ("Brugeren er oprettet", "The user has been created"),
        (
            "En bruger for et barn er oprettet på Patientportalen og kan bruges nu. Barnet logger ind fra klinikkens \
             hjemmeside med sit CPR-nummer, sin adgangskode og en sikkerhedskode, som sendes til denne adresse.",
            "A user for a child has been created on the patient portal and can be used now. The child logs in from the \
             clinic's homepage with its CPR number, its password and a security code that is sent to this address.",
        ),
        ("Har du ikke oprettet brugeren, så kontakt klinikken.", "If you did not create the user, contact the clinic."),
    )
}

pub(super) fn child_exists(language: Language) -> Letter {
    letter_of(
        language,
        ("Brugeren findes allerede", "The user exists already"),
        (
            "Nogen har prøvet at oprette en bruger for et barn, som allerede har en bruger med denne mailadresse. Intet \
             er ændret. Log ind med barnets CPR-nummer, adgangskode og sikkerhedskode, og vælg Registrer for at få \
             adgang hos en ny klinik.",
            "Somebody tried to create a user for a child who already has a user with this mail address. Nothing has \
             changed. Log in with the child's CPR number, password and security code, and choose Join to get \
             access at a new clinic.",
        ),
        ("Var det ikke dig, så ring til klinikken.", "If that was not you, call the clinic."),
    )
}

pub(super) fn password_changed(language: Language) -> Letter {
    letter_of(
        language,
        ("Din adgangskode er ændret", "Your password has been changed"),
        (
            "Adgangskoden til din bruger på Patientportalen er ændret, og alle er logget ud. Du kan logge ind med den nye.",
            "The password of your user on the patient portal has been changed, and everybody has been logged out. You \
             can log in with the new one.",
        ),
        NOT_YOU,
    )
}

pub(super) fn password_chosen(language: Language) -> Letter {
    letter_of(
        language,
        ("Ny måde at logge ind på", "A new way to log in"),
        (
            "Der er valgt en adgangskode til din bruger på Patientportalen, som ikke havde nogen. Fra nu af kan du også \
             logge ind med den og en sikkerhedskode, som sendes til denne adresse.",
            "A password has been chosen for your user on the patient portal, which had none. From now on you can also \
             log in with it and a security code that is sent to this address.",
        ),
        NOT_YOU,
    )
}

pub(super) fn email_changed(language: Language) -> Letter {
    letter_of(
        language,
        ("Mailadressen er ændret", "The mail address has been changed"),
        (
            "Mailadressen for en bruger på Patientportalen er ændret. Sikkerhedskoder og beskeder sendes til den nye \
             adresse fra nu af. Denne mail er sendt til både den gamle og den nye.",
            "The mail address of a user on the patient portal has been changed. Security codes and messages go to the \
             new address from now on. This mail was sent to both the old and the new one.",
        ),
        NOT_YOU,
    )
}

pub(super) fn email_proof(language: Language, code: &str, reference: &str, expires: Timestamp) -> Letter {
    let until = expires.copenhagen_clock();
    let about = language.pick(
        format!(
            "Brug koden til at bekræfte, at denne mailadresse er din. Siden viser de samme to bogstaver: {reference}. \
             Koden gælder til kl. {until} (dansk tid)."
        ),
        format!(
            "Use the code to confirm that this mail address is yours. The page shows the same two letters: \
             {reference}. The code is valid until {until} (Danish time)."
        ),
    );
    let warning = words(
        language,
        "Har du ikke bedt om koden, skal du ikke gøre noget. Giv den aldrig til andre.",
        "If you did not ask for the code, do nothing. Never give it to anybody.",
    );
    Letter {
        subject: language.pick("Bekræft din mailadresse", "Confirm your mail address"),
        paragraphs: vec![Paragraph::Words(about), Paragraph::Code(code.to_owned()), warning],
    }
}

pub(super) fn of_age_soon(language: Language) -> Letter {
    letter_of(
        language,
        ("En bruger fylder snart 15 år", "A user will soon be 15"),
        (
            "En bruger på Patientportalen, som har denne mailadresse, eller som du har bekræftet som forælder eller \
             værge, fylder 15 år inden for tre uger. Fra den dag skal brugeren logge ind med sit eget MitID én gang \
             og vælge mailadresse og adgangskode selv. Forældre eller værger har derefter ikke adgang.",
            "A user on the patient portal who has this mail address, or whom you have confirmed as parent or guardian, \
             will be 15 within three weeks. From that day the user must log in once with their own MitID and choose \
             mail address and password themselves. Parents or guardians have no access after that.",
        ),
        (
            "Har den unge ikke MitID, så bestil det i god tid, eller ring til klinikken.",
            "If the young person has no MitID, order it in good time, or call the clinic.",
        ),
    )
}

pub(super) fn of_age_advice(language: Language) -> Letter {
    letter_of(
        language,
        ("Log ind med MitID", "Log in with MitID"),
        (
            "Der er bedt om en ny adgangskode til en bruger på Patientportalen, som er fyldt 15 år. Brugeren skal først \
             logge ind med sit eget MitID og vælger så mailadresse og adgangskode selv. Derfor sendes der intet link.",
            "A new password was asked for, for a user on the patient portal who is 15 by now. The user must first log in \
             with their own MitID and then chooses mail address and password. That is why no link is sent.",
        ),
        ("Har brugeren ikke MitID, så ring til klinikken.", "If the user has no MitID, call the clinic."),
    )
}

pub(super) fn came_of_age(language: Language) -> Letter {
    letter_of(
        language,
        ("Brugeren er overtaget", "The user has been taken over"),
        (
            "En bruger på Patientportalen, som er fyldt 15 år, har logget ind med sit eget MitID og selv valgt \
             mailadresse og adgangskode. Forældre og værger har ikke adgang mere, og alle andre er logget ud. Det, en \
             klinik ikke har svaret på, er udløbet. Denne mail er sendt til både den gamle og den nye adresse.",
            "A user on the patient portal who is 15 by now has logged in with their own MitID and has chosen mail \
             address and password. Parents and guardians have no access any more, and everybody else has been logged \
             out. What a clinic had not answered has lapsed. This mail was sent to both the old and the new address.",
        ),
        ("Er noget galt, så ring til klinikken.", "If anything is wrong, call the clinic."),
    )
}

pub(super) fn number_changed(language: Language) -> Letter {
    letter_of(
        language,
        ("Brugeren har fået nyt CPR-nummer", "The user has a new CPR number"),
        (
            "En bruger på Patientportalen er flyttet til et nyt CPR-nummer, og alle er logget ud. Log ind med det nye \
             nummer fra nu af. Det gamle kan ikke bruges mere.",
            "A user on the patient portal has been moved to a new CPR number, and everybody has been logged out. Log in \
             with the new number from now on. The old one can no longer be used.",
        ),
        NOT_YOU,
    )
}

pub(super) fn renewed_by_clinic(language: Language) -> Letter {
    letter_of(
        language,
        ("Brugeren er fornyet af klinikken", "The user was renewed by the clinic"),
        (
            "En klinik har fornyet en bruger på Patientportalen: adgangskoden gælder ikke mere, alle er logget ud, og et \
             aktiveringslink er sendt til den mailadresse, som klinikken har skrevet.",
            "A clinic has renewed a user on the patient portal: the password is no longer valid, everybody has been \
             logged out, and an activation link was sent to the mail address that the clinic typed.",
        ),
        ("Har du ikke bedt om det, så ring til klinikken.", "If you did not ask for it, call the clinic."),
    )
}

pub(super) fn account_closed(language: Language) -> Letter {
    letter_of(
        language,
        ("Din bruger er lukket", "Your user has been closed"),
        (
            "Din bruger på Patientportalen er lukket, og dine oplysninger er slettet. Klinikkerne har fået besked. Din \
             journal hos lægen er ikke ændret.",
            "Your user on the patient portal has been closed, and your details have been deleted. The clinics have been \
             told. Your record at the doctor's has not changed.",
        ),
        (
            "Var det ikke dig, så ring til klinikken. Du kan altid oprette en bruger igen.",
            "If that was not you, call the clinic. You can create a user again at any time.",
        ),
    )
}

pub(super) fn exemption_ended(language: Language) -> Letter {
    letter_of(
        language,
        ("Log ind med MitID fra nu af", "Log in with MitID from now on"),
        (
            "Din bruger på Patientportalen var fritaget for at bruge MitID. Det er den ikke længere, fordi du har logget \
             ind med MitID, eller fordi en klinik har ændret det.",
            "Your user on the patient portal was exempt from using MitID. It no longer is, because you have logged in \
             with MitID, or because a clinic has changed it.",
        ),
        NOT_YOU,
    )
}

pub(super) fn exemption_recorded(language: Language) -> Letter {
    letter_of(
        language,
        ("Du er fritaget for MitID", "You are exempt from MitID"),
        (
            "En klinik har noteret, at du ikke kan bruge MitID. Du kan logge ind på Patientportalen med adgangskode og \
             sikkerhedskode, og klinikken kan forny din bruger.",
            "A clinic has recorded that you cannot use MitID. You can log in to the patient portal with password and \
             security code, and the clinic can renew your user.",
        ),
        (
            "Er det forkert, så log ind med MitID: så er du ikke fritaget længere. Eller ring til klinikken.",
            "If that is wrong, log in with MitID: then you are no longer exempt. Or call the clinic.",
        ),
    )
}

pub(super) fn new_login_method(language: Language) -> Letter {
    letter_of(
        language,
        ("Ny måde at logge ind på", "A new way to log in"),
        (
            "Der er logget ind med MitID på din bruger på Patientportalen for første gang.",
            "Somebody logged in to your user on the patient portal with MitID for the first time.",
        ),
        NOT_YOU,
    )
}

const NOT_YOU: (&str, &str) = (
    "Var det ikke dig, så log ind med MitID, eller ring til klinikken.",
    "If that was not you, log in with MitID, or call the clinic.",
);
