//! Words of the staff's pages (S2): the frame around them, signing in, and what is said after a deed. Lists and forms have
//! files of their own.

mod history;
mod list;
mod person;

pub use history::{StaffHistoryTexts, mail_text};
pub use list::StaffListTexts;
pub use person::StaffPersonTexts;

texts! {
    /// Words around the staff's pages, and of signing in.
    StaffTexts {
        area: "Klinikkens personale", "The clinic's staff";
        menu: "Personalets sider", "The staff's pages";
        requests: "Anmodninger", "Requests";
        find: "Find person", "Find person";
        members: "Brugere", "Users";
        new_user: "Opret bruger", "Create user";
        trail: "Log", "Log";
        other_clinic: "Skift klinik", "Change clinic";
        sign_out: "Log ud", "Sign out";
        signed_in_as: "Logget ind som", "Signed in as";
        secretary: "sekretær", "secretary";
        administrator: "administrator", "administrator";
        ends: "Du logges ud kl. {time}, hvis du ikke bruger siden.", "You will be signed out at {time} unless you use the page.";
        patients_page: "Patienternes side", "The patients' page";
        cookies: "Cookies og privatliv", "Cookies and privacy";
        more: "Vis de næste", "Show the next";
        newest: "Vis de nyeste", "Show the newest";
        back_to_list: "Tilbage til anmodningerne", "Back to the requests";
        back_to_person: "Tilbage til personen", "Back to the person";

        sign_in_title: "Log ind som personale", "Sign in as staff";
        sign_in_lead: "Her godkender klinikken nye brugere og hjælper dem, der har. Du sendes videre til jeres eget login.", "Here the clinic approves new users and helps those it has. You are sent on to your own sign-in.";
        sign_in_patients: "Er du patient, så brug linket på din kliniks hjemmeside.", "If you are a patient, use the link on your clinic's homepage.";
        sign_in: "Log ind", "Sign in";
        departure_title: "Du sendes videre til jeres login", "You are sent on to your sign-in";
        departure_on: "Fortsæt til login", "Go on to sign in";
        end_title: "Du sendes videre, så jeres login også afsluttes", "You are sent on, so that your sign-in ends too";
        end_on: "Afslut login", "End sign-in";
        choose_title: "Hvilken klinik arbejder du for nu?", "Which clinic do you work for now?";
        choose_lead: "Du kan skifte igen senere.", "You can change again later.";
        signed_out_title: "Du er logget ud", "You are signed out";
        signed_out: "Luk browserens vinduer, hvis andre bruger maskinen.", "Close the browser's windows if others use the machine.";
        sign_in_again: "Log ind igen", "Sign in again";
        over_title: "Log ind igen", "Sign in again";
        over: "Dit login er slut, så det, du ville, er ikke gjort.", "Your sign-in has ended, so what you wanted was not done.";
        not_here_title: "Du har ikke adgang her", "You have no access here";
        refused_title: "Det kunne ikke lade sig gøre", "That could not be done";
        not_found_title: "Der er ingen sådan person", "There is no such person";
        decided_title: "En anden nåede det først", "Somebody else was first";

        approved_title: "Godkendt", "Approved";
        refused_done_title: "Afvist", "Refused";
        undo: "Fortryd", "Undo";
        undo_approved: "{name} har fået adgang og en mail om det. Fortryder du, lukkes adgangen for nu.", "{name} has access and a mail about it. If you undo it, the access is closed for now.";
        undo_refused: "{name} har fået afslag og en mail om det. Fortryder du, venter anmodningen igen.", "{name} was refused and has a mail about it. If you undo it, the request waits again.";
        undone_title: "Fortrudt", "Undone";
        undone: "Patienten får en mail om det.", "The patient gets a mail about it.";
        rights_title: "Funktionerne er gemt", "The functions are saved";
        rights: "De gælder fra patientens næste klik, og patienten får en mail.", "They hold from the patient's next click, and the patient gets a mail.";
        suspended_title: "Adgangen er lukket for nu", "The access is closed for now";
        suspended: "Det gælder fra patientens næste klik, og patienten får en mail.", "It holds from the patient's next click, and the patient gets a mail.";
        reopened_title: "Genåbnet", "Reopened";
        reopened: "Patienten får en mail om det.", "The patient gets a mail about it.";
        ended_title: "Adgangen er afsluttet", "The access has ended";
        ended: "Patienten får en mail om det og kan bede om adgang igen.", "The patient gets a mail about it and can ask for access again.";
        exempted_title: "Fritaget for MitID", "Exempt from MitID";
        exempted: "Personen kan logge ind uden MitID. Det ophører, hvis personen selv bruger MitID.", "The person can log in without MitID. It ends if the person uses MitID.";
        exemption_over_title: "Fritagelsen er ophævet", "The exemption is withdrawn";
        exemption_over: "Identiteten skal bekræftes med MitID ved næste login. Personen får en mail.", "Identity must be confirmed with MitID at the next login. The person gets a mail.";
        link_title: "Aktiveringslinket er sendt", "The activation link has been sent";
        link: "Det gamle link gælder ikke mere.", "The old link is no longer valid.";
        renewed_title: "Brugeren er fornyet", "The user is renewed";
        renewed: "Alle logins er slut, og et aktiveringslink er på vej til den nye mailadresse.", "All logins have ended, and an activation link is on its way to the new mail address.";
        number_title: "CPR-nummeret er skiftet", "The CPR number is changed";
        number: "Alle logins er slut. Personen logger ind med det nye nummer.", "All logins have ended. The person logs in with the new number.";
        created_title: "Brugeren er oprettet", "The user is created";
        created: "Et aktiveringslink er på vej til personens mail.", "An activation link is on its way to the person's mail.";
        linked_title: "Personen havde en bruger", "The person had a user";
        linked: "Den har nu adgang her. Det, du ellers skrev, ændrede ikke noget, og personen får en mail.", "It has access here now. What else you typed changed nothing, and the person gets a mail.";
        invited_title: "Personen havde en bruger, der ikke er aktiveret", "The person had a user that is not activated";
        invited: "Den har nu adgang her, og et nyt aktiveringslink er på vej.", "It has access here now, and a new activation link is on its way.";
    }
}
