//! What can be wrong with one field of a form.

use crate::language::Language;
use crate::value::{CprError, EmailError, NameError, PasswordError};

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Field {
    /// `CPR-nummer`
    Cpr,
    /// `Fornavn`
    FirstName,
    /// `Efternavn`
    LastName,
    /// `E-mail`
    Email,
    /// `Bekræft e-mail`
    EmailAgain,
    /// `Mobil`
    Mobile,
    /// `Adgangskode`
    Password,
    /// The new one, in a form that asks for the old one too (A7).
    NewPassword,
    /// `Bekræft adgangskode`
    PasswordAgain,
    /// `Sikkerhedskode`
    Code,
    /// What a clinic writes beside a refusal (R4).
    Words,
    /// `Forælder/værge CPR-nummer`
    GuardianCpr,
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldFlaw {
    /// The field.
    pub field: Field,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// Of `CPR-nummer`.
    Cpr(CprError),
    /// Of `CPR-nummer`, when MitID has vouched for another (L2).
    NotTheVouchedCpr,
    /// Of `Fornavn` and `Efternavn`.
    Name(NameError),
    /// Of `E-mail`.
    Email(EmailError),
    /// Of `Bekræft e-mail`.
    EmailsDiffer,
    /// Of `Mobil`.
    Mobile,
    /// Of `Adgangskode`.
    Password(PasswordError),
    /// Of `Bekræft adgangskode`.
    PasswordsDiffer,
    /// Of `Adgangskode`, where somebody who has come of age chooses another than the guardians know (L7).
    PasswordAsBefore,
    /// Of `Adgangskode`, where somebody who is logged in proves again who they are (A7).
    WrongPassword,
    /// Of `Sikkerhedskode`: not six digits.
    CodeFormat,
    /// Of what a clinic writes beside a refusal.
    TooLong,
    /// Of `Forælder/værge CPR-nummer`: the child's own.
    GuardianIsChild,
}

impl Flaw {
    /// One of each.
    pub const ALL: [Self; 30] = [
        Self::Cpr(CprError::Missing),
        Self::Cpr(CprError::Format),
        Self::Cpr(CprError::NoSuchDate),
        Self::Cpr(CprError::Future),
        Self::Cpr(CprError::DecentralReplacement),
        Self::NotTheVouchedCpr,
        Self::Name(NameError::Missing),
        Self::Name(NameError::TooLong),
        Self::Name(NameError::Format),
        Self::Email(EmailError::Missing),
        Self::Email(EmailError::Format),
        Self::Email(EmailError::TooLong),
        Self::EmailsDiffer,
        Self::Mobile,
        Self::Password(PasswordError::Missing),
        Self::Password(PasswordError::TooShort),
        Self::Password(PasswordError::TooLong),
        Self::Password(PasswordError::NoLowerCase),
        Self::Password(PasswordError::NoUpperCase),
        Self::Password(PasswordError::NoDigit),
        Self::Password(PasswordError::Common),
        Self::Password(PasswordError::HoldsCpr),
        Self::Password(PasswordError::IsName),
        Self::Password(PasswordError::IsEmail),
        Self::PasswordsDiffer,
        Self::PasswordAsBefore,
        Self::WrongPassword,
        Self::CodeFormat,
        Self::TooLong,
        Self::GuardianIsChild,
    ];

    /// What stands beside the field.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (danish, english) = match self {
            Self::Cpr(flaw) => cpr(flaw),
            Self::NotTheVouchedCpr => (
                "Skriv det CPR-nummer, som du har bekræftet med MitID.",
                "Enter the CPR number that you confirmed with MitID.",
            ),
            Self::Name(flaw) => name(flaw),
            Self::Email(flaw) => email(flaw),
            Self::EmailsDiffer => ("De to e-mailadresser er ikke ens.", "The two e-mail addresses are not the same."),
            Self::Mobile => (
                "Skriv et mobilnummer med otte cifre, eller med + og landekode.",
                "Enter a Danish number of eight digits, or one with + and country code.",
            ),
            Self::Password(flaw) => password(flaw),
            Self::PasswordsDiffer => ("De to adgangskoder er ikke ens.", "The two passwords are not the same."),
            Self::PasswordAsBefore => (
                "Det er adgangskoden fra før, som andre kan kende. Vælg en ny.",
                "That is the password from before, which others may know. Choose a new one.",
            ),
            Self::WrongPassword => (
                "Adgangskoden er forkert. Skriv den, du logger ind med.",
                "The password is wrong. Type the one that you log in with.",
            ),
            Self::CodeFormat => ("Skriv sikkerhedskodens seks cifre.", "Enter the six digits of the security code."),
            Self::GuardianIsChild => (
                "Det er barnets eget CPR-nummer. Skriv forælderens eller værgens.",
                "That is the child's own CPR number. Type the parent's or guardian's.",
            ),
            Self::TooLong => {
                ("Teksten er for lang. Skriv højst 1000 tegn.", "The text is too long. 1000 characters at most.")
            }
        };
        language.pick(danish, english)
    }
}

