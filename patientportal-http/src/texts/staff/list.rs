//! The work list, the list of users, and finding a person (S1).

texts! {
    /// Words of the staff's lists.
    StaffListTexts {
        waiting_none: "Ingen anmodninger venter", "No requests wait";
        waiting_none_lead: "Nye anmodninger kommer her. Klinikkens adresse får højst én mail om dagen om dem.", "New requests come here. The clinic's address gets at most one mail a day about them.";
        waiting_one: "1 anmodning venter", "1 request waits";
        waiting_many: "{count} anmodninger venter", "{count} requests wait";
        waiting_more: "Mere end {count} anmodninger venter", "More than {count} requests wait";
        lead: "Den, der har ventet længst, står øverst. Fjern fluebenet ved det, personen ikke skal kunne.", "The one that has waited longest is first. Untick what the person shall not be able to do.";
        keys: "Taster, når fokus er i listen", "Keys, when the focus is in the list";
        key_next: "næste", "next";
        key_previous: "forrige", "previous";
        key_functions: "funktioner til og fra", "functions on and off";
        key_approve: "godkend", "approve";
        key_refuse: "afvis", "refuse";
        key_open: "åbn personen", "open the person";
        list: "Anmodninger, der venter", "Requests that wait";

        new: "Ny i dag", "New today";
        waited_one: "Har ventet 1 dag", "Has waited 1 day";
        waited_many: "Har ventet {count} dage", "Has waited {count} days";
        years: "{age} år", "{age} years";
        typed: "Skrevet navn", "Typed name";
        vouched: "Navn hos MitID", "Name at MitID";
        not_vouched: "ikke kendt", "not known";
        names_differ: "Navnene er ikke ens", "The names differ";
        own_patient: "Egen patient", "Own patient";
        own_yes: "Ja", "Yes";
        own_no: "Nej", "No";
        own_unknown: "Vides ikke", "Not known";
        had_account: "Havde bruger før, lukket {day}", "Had a user before, closed {day}";
        had_account_suspended: "Havde bruger før, lukket {day}. Klinikken havde lukket adgangen.", "Had a user before, closed {day}. The clinic had closed the access.";
        guardian: "Forælder eller værge", "Parent or guardian";
        custody_holder: "har forældremyndigheden", "holds custody";
        custody_unknown: "forældremyndighed vides ikke", "custody is not known";
        custody_not_holder: "har ikke forældremyndigheden", "does not hold custody";
        see_person: "Se personen", "See the person";

        functions: "Funktioner", "Functions";
        approve: "Godkend", "Approve";
        refuse: "Afvis", "Refuse";
        refuse_open: "Afvis …", "Refuse …";
        reason: "Begrundelse, som står i mailen", "Reason, which stands in the mail";
        words: "Egne ord, som patienten ser efter login", "Own words, which the patient sees after login";
        words_hint: "Kan udelades. Højst 1000 tegn.", "May be left out. At most 1000 characters.";

        find_title: "Find person", "Find person";
        find_lead: "Skriv CPR-nummeret på en, der er eller har været bruger hos klinikken.", "Type the CPR number of somebody who is or was a user at the clinic.";
        find_number: "CPR-nummer eller erstatningsnummer", "CPR number or replacement number";
        find: "Find", "Find";
        find_none: "Ingen med det nummer er eller har været bruger her. Tjek nummeret, eller opret personen.", "Nobody with that number is or was a user here. Check the number, or create the person.";

        members_title: "Brugere", "Users";
        members_lead: "Den, der har været der længst, står øverst. Hver visning står i loggen.", "The one who has been there longest is first. Each showing stands in the log.";
        members_none: "Der er ingen her.", "There is nobody here.";
        members_choose: "Vis", "Show";
        state_active: "Har adgang", "Has access";
        state_suspended: "Lukket for nu", "Closed for now";
        state_refused: "Afvist", "Refused";
        state_lapsed: "Udløbet", "Lapsed";
        state_ended: "Afsluttet", "Ended";
        state_pending: "Venter", "Waits";
        since: "siden {day}", "since {day}";
    }
}
