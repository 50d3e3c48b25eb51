//! The code page (L3) and the pages after logging out (L9).

texts! {
    /// Words of the code login and of logging out.
    LoginTexts {
        code_title: "Skriv sikkerhedskoden", "Type the security code";
        code_sent_to: "Vi har sendt en kode til {address}. Den gælder i {code_life}.", "We have sent a code to {address}. It is valid for {code_life}.";
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

        unsent_title: "Din sikkerhedskode er ikke sendt endnu", "Your security code has not been sent yet";
        unsent_until: "Du kan få en kode kl. {time}. Vi sender den til {address}.", "You can get a code at {time}. We will send it to {address}.";
        unsent_now: "Du kan få en kode nu. Vi sender den til {address}.", "You can get a code now. We will send it to {address}.";
        unsent_send: "Send en kode", "Send a code";

        out_title: "Du er logget ud", "You are logged out";
        out_advice: "Luk alle browserens vinduer nu, især hvis andre bruger samme computer. Så kan ingen se, hvad du har haft fremme.", "Close all windows of the browser now, above all if others use the same computer. Then nobody can see what you have had open.";
        out_again: "Vil du ind igen, så gå til klinikkens hjemmeside, og vælg linket til det, du skal.", "To come back, go to the clinic's homepage and choose the link to what you need.";
        expired_title: "Du er blevet logget ud", "You have been logged out";
        expired: "Det sker, når der går for lang tid, eller når adgangskoden bliver ændret. Log ind igen for at fortsætte.", "This happens when too long a time passes, or when the password is changed. Log in again to go on.";
    }
}
