//! What each entry of an account's history is called on its owner's page (A7).

use patientportal_core::audit::AuditEvent;
use patientportal_core::language::Language;

/// What happened, in few words.
#[must_use]
pub fn event_text(event: AuditEvent, language: Language) -> &'static str {
    let (danish, english) =
        login(event).or_else(|| account(event)).or_else(|| clinic(event)).or_else(|| staff(event)).unwrap_or(OTHER);
    language.pick(danish, english)
}

fn login(event: AuditEvent) -> Option<Words> {
    use AuditEvent as Event;
    Some(match event {
        Event::LoggedInWithMitId => ("Logget ind med MitID", "Logged in with MitID"),
        Event::PasswordAccepted => ("Rigtig adgangskode", "Right password"),
        Event::PasswordRefused => ("Forkert adgangskode", "Wrong password"),
        Event::LoggedInWithCode => ("Logget ind med sikkerhedskode", "Logged in with security code"),
        Event::CodeRefused => ("Forkert kode", "Wrong code"),
        Event::CodeSentAgain => ("Ny kode sendt", "New code sent"),
        Event::IdentityRefused => ("MitID afvist", "MitID refused"),
        Event::OtherPersonsMitId => ("En anden persons MitID afvist", "Another person's MitID refused"),
        Event::LoggedOut => ("Logget ud", "Logged out"),
        Event::SessionEnded => ("Logget ud et andet sted", "Logged out somewhere else"),
        Event::ResetAsked | Event::ResetMailed => ("Bedt om ny adgangskode", "Asked for a new password"),
        Event::OfAgeAdvised => ("Råd om ny adgangskode sendt", "Advice about a new password sent"),
        Event::PasswordReset | Event::PasswordChanged => ("Adgangskode ændret", "Password changed"),
        Event::PasswordChosen => ("Adgangskode valgt", "Password chosen"),
        Event::PasswordRehashed => ("Adgangskode beskyttet stærkere", "Password protected more strongly"),
        _ => return None,
    })
}

fn account(event: AuditEvent) -> Option<Words> {
    use AuditEvent as Event;
    Some(match event {
        Event::AccountCreated | Event::ChildCreated | Event::UserCreated => ("Bruger oprettet", "User created"),
        Event::RegistrationMetAccount | Event::ChildMetAccount => {
            ("Oprettelse forsøgt igen", "Registration tried again")
        }
        Event::TermsAccepted => ("Vilkår accepteret", "Terms accepted"),
        Event::ContactConfirmed => ("E-mail og mobil bekræftet", "E-mail and mobile confirmed"),
        Event::EmailCodeSent => ("Kode sendt til ny e-mail", "Code sent to a new e-mail"),
        Event::EmailChanged => ("E-mail ændret", "E-mail changed"),
        Event::MobileChanged => ("Mobil ændret", "Mobile changed"),
        Event::DataFetched => ("Oplysninger hentet", "Data fetched"),
        Event::AccountClosed | Event::AccountErased | Event::UnactivatedRemoved => ("Bruger lukket", "User closed"),
        Event::ToldOfAge => ("Besked om 15 år sendt", "Notice of age 15 sent"),
        Event::CameOfAge => ("Bruger overtaget som 15-årig", "User taken over at 15"),
        Event::NumberAsked => ("Spurgt om nyt CPR-nummer", "Asked about a new CPR number"),
        Event::NumberChanged => ("CPR-nummer ændret", "CPR number changed"),
        Event::IdentityConfirmed => ("Identitet bekræftet", "Identity confirmed"),
        Event::Activated | Event::ActivatedWithMitId => ("Bruger aktiveret", "User activated"),
        Event::ActivationRefused => ("Forkert nummer ved aktivering", "Wrong number at activation"),
        Event::RenewedByGuardian => ("Login fornyet af forælder", "Login renewed by a parent"),
        Event::GuardianAdded => ("Forælder tilføjet", "Parent added"),
        Event::ExemptionEnded => ("Undtagelse fra MitID ophørt", "Exemption from MitID ended"),
        _ => return None,
    })
}

fn clinic(event: AuditEvent) -> Option<Words> {
    use AuditEvent as Event;
    Some(match event {
        Event::Joined => ("Bruger hos klinikken", "User at the clinic"),
        Event::RequestMade => ("Bedt om adgang", "Asked for access"),
        Event::RequestWithdrawn => ("Anmodning trukket tilbage", "Request withdrawn"),
        Event::RequestApproved => ("Anmodning godkendt", "Request approved"),
        Event::RequestRefused => ("Anmodning afvist", "Request refused"),
        Event::RequestLapsed => ("Anmodning udløbet", "Request lapsed"),
        Event::MembershipSuspended => ("Adgang lukket for nu", "Access closed for now"),
        Event::MembershipReopened => ("Adgang genåbnet", "Access reopened"),
        Event::RightsChanged => ("Funktioner ændret", "Functions changed"),
        Event::MembershipEnded => ("Adgang ophørt", "Access ended"),
        Event::ListedToStaff
        | Event::ShownToStaff
        | Event::FoundByStaff
        | Event::MailsShownToStaff
        | Event::TrailRead => ("Vist for klinikkens personale", "Shown to the clinic's staff"),
        Event::MailDelivered => ("Mail sendt", "Mail sent"),
        Event::MailGivenUp => ("Mail kunne ikke sendes", "Mail could not be sent"),
        Event::CustodyRefused => ("Forældremyndighed ikke bekræftet", "Custody not confirmed"),
        Event::RenewedByClinic => ("Login fornyet af klinikken", "Login renewed by the clinic"),
        Event::UserLinked => ("Adgang givet af klinikken", "Access given by the clinic"),
        Event::ActivationMailed => ("Aktiveringslink sendt", "Activation link sent"),
        Event::ExemptionRecorded => ("Undtaget fra MitID", "Exempted from MitID"),
        Event::ExemptionWithdrawn => ("Undtagelse fra MitID ophævet", "Exemption from MitID withdrawn"),
        _ => return None,
    })
}

fn staff(event: AuditEvent) -> Option<Words> {
    use AuditEvent as Event;
    Some(match event {
        Event::StaffSignedIn => ("Personale logget ind", "Staff signed in"),
        Event::StaffSignedOut => ("Personale logget ud", "Staff signed out"),
        Event::StaffSignInRefused => ("Login som personale afvist", "Sign-in as staff refused"),
        Event::SearchedByStaff => ("Søgt uden at finde nogen", "Searched and found nobody"),
        Event::SettingsChanged => ("Klinikkens indstillinger ændret", "The clinic's settings changed"),
        Event::ApiKeysChanged => ("Klinikkens API-nøgler ændret", "The clinic's API keys changed"),
        _ => return None,
    })
}

type Words = (&'static str, &'static str);

const OTHER: Words = ("Anden hændelse", "Something else");
