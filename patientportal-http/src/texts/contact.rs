//! Confirming how one is reached (K1), and proving a new e-mail address.

texts! {
    /// Words of the pages about e-mail and mobile.
    ContactTexts {
        title: "Bekræft dine oplysninger", "Confirm your details";
        lead: "Klinikken har en anden e-mail eller et andet mobilnummer, end vi har her. Ret det, der er forkert, og vælg Bekræft. Så får klinikken det samme som vi.", "The clinic has another e-mail or mobile number than we have here. Correct what is wrong and choose Confirm. The clinic then gets the same as we have.";
        compared: "Det står der nu", "What is held now";
        here: "Hos os", "With us";
        at_clinic: "Hos klinikken", "At the clinic";
        nothing: "intet", "nothing";
        password_hint: "Kun hvis du ændrer din e-mail.", "Only if you change your e-mail.";
        email_note: "Ændrer du din e-mail, sender vi en kode til den nye. Den gamle gælder, til du har skrevet koden.", "If you change your e-mail, we send a code to the new one. The old one holds until you have typed the code.";
        confirm: "Bekræft", "Confirm";

        proof_title: "Skriv koden fra den nye e-mail", "Type the code from the new e-mail";
        proof_lead: "Vi har sendt en kode til {address}. Den gælder i {code_life}. Din gamle e-mail gælder, til du har skrevet koden.", "We have sent a code to {address}. It is valid for {code_life}. Your old e-mail holds until you have typed the code.";
        unsent_title: "Koden er ikke sendt endnu", "The code has not been sent yet";
        unsent_until: "Du kan få en kode kl. {time}. Vi sender den til {address}. Din gamle e-mail gælder så længe.", "You can get a code at {time}. We will send it to {address}. Your old e-mail holds in the meantime.";
        unsent_now: "Du kan få en kode nu. Vi sender den til {address}. Din gamle e-mail gælder så længe.", "You can get a code now. We will send it to {address}. Your old e-mail holds in the meantime.";
        wrong_address: "Er adressen forkert, så ret den, og få en ny kode.", "If the address is wrong, correct it and get a new code.";
        correct_address: "Ret adressen", "Correct the address";
        go_on: "Fortsæt uden at ændre e-mail", "Go on without changing the e-mail";
        go_on_note: "Så spørger vi igen, næste gang du logger ind.", "We then ask again the next time you log in.";

        confirmed_title: "Tak", "Thank you";
        confirmed: "Dine oplysninger er bekræftet, og klinikken får det samme.", "Your details are confirmed, and the clinic gets the same.";
        changed_title: "Din e-mail er ændret", "Your e-mail has been changed";
        changed: "Fra nu af sender vi til den nye adresse. Vi har skrevet til både den gamle og den nye.", "From now on we send to the new address. We have written to both the old and the new one.";
    }
}
