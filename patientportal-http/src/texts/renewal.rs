//! Coming of age (L7) and a changed CPR number (A11).

texts! {
    /// Words of the pages on coming of age, and of the question whether a CPR number has changed.
    RenewalTexts {
        of_age_title: "Brugeren er fyldt 15 år", "The user is 15 by now";
        of_age: "Fra 15 år er brugeren din egen. Log ind med dit eget MitID én gang, og vælg selv e-mail og adgangskode.", "From 15 the user is your own. Log in once with your own MitID, and choose e-mail and password yourself.";
        of_age_parents: "Er du forælder eller værge, har du ikke adgang mere, og dit MitID åbner ikke brugeren. Log ud.", "If you are a parent or guardian, you have no access any more, and your MitID does not open the user. Log out.";
        mitid_down: "MitID kan ikke nås lige nu. Prøv igen om lidt.", "MitID cannot be reached at the moment. Try again shortly.";
        without_mitid: "Har du ikke MitID, så ring til klinikken. Den kan hjælpe dig videre.", "If you have no MitID, call the clinic. It can help you on.";

        title: "Gør brugeren til din egen", "Make the user your own";
        lead: "Du er fyldt 15 år, og MitID har bekræftet, hvem du er. Vælg nu en e-mail og en adgangskode, som kun du bruger.", "You are 15 by now, and MitID has confirmed who you are. Now choose an e-mail and a password that only you use.";
        email_hint: "Din egen, ikke en forælders. Vi sender en kode til den.", "Your own, not a parent's. We send a code to it.";
        then: "Når du har skrevet koden, er brugeren din. Forældre og værger har ikke adgang mere, alle andre er logget ud, og den gamle e-mail får besked.", "When you have typed the code, the user is yours. Parents and guardians have no access any more, everybody else is logged out, and the old e-mail is told.";
        terms_before: "Når du vælger Fortsæt, accepterer du", "By choosing Continue you accept";
        submit: "Fortsæt", "Continue";
        done_title: "Brugeren er din", "The user is yours";
        done: "Din e-mail og adgangskode gælder fra nu af, og kun du er logget ind. Vi har skrevet til den gamle og den nye e-mail.", "Your e-mail and password hold from now on, and only you are logged in. We have written to the old and the new e-mail.";

        number_title: "Har du fået nyt CPR-nummer?", "Has your CPR number changed?";
        number_asked: "MitID har bekræftet CPR-nummer {now}. Vi kender dig med CPR-nummer {before}.", "MitID has confirmed CPR number {now}. We know you by CPR number {before}.";
        number_yes_means: "Vælger du Ja, flytter vi din bruger til det nye nummer med alt, hvad den har. Du logger ind med det nye fra nu af, det gamle kan ikke bruges mere, og alle andre er logget ud.", "If you choose Yes, we move your user to the new number with all that it has. You log in with the new one from now on, the old one can no longer be used, and everybody else is logged out.";
        number_no_means: "Vælger du Nej, ændrer vi intet. Ring så til klinikken.", "If you choose No, we change nothing. Then call the clinic.";
        number_yes: "Ja, flyt min bruger", "Yes, move my user";
        number_no: "Nej", "No";
        number_done_title: "Din bruger er flyttet", "Your user has been moved";
        number_done: "Log ind med det nye CPR-nummer fra nu af. Adgangskode og e-mail er de samme.", "Log in with the new CPR number from now on. Password and e-mail are the same.";
        number_kept_title: "Intet er ændret", "Nothing has changed";
        number_kept: "Din bruger har stadig det CPR-nummer, den havde. Passer det ikke, så ring til klinikken.", "Your user still has the CPR number that it had. If that is not right, call the clinic.";
    }
}
