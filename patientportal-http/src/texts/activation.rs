//! A user whom a clinic has created: the activation link (R7), confirming who one is, and the first password (A10, L8).

texts! {
    /// Words of activation and of the steps that follow it.
    ActivationTexts {
        title: "Aktivér din bruger", "Activate your user";
        lead: "Skriv brugerens CPR-nummer (barnets, hvis brugeren er et barn), og vælg en adgangskode. Så er brugeren klar.", "Type the user's CPR number (the child's, if the user is a child) and choose a password. Then the user is ready.";
        submit: "Aktivér bruger", "Activate user";
        terms_before: "Når du vælger Aktivér bruger, accepterer du", "By choosing Activate user you accept";
        mitid_tip: "Har du MitID, kan du i stedet logge ind med det fra klinikkens hjemmeside.", "If you have MitID, you can log in with it from the clinic's homepage instead.";
        leave: "Venter du ikke noget fra en klinik, så luk siden, og ring til klinikken. Så længe intet er valgt, er der ingen adgangskode.", "If you expect nothing from a clinic, close the page and call the clinic. Until something is chosen, there is no password.";

        send_new: "Send et nyt link", "Send a new link";
        sent_title: "Se efter i din e-mail", "Check your e-mail";
        sent: "Kan linket fornyes, er der nu sendt et nyt til den samme mailadresse. Kun det nyeste virker.", "If the link can be renewed, a new one has now been sent to the same mail address. Only the newest works.";
        sent_none: "Kommer der intet inden for nogle minutter, så se efter i mappen med uønsket post, eller ring til klinikken.", "If nothing comes within a few minutes, look in the folder for junk mail, or call the clinic.";
        dead: "Har du aktiveret din bruger, så gå til klinikkens hjemmeside, og log ind. Ellers brug linket i den nyeste mail, eller ring til klinikken.", "If you have activated your user, go to the clinic's homepage and log in. Otherwise use the link in the newest mail, or call the clinic.";
        other_link: "Der er siden åbnet et andet link i denne browser, så intet blev ændret. Åbn linket i din e-mail igen, og udfyld den side, der kommer frem.", "Another link has since been opened in this browser, so nothing was changed. Open the link in your e-mail again and fill in the page that appears.";
        done_title: "Din bruger er aktiveret", "Your user is activated";
        done: "Log ind med CPR-nummer, adgangskode og en kode på e-mail.", "Log in with your CPR number, password and a code by e-mail.";
        done_mitid: "Første gang bekræfter du med MitID, hvem du er. Har klinikken noteret, at du ikke kan bruge MitID, eller er du under 15 år, slipper du for det.", "The first time you confirm with MitID who you are. If the clinic has noted that you cannot use MitID, or if you are under 15, you need not.";

        confirm_title: "Bekræft, hvem du er", "Confirm who you are";
        confirm: "Din identitet skal bekræftes med MitID, før du kommer til klinikkens funktioner. Det skal kun gøres én gang.", "Your identity must be confirmed with MitID before you get to the clinic's functions. It is done only once.";
        confirm_own: "Brug dit eget MitID. En andens åbner ikke din bruger.", "Use your own MitID. Somebody else's does not open your user.";
        confirm_down: "MitID kan ikke nås lige nu. Prøv igen om lidt.", "MitID cannot be reached at the moment. Try again shortly.";
        confirm_cannot: "Kan du ikke bruge MitID, så ring til klinikken. Den kan notere det.", "If you cannot use MitID, call the clinic. It can note that.";

        choose_title: "Vælg en adgangskode", "Choose a password";
        choose_lead: "MitID har bekræftet, at brugeren er din. Vælg nu selv en adgangskode. Den gælder, når du logger ind med sikkerhedskode.", "MitID has confirmed that the user is yours. Now choose a password yourself. It holds when you log in with a security code.";
        choose_email: "Sikkerhedskoder sendes til {email}. Er den ikke din, så ret den på Din side bagefter.", "Security codes are sent to {email}. If it is not yours, change it on Your page afterwards.";
        choose_terms_before: "Når du vælger Gem adgangskode, accepterer du", "By choosing Save password you accept";
    }
}
