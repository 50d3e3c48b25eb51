//! The pages of somebody who is logged in.

texts! {
    /// Words of the logged-in pages.
    StartTexts {
        title: "Dine funktioner", "Your functions";
        lead: "Vælg, hvad du vil.", "Choose what you want.";
        open: "Åbn {title}", "Open {title}";
        own_login: "Har sit eget login", "Has a login of its own";
        none: "Klinikken har ingen funktioner her lige nu. Ring til klinikken på", "The clinic has no functions here at the moment. Call the clinic on";
        switch_clinic: "Skift klinik", "Change clinic";
        not_connected: "Du er logget ind og har adgang, men klinikken har endnu ikke sat funktionen i gang her. Ring til klinikken på", "You are logged in and have access, but the clinic has not put the function to use here yet. Call the clinic on";
    }
}
