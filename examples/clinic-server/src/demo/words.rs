//! What the demonstration says.

use mitid_simulator::PERSONS;

/// Whose terms are accepted.
pub(super) const OPERATOR: &str = "Demoklinikkerne";
pub(super) const BANNER_DANISH: &str =
    "Demonstration: opfundne klinikker og testpersoner. Skriv ingen rigtige oplysninger.";
pub(super) const BANNER_ENGLISH: &str = "Demonstration: invented clinics and test persons. Enter nothing real.";
pub(super) const MOVED_DANISH: &str = "Uret er stillet frem til";
pub(super) const MOVED_ENGLISH: &str = "The clock has been put forward to";
pub(super) const OUT_OF_HOURS_DANISH: &str = "Ring til lægevagten i din region.";
pub(super) const OUT_OF_HOURS_ENGLISH: &str = "Phone the out-of-hours doctor of your region.";

/// What is printed at the start.
pub(super) fn welcome(portal: &str, simulator: &str) -> String {
    let persons = persons();
    format!(
        "
  Patientportalen kører som demonstration, kun på denne maskine.
  The patient portal runs as a demonstration, on this machine only.

    Åbn / Open         {portal}/clinea
    Hjemmeside / Home  {portal}/demo/hjemmeside/clinea
    Mails              {portal}/demo/mails
    Personale / Staff  {portal}/personale
    Klinik / Clinic    {portal}/demo/klinik
    Ur / Clock         {portal}/demo/ur
    MitID-simulator    {simulator}/

  Prøv
    1. Vælg »Opret ny bruger«, og udfyld med en testperson herunder, en opfundet e-mail og en adgangskode
       som Solsikke2026. Vælg samme person i MitID-simulatoren.
    2. Log ud. Log ind med MitID.
    3. Log ud. Log ind med CPR-nummer og adgangskode; sikkerhedskoden ligger under Mails.
    4. Log ud. Vælg »Glemt adgangskode?«; linket ligger under Mails.
    5. Se de to andre klinikker: {portal}/skovby godkender sine brugere, og {portal}/havnely
       opretter selv sine. Log ind som personale i et andet vindue på {portal}/personale: Sara er sekretær og
       Adam administrator hos Skovby, Helle er sekretær hos Havnely, og Vibe arbejder to steder.
    6. Vælg »Opret bruger under 15 år« med Ida, 131016-9996. Registret siger, at Kirsten har forældremyndigheden,
       og at Max ikke har den. Om Jens, 131016-9995, ved det intet: så skal klinikken godkende.
    7. Opret Carla, 020191-9996, hos Clinea. I klinikkens journal har hun en anden e-mail og mobil: portalen spørger,
       hvad der er rigtigt.
    8. Stil uret frem til 13. oktober 2031 på {portal}/demo/ur, så Ida fylder 15. Log så ind som Ida: først med
       sikkerhedskode, som en forælder kunne, og så med MitID.
    9. Opret Anders, 010490-9995, log ud, og log ind med MitID som Anders Test Nytnummer: hans CPR-nummer er ændret.

  Try
    1. Press English, then Create new user; fill in a test person from below, an invented e-mail address and a
       password like Solsikke2026. Choose the same person in the MitID-simulator.
    2. Log out. Log in with MitID.
    3. Log out. Log in with CPR number and password; the security code is under Mails.
    4. Log out. Press Forgotten password?; the link is under Mails.
    5. See the other two clinics: {portal}/skovby approves its users, and {portal}/havnely creates
       them itself. Sign in as staff in another window at {portal}/personale: Sara is secretary and Adam
       administrator at Skovby, Helle is secretary at Havnely, and Vibe works at two places.
    6. Press Create user under 15 with Ida, 131016-9996. The register says that Kirsten holds custody and that Max
       does not. Of Jens, 131016-9995, it knows nothing: then the clinic must approve.
    7. Register Carla, 020191-9996, at Clinea. The clinic's record has another e-mail and mobile of her: the portal
       asks which is right.
    8. Put the clock forward to 13 October 2031 at {portal}/demo/ur, so that Ida is 15. Then log in as Ida: first with
       a security code, as a parent could, and then with MitID.
    9. Register Anders, 010490-9995, log out, and log in with MitID as Anders Test Nytnummer: his CPR number has changed.

  Testpersoner / Test persons
{persons}
  Data: ./portal-data. Stop: Ctrl-C.

"
    )
}

fn persons() -> String {
    let with_number = PERSONS.iter().filter_map(|person| Some((person.cpr?, person.name)));
    with_number.take(SHOWN).map(|(cpr, name)| format!("    {cpr}  {name}\n")).collect()
}

/// The first of them are adults.
const SHOWN: usize = 6;
