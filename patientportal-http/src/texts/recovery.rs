//! A forgotten password (F1).

texts! {
    /// Words of the recovery pages.
    RecoveryTexts {
        title: "Glemt adgangskode?", "Forgotten password?";
        lead: "Skriv dit CPR-nummer og den e-mail, din bruger har. Så sender vi et link, hvor du vælger en ny adgangskode.", "Type your CPR number and your user's e-mail. We then send a link where you choose a new password.";
        submit: "Nulstil adgangskode", "Reset password";
        mitid_tip: "Har du MitID, kan du bare logge ind med det. Så behøver du ingen adgangskode.", "If you have MitID, simply log in with it. Then you need no password.";
        sent_title: "Se efter i din e-mail", "Check your e-mail";
        sent: "Hvis CPR-nummer og e-mail hører sammen hos os, er der nu sendt et link til adressen. Det gælder i {link_life} og kan bruges én gang.", "If CPR number and e-mail belong together with us, a link has now been sent to the address. It is valid for {link_life} and can be used once.";
        sent_none: "Kommer der intet inden for nogle minutter, så se efter i mappen med uønsket post.", "If nothing comes within a few minutes, look in the folder for junk mail.";
        sent_other: "Du kan også komme ind på andre måder: log ind med MitID, eller ring til klinikken på", "There are other ways in too: log in with MitID, or call the clinic on";
        reset_title: "Vælg en ny adgangskode", "Choose a new password";
        reset_lead: "Når du har valgt, logges din bruger ud alle steder, og du logger ind igen med den nye.", "When you have chosen, your user is logged out everywhere, and you log in again with the new one.";
        other_link_title: "Åbn linket igen", "Open the link again";
        other_link: "Der er siden åbnet et andet link i denne browser, så intet blev ændret. Åbn linket i din e-mail igen, og vælg adgangskoden på den side, der kommer frem.", "Another link has since been opened in this browser, so nothing was changed. Open the link in your e-mail again and choose the password on the page that appears.";
        reset_leave: "Fortryder du, så luk siden; den gamle adgangskode gælder stadig. Du logger ind fra klinikkens hjemmeside.", "If you change your mind, close the page; the old password still holds. You log in from the clinic's homepage.";
        dead_link: "Gå til klinikkens hjemmeside, og vælg linket til portalen. Under Glemt adgangskode? beder du om et nyt link.", "Go to the clinic's homepage and choose the link to the portal. Under Forgotten password? you ask for a new link.";
        save: "Gem adgangskode", "Save password";
        done_title: "Adgangskoden er ændret", "The password has been changed";
        done: "Din bruger er logget ud alle steder. Log ind med den nye adgangskode. Vi har også sendt en e-mail om ændringen.", "Your user has been logged out everywhere. Log in with the new password. We have also sent an e-mail about the change.";
    }
}
