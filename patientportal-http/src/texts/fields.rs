//! Field labels, hints and what is said when a field is filled in wrongly.

texts! {
    /// Words for form fields.
    FieldTexts {
        cpr: "CPR-nummer", "CPR number";
        hide_cpr: "Skjul CPR-nummer", "Hide CPR number";
        apply_hiding: "Skjul eller vis nu", "Hide or show now";
        first_name: "Fornavn", "First name";
        last_name: "Efternavn", "Last name";
        email: "E-mail", "E-mail";
        email_again: "Bekræft e-mail", "Confirm e-mail";
        mobile: "Mobil", "Mobile";
        password: "Adgangskode", "Password";
        password_again: "Bekræft adgangskode", "Confirm password";
        security_code: "Sikkerhedskode", "Security code";
        optional: "kan udelades", "optional";
        cpr_hint: "10 cifre. Bindestregen sættes ind for dig.", "10 digits. The hyphen is put in for you.";
        password_hint: "Mindst {length} tegn med små og store bogstaver og mindst ét tal.", "At least {length} characters, with small and capital letters and at least one digit.";
        password_hint_length: "Mindst {length} tegn. En sætning er god.", "At least {length} characters. A sentence is good.";
        mobile_hint: "Dansk nummer på 8 cifre, eller med landekode.", "A Danish number of 8 digits, or with a country code.";
        code_hint: "6 cifre fra e-mailen.", "6 digits from the e-mail.";

        problems: "Noget mangler eller passer ikke", "Something is missing or does not fit";
        title_problem: "Fejl", "Error";
        not_done: "Det kunne vi ikke gøre færdigt lige nu. Det, du har skrevet, står her endnu, dog ikke adgangskoder. Vent et øjeblik, og prøv igen.", "We could not finish that just now. What you have typed is still here, except passwords. Wait a moment and try again.";
        stale_form: "Siden var blevet for gammel, så intet blev sendt. Se efter, at alt stadig passer, skriv adgangskoden igen, og prøv så én gang til.", "The page had become too old, so nothing was sent. Check that everything still fits, type the password again and try once more.";
    }
}
