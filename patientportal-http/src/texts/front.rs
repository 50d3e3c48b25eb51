//! The root page and a clinic's front page (C2, C3, C5, C7).

texts! {
    /// Words of the root page and of a clinic's front page.
    FrontTexts {
        root_title: "Velkommen til Patientportalen", "Welcome to the patient portal";
        root_use_link: "Du kommer ind på portalen fra din egen klinik. Åbn klinikkens hjemmeside, og vælg linket til tidsbestilling, e-konsultation eller receptfornyelse.", "You enter the portal from your own clinic. Open the clinic's homepage and choose the link to booking, e-consultation or prescription renewal.";
        root_why: "Hver klinik har sit eget link. Kender du det ikke, så ring til klinikken.", "Each clinic has a link of its own. If you do not know it, call the clinic.";
        root_own: "Dine klinikker", "Your clinics";
        root_own_lead: "Vælg en klinik. Du skal ikke logge ind igen.", "Choose a clinic. You do not need to log in again.";
        root_none: "Du er endnu ikke bruger hos nogen klinik. Åbn linket på din egen kliniks hjemmeside, og vælg Registrer.", "You are not a user at any clinic yet. Open the link on your own clinic's homepage and choose Join.";

        lead: "Log ind, eller opret dig som bruger.", "Log in, or register as a user.";
        lead_closed: "Log ind for at komme til klinikkens funktioner.", "Log in to get to the clinic's functions.";
        lead_function: "Log ind for at komme til {title}.", "Log in to get to {title}.";
        not_offered: "Klinikken har ikke denne funktion her på portalen. Du kan logge ind og se, hvad klinikken tilbyder, eller ringe på", "The clinic does not have this function here on the portal. You can log in and see what the clinic offers, or call";

        mitid: "Log ind med MitID", "Log in with MitID";
        mitid_lead: "Du sendes videre til {provider}, hvor du bruger dit MitID, og kommer så tilbage hertil.", "You are sent on to {provider}, where you use your MitID, and then come back here.";
        mitid_age: "MitID kan ikke bruges af eller for børn under 15 år.", "MitID cannot be used by or for children under 15.";
        mitid_down: "MitID kan ikke nås lige nu. Log ind med sikkerhedskode, eller prøv igen om lidt.", "MitID cannot be reached at the moment. Log in with a security code, or try again shortly.";

        code: "Log ind med sikkerhedskode", "Log in with a security code";
        code_lead: "Skriv CPR-nummer og adgangskode. Så sender vi en kode til din e-mail.", "Type your CPR number and password. We then send a code to your e-mail.";
        log_in: "Log ind", "Log in";
        forgot: "Glemt adgangskode?", "Forgotten password?";

        register: "Opret bruger", "Create user";
        register_lead: "Du skal kun oprettes én gang. Dit login gælder hos alle klinikker på Patientportalen.", "You only need to register once. Your login holds at all clinics on the patient portal.";
        register_self: "Opret ny bruger", "Create new user";
        register_child: "Opret bruger under 15 år", "Create user under 15";
        register_by_clinic: "Klinikken kan i særlige tilfælde oprette dig. Så får du et aktiveringslink på e-mail.", "In special cases the clinic can register you. You then get an activation link by e-mail.";
        register_off: "Hos denne klinik kan man ikke oprette sig selv. Kontakt klinikken på", "At this clinic you cannot register yourself. Contact the clinic on";

        booking: "Tidsbestilling", "Booking";
        e_consultation: "E-konsultation", "E-consultation";
        renewal: "Receptfornyelse", "Prescription renewal";
        booking_notice: "Her bestiller du tid til det, der ikke haster. Haster det, så ring til klinikken på", "Here you book a time for what is not urgent. If it is urgent, call the clinic on";
        e_consultation_notice: "Her skriver du spørgsmål til lægen, for eksempel om prøvesvar. Brug den ikke til medicin, til at bestille tid eller til noget, der haster. Haster det, så ring på", "Here you write questions to the doctor, about test results for example. Do not use it for medicine, for booking or for anything urgent. If it is urgent, call";
        renewal_notice: "Her fornyer du din faste medicin, men ikke vanedannende medicin. Mangler dine faste recepter på listen, så ring til klinikken på", "Here you renew your regular medicine, but not addictive medicine. If your regular prescriptions are missing from the list, call the clinic on";
    }
}
