//! Registration (R1, R6, R9, L2).

texts! {
    /// Words of the registration pages.
    RegistrationTexts {
        self_title: "Opret ny bruger", "Create new user";
        self_lead: "Udfyld felterne, og bekræft så, hvem du er, med MitID. Du skal være fyldt {self_age} år.", "Fill in the fields and then confirm who you are with MitID. You must be {self_age} or over.";
        proven_title: "Opret dig som bruger", "Register as a user";
        proven_lead: "MitID har bekræftet, hvem du er, men du har endnu ingen bruger på Patientportalen. Udfyld felterne inden for {proven_life}, så er du i gang.", "MitID has confirmed who you are, but you have no user on the patient portal yet. Fill in the fields within {proven_life} and you are ready.";
        all_needed: "Alle felter undtagen Mobil skal udfyldes.", "All fields except Mobile must be filled in.";
        who: "Hvem", "Who";
        contact: "Kontakt", "Contact";
        choose_password: "Vælg adgangskode", "Choose a password";
        next_mitid: "Det næste er MitID", "MitID is next";
        self_next: "Når du vælger Opret bruger, sendes du videre til {provider} for at bekræfte, hvem du er.", "When you choose Create user, you are sent on to {provider} to confirm who you are.";
        close_windows: "Log ud, og luk alle browserens vinduer, når du er færdig med portalen.", "Log out and close all windows of the browser when you are done with the portal.";
        terms_before: "Når du vælger Opret bruger, accepterer du", "By choosing Create user you accept";
        terms_link: "vilkår og retningslinjer fra {operator} for brugen af Patientportalen", "terms and guidelines from {operator} for using the patient portal";
        opens_new: "åbner i en ny fane", "opens in a new tab";
        submit: "Opret bruger", "Create user";
        mitid_down: "MitID kan ikke nås lige nu, så oprettelsen kan ikke gøres færdig. Prøv igen om lidt, eller ring til klinikken på", "MitID cannot be reached at the moment, so the registration cannot be completed. Try again shortly, or call the clinic on";



        off_title: "Kontakt klinikken", "Contact the clinic";
        off: "Hos denne klinik kan man ikke oprette sig selv. Ring til klinikken, så hjælper de dig.", "At this clinic you cannot register yourself. Call the clinic and they will help you.";
        off_login: "Har du allerede en bruger, kan du stadig logge ind.", "If you already have a user, you can still log in.";

        exists_title: "Du har allerede en bruger", "You already have a user";
        exists: "Du havde allerede en bruger på Patientportalen, og MitID har logget dig ind på den. Det, du lige skrev, har ikke ændret noget.", "You already had a user on the patient portal, and MitID has logged you in to it. What you just typed has changed nothing.";

        done_title: "Din bruger er oprettet", "Your user has been created";
        done: "Du er logget ind. Næste gang kan du logge ind med MitID eller med CPR-nummer, adgangskode og en kode på e-mail.", "You are logged in. Next time you can log in with MitID, or with your CPR number, password and a code by e-mail.";
    }
}
