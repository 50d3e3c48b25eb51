//! What the demonstration says.

use mitid_simulator::PERSONS;

/// Whose terms are accepted.
pub(super) const OPERATOR: &str = "Demoklinikkerne";
pub(super) const BANNER_DANISH: &str =
    "Demonstration: opfundne klinikker og testpersoner. Skriv ingen rigtige oplysninger.";
pub(super) const BANNER_ENGLISH: &str = "Demonstration: invented clinics and test persons. Enter nothing real.";
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
    Mails              {portal}/demo/mails
    MitID-simulator    {simulator}/

  Prøv
    1. Vælg »Opret ny bruger«, og udfyld med en testperson herunder, en opfundet e-mail og en adgangskode
       som Solsikke2026. Vælg samme person i MitID-simulatoren.
    2. Log ud. Log ind med MitID.
    3. Log ud. Log ind med CPR-nummer og adgangskode; sikkerhedskoden ligger under Mails.
    4. Log ud. Vælg »Glemt adgangskode?«; linket ligger under Mails.
    5. Se de to andre klinikker: {portal}/skovby og {portal}/havnely
       opretter selv deres brugere.

  Try
    1. Press English, then Create new user; fill in a test person from below, an invented e-mail address and a
       password like Solsikke2026. Choose the same person in the MitID-simulator.
    2. Log out. Log in with MitID.
    3. Log out. Log in with CPR number and password; the security code is under Mails.
    4. Log out. Press Forgotten password?; the link is under Mails.
    5. See the other two clinics: {portal}/skovby and {portal}/havnely
       create their users themselves.

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
