//! What stands around every page: head, foot and the words that several pages share.

texts! {
    /// Words of the frame around every page.
    FrameTexts {
        portal: "Patientportalen", "The patient portal";
        skip: "Spring til indholdet", "Skip to content";
        banner: "Bemærk", "Please note";
        top_navigation: "Portalen", "Portal";
        help: "Hjælp", "Help";
        log_out: "Log ud", "Log out";
        logged_in_as: "Logget ind som", "Logged in as";
        own_page: "Din side", "Your page";
        session_ends: "Du logges ud kl. {time}, hvis du ikke bruger siden.", "You will be logged out at {time} unless you use the page.";
        my_clinics: "Mine klinikker", "My clinics";
        clinic_phone: "Klinikkens telefon", "The clinic's telephone";
        clinic_homepage: "Klinikkens hjemmeside", "The clinic's homepage";
        emergency: "Livsfare? Ring 112", "Life in danger? Call 112";
        emergency_note: "Brug aldrig portalen til noget, der haster.", "Never use the portal for anything urgent.";
        out_of_hours: "Uden for åbningstid", "Out of hours";
        foot: "Kontakt og oplysninger", "Contact and information";
        terms: "Vilkår", "Terms";
        cookies: "Cookies og privatliv", "Cookies and privacy";
        back: "Tilbage", "Back";
        to_front: "Til klinikkens forside", "To the clinic's front page";
        to_start: "Til dine funktioner", "To your functions";
    }
}
