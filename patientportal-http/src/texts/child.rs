//! Registering a child (R3, R4, R6, R9).

texts! {
    /// Words of the pages on a child's registration.
    ChildTexts {
        title: "Opret bruger under 15 år", "Create user under 15";
        lead: "Udfyld felterne for barnet. En forælder eller værge bekræfter så med MitID.", "Fill in the fields for the child. A parent or guardian then confirms with MitID.";
        child_cpr: "Barnets CPR-nummer", "The child's CPR number";
        guardian_cpr: "Forælder/værge CPR-nummer", "Parent's/guardian's CPR number";
        hide_both: "Skjul CPR-numre", "Hide CPR numbers";
        numbers: "CPR-numre", "CPR numbers";
        child: "Barnet", "The child";
        password: "Vælg barnets adgangskode", "Choose the child's password";
        guardian_hint: "Den, der bekræfter med sit eget MitID. Skal være fyldt {guardian_age} år.", "Whoever confirms with their own MitID. Must be {guardian_age} or over.";
        email_hint: "Barnets sikkerhedskoder sendes hertil. Det må gerne være din egen.", "The child's security codes are sent here. It may be your own.";
        next: "Når du vælger Opret bruger, sendes du videre til {provider}, hvor forælderen eller værgen bekræfter med sit eget MitID. Barnet skal ikke bruge MitID.", "When you choose Create user, you are sent on to {provider}, where the parent or guardian confirms with their own MitID. The child does not use MitID.";
        asks: "Klinikken skal godkende brugeren, før barnet kan logge ind. Der kommer en mail, når den har svaret.", "The clinic must approve the user before the child can log in. A mail comes when it has answered.";
        may_ask: "Kan det ikke ses i et register, at du har forældremyndigheden, godkender klinikken brugeren først.", "If no register shows that you hold custody, the clinic approves the user first.";
        others: "Er du hjælper eller værge for en voksen, eller har du som forælder ikke MitID eller CPR-nummer, så kontakt klinikken på", "If you are a helper or guardian of an adult, or a parent without MitID or CPR number, contact the clinic on";
        leaving: "Forælderen eller værgen skal nu bekræfte med sit eget MitID. Log ud, og luk alle browserens vinduer, når I er færdige.", "The parent or guardian must now confirm with their own MitID. Log out and close all windows of the browser when you are done.";

        created_title: "Brugeren er oprettet", "The user has been created";
        created: "Barnet kan logge ind nu: vælg Log ind med sikkerhedskode, og skriv barnets CPR-nummer og adgangskode. Så kommer der en kode på den e-mail, du skrev. Ingen er logget ind endnu.", "The child can log in now: choose Log in with a security code, and type the child's CPR number and password. A code then comes to the e-mail you typed. Nobody is logged in yet.";
        requested_title: "Anmodningen er sendt til klinikken", "The request has been sent to the clinic";
        requested: "Klinikken skal godkende brugeren, før barnet kan logge ind. Du får en mail på den adresse, du skrev, når klinikken har svaret. Derefter logger barnet ind med sikkerhedskode: CPR-nummer, adgangskode og en kode på e-mail.", "The clinic must approve the user before the child can log in. You will get a mail at the address you typed when the clinic has answered. The child then logs in with a security code: CPR number, password and a code by e-mail.";
        no_mail: "Kommer der ingen mail inden for en time, så ring til klinikken.", "If no mail comes within the hour, call the clinic.";
        renewed_title: "Ny e-mail og adgangskode er gemt", "New e-mail and password have been saved";
        renewed: "Fra nu af logger barnet ind med CPR-nummer, den nye adgangskode og en kode på den nye e-mail. Alle, der var logget ind, er logget ud, og den gamle adresse har fået besked. Venter adgangen på klinikken, kommer der en mail, når den har svaret.", "From now on the child logs in with CPR number, the new password and a code to the new e-mail. Everybody who was logged in is logged out, and the old address has been told. If access waits for the clinic, a mail comes when it has answered.";
        joined_title: "Barnet har adgang hos klinikken", "The child has access at the clinic";
        joined: "Barnet logger ind, som det plejer: CPR-nummer, adgangskode og en kode på e-mail. E-mail og adgangskode er ikke ændret.", "The child logs in as usual: CPR number, password and a code by e-mail. E-mail and password have not changed.";
        join_requested_title: "Anmodningen er sendt til klinikken", "The request has been sent to the clinic";
        join_requested: "Barnet kan logge ind, som det plejer, men klinikken skal godkende adgangen her. Der kommer en mail til barnets adresse, når den har svaret.", "The child can log in as usual, but the clinic must approve access here. A mail comes to the child's address when it has answered.";
        close_windows: "Luk alle browserens vinduer, når du er færdig.", "Close all windows of the browser when you are done.";
        to_log_in: "Gå til log ind", "Go to log in";

        exists_title: "Barnet har allerede en bruger", "The child already has a user";
        exists: "MitID har bekræftet, hvem du er. Det, du lige skrev, har ikke ændret noget, og ingen er logget ind.", "MitID has confirmed who you are. What you just typed has changed nothing, and nobody is logged in.";
        join: "Giv barnet adgang hos denne klinik", "Give the child access at this clinic";
        join_lead: "Barnet logger så ind her med den e-mail og adgangskode, det plejer at bruge.", "The child then logs in here with the e-mail and password it is used to.";
        join_button: "Registrer", "Join";
        renew: "Vælg ny e-mail og adgangskode", "Choose a new e-mail and password";
        renew_lead: "Er adgangskoden glemt, eller bruges mailadressen ikke mere, kan du vælge nye her. Alle, der er logget ind som barnet, bliver logget ud, og den gamle adresse får besked.", "If the password is forgotten or the mail address no longer used, you can choose new ones here. Everybody who is logged in as the child is logged out, and the old address is told.";
        renew_joins: "Barnet har endnu ikke adgang hos denne klinik. Det får det samtidig, eller klinikken bliver spurgt.", "The child has no access at this clinic yet. It gets it at the same time, or the clinic is asked.";
        renew_button: "Gem", "Save";
        terms_before: "Når du vælger Gem, accepterer du", "By choosing Save you accept";
        leave: "Vil du ikke ændre noget, så luk siden. Barnet logger ind, som det plejer.", "If you do not want to change anything, close the page. The child logs in as usual.";
    }
}