fn cpr(flaw: CprError) -> (&'static str, &'static str) {
    match flaw {
        CprError::Missing => ("Skriv CPR-nummeret.", "Enter the CPR number."),
        CprError::Format => {
            ("Et CPR-nummer har ti cifre, for eksempel DDMMÅÅ-XXXX.", "A CPR number has ten digits, as in DDMMYY-XXXX.")
        }
        CprError::NoSuchDate => (
            "CPR-nummerets dato findes ikke. Tjek de første seks cifre.",
            "The CPR number's date does not exist. Check the first six digits.",
        ),
        CprError::Future => (
            "CPR-nummerets dato ligger i fremtiden. Tjek tallene.",
            "The CPR number's date is in the future. Check the digits.",
        ),
        CprError::DecentralReplacement => (
            "Dette erstatningsnummer kan ikke bruges her. Kontakt klinikken.",
            "This replacement number cannot be used here. Contact the clinic.",
        ),
    }
}

fn name(flaw: NameError) -> (&'static str, &'static str) {
    match flaw {
        NameError::Missing => ("Skriv navnet.", "Enter the name."),
        NameError::TooLong => ("Navnet må højst have 100 tegn.", "The name may have 100 characters at most."),
        NameError::Format => (
            "Navnet indeholder et tegn, som et navn ikke kan have.",
            "The name holds a character that a name cannot have.",
        ),
    }
}

fn email(flaw: EmailError) -> (&'static str, &'static str) {
    match flaw {
        EmailError::Missing => ("Skriv e-mailadressen.", "Enter the e-mail address."),
        EmailError::Format => (
            "Skriv en e-mailadresse, for eksempel navn@eksempel.dk.",
            "Enter an e-mail address, as in name@example.com.",
        ),
        EmailError::TooLong => ("E-mailadressen er for lang.", "The e-mail address is too long."),
    }
}

fn password(flaw: PasswordError) -> (&'static str, &'static str) {
    match flaw {
        PasswordError::Missing => ("Skriv adgangskoden.", "Enter the password."),
        PasswordError::TooShort => ("Adgangskoden er for kort.", "The password is too short."),
        PasswordError::TooLong => ("Adgangskoden er for lang.", "The password is too long."),
        PasswordError::NoLowerCase => ("Adgangskoden mangler et lille bogstav.", "The password has no small letter."),
        PasswordError::NoUpperCase => ("Adgangskoden mangler et stort bogstav.", "The password has no capital letter."),
        PasswordError::NoDigit => ("Adgangskoden mangler et tal.", "The password has no digit."),
        PasswordError::Common => (
            "Adgangskoden er en af dem, der gættes først. Vælg en anden.",
            "The password is one of those that are guessed first. Choose another.",
        ),
        PasswordError::HoldsCpr => (
            "Adgangskoden må ikke indeholde CPR-nummer eller fødselsdato.",
            "The password may not hold the CPR number or birth date.",
        ),
        PasswordError::IsName => (
            "Adgangskoden må ikke bare være navnet med tal eller tegn til.",
            "The password may not be just the name, with digits or signs added.",
        ),
        PasswordError::IsEmail => (
            "Adgangskoden må ikke bare være det før @ i e-mailadressen med tal eller tegn til.",
            "The password may not be just what is before @ in the e-mail address, with digits or signs added.",
        ),
    }
}
