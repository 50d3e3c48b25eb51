//! The patient's own page (A7), and proving anew who one is (F2, P2).

texts! {
    /// Words of the patient's own page.
    OwnPageTexts {
        title: "Din side", "Your page";
        lead: "Her ser og ændrer du det, vi har om dig på portalen. Din journal hos lægen står ikke her.", "Here you see and change what we hold about you on the portal. Your record at the doctor's is not here.";
        contact: "Sådan når vi dig", "How we reach you";
        no_mobile: "intet nummer", "no number";
        change_email: "Ret e-mail", "Change e-mail";
        change_mobile: "Ret mobil", "Change mobile";
        change_password: "Vælg ny adgangskode", "Choose a new password";

        clinics: "Dine klinikker", "Your clinics";
        no_clinics: "Du er ikke bruger hos nogen klinik lige nu.", "You are not a user at any clinic at the moment.";
        leave: "Afslut hos {clinic}", "Leave {clinic}";
        state_active: "Bruger siden den {day}", "User since {day}";

        sessions: "Hvor du er logget ind", "Where you are logged in";
        this_session: "Her, hvor du er nu", "Here, where you are now";
        other_session: "Et andet sted", "Somewhere else";
        opened: "Logget ind den {day} kl. {time} med {proof}. Sidst brugt kl. {seen}.", "Logged in on {day} at {time} with {proof}. Last used at {seen}.";
        by_mitid: "MitID", "MitID";
        by_code: "adgangskode og kode", "password and code";
        end_session: "Log ud dér", "Log out there";
        session_ended_title: "Du er logget ud det andet sted", "You are logged out in the other place";
        session_ended: "Det gælder fra næste klik dér. Kender du ikke stedet, så vælg en ny adgangskode.", "It holds from the next click there. If you do not know the place, choose a new password.";

        history: "Hvad der er sket", "What has happened";
        history_lead: "Alle logins og ændringer, det nyeste først.", "All logins and changes, the newest first.";
        history_see: "Se historikken", "See the history";
        history_next: "Vis ældre", "Show older";
        history_newest: "Vis det nyeste", "Show the newest";
        history_empty: "Her er ikke mere.", "There is nothing more here.";

        data: "Alt, hvad vi har om dig", "All that we hold on you";
        data_lead: "Du kan hente det som en fil. Filen viser dit CPR-nummer, så gem den et sikkert sted.", "You can fetch it as a file. The file shows your CPR number, so keep it in a safe place.";
        data_fetch: "Hent dine oplysninger", "Fetch your data";

        close: "Luk din bruger", "Close your user";
        close_lead: "Så sletter vi dine oplysninger her. Din journal hos lægen ændres ikke.", "We then delete your data here. Your record at the doctor's does not change.";

        email_lead: "Vi sender en kode til den nye adresse. Den gamle gælder, til du har skrevet koden.", "We send a code to the new address. The old one holds until you have typed the code.";
        email_send: "Send en kode", "Send a code";
        mobile_lead: "Lad feltet være tomt for at fjerne nummeret.", "Leave the field empty to remove the number.";
        save: "Gem", "Save";
        old_password: "Din adgangskode nu", "Your password now";
        password_lead: "Du bliver logget ud alle andre steder.", "You are logged out everywhere else.";
        password_changed_title: "Din adgangskode er ændret", "Your password has been changed";
        password_changed: "Du er logget ud alle andre steder. Vi har skrevet til din e-mail.", "You are logged out everywhere else. We have written to your e-mail.";
        mobile_changed_title: "Dit mobilnummer er gemt", "Your mobile number has been saved";
        mobile_changed: "Klinikker, der modtager det fra portalen, får det at vide.", "Clinics that take it from the portal are told.";
        leave_title: "Afslut hos {clinic}?", "Leave {clinic}?";
        leave_text: "Så kan du ikke bruge klinikkens funktioner her. Det er kun adgangen her, der slutter: du skifter ikke læge. Du kan blive bruger igen med Registrer.", "You then cannot use the clinic's functions here. Only the access here ends: you do not change doctor. You can become a user again with Join.";
        leave_do: "Afslut", "Leave";
        left_title: "Din adgang hos klinikken er slut", "Your access at the clinic has ended";
        left: "Vi har skrevet til din e-mail og givet klinikken besked.", "We have written to your e-mail and told the clinic.";
        close_title: "Luk din bruger?", "Close your user?";
        close_text: "Du logges ud alle steder, din adgang hos alle klinikker slutter, og dine oplysninger her slettes. Det kan ikke fortrydes. Du kan altid oprette en ny bruger. Klinikken kan så se, at du har haft en. Det, der er sket, bliver stående uden dine oplysninger.", "You are logged out everywhere, your access at all clinics ends, and your data here is deleted. It cannot be undone. You can always create a new user. The clinic can then see that you had one. What has happened stays on record without your data.";
        close_do: "Luk min bruger", "Close my user";
        closed_title: "Din bruger er lukket", "Your user has been closed";
        closed: "Vi har slettet dine oplysninger og skrevet til din e-mail. Klinikkerne får besked.", "We have deleted your data and written to your e-mail. The clinics are told.";
        back: "Tilbage til din side", "Back to your page";

        prove_title: "Log ind igen først", "Log in again first";
        prove: "For at passe på dine oplysninger beder vi dig logge ind igen, når det er mere end {minutes} siden. Intet er ændret.", "To protect your data we ask you to log in again when it is more than {minutes} ago. Nothing has changed.";
        prove_back: "Bagefter kommer du tilbage hertil.", "Afterwards you come back here.";
        prove_code: "Log ind med adgangskode", "Log in with your password";
        again_title: "Log ind igen", "Log in again";
        again: "Brug CPR-nummer og adgangskode, eller MitID. Bagefter kommer du tilbage til det, du var i gang med.", "Use your CPR number and password, or MitID. Afterwards you come back to what you were doing.";

        by_you: "Dig", "You";
        by_visitor: "En, der ikke var logget ind", "Somebody not logged in";
        by_portal: "Portalen", "The portal";
        by_staff: "Klinikkens personale", "The clinic's staff";
        by_guardian: "Forælder eller værge", "Parent or guardian";
    }
}
