//! One person's page, and the forms of staff (S1, S4).

texts! {
    /// Words of a person's page and of the staff's forms.
    StaffPersonTexts {
        who: "Hvem det er", "Who it is";
        number: "CPR-nummer", "CPR number";
        age: "Alder", "Age";
        created: "Bruger siden", "User since";
        identity: "Identitet", "Identity";
        identity_confirmed: "Bekræftet", "Confirmed";
        identity_unconfirmed: "Bekræftes med MitID ved næste login", "Confirmed with MitID at the next login";
        identity_child: "Under 15 år: skal ikke bekræftes med MitID", "Under 15: need not be confirmed with MitID";
        identity_exempt: "Kan ikke bruge MitID (siden {day})", "Cannot use MitID (since {day})";
        not_activated: "Ikke aktiveret. Fjernes {day}, hvis det ikke sker.", "Not activated. Removed on {day} unless it happens.";

        here: "Hos klinikken", "At the clinic";
        state: "Tilstand", "State";
        decided_by: "Afgjort af", "Decided by";
        reason: "Begrundelse", "Reason";
        functions_save: "Gem funktioner", "Save functions";
        suspend: "Luk adgangen for nu", "Close the access for now";
        reopen: "Genåbn", "Reopen";
        end: "Afslut adgangen …", "End the access …";
        end_title: "Afslut adgangen?", "End the access?";
        end_lead: "Adgangen hos klinikken slutter. Det kan ikke fortrydes, men personen kan bede om adgang igen, og I kan oprette personen igen.", "The access at the clinic ends. It cannot be undone, but the person can ask for access again, and you can create the person again.";
        end_do: "Afslut adgangen", "End the access";

        login: "Login", "Login";
        exempt: "Kan ikke bruge MitID", "Cannot use MitID";
        exempt_hint: "Så kan personen logge ind med adgangskode og kode alene. Personen får en mail om det.", "The person can then log in with password and code alone. The person gets a mail about it.";
        withdraw: "Kan bruge MitID nu", "Can use MitID now";
        withdraw_hint: "Identiteten skal så bekræftes med MitID ved næste login.", "Identity must then be confirmed with MitID at the next login.";
        resend: "Send et nyt aktiveringslink", "Send a new activation link";
        renew: "Forny brugeren …", "Renew the user …";
        renew_hint: "Når personen har mistet sin mail eller adgangskode og ikke kan bruge MitID.", "When the person has lost mail or password and cannot use MitID.";
        change_number: "Skift CPR-nummer …", "Change the CPR number …";
        change_number_hint: "Når personen har fået et nyt CPR-nummer.", "When the person has a new CPR number.";

        more: "Mere", "More";
        mails: "Mails", "Mails";
        mails_hint: "Hvad der er sendt, venter eller ikke kom frem.", "What was sent, waits or did not arrive.";
        trail: "Historik", "History";
        trail_hint: "Hvad der er sket hos klinikken. Kun for administratorer.", "What happened at the clinic. For administrators only.";

        new_title: "Opret bruger", "Create user";
        new_lead: "Personen får et aktiveringslink på mail og vælger selv adgangskode.", "The person gets an activation link by mail and chooses the password.";
        new_number: "CPR-nummer eller erstatningsnummer", "CPR number or replacement number";
        new_language: "Sprog i mails", "Language of mails";
        danish: "Dansk", "Danish";
        english: "Engelsk", "English";
        new_exempt: "Kan ikke bruge MitID", "Cannot use MitID";
        new_exempt_hint: "Sæt kun flueben, når du har set, hvem personen er: så spørges der ikke om MitID. Under 15 år spørges der aldrig. Har personen allerede en bruger, gælder fluebenet ikke.", "Tick it only when you have seen who the person is: MitID is then not asked for. Under 15 it never is. If the person has a user already, the tick does not count.";
        new_do: "Opret bruger", "Create user";

        renew_title: "Forny brugeren", "Renew the user";
        renew_lead: "Alle logins, adgangskoden og alle links slutter, og et aktiveringslink sendes til den nye mailadresse. Alle personens klinikker kan se det.", "All logins, the password and all links end, and an activation link goes to the new mail address. All of the person's clinics can see it.";
        new_email: "Ny e-mail", "New e-mail";
        check: "Sådan er identiteten kontrolleret", "How identity was checked";
        check_photo: "Personen viste legitimation med billede", "The person showed a photo ID";
        check_known: "Personen kom selv og er kendt af personalet", "The person came in and is known to staff";
        check_guardian: "Forælder eller værge viste legitimation med billede", "A parent or guardian showed a photo ID";
        check_missing: "Vælg, hvordan identiteten er kontrolleret.", "Choose how identity was checked.";
        silent: "Skriv ikke til den gamle mailadresse", "Do not write to the old mail address";
        silent_hint: "Sæt kun flueben, hvis en anden læser den. Har personen selv brugt MitID, skriver vi alligevel.", "Tick it only if somebody else reads it. If the person has used MitID themselves, we write all the same.";
        renew_do: "Forny brugeren", "Renew the user";

        number_title: "Skift CPR-nummer", "Change the CPR number";
        number_lead: "Brugeren flytter til det nye nummer, alle logins slutter, og personen får en mail. Skifter du tilbage til det gamle, er flytningen fortrudt.", "The user moves to the new number, all logins end, and the person gets a mail. Changing back to the old one undoes the move.";
        new_cpr: "Nyt CPR-nummer", "New CPR number";
        number_do: "Skift CPR-nummer", "Change the CPR number";
    }
}
