//! Where somebody stands at a clinic: asked, refused, lapsed, closed (R4, A9, P1), and what the clinic tells (C8).

texts! {
    /// Words about memberships and what is closed.
    MembershipTexts {
        asks: "Klinikken godkender nye brugere. Din anmodning sendes til klinikken, og du får en mail, når den er behandlet.", "The clinic approves new users. Your request is sent to the clinic, and you get a mail when it has been decided.";

        waiting_title: "Din anmodning venter på klinikken", "Your request is waiting for the clinic";
        waiting: "Den {day} bad du om adgang til funktionerne hos {clinic}. Du får en mail, når klinikken har svaret, og du behøver ikke vente her.", "On {day} you asked for access to the functions at {clinic}. You get a mail when the clinic has answered, and you need not wait here.";
        waiting_until: "Har klinikken ikke svaret den {day}, udløber anmodningen. Så kan du bede om adgang igen.", "If the clinic has not answered on {day}, the request lapses. Then you can ask for access again.";
        waiting_call: "Kan det ikke vente, så ring til klinikken.", "If it cannot wait, call the clinic.";
        withdraw: "Træk anmodningen tilbage", "Withdraw the request";
        withdrawn_title: "Anmodningen er trukket tilbage", "The request has been withdrawn";
        withdrawn: "Klinikken behandler den ikke. Din bruger har du stadig, og du kan bede om adgang igen.", "The clinic will not decide it. You still have your user, and you can ask for access again.";

        refused_title: "Klinikken har afvist din anmodning", "The clinic has refused your request";
        words: "Klinikken skriver:", "The clinic writes:";
        again: "Er du uenig, så ring til klinikken. Du kan også bede om adgang igen herunder.", "If you disagree, call the clinic. You can also ask for access again below.";
        again_closed: "Er du uenig, så ring til klinikken.", "If you disagree, call the clinic.";
        lapsed_title: "Din anmodning er udløbet", "Your request has lapsed";
        lapsed: "Klinikken svarede ikke i tide, så anmodningen udløb den {day}. Du kan bede om adgang igen herunder, eller ringe til klinikken.", "The clinic did not answer in time, so the request lapsed on {day}. You can ask for access again below, or call the clinic.";
        lapsed_closed: "Klinikken svarede ikke i tide, så anmodningen udløb den {day}. Ring til klinikken.", "The clinic did not answer in time, so the request lapsed on {day}. Call the clinic.";

        state_pending: "Venter på klinikken", "Waiting for the clinic";
        state_suspended: "Lukket for nu", "Closed for now";
        state_refused: "Afvist", "Refused";
        state_lapsed: "Udløbet", "Lapsed";

        closed_for_you: "Lukket for dig. Ring til klinikken på", "Closed for you. Call the clinic on";
        closed_for_now: "Lukket for nu. Kan det ikke vente, så ring til klinikken på", "Closed for now. If it cannot wait, call the clinic on";
        closed_entry: "{title} er lukket for nu. Du kan logge ind og se klinikkens andre funktioner, eller ringe på", "{title} is closed for now. You can log in and see the clinic's other functions, or call";
        readable: "Det, du har skrevet eller bestilt før, kan du stadig se.", "What you have written or booked before you can still see.";
        see_earlier: "Se tidligere i {title}", "See earlier in {title}";

        clinic_says: "Besked fra klinikken", "Message from the clinic";
        closed_meanwhile: "Lukket imens: {functions}.", "Closed meanwhile: {functions}.";
    }
}
