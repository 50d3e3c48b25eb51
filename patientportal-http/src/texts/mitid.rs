//! Leaving for MitID.

texts! {
    /// Words of the pages around MitID.
    MitidTexts {
        leaving_title: "Du sendes videre til MitID", "You are being sent on to MitID";
        leaving: "Sker der ikke noget, så brug knappen.", "If nothing happens, use the button.";
        leaving_button: "Fortsæt til MitID", "Continue to MitID";
        leaving_out_title: "Vi afslutter også din MitID-session", "We are ending your MitID session too";
        leaving_out_button: "Afslut MitID-session", "End the MitID session";

        ask_cpr_title: "Skriv dit CPR-nummer", "Type your CPR number";
        ask_cpr: "MitID fortæller os ikke dit CPR-nummer, men kan bekræfte det. Skriv det her, så sendes du videre.", "MitID does not tell us your CPR number, but can confirm it. Type it here and you are sent on.";
        login: "Log ind med MitID", "Log in with MitID";
    }
}
