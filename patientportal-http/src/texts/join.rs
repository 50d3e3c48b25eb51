//! Joining one more clinic (J1).

texts! {
    /// Words of the step that joins a clinic.
    JoinTexts {
        title: "Bliv bruger hos {clinic}", "Become a user at {clinic}";
        lead: "Du har allerede en bruger på Patientportalen. Vælg Registrer for at få adgang til funktionerne hos denne klinik.", "You already have a user on the patient portal. Choose Join to get access to the functions at this clinic.";
        shares: "Klinikken får dit navn, CPR-nummer, din e-mail og dit mobilnummer.", "The clinic gets your name, CPR number, e-mail and mobile number.";
        submit: "Registrer", "Join";
    }
}
