//! The code page (L3) and the pages after logging out (L9).

texts! {
    /// Words of the code login and of logging out.
    LoginTexts {
        code_title: "Skriv sikkerhedskoden", "Type the security code";
        code_sent_to: "Vi har sendt en kode til {address}. Den gælder i {minutes} minutter.", "We have sent a code to {address}. It is valid for {minutes} minutes.";
        reference: "E-mailen har samme kendingsbogstaver som denne side:", "The e-mail bears the same reference letters as this page:";
        log_in: "Log ind", "Log in";
        none_came: "Kom der ingen kode?", "No code?";
        none_came_spam: "Se efter i mappen med uønsket post. Det kan tage et par minutter.", "Look in the folder for junk mail. It can take a couple of minutes.";
        none_came_address: "Er adressen ikke din længere, så log ind med MitID, eller ring til klinikken på", "If the address is no longer yours, log in with MitID, or call the clinic on";
        resend: "Send en ny kode", "Send a new code";
        resend_at: "Du kan få en ny kode kl. {time}.", "You can get a new code at {time}.";
        resend_note: "En ny kode afløser den gamle.", "A new code replaces the old one.";
        resent: "En ny kode er på vej.", "A new code is on its way.";
        start_over: "Begynd forfra", "Start over";

        out_title: "Du er logget ud", "You are logged out";
        out_advice: "Luk alle browserens vinduer nu, især hvis andre bruger samme computer. Så kan ingen se, hvad du har haft fremme.", "Close all windows of the browser now, above all if others use the same computer. Then nobody can see what you have had open.";
        expired_title: "Du er blevet logget ud", "You have been logged out";
        expired: "Der gik for lang tid, uden at siden blev brugt. Log ind igen for at fortsætte.", "Too long passed without the page being used. Log in again to go on.";
    }
}
